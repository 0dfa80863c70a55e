"""How long a proof lasts. Days are local dates (Europe/Riga); the last valid day is included."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month: 29.02.2024 + 12 is 28.02.2025."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class RenewalPeriod:
    """When a proof may be renewed by the refresher: the days before it runs out and the grace after."""

    opens_on: date
    expires_on: date
    grace_until: date

    @classmethod
    def of(cls, *, valid_until: date, window_days: int, grace_days: int) -> "RenewalPeriod":
        return cls(
            opens_on=valid_until - timedelta(days=window_days),
            expires_on=valid_until,
            grace_until=valid_until + timedelta(days=grace_days),
        )

    def is_open(self, *, on: date) -> bool:
        return self.opens_on <= on <= self.grace_until

    def has_expired(self, *, on: date) -> bool:
        return on > self.expires_on


def valid_until(*, completed_on: date, months: int | None, renewed: RenewalPeriod | None = None) -> date | None:
    """The last valid day of a full or refresher completion. None: it never runs out.

    A renewal before the old proof runs out, but inside its window, counts from the old last day. No completion
    ever shortens the proof it renews.
    """
    if months is None:
        return None
    fresh = add_months(completed_on, months)
    if renewed is None or renewed.has_expired(on=completed_on):
        return fresh
    if renewed.is_open(on=completed_on):
        return add_months(renewed.expires_on, months)
    return max(fresh, renewed.expires_on)
