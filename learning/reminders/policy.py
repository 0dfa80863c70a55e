"""When reminders go to whom: the policy of a place, as plain values. Pure: no database, no settings, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

DUE, EXPIRY = "due", "expiry"
LEARNER, MANAGER, HR = "learner", "manager", "hr"
KINDS = (DUE, EXPIRY)
# In the order in which they hear of it.
ROLES = (LEARNER, MANAGER, HR)
MOST_DAYS = 365
WORKDAYS = frozenset(range(1, 6))
MONDAY = 1
# No policy may write at night. Clocks change at night, too, so an hour in between exists on every day.
FIRST_HOUR, LAST_HOUR = time(6), time(22)
# Letters of a day are spread over so long, so that a mail server is not handed all of them in one minute.
SPREAD = timedelta(hours=3)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """So many days after the day in question (before it when negative), to that reader."""

    kind: str
    days: int
    to: str

    def day(self, target_on: date) -> date:
        return target_on + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Policy:
    """`weekdays` are ISO numbers, Monday is 1. `digest_weekday` None: HR gets a digest on every one of them.

    Letters leave between `earliest` and `latest` of local time, the latter left out.
    """

    steps: tuple[Step, ...]
    is_on: bool = True
    per_week: int = 2
    weekdays: frozenset[int] = field(default=WORKDAYS)
    earliest: time = time(8)
    latest: time = time(18)
    digest_weekday: int | None = MONDAY

    def __post_init__(self) -> None:
        if not (FIRST_HOUR <= self.earliest < self.latest <= LAST_HOUR):
            raise ValueError("letters leave by day")
        if not self.weekdays or not self.weekdays <= frozenset(range(1, 8)):
            raise ValueError("letters leave on some day of the week")
        if self.per_week < 1:
            raise ValueError("at least one letter a week")

    def steps_for(self, kind: str, to: str) -> Iterable[Step]:
        return (step for step in self.steps if step.kind == kind and step.to == to)

    def days_for(self, to: str) -> frozenset[int]:
        """Weekdays on which this reader may be written to."""
        if to == HR and self.digest_weekday in self.weekdays:
            return frozenset({self.digest_weekday})
        return self.weekdays

    def next_day(self, to: str, day: date) -> date:
        """The first day, that one included, on which this reader may be written to."""
        allowed = self.days_for(to)
        while day.isoweekday() not in allowed:
            day += A_DAY
        return day

    def day_of(self, step: Step, target_on: date) -> date:
        """When a step falls. What is said ahead comes before a quiet day; the rest waits for the day after it."""
        day = step.day(target_on)
        if step.to == HR or step.days > 0:
            return day
        while day.isoweekday() not in self.weekdays:
            day -= A_DAY
        return day

    def is_open(self, local: datetime) -> bool:
        """Whether a letter may leave at that moment of local time."""
        return local.isoweekday() in self.weekdays and self.earliest <= local.time() < self.latest

    def first_day(self, local: datetime) -> date:
        """The first day on which something decided at that moment may still leave."""
        return local.date() if local.time() < self.latest else local.date() + A_DAY

    def moment(self, day: date, *, zone: tzinfo, turn: int, now: datetime) -> datetime:
        """When a letter leaves on that day. `turn` is any number, and tells letters of a day apart."""
        start = max(datetime.combine(day, self.earliest, zone), now.astimezone(zone))
        end = datetime.combine(day, self.latest, zone)
        minutes = max(int(min(end - start, SPREAD) / timedelta(minutes=1)), 1)
        return start + timedelta(minutes=turn * 7919 % minutes)

    def next_moment(self, now: datetime, *, to: str, zone: tzinfo, turn: int) -> datetime:
        """The next moment at which a letter that could not leave now may leave."""
        local = now.astimezone(zone)
        return self.moment(self.next_day(to, self.first_day(local)), zone=zone, turn=turn, now=now)


DEFAULT = Policy(
    steps=(
        Step(DUE, -14, LEARNER),
        Step(DUE, -7, LEARNER),
        Step(DUE, 0, LEARNER),
        Step(DUE, 7, LEARNER),
        Step(DUE, 7, MANAGER),
        Step(DUE, 14, HR),
        Step(EXPIRY, -60, LEARNER),
        Step(EXPIRY, -14, LEARNER),
        Step(EXPIRY, -7, MANAGER),
        Step(EXPIRY, 1, HR),
    )
)
