"""What the coverage pages show for a place and a day, gathered in a few queries however many people work there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from learning.coverage.figures import MONTHS, Figures, ends_of_months
from learning.coverage.programmes import Programme, chosen, programmes_at
from learning.coverage.sources import Month, OfPosition, source_at
from learning.people.models import Institution, Sector


@dataclass(frozen=True)
class _OfProgramme:
    """`programme` is None when nothing is required here. `on` may be an earlier day than was asked for."""

    institution: Institution
    on: date
    as_of: datetime
    programme: Programme | None
    programmes: Sequence[tuple[Programme, Figures]] = ()
    places: Sequence[tuple[Institution, Figures]] = ()

    @property
    def figures(self) -> Figures:
        return next((figures for programme, figures in self.programmes if programme is self.programme), Figures())


@dataclass(frozen=True)
class Report(_OfProgramme):
    """For those who run one institution. `places` is empty where nothing lies below."""

    positions: Sequence[OfPosition] = ()


@dataclass(frozen=True)
class Plan(_OfProgramme):
    """For those who run the programme across sectors: `trend` is of the twelve months gone by."""

    sectors: Sequence[tuple[Sector, Figures]] = ()
    trend: Sequence[Month] = ()

    @property
    def ending(self) -> list[tuple[date, int]]:
        """The last day of each of the twelve months ahead, this one first, and how many valid proofs end in it."""
        return list(zip(ends_of_months(self.on), self.figures.months, strict=True))


def report(institution: Institution, *, on: date, course_key: str = "") -> Report:
    """On the programme named, else on the first."""
    programmes = programmes_at(institution, on=on)
    programme = chosen(programmes, course_key)
    if programme is None:
        return Report(institution, on, timezone.now(), None)
    source = source_at(institution, on=on)
    return Report(
        institution=institution,
        on=source.on,
        as_of=source.as_of,
        programme=programme,
        programmes=source.by_programme(programmes),
        positions=source.by_position(programme),
        places=[] if institution.is_leaf() else source.by_place(programme),
    )


def plan(institution: Institution, *, on: date, course_key: str = "") -> Plan:
    """On the programme named, else on the first."""
    since = ends_of_months(on, -MONTHS)[0]
    # With the rules of the whole year; a programme that is no longer required has no place in today's plan.
    programmes = [item for item in programmes_at(institution, on=on, since=since) if item.is_required(on)]
    programme = chosen(programmes, course_key)
    if programme is None:
        return Plan(institution, on, timezone.now(), None)
    source = source_at(institution, on=on)
    return Plan(
        institution=institution,
        on=source.on,
        as_of=source.as_of,
        programme=programme,
        programmes=source.by_programme(programmes),
        places=source.by_place(programme),
        sectors=source.by_sector(programme),
        trend=source.trend(programme),
    )
