"""What a save and a player need to know, in few queries. What is frozen is read once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.sql.compiler import SQLCompiler

from courses.models import Activity, Package, Unit
from courses.selectors import UnitOutline, outline
from learning.models import Enrolment
from runtime.models import ActivityState, Launch, Registration
from runtime.verdicts import Verdict, Wish, verdict_of


@dataclass(frozen=True, slots=True)
class ActivityTerms:
    """An activity as a save is judged by it. Frozen, so shared."""

    id: int
    identifier: str
    is_tracked: bool
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PackageTerms:
    """A package as a save is judged by it. `counted`: ids of the activities that make up the whole."""

    kind: str
    activities: Mapping[int, ActivityTerms]
    counted: frozenset[int]
    is_sequenced: bool


@lru_cache(maxsize=512)
def package_terms(package_id: int) -> PackageTerms:
    package = Package.objects.get(pk=package_id)
    activities = {
        one.pk: ActivityTerms(one.pk, one.identifier, one.is_tracked, one.settings)
        for one in Activity.objects.filter(package=package).order_by("position")
    }
    tracked = frozenset(pk for pk, one in activities.items() if one.is_tracked)
    return PackageTerms(
        kind=package.kind,
        activities=activities,
        counted=tracked or frozenset(activities),
        is_sequenced=package.kind == Package.Kind.SCORM_2004 and len(activities) > 1,
    )


def unit_of(version_id: int, unit_id: int) -> UnitOutline:
    """A unit of a frozen version, without a query once the version was read."""
    units = outline(version_id, settings.LANGUAGE_CODE).units()
    return next(unit for unit in units if unit.id == unit_id)


@lru_cache(maxsize=512)
def wish_of(version_id: int, unit_id: int) -> Wish:
    """What the editor asks of the package in that unit."""
    return Wish.of(unit_of(version_id, unit_id).settings)


@dataclass(frozen=True, slots=True)
class Saving:
    """All that a save must know of the database, one row."""

    launch_id: int
    launched_at: datetime
    closed_at: datetime | None
    registration_id: int
    package_id: int
    unit_id: int
    whole_completed_at: datetime | None
    whole_passed_at: datetime | None
    whole_failed_at: datetime | None
    whole_score: Any
    done_at: datetime | None
    enrolment_id: int
    version_id: int
    study_completed_at: datetime | None
    withdrawn_at: datetime | None
    is_active: bool
    state_id: int
    activity_id: int
    owner_id: int | None
    sequence: int
    slim_sequence: int
    seconds_before: int
    seconds: int
    completed_at: datetime | None
    passed_at: datetime | None
    failed_at: datetime | None
    best_score: Any


COLUMNS = (
    "pk",
    "opened_at",
    "closed_at",
    "registration_id",
    "registration__package_id",
    "registration__unit_id",
    "registration__completed_at",
    "registration__passed_at",
    "registration__failed_at",
    "registration__best_score",
    "registration__done_at",
    "registration__enrolment_id",
    "registration__enrolment__version_id",
    "registration__enrolment__completed_at",
    "registration__enrolment__withdrawn_at",
    "registration__enrolment__user__is_active",
    "registration__states__pk",
    "registration__states__activity_id",
    "registration__states__launch_id",
    "registration__states__sequence",
    "registration__states__slim_sequence",
    "registration__states__seconds_before",
    "registration__states__seconds",
    "registration__states__completed_at",
    "registration__states__passed_at",
    "registration__states__failed_at",
    "registration__states__best_score",
)


@cache
def _saving_statement() -> tuple[SQLCompiler, str]:
    """The SQL of `saving`, written once: Django takes longer to write it than the database to answer."""
    anybodys = Launch.objects.filter(number=UUID(int=0), registration__states__activity=0).order_by()
    compiler = anybodys.values_list(*COLUMNS).query.get_compiler(DEFAULT_DB_ALIAS)
    sql, _ = compiler.as_sql()
    return compiler, sql


def saving(launch: UUID, activity_id: int) -> Saving | None:
    """What a save of that activity in that launch meets; None when there is no such launch, or the activity is not
    part of its package."""
    compiler, sql = _saving_statement()
    with connection.cursor() as cursor:
        cursor.execute(sql, [Launch._meta.get_field("number").get_db_prep_value(launch, connection), activity_id])
        rows = cursor.fetchall()
    return Saving(*next(compiler.results_iter([rows]))) if rows else None


def whole_of(registration_id: int, counted: frozenset[int]) -> list[Verdict]:
    """What each activity that counts has come to."""
    rows = ActivityState.objects.filter(registration=registration_id, activity__in=counted)
    reached = rows.values_list("completed_at", "passed_at", "failed_at", "best_score")
    return [verdict_of(*row) for row in reached]


def registration_of(enrolment: Enrolment, unit: Unit) -> Registration | None:
    """The learner's newest way through the package of that unit."""
    return Registration.objects.filter(enrolment=enrolment, unit_id=unit.id).order_by("-attempt").first()


def forget() -> None:
    """Drop what is kept of frozen rows; for tests, which make rows anew under the same keys."""
    package_terms.cache_clear()
    wish_of.cache_clear()
