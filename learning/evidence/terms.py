"""How long training done elsewhere counts. Pure: days and months alone."""

from dataclasses import dataclass
from datetime import date

from learning.evidence.errors import RanOut, StillToCome, TooOld, TooShort
from learning.records.validity import add_months


@dataclass(frozen=True, slots=True)
class Terms:
    """`oldest_months` None: of any age; `counts_months` None: as long as its document says."""

    oldest_months: int | None
    counts_months: int | None
    least_minutes: int = 0

    def last_day(self, *, completed_on: date, stated_until: date | None) -> date | None:
        """The last day it counts: the earlier of what the rule and the document say; None for good."""
        ends = [stated_until] if stated_until else []
        if self.counts_months is not None:
            ends.append(add_months(completed_on, self.counts_months))
        return min(ends, default=None)

    def judge(self, *, completed_on: date, stated_until: date | None, minutes: int, on: date) -> date | None:
        """The last day it counts when accepted on that day. Raises StillToCome, TooOld, TooShort, RanOut."""
        if completed_on > on:
            raise StillToCome
        oldest = add_months(on, -self.oldest_months) if self.oldest_months is not None else completed_on
        if completed_on < oldest:
            raise TooOld(oldest)
        if minutes < self.least_minutes:
            raise TooShort(self.least_minutes)
        last = self.last_day(completed_on=completed_on, stated_until=stated_until)
        if last is not None and last < on:
            raise RanOut(last)
        return last
