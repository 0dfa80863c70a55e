"""What is required at a place: programmes with their requirements, read in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from cms.i18n import Translated, pick
from courses.models import CourseVersion
from learning.coverage.standing import Retake, Rule
from learning.people.models import Institution
from learning.requirements.models import Requirement

LEGAL_BASIS = [f"legal_basis_{code}" for code, _ in settings.LANGUAGES]


@dataclass(frozen=True)
class Clause:
    """A requirement as pages tell of it; `rule` is the part that decides."""

    rule: Rule
    institution_name: str
    sector_name: str
    legal_basis_lv: str
    legal_basis_en: str
    legal_url: str
    legal_checked_on: date | None

    legal_basis = Translated("legal_basis")


@dataclass(frozen=True)
class Programme:
    """A programme that somebody at a place must complete, and by which clauses."""

    course_id: int
    key: str
    titles: Mapping[str, str]
    clauses: tuple[Clause, ...]
    retakes: tuple[Retake, ...] = ()

    @property
    def title(self) -> str:
        return pick(self.titles) or self.key

    @property
    def rules(self) -> list[Rule]:
        return [clause.rule for clause in self.clauses]

    def is_required(self, on: date) -> bool:
        return any(rule.is_in_force(on) for rule in self.rules)

    def clauses_for(self, position_id: int) -> tuple[Clause, ...]:
        this = frozenset([position_id])
        return tuple(clause for clause in self.clauses if position_id in (clause.rule.position_ids or this))


def programmes_at(institution: Institution, *, on: date, since: date | None = None) -> list[Programme]:
    """Programmes that a requirement asks of people at or below this institution: one in force on that day, or on any
    day from `since` until then.

    Rules of this institution and of those above it come with an empty path: they ask every post here. Where nothing
    lies below, rules for other sectors are left out.
    """
    above = [institution.path[:end] for end in range(institution.steplen, len(institution.path), institution.steplen)]
    reach = Q(institution__path__in=above) | Q(institution__path__startswith=institution.path)
    of_sector = Q(sector=None) | Q(sector=institution.sector_id)
    sector = of_sector if institution.is_leaf() else Q()
    newest = CourseVersion.objects.filter(course=OuterRef("course")).newest_first()
    in_force = Q(valid_from__lte=on) & (Q(valid_until=None) | Q(valid_until__gte=since or on))
    rows = (
        Requirement.objects.filter(in_force, reach, sector)
        .order_by("course__key", "pk")
        .values(
            "pk",
            "course_id",
            "course__key",
            "institution__path",
            "institution__name",
            "sector_id",
            "due_from",
            "due_days",
            "due_on",
            "grace_days",
            "repeat_months",
            "law_points",
            "valid_from",
            "valid_until",
            "legal_url",
            "legal_checked_on",
            "positions",
            *LEGAL_BASIS,
            *(f"sector__name_{code}" for code, _ in settings.LANGUAGES),
            titles=Subquery(newest.values("title")[:1]),
            was_retaken=Exists(newest.filter(change=CourseVersion.Change.RETAKE)),
        )
    )
    retaken = {row["course_id"] for row in rows if row["was_retaken"]}
    retakes = retakes_of(retaken) if retaken else {}
    return [
        _programme(list(asked), institution, retakes.get(course_id, ()))
        for course_id, asked in groupby(rows, itemgetter("course_id"))
    ]


def chosen(programmes: Sequence[Programme], key: str) -> Programme | None:
    """The programme of that key, else the first; None where nothing is required."""
    return next((programme for programme in programmes if programme.key == key), next(iter(programmes), None))


def retakes_of(course_ids: Iterable[int]) -> dict[int, tuple[Retake, ...]]:
    """By programme."""
    found: dict[int, tuple[Retake, ...]] = {}
    versions = CourseVersion.objects.filter(course__in=course_ids, change=CourseVersion.Change.RETAKE)
    for course_id, major, at, by in versions.order_by("major").values_list(
        "course_id", "major", "published_at", "retake_by"
    ):
        found[course_id] = (*found.get(course_id, ()), Retake(major, timezone.localdate(at), by))
    return found


def _programme(rows: list[dict], institution: Institution, retakes: tuple[Retake, ...]) -> Programme:
    return Programme(
        course_id=rows[0]["course_id"],
        key=rows[0]["course__key"],
        titles=rows[0]["titles"] or {},
        clauses=tuple(_clause(list(of_one), institution) for _, of_one in groupby(rows, itemgetter("pk"))),
        retakes=retakes,
    )


def _clause(rows: list[dict], institution: Institution) -> Clause:
    """From one row for each position, or a single row with None."""
    row = rows[0]
    path = row["institution__path"]
    rule = Rule(
        path="" if institution.path.startswith(path) else path,
        due_days=row["due_days"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        sector_id=row["sector_id"],
        position_ids=frozenset(each["positions"] for each in rows if each["positions"]),
        law_points=frozenset(row["law_points"]),
        from_post=row["due_from"] == Requirement.DueFrom.POST,
        due_on=row["due_on"],
        grace_days=row["grace_days"],
        repeat_months=row["repeat_months"],
    )
    return Clause(
        rule=rule,
        institution_name=row["institution__name"],
        sector_name=pick({code: row[f"sector__name_{code}"] or "" for code, _ in settings.LANGUAGES}),
        legal_url=row["legal_url"],
        legal_checked_on=row["legal_checked_on"],
        **{name: row[name] for name in LEGAL_BASIS},
    )
