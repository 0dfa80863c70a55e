"""Keeping derived figures in step with the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from learning.coverage.figures import MONTHS, Figures, ends_of_months
from learning.coverage.models import Coverage, CoverageDirt, CoverageMonth
from learning.coverage.programmes import Programme, programmes_at
from learning.coverage.sources import Live
from learning.people.models import Institution, Membership, User

NOTES_AT_A_TIME = 5_000


def mark_dirty(institution_ids: Iterable[int]) -> None:
    """Note that facts of these institutions changed. Call inside the transaction that changes them."""
    CoverageDirt.objects.bulk_create(CoverageDirt(institution_id=pk) for pk in sorted(set(institution_ids)))


def mark_person_dirty(user: User) -> None:
    """Note that this person's standing changed wherever they ever worked."""
    mark_dirty(Membership.objects.filter(user=user).values_list("institution_id", flat=True))


@transaction.atomic
def refresh(institution: Institution, *, months_anew: bool = False) -> int:
    """Derive an institution's figures of today anew and pass the note on to the one above; say how many rows.

    Coverage of months gone by is derived once, or again with `months_anew`: late news may change the past too.
    Notes written while this runs are not seen and stay for the next time; so does everything if it fails.
    """
    on = timezone.localdate()
    # Two refreshes of one institution take turns. It is the derived rows that are guarded: writers of facts never wait.
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    seen = list(CoverageDirt.objects.filter(institution=institution).values_list("pk", flat=True))
    source = Live(institution, on=on)
    rows = list(_rows(source, programmes_at(institution, on=on)))
    Coverage.objects.filter(institution=institution).delete()
    Coverage.objects.bulk_create(rows, batch_size=500)
    if not institution.is_leaf():
        _derive_months(source, anew=months_anew)
    for start in range(0, len(seen), NOTES_AT_A_TIME):
        CoverageDirt.objects.filter(pk__in=seen[start : start + NOTES_AT_A_TIME]).delete()
    if seen and not institution.is_root():
        above = Institution.objects.only("pk").get(path=institution.path[: -institution.steplen])
        mark_dirty([above.pk])
    return len(rows)


def refresh_all(*, everything: bool = False) -> Iterator[tuple[Institution, int]]:
    """Refresh what is out of date, the lowest first, so that every institution is counted once.

    Out of date is what was noted, what lies above it, and what was derived before today or never. Each institution is
    a transaction of its own: stopped half-way, the next run goes on with the rest. With `everything`, all of them.
    """
    on = timezone.localdate()
    for depth in _depths():
        level = Institution.objects.filter(depth=depth)
        if not everything:
            noted = Q(pk__in=CoverageDirt.objects.values("institution"))
            level = level.filter(noted | ~Q(pk__in=Coverage.objects.filter(on=on).values("institution")))
        for pk in list(level.values_list("pk", flat=True)):
            institution = Institution.objects.get(pk=pk)
            yield institution, refresh(institution, months_anew=everything)


def _depths() -> list[int]:
    return list(Institution.objects.order_by("-depth").values_list("depth", flat=True).distinct())


def _rows(source: Live, programmes: Sequence[Programme]) -> Iterator[Coverage]:
    def row(programme: Programme, figures: Figures, **of: int) -> Coverage:
        return Coverage(
            institution=source.institution,
            course_id=programme.course_id,
            on=source.on,
            refreshed_at=source.as_of,
            **of,
            **asdict(figures),
        )

    for programme, figures in source.by_programme(programmes):
        yield row(programme, figures)
    for programme in programmes:
        for position in source.by_position(programme):
            yield row(programme, position.figures, position_id=position.position_id)
        if not source.institution.is_leaf():
            for sector, figures in source.by_sector(programme):
                yield row(programme, figures, sector_id=sector.pk)


def _derive_months(source: Live, *, anew: bool) -> None:
    """Where figures may be shown derived, keep the months gone by: all of them `anew`, else those not kept yet."""
    kept = CoverageMonth.objects.filter(institution=source.institution)
    since = ends_of_months(source.on, -MONTHS)[0]
    if not anew and kept.filter(on=ends_of_months(source.on, -MONTHS)[-1]).exists():
        return
    programmes = programmes_at(source.institution, on=source.on, since=since)
    kept.filter(on__gte=since).delete()
    CoverageMonth.objects.bulk_create(
        CoverageMonth(
            institution=source.institution,
            course_id=programme.course_id,
            on=month.last_day,
            required=month.required,
            valid=month.valid,
        )
        for programme in programmes
        for month in source.trend(programme)
    )
