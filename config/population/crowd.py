"""Thousands of institutions and up to a million people with a history, for benchmarks.

The same numbers give the same crowd. Rows are written in bulk and past the services, so nobody here has a certificate;
the demo's own municipality shows how things look, the crowd how they scale.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from time import monotonic

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils import timezone

from courses.models import Course, CourseVersion
from courses.selectors import outline
from learning.coverage.services import mark_dirty
from learning.models import (
    Completion,
    CoverageDirt,
    Enrolment,
    Institution,
    Membership,
    Position,
    Requirement,
    Sector,
    UnitState,
    User,
)
from learning.records.validity import valid_until
from learning.requirements.paths import units_on
from learning.requirements.selectors import newest_version

from . import bulk
from .names import MEN, SURNAMES, WOMEN, surname
from .structure import LEGAL_BASIS, create_posts

INSTITUTIONS_OF_A_MUNICIPALITY = 50
PEOPLE_AT_A_TIME = 20_000
SEED = 20260301
PREFIX = "crowd"
DUE_DAYS = 90
IN_FORCE_SINCE = timedelta(days=1200)
SHARE_COMPLETED, SHARE_RENEWED, SHARE_UNDER_WAY = 0.7, 0.1, 0.15
# Unit states are the longest table of all: a sample shows how they weigh without filling the disk.
SHARE_WITH_UNIT_STATES = 0.05

WRITTEN = (Institution, Requirement, User, Membership, Enrolment, Completion, UnitState)
USER = ("id", "number", "password", "email", "first_name", "last_name", "language", "is_staff", "is_superuser")
USER += ("is_active", "date_joined")
MEMBERSHIP = ("id", "user_id", "institution_id", "position_id", "department", "staff_number", "starts_on", "ends_on")
ENROLMENT = ("id", "number", "user_id", "course_id", "version_id", "path", "role_key", "institution_id")
ENROLMENT += ("requirement_id", "due_on", "enrolled_at", "started_at", "completed_at")
COMPLETION = ("id", "number", "user_id", "course_id", "version_id", "enrolment_id", "kind", "started_on")
COMPLETION += ("completed_at", "completed_on", "valid_from", "valid_until", "renews_id", "evidence")
STATE = ("id", "enrolment_id", "unit_id", "opened_at", "seen_at", "block", "done_at")


class CrowdThere(Exception):
    """A crowd was written before."""


@dataclass(frozen=True, slots=True)
class Place:
    pk: int
    requirement: int


@dataclass(slots=True)
class Written:
    """How many rows of each kind, and in how long."""

    rows: dict[str, int]
    seconds: float

    @property
    def rows_per_second(self) -> int:
        return round(sum(self.rows.values()) / self.seconds)


def write_crowd(
    *, course: Course, institutions: int, members: int, today: date, report: Callable[[str], None] = lambda line: None
) -> Written:
    """Write the crowd in pieces that are committed one by one. Raises CrowdThere."""
    if Institution.objects.filter(code__startswith=f"{PREFIX}-").exists():
        raise CrowdThere
    begun = monotonic()
    writer = _Crowd(newest_version(course), today)
    writer.write_institutions(institutions)
    for done in writer.write_people(members):
        report(f"{done:,} people, {done / (monotonic() - begun):,.0f} a second")
    bulk.catch_up_sequences(*WRITTEN)
    mark_dirty(place.pk for place in writer.places)
    bulk.tidy(*WRITTEN, CoverageDirt)
    return Written(rows=writer.rows, seconds=monotonic() - begun)


class _Crowd:
    def __init__(self, version: CourseVersion, today: date) -> None:
        self.version, self.today, self.zone = version, today, timezone.get_current_timezone()
        self.source = Random(SEED)  # noqa: S311 - a benchmark must meet the same crowd every time
        self.sectors = list(create_posts().values())
        self.positions = list(Position.objects.exclude(law_point="").order_by("key").values_list("pk", "role__key"))
        self.units = [unit.id for unit in units_on(Enrolment.Path.FULL, outline(version.pk, "lv")) if unit.required]
        self.women = [(first, surname(last, woman=True)) for first, last in zip(WOMEN * 2, SURNAMES, strict=False)]
        self.men = [(first, surname(last, woman=False)) for first, last in zip(MEN * 4, SURNAMES, strict=False)]
        self.places: list[Place] = []
        self.numbers = {model: count(bulk.next_pk(model)) for model in WRITTEN}
        self.rows = dict.fromkeys((model._meta.model_name for model in WRITTEN), 0)
        self.password = f"{UNUSABLE_PASSWORD_PREFIX}{uuid.uuid4().hex}"

    def _at(self, day: date, hour: int = 9) -> datetime:
        return datetime.combine(day, time(hour), self.zone)

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.source.getrandbits(128), version=4)

    def _insert(self, model: type, names: tuple[str, ...], rows: list[tuple]) -> None:
        bulk.insert(model, names, rows)
        self.rows[model._meta.model_name] += len(rows)

    # Institutions

    def write_institutions(self, wanted: int) -> None:
        """Municipalities of some fifty institutions, each with its own requirement. Paths are computed, not asked."""
        first = Institution.get_last_root_node()
        root_step = Institution._str2int(first.path) if first else 0
        rows, requirements = [], []
        for place in range(wanted):
            root_number, child = divmod(place, INSTITUTIONS_OF_A_MUNICIPALITY)
            if child == 0:
                children = min(INSTITUTIONS_OF_A_MUNICIPALITY, wanted - place)
                root_path = Institution._get_path("", 1, root_step + root_number + 1)
                root_pk, requirement = next(self.numbers[Institution]), next(self.numbers[Requirement])
                rows.append(_node(root_pk, root_path, 1, children, f"{PREFIX}-{root_number + 1}", None))
                requirements.append((requirement, root_pk))
            pk = next(self.numbers[Institution])
            path = Institution._get_path(root_path, 2, child + 1)
            code = f"{PREFIX}-{root_number + 1}-{child + 1}"
            rows.append(_node(pk, path, 2, 0, code, self.sectors[child % len(self.sectors)]))
            self.places.append(Place(pk, requirement))
        self._insert(Institution, NODE, rows)
        self._require(requirements)

    def _require(self, requirements: list[tuple[int, int]]) -> None:
        self.in_force_since = self.today - IN_FORCE_SINCE
        names = (
            "id",
            "course_id",
            "institution_id",
            "sector_id",
            "law_points",
            "due_from",
            "due_days",
            "grace_days",
            *LEGAL_BASIS,
            "legal_url",
            "valid_from",
            "valid_until",
            "created_at",
        )
        fixed = (None, [], Requirement.DueFrom.START, DUE_DAYS, 0, *LEGAL_BASIS.values(), "")
        since = (self.in_force_since, None, timezone.now())
        rows = [(pk, self.version.course_id, root, *fixed, *since) for pk, root in requirements]
        self._insert(Requirement, names, rows)
        through = Requirement.positions.through
        bulk.insert(
            through,
            ("id", "requirement_id", "position_id"),
            [
                (number, requirement, position)
                for number, (requirement, position) in enumerate(
                    (
                        (requirement, position)
                        for requirement, _root in requirements
                        for position, _role in self.positions
                    ),
                    start=bulk.next_pk(through),
                )
            ],
        )
        bulk.catch_up_sequences(through)

    # People

    def write_people(self, wanted: int) -> Iterator[int]:
        """People, posts, studies and proofs; yields how many people are written so far."""
        done = 0
        while done < wanted:
            batch = _Batch()
            for place in range(done, min(done + PEOPLE_AT_A_TIME, wanted)):
                # Neighbouring rows belong to one institution, as they do where institutions import their lists.
                self._person(batch, self.places[place * len(self.places) // wanted])
            self._insert(User, USER, batch.users)
            self._insert(Membership, MEMBERSHIP, batch.memberships)
            self._insert(Enrolment, ENROLMENT, batch.enrolments)
            self._insert(Completion, COMPLETION, batch.completions)
            self._insert(UnitState, STATE, batch.states)
            done += len(batch.users)
            yield done

    def _person(self, batch: "_Batch", place: Place) -> None:
        source = self.source
        user = next(self.numbers[User])
        first, last = source.choice(self.women if source.random() < 0.8 else self.men)
        email = f"p{user}@{PREFIX}.example" if source.random() > 0.05 else None
        starts_on = self.today - timedelta(days=source.randint(20, 6000))
        joined_at = self._at(max(starts_on, self.in_force_since))
        batch.users.append((user, self._uuid(), self.password, email, first, last, "lv", False, False, True, joined_at))
        position, role = source.choice(self.positions)
        ends_on = self.today - timedelta(days=source.randint(1, 19)) if source.random() < 0.03 else None
        membership = next(self.numbers[Membership])
        batch.memberships.append((membership, user, place.pk, position, "", f"{membership}", starts_on, ends_on))
        self._history(batch, user, place, role, max(starts_on, self.in_force_since))

    def _history(self, batch: "_Batch", user: int, place: Place, role: str, asked_on: date) -> None:
        fate = self.source.random()
        due_on = asked_on + timedelta(days=DUE_DAYS)
        days = (self.today - asked_on).days
        if fate >= SHARE_COMPLETED:
            began = self._at(asked_on + timedelta(days=days // 2)) if fate < SHARE_COMPLETED + SHARE_UNDER_WAY else None
            study = self._enrol(batch, user, place, role, asked_on, due_on, began, None)
            if began and self.source.random() < SHARE_WITH_UNIT_STATES * 4:
                self._states(batch, study, began, self.source.randint(1, len(self.units) - 1))
            return
        completed_on = asked_on + timedelta(days=self.source.randint(1, max(days - 1, 1)))
        first = self._complete(batch, user, place, role, asked_on, due_on, completed_on, None)
        last_day = first[1]
        if fate < SHARE_RENEWED and last_day is not None and last_day < self.today:
            self._complete(batch, user, place, role, last_day - timedelta(days=60), last_day, last_day, first[0])

    def _complete(
        self,
        batch: "_Batch",
        user: int,
        place: Place,
        role: str,
        asked_on: date,
        due_on: date,
        completed_on: date,
        renews: int | None,
    ) -> tuple[int, date | None]:
        """Primary key and last valid day of a completion."""
        completed_at, began = self._at(completed_on, 15), self._at(max(asked_on, completed_on - timedelta(days=9)), 10)
        study = self._enrol(batch, user, place, role, asked_on, due_on, began, completed_at)
        last_day = valid_until(completed_on=completed_on, months=self.version.validity_months, renewed=None)
        pk = next(self.numbers[Completion])
        kind = Completion.Kind.RENEWAL if renews else Completion.Kind.FIRST
        batch.completions.append(
            (
                *(pk, self._uuid(), user, self.version.course_id, self.version.pk, study, kind.value, began.date()),
                *(completed_at, completed_on, completed_on, last_day, renews, {"role": role}),
            )
        )
        if self.source.random() < SHARE_WITH_UNIT_STATES:
            self._states(batch, study, began, len(self.units))
        return pk, last_day

    def _enrol(
        self,
        batch: "_Batch",
        user: int,
        place: Place,
        role: str,
        asked_on: date,
        due_on: date,
        began: datetime | None,
        completed_at: datetime | None,
    ) -> int:
        pk = next(self.numbers[Enrolment])
        batch.enrolments.append(
            (
                *(pk, self._uuid(), user, self.version.course_id, self.version.pk, Enrolment.Path.FULL.value, role),
                *(place.pk, place.requirement, due_on, self._at(asked_on, 8), began, completed_at),
            )
        )
        return pk

    def _states(self, batch: "_Batch", study: int, began: datetime, done: int) -> None:
        for place, unit in enumerate(self.units[:done]):
            at = began + timedelta(minutes=10 * place)
            batch.states.append((next(self.numbers[UnitState]), study, unit, at, at, 0, at + timedelta(minutes=9)))


class _Batch:
    """Rows waiting to be written together."""

    def __init__(self) -> None:
        self.users: list[tuple] = []
        self.memberships: list[tuple] = []
        self.enrolments: list[tuple] = []
        self.completions: list[tuple] = []
        self.states: list[tuple] = []


NODE = ("id", "path", "depth", "numchild", "code", "name", "registration_number", "contact_name", "contact_email")
NODE += ("contact_phone", "sector_id")


def _node(pk: int, path: str, depth: int, children: int, code: str, sector: Sector | None) -> tuple:
    return (pk, path, depth, children, code, code.title(), "", "", "", "", sector.pk if sector else None)
