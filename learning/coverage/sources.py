"""Where figures come from: counted from the facts now, or read from the table derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cms.i18n import Translated
from learning.coverage import sql
from learning.coverage.figures import MONTHS, Figures, ends_of_months, grouped
from learning.coverage.models import Coverage, CoverageMonth
from learning.coverage.programmes import Clause, Programme
from learning.coverage.selectors import covered, tally
from learning.people.models import Institution, Sector

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
class Month:
    """Coverage on the last day of a month gone by."""

    last_day: date
    required: int
    valid: int

    @property
    def percent(self) -> int | None:
        """Rounded down, as everywhere; None when nobody was required."""
        return self.valid * 100 // self.required if self.required else None


def source_at(institution: Institution, *, on: date) -> Live | Derived:
    """Its day is `on`, or an earlier one where only derived figures can be shown."""
    return Derived.of(institution, on=on) or Live(institution, on=on)


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

    def by_sector(self, programme: Programme) -> list[tuple[Sector, Figures]]:
        rows = tally([self._people(programme, sql.SECTOR)], "sector_id", on=self.on)
        found = grouped(rows, "sector_id", on=self.on)
        return [(sector, found[sector.pk]) for sector in Sector.objects.all() if sector.pk in found]

    def trend(self, programme: Programme) -> list[Month]:
        """The last days of the twelve months gone by. `programme` must hold the rules of all that time."""
        days = ends_of_months(self.on, -MONTHS)
        parts = [
            sql.standings(
                self.institution,
                course_id=programme.course_id,
                rules=programme.rules,
                retakes=programme.retakes,
                on=day,
            )
            for day in days
        ]
        return [Month(day, required, valid) for day, (required, valid) in zip(days, covered(parts), strict=True)]

    def _people(self, programme: Programme, by: Mapping[str, str] | None = None) -> sql.Part:
        return sql.standings(
            self.institution,
            course_id=programme.course_id,
            rules=programme.rules,
            retakes=programme.retakes,
            on=self.on,
            by=by,
        )


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
        rows = list(Coverage.objects.filter(institution=institution).select_related("position", "sector"))
        people = max((row.figures.employed for row in rows if row.is_sum), default=0)
        return cls(institution, rows) if people > LIVE_PEOPLE else None

    def by_programme(self, programmes: Sequence[Programme]) -> list[tuple[Programme, Figures]]:
        found = {row.course_id: row.figures for row in self.rows if row.is_sum}
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

    def by_sector(self, programme: Programme) -> list[tuple[Sector, Figures]]:
        rows = [row for row in self.rows if row.sector_id and row.course_id == programme.course_id]
        return [
            (row.sector, row.figures) for row in sorted(rows, key=lambda row: (row.sector.position, row.sector.key))
        ]

    def trend(self, programme: Programme) -> list[Month]:
        """As far back as it was derived."""
        since = ends_of_months(self.on, -MONTHS)[0]
        months = CoverageMonth.objects.filter(
            institution=self.institution, course=programme.course_id, on__range=(since, self.on)
        )
        return [Month(month.on, month.required, month.valid) for month in months.order_by("on")]

    def by_place(self, programme: Programme) -> list[tuple[Institution, Figures]]:
        """As derived for each place below; the few who work at the place itself are counted now."""
        here = sql.standings(
            self.institution,
            course_id=programme.course_id,
            rules=programme.rules,
            retakes=programme.retakes,
            on=self.on,
            here_only=True,
        )
        rows = tally([here], on=self.on)
        itself = [(self.institution, Figures.of(rows, on=self.on))] if rows else []
        below = Coverage.objects.filter(institution__in=_below(self.institution), course=programme.course_id)
        found = {row.institution_id: row.figures for row in below.sums()}
        return [*itself, *((place, found.get(place.pk, Figures())) for place in _below(self.institution))]


def _below(institution: Institution):
    """Right below, by name."""
    return Institution.objects.under(institution).filter(depth=institution.depth + 1).order_by("name")


def _in_order(positions: Iterable[OfPosition]) -> list[OfPosition]:
    """Positions of which something is asked, most people first, then by name."""
    asked = [item for item in positions if item.figures.employed > item.figures.not_required]
    return sorted(asked, key=lambda position: (-position.figures.required, position.name))
