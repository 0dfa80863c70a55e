"""What one person's facts mean for one programme on one day: the rule of coverage in plain Python.

The same rule is written in SQL in `sql`, for thousands of people at once; the tests prove that both agree.
This one explains a single person and is the reference.

The day rule. A deadline is the later of two starts, of the work (or the post) and of the requirement, plus the days the
requirement allows, but no earlier than its fixed day; days of leave since that start put it off. The deadline day and
the days of grace after it still count as in time. So somebody is *required* on D when employed on D, neither exempt nor
on leave on D, and the deadline of some post and requirement, with its grace, lies before D. The person counts once,
however many posts.

A proof reaches its last valid day; one of a version before a retake reaches the day of the retake at most. Where
a requirement repeats, proofs together reach no further than its months (and grace) after the last completion.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from learning.records.validity import add_months

SOON_DAYS = 60
# Proofs that never run out are held until this day, so that dates compare.
NEVER = date.max


class Obligation(IntEnum):
    """What is asked of a person; of several posts the smallest number decides."""

    REQUIRED = 1
    NOT_YET_DUE = 2
    ON_LEAVE = 3
    EXEMPT = 4
    NOT_REQUIRED = 5


class State(StrEnum):
    """How far the person is, whether asked or not."""

    VALID = "valid"
    EXPIRED = "expired"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"


class WhyNot(StrEnum):
    """The first thing by which a requirement leaves a post out."""

    PLACE = "place"
    SECTOR = "sector"
    POSITION = "position"
    LAW_POINT = "law_point"


@dataclass(frozen=True)
class Post:
    """A membership. `employed_since` is the first day of unbroken work at the place, None: that of the post."""

    path: str
    sector_id: int | None
    position_id: int
    starts_on: date
    ends_on: date | None = None
    employed_since: date | None = None
    law_point: str = ""

    def is_held(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True)
class Rule:
    """A requirement. `path` is that of its institution in the tree; no positions means every position.

    No points of the law means every point. `from_post` counts the days from the post, not from the start of work.
    """

    path: str
    due_days: int
    valid_from: date
    valid_until: date | None = None
    sector_id: int | None = None
    position_ids: frozenset[int] = field(default_factory=frozenset)
    law_points: frozenset[str] = field(default_factory=frozenset)
    from_post: bool = False
    due_on: date | None = None
    grace_days: int = 0
    repeat_months: int | None = None

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def asks(self, post: Post) -> bool:
        return self.why_not(post) is None

    def why_not(self, post: Post) -> WhyNot | None:
        """Why nothing is asked of the post; None when it is."""
        if not post.path.startswith(self.path):
            return WhyNot.PLACE
        if self.sector_id not in (None, post.sector_id):
            return WhyNot.SECTOR
        if self.position_ids and post.position_id not in self.position_ids:
            return WhyNot.POSITION
        if self.law_points and post.law_point not in self.law_points:
            return WhyNot.LAW_POINT
        return None

    def deadline(self, post: Post, leaves: Iterable[Leave] = (), *, on: date) -> date:
        """The last day in time for the post, as leave taken until `on` has put it off."""
        began = post.starts_on if self.from_post else post.employed_since or post.starts_on
        counted_from = max(began, self.valid_from)
        last_day = counted_from + timedelta(days=self.due_days)
        if self.due_on is not None:
            last_day = max(last_day, self.due_on)
        away = sum(leave.days(after=counted_from, until=on) for leave in leaves if leave.concerns(post))
        return last_day + timedelta(days=away)

    def repeats_by(self, completed_on: date) -> date | None:
        """How far a completion reaches where the requirement repeats; None where it does not."""
        if self.repeat_months is None:
            return None
        return add_months(completed_on, self.repeat_months) + timedelta(days=self.grace_days)


@dataclass(frozen=True)
class Pause:
    """An exemption, for every post at the institution that gave it and below."""

    path: str
    starts_on: date
    ends_on: date | None = None

    def concerns(self, post: Post) -> bool:
        return post.path.startswith(self.path)

    def covers(self, post: Post, on: date) -> bool:
        return self.concerns(post) and self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


class Leave(Pause):
    """Leave from every post at an institution and below. Leaves that concern one post do not overlap."""

    def days(self, *, after: date, until: date) -> int:
        """How many of its days lie after the one and not after the other."""
        first = max(self.starts_on, after + timedelta(days=1))
        last = until if self.ends_on is None else min(self.ends_on, until)
        return max((last - first).days + 1, 0)


@dataclass(frozen=True)
class Retake:
    """A version whose publication asked everyone to study again by a day."""

    major: int
    published_on: date
    by: date


@dataclass(frozen=True)
class Proof:
    """A completion; None in `valid_until` never runs out.

    `major` is the first number of the version studied, 0 for training elsewhere. One that is `partial` ("what
    changed") is no repetition of the whole.
    """

    completed_on: date
    valid_from: date
    valid_until: date | None
    withdrawn_on: date | None = None
    major: int = 0
    is_partial: bool = False

    def is_known(self, on: date) -> bool:
        return self.completed_on <= on and (self.withdrawn_on is None or on < self.withdrawn_on)

    def until(self, retakes: Iterable[Retake] = ()) -> date:
        """Its last day, given the retakes known."""
        last_day = NEVER if self.valid_until is None else self.valid_until
        asked = (item.by for item in retakes if self.major < item.major)
        return min(last_day, *asked, NEVER)


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
    leaves: Iterable[Leave] = (),
    retakes: Iterable[Retake] = (),
    on: date,
) -> Standing | None:
    """Where a person stands on that day; None when not employed then."""
    held = [post for post in posts if post.is_held(on)]
    if not held:
        return None
    rules = [rule for rule in rules if rule.is_in_force(on)]
    pauses, leaves = list(pauses), list(leaves)
    asking = [(rule, post) for post in held for rule in rules if rule.asks(post)]
    holds, covered_until = _reach(proofs, retakes, {rule for rule, _ in asking}, on)
    studying = any(study.is_under_way(on) for study in studies)
    return Standing(
        obligation=min(_obligation(post, rules, pauses, leaves, on) for post in held),
        state=state_of(holds=holds, covered_until=covered_until, studying=studying, on=on),
        due_on=min((rule.deadline(post, leaves, on=on) for rule, post in asking), default=None),
        covered_until=covered_until,
    )


def _obligation(post: Post, rules: list[Rule], pauses: list[Pause], leaves: list[Leave], on: date) -> Obligation:
    asking = [rule for rule in rules if rule.asks(post)]
    if not asking:
        return Obligation.NOT_REQUIRED
    if any(pause.covers(post, on) for pause in pauses):
        return Obligation.EXEMPT
    if any(leave.covers(post, on) for leave in leaves):
        return Obligation.ON_LEAVE
    if any(rule.deadline(post, leaves, on=on) + timedelta(days=rule.grace_days) < on for rule in asking):
        return Obligation.REQUIRED
    return Obligation.NOT_YET_DUE


def _reach(
    proofs: Iterable[Proof], retakes: Iterable[Retake], asking: Iterable[Rule], on: date
) -> tuple[bool, date | None]:
    """Whether a proof holds on D, and the last day that those known on D reach (a renewal counts at once)."""
    known = [proof for proof in proofs if proof.is_known(on)]
    if not known:
        return False, None
    retakes = [retake for retake in retakes if retake.published_on <= on]
    repeating = [rule for rule in asking if rule.repeat_months is not None]
    completed_on = max((proof.completed_on for proof in known if not proof.is_partial), default=date.min)
    last_days = [max(proof.until(retakes) for proof in known), *(rule.repeats_by(completed_on) for rule in repeating)]
    holds = any(proof.valid_from <= on <= proof.until(retakes) for proof in known)
    return holds and on <= min(last_days), min(last_days)


def state_of(*, holds: bool, covered_until: date | None, studying: bool, on: date) -> State:
    """`covered_until` is the last day the proofs reach, NEVER for good, None without any."""
    if holds:
        return State.VALID
    if covered_until is not None and covered_until < on:
        return State.EXPIRED
    return State.IN_PROGRESS if studying else State.NOT_STARTED
