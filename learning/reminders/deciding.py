"""Who is reminded of what today. Pure: no database, no settings, no clock.

Of the steps of a policy that lie behind, only the latest counts, for each reader on its own: who was not written to for
days hears once. Each step of a subject reaches a reader once, whatever day it is decided on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from learning.reminders.policy import HR, ROLES, Policy, Step

# A step missed for longer than this is not made up for: by then a letter would say what everyone knows.
CATCH_UP = timedelta(days=14)
WEEK = timedelta(days=6)

# Whom and what a reminder is about: kind, id of the enrolment or completion, days, day in question, role, reader.
Key = tuple[str, int, int, date, str, int]


class Skip(StrEnum):
    """Why a reminder does not go out."""

    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    CAP = "cap"
    LATE = "late"
    DONE = "done"
    LEFT = "left"
    ON_LEAVE = "on_leave"
    EXEMPT = "exempt"
    OFF = "off"
    NOT_THEIRS = "not_theirs"


@dataclass(frozen=True, slots=True)
class Subject:
    """An enrolment with a deadline, or a completion that runs out. `since` is the day from which it was known."""

    kind: str
    pk: int
    user_id: int
    course_id: int
    target_on: date
    since: date


@dataclass(frozen=True, slots=True)
class Reader:
    """Who would be written to; `obstacle` says why that cannot be."""

    user_id: int
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One reader hears of one subject on `send_on`, or does not for this reason."""

    subject: Subject
    step: Step
    reader_id: int
    send_on: date
    reason: str = ""

    @property
    def key(self) -> Key:
        subject, step = self.subject, self.step
        return subject.kind, subject.pk, step.days, subject.target_on, step.to, self.reader_id


@dataclass(slots=True)
class Known:
    """What was decided before: reminders, and the days of each reader's letters by role."""

    keys: set[Key] = field(default_factory=set)
    letters: dict[tuple[int, str], set[date]] = field(default_factory=lambda: defaultdict(set))

    def note(self, decision: Decision) -> None:
        self.keys.add(decision.key)
        if not decision.reason:
            self.letters[decision.reader_id, decision.step.to].add(decision.send_on)


def latest_step(subject: Subject, policy: Policy, to: str, *, on: date) -> Step | None:
    """The step that lies behind last, unless it lies too far behind or before the subject was known."""
    fallen = [(policy.day_of(step, subject.target_on), step) for step in policy.steps_for(subject.kind, to)]
    day, step = max((each for each in fallen if each[0] <= on), default=(date.min, None))
    return step if day >= on - CATCH_UP and day > subject.since else None


def decide(
    subject: Subject,
    policy: Policy,
    readers: Mapping[str, Sequence[Reader]],
    *,
    known: Known,
    on: date,
    first_day: date,
) -> Iterator[Decision]:
    """What is decided anew on that day; `known` is told of it. Letters may leave from `first_day` on."""
    if not policy.is_on:
        return
    for to in ROLES:
        step = latest_step(subject, policy, to, on=on) if readers.get(to) else None
        for reader in readers[to] if step else ():
            decision = _about(subject, step, reader, policy, known, first_day)
            if decision.key not in known.keys:
                known.note(decision)
                yield decision


def _about(subject: Subject, step: Step, reader: Reader, policy: Policy, known: Known, first_day: date) -> Decision:
    send_on = policy.next_day(step.to, first_day)
    days = known.letters.get((reader.user_id, step.to), frozenset())
    if reader.obstacle:
        reason = reader.obstacle
    elif is_late(step, subject.target_on, on=send_on):
        reason = Skip.LATE
    elif step.to != HR and send_on not in days and is_full(days, send_on, per_week=policy.per_week):
        reason = Skip.CAP
    else:
        reason = ""
    return Decision(subject, step, reader.user_id, send_on, reason)


def is_late(step: Step, target_on: date, *, on: date) -> bool:
    """Whether a letter that announces the day would come after it. A digest says how things stand, so it may."""
    return step.to != HR and step.days <= 0 and on > target_on


def is_full(days: set[date] | frozenset[date], day: date, *, per_week: int) -> bool:
    """Whether one more letter on that day would make too many in some seven days on end."""
    return any(
        sum(start <= other <= start + WEEK for other in days) >= per_week
        for start in (day - timedelta(days=back) for back in range(7))
    )
