"""Keeping derived figures in step with the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from learning.coverage.models import Coverage, CoverageDirt
from learning.coverage.programmes import programmes_at
from learning.coverage.reports import Live
from learning.people.models import Institution, Membership, User

NOTES_AT_A_TIME = 5_000


def mark_dirty(institution_ids: Iterable[int]) -> None:
    """Note that facts of these institutions changed. Call inside the transaction that changes them."""
    CoverageDirt.objects.bulk_create(CoverageDirt(institution_id=pk) for pk in sorted(set(institution_ids)))


def mark_person_dirty(user: User) -> None:
    """Note that this person's standing changed wherever they ever worked."""
    mark_dirty(Membership.objects.filter(user=user).values_list("institution_id", flat=True))


@transaction.atomic
def refresh(institution: Institution) -> int:
    """Derive an institution's figures of today anew and pass the note on to the one above; say how many rows.

    Notes written while this runs are not seen and stay for the next time; so does everything if it fails.
    """
    on = timezone.localdate()
    # Two refreshes of one institution take turns. It is the derived rows that are guarded: writers of facts never wait.
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    seen = list(CoverageDirt.objects.filter(institution=institution).values_list("pk", flat=True))
    rows = list(_rows(institution, on=on))
    Coverage.objects.filter(institution=institution).delete()
    Coverage.objects.bulk_create(rows, batch_size=500)
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
            yield institution, refresh(institution)


def _depths() -> list[int]:
    return list(Institution.objects.order_by("-depth").values_list("depth", flat=True).distinct())


def _rows(institution: Institution, *, on: date) -> Iterator[Coverage]:
    programmes = programmes_at(institution, on=on)
    source = Live(institution, on=on)
    about = {"institution": institution, "on": on, "refreshed_at": source.as_of}
    for programme, figures in source.by_programme(programmes):
        yield Coverage(course_id=programme.course_id, **about, **asdict(figures))
    for programme in programmes:
        for position in source.by_position(programme):
            yield Coverage(
                course_id=programme.course_id, position_id=position.position_id, **about, **asdict(position.figures)
            )
