"""What one person's facts mean for one programme on one day: the rule of coverage in plain Python.

The same rule is written in SQL in `sql`, for thousands of people at once; the tests prove that both agree.
This one explains a single person and is the reference.

The day rule. A deadline is the later of two starts, of the post and of the requirement, plus the days the requirement
allows; the deadline day itself still counts as in time. So somebody is *required* on D when employed on D, not exempt
on D, and the deadline of some post and requirement lies before D. The person counts once, however many posts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum

SOON_DAYS = 60
# Proofs that never run out are held until this day, so that dates compare.
NEVER = date.max


class Obligation(IntEnum):
    """What is asked of a person; of several posts the smallest number decides."""

    REQUIRED = 1
    NOT_YET_DUE = 2
    EXEMPT = 3
    NOT_REQUIRED = 4


class State(StrEnum):
    """How far the person is, whether asked or not."""

    VALID = "valid"
    EXPIRED = "expired"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"


@dataclass(frozen=True)
class Post:
    """A membership."""

    path: str
    sector_id: int | None
    position_id: int
    starts_on: date
    ends_on: date | None = None

    def is_held(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True)
class Rule:
    """A requirement. `path` is that of its institution in the tree; no positions means every position."""

    path: str
    due_days: int
    valid_from: date
    valid_until: date | None = None
    sector_id: int | None = None
    position_ids: frozenset[int] = field(default_factory=frozenset)

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def asks(self, post: Post) -> bool:
        return (
            post.path.startswith(self.path)
            and self.sector_id in (None, post.sector_id)
            and (not self.position_ids or post.position_id in self.position_ids)
        )

    def deadline(self, starts_on: date) -> date:
        """The last day in time for a post that began on `starts_on`."""
        return max(starts_on, self.valid_from) + timedelta(days=self.due_days)


@dataclass(frozen=True)
class Pause:
    """An exemption, for every post at the institution that gave it and below."""

    path: str
    starts_on: date
    ends_on: date | None = None

    def covers(self, post: Post, on: date) -> bool:
        running = self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)
        return running and post.path.startswith(self.path)


@dataclass(frozen=True)
class Proof:
    """A completion; None in `valid_until` never runs out."""

    completed_on: date
    valid_from: date
    valid_until: date | None
    withdrawn_on: date | None = None

    def is_known(self, on: date) -> bool:
        return self.completed_on <= on and (self.withdrawn_on is None or on < self.withdrawn_on)

    @property
    def until(self) -> date:
        return NEVER if self.valid_until is None else self.valid_until


@dataclass(frozen=True)
class Study:
    """An enrolment by its local days: begun, and completed or withdrawn."""

    started_on: date | None
    ended_on: date | None = None

    def is_under_way(self, on: date) -> bool:
        return self.started_on is not None and self.started_on <= on and (self.ended_on is None or on < self.ended_on)


@dataclass(frozen=True)
class Standing:
    obligation: Obligation
    state: State
    due_on: date | None
    covered_until: date | None

    @property
    def label(self) -> str:
        """One word for lists: the state of those required, else why the person is not counted."""
        return self.state.value if self.obligation is Obligation.REQUIRED else self.obligation.name.lower()


def standing(
    posts: Iterable[Post],
    *,
    rules: Iterable[Rule],
    proofs: Iterable[Proof] = (),
    studies: Iterable[Study] = (),
    pauses: Iterable[Pause] = (),
    on: date,
) -> Standing | None:
    """Where a person stands on that day; None when not employed then."""
    held = [post for post in posts if post.is_held(on)]
    if not held:
        return None
    rules = [rule for rule in rules if rule.is_in_force(on)]
    pauses = list(pauses)
    deadlines = [rule.deadline(post.starts_on) for post in held for rule in rules if rule.asks(post)]
    state, covered_until = _state(list(proofs), studies, on)
    return Standing(
        obligation=min(_obligation(post, rules, pauses, on) for post in held),
        state=state,
        due_on=min(deadlines, default=None),
        covered_until=covered_until,
    )


def _obligation(post: Post, rules: list[Rule], pauses: list[Pause], on: date) -> Obligation:
    asking = [rule for rule in rules if rule.asks(post)]
    if not asking:
        return Obligation.NOT_REQUIRED
    if any(pause.covers(post, on) for pause in pauses):
        return Obligation.EXEMPT
    if any(rule.deadline(post.starts_on) < on for rule in asking):
        return Obligation.REQUIRED
    return Obligation.NOT_YET_DUE


def _state(proofs: list[Proof], studies: Iterable[Study], on: date) -> tuple[State, date | None]:
    """The state, and the last day that the proofs known on D reach (a renewal counts at once)."""
    known = [proof for proof in proofs if proof.is_known(on)]
    covered_until = max((proof.until for proof in known), default=None)
    holds = any(proof.valid_from <= on <= proof.until for proof in known)
    studying = any(study.is_under_way(on) for study in studies)
    return state_of(holds=holds, covered_until=covered_until, studying=studying, on=on), covered_until


def state_of(*, holds: bool, covered_until: date | None, studying: bool, on: date) -> State:
    """`covered_until` is the last day the proofs reach, NEVER for good, None without any."""
    if holds:
        return State.VALID
    if covered_until is not None and covered_until < on:
        return State.EXPIRED
    return State.IN_PROGRESS if studying else State.NOT_STARTED
