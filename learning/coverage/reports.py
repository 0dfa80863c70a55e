"""What the coverage pages show for a place and a day, gathered in a few queries however many people work there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from cms.i18n import Translated
from learning.coverage import sql
from learning.coverage.figures import Figures, grouped
from learning.coverage.models import Coverage
from learning.coverage.programmes import Clause, Programme, chosen, programmes_at
from learning.coverage.selectors import tally
from learning.people.models import Institution

# A place with more people than this, and others below it, shows the derived figures.
LIVE_PEOPLE = 3_000


@dataclass(frozen=True)
class OfPosition:
    position_id: int
    key: str
    name_lv: str
    name_en: str
    law_point: str
    clauses: tuple[Clause, ...]
    figures: Figures

    name = Translated("name")


@dataclass(frozen=True)
class Report:
    """`programme` is None when nothing is required here; `places` is empty where nothing lies below."""

    institution: Institution
    on: date
    as_of: datetime
    programme: Programme | None
    programmes: Sequence[tuple[Programme, Figures]]
    positions: Sequence[OfPosition]
    places: Sequence[tuple[Institution, Figures]]

    @property
    def figures(self) -> Figures:
        return next((figures for programme, figures in self.programmes if programme is self.programme), Figures())


def report(institution: Institution, *, on: date, course_key: str = "") -> Report:
    """The report on one programme: the one named, else the first.

    `Report.on` may be an earlier day than asked where only derived figures can be shown.
    """
    programmes = programmes_at(institution, on=on)
    programme = chosen(programmes, course_key)
    if programme is None:
        return Report(institution, on, timezone.now(), None, [], [], [])
    sources = Derived.of(institution, on=on) or Live(institution, on=on)
    return Report(
        institution=institution,
        on=sources.on,
        as_of=sources.as_of,
        programme=programme,
        programmes=[(item, figures) for item, figures in sources.by_programme(programmes)],
        positions=sources.by_position(programme),
        places=[] if institution.is_leaf() else sources.by_place(programme),
    )


class Live:
    """Counted from the facts, now."""

    def __init__(self, institution: Institution, *, on: date) -> None:
        self.institution, self.on, self.as_of = institution, on, timezone.now()

    def by_programme(self, programmes: Sequence[Programme]) -> list[tuple[Programme, Figures]]:
        rows = tally([self._people(programme) for programme in programmes], "course_id", on=self.on)
        found = grouped(rows, "course_id", on=self.on)
        return [(programme, found.get(programme.course_id, Figures())) for programme in programmes]

    def by_position(self, programme: Programme) -> list[OfPosition]:
        rows = tally([self._people(programme, sql.POSITION)], *sql.POSITION, on=self.on)
        named = {row["position_id"]: row for row in rows}
        return _in_order(
            OfPosition(
                position_id=position_id,
                key=named[position_id]["position_key"],
                name_lv=named[position_id]["name_lv"],
                name_en=named[position_id]["name_en"],
                law_point=named[position_id]["law_point"],
                clauses=programme.clauses_for(position_id),
                figures=figures,
            )
            for position_id, figures in grouped(rows, "position_id", on=self.on).items()
        )

    def by_place(self, programme: Programme) -> list[tuple[Institution, Figures]]:
        """The place itself, when people work in it directly, and each place right below it."""
        rows = tally([self._people(programme, sql.branch(self.institution))], "branch", on=self.on)
        found = grouped(rows, "branch", on=self.on)
        itself = [self.institution] if self.institution.path in found else []
        return [(place, found.get(place.path, Figures())) for place in [*itself, *_below(self.institution)]]

    def _people(self, programme: Programme, by: Mapping[str, str] | None = None) -> sql.Part:
        return sql.standings(self.institution, course_id=programme.course_id, rules=programme.rules, on=self.on, by=by)


class Derived:
    """Read from the table kept by `services.refresh`."""

    def __init__(self, institution: Institution, rows: list[Coverage]) -> None:
        self.institution, self.rows = institution, rows
        self.on = rows[0].on
        self.as_of = rows[0].refreshed_at

    @classmethod
    def of(cls, institution: Institution, *, on: date) -> Derived | None:
        """None where the facts are few enough to count, for days gone by, or when nothing was derived yet."""
        if institution.is_leaf() or on != timezone.localdate():
            return None
        rows = list(Coverage.objects.filter(institution=institution).select_related("position"))
        people = max((row.figures.employed for row in rows if row.position_id is None), default=0)
        return cls(institution, rows) if people > LIVE_PEOPLE else None

    def by_programme(self, programmes: Sequence[Programme]) -> list[tuple[Programme, Figures]]:
        found = {row.course_id: row.figures for row in self.rows if row.position_id is None}
        return [(programme, found.get(programme.course_id, Figures())) for programme in programmes]

    def by_position(self, programme: Programme) -> list[OfPosition]:
        return _in_order(
            OfPosition(
                position_id=row.position_id,
                key=row.position.key,
                name_lv=row.position.name_lv,
                name_en=row.position.name_en,
                law_point=row.position.law_point,
                clauses=programme.clauses_for(row.position_id),
                figures=row.figures,
            )
            for row in self.rows
            if row.position_id and row.course_id == programme.course_id
        )

    def by_place(self, programme: Programme) -> list[tuple[Institution, Figures]]:
        below = Coverage.objects.filter(institution__in=_below(self.institution), course=programme.course_id)
        found = {row.institution_id: row.figures for row in below.filter(position=None)}
        return [(place, found.get(place.pk, Figures())) for place in _below(self.institution)]


def _below(institution: Institution):
    """Right below, by name."""
    return Institution.objects.under(institution).filter(depth=institution.depth + 1).order_by("name")


def _in_order(positions: Iterable[OfPosition]) -> list[OfPosition]:
    """Positions of which something is asked, most people first, then by name."""
    asked = [item for item in positions if item.figures.employed > item.figures.not_required]
    return sorted(asked, key=lambda position: (-position.figures.required, position.name))
