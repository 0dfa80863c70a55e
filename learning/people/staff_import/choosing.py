"""Columns matched by hand, once: remembered for the institution and used for its next lists."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from learning.people.models import Institution, User

from .columns import NOT_READ, Chosen, heading_row, places_of, plain, recognise
from .errors import AlreadyDone, FileEmpty
from .models import StaffColumns, StaffImport
from .snapshots import Reach

SAMPLES = 3
IMPORTS_READ = 10
# Latvian personal codes, old and new, are not kept even while nobody has said which columns are read.
PERSONAL_CODE = re.compile(r"\d{6}\s*-?\s*\d{5}")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file. `field` is what it means so far, NOT_READ when nothing."""

    title: str
    field: str
    samples: tuple[str, ...] = ()


def chosen_for(institution: Institution | None) -> dict[str, str]:
    """What somebody said about the headings of this institution's lists."""
    kept = StaffColumns.objects.filter(institution=institution).first()
    return {words: field for words, (_title, field) in kept.headings.items()} if kept else {}


def unread_table(rows: Rows, chosen: Chosen) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Headings and cells by place, for a file whose columns are not clear. Raises FileEmpty."""
    best = heading_row(rows, chosen)
    cells = {
        str(number): {str(place): _kept(cell) for place, cell in enumerate(row[: len(rows[best])])}
        for number, row in enumerate(rows[best + 1 :], start=best + 2)
        if any(row)
    }
    if not cells:
        raise FileEmpty
    return list(rows[best]), cells


def _kept(cell: str) -> str:
    return "" if PERSONAL_CODE.fullmatch(cell.strip()) else cell


def columns_of(staff_import: StaffImport) -> list[Column]:
    """The columns of a file that waits for somebody to match them."""
    chosen = chosen_for(staff_import.institution)
    rows = list((staff_import.cells or {}).values())
    return [
        Column(
            title=title,
            field=recognise(title, chosen) or NOT_READ,
            samples=tuple(row[str(place)] for row in rows[:SAMPLES] if row.get(str(place))),
        )
        for place, title in enumerate(staff_import.ignored)
    ]


@transaction.atomic
def match_columns(*, staff_import: StaffImport, fields: Sequence[str], by: User | None) -> None:
    """Say what each column of a file means, place by place; the other columns are forgotten.

    Raises ColumnTwice, ColumnsMissing, AlreadyDone; nothing has changed then.
    """
    institution = staff_import.institution
    places = places_of([field or None for field in fields], needs_institution=not Reach(institution).is_one)
    titles = staff_import.ignored
    rows = {
        number: {field: row.get(str(place), "") for field, place in places.items()}
        for number, row in (staff_import.cells or {}).items()
    }
    matched = StaffImport.objects.filter(pk=staff_import.pk, state=StaffImport.State.COLUMNS).update(
        state=StaffImport.State.WAITING,
        cells={number: cells for number, cells in rows.items() if any(cells.values())},
        ignored=[title for title, field in zip(titles, fields, strict=True) if title and not field],
    )
    if not matched:
        raise AlreadyDone
    remember(
        institution=institution,
        headings={title: field for title, field in zip(titles, fields, strict=True) if title},
        by=by,
    )


@transaction.atomic
def remember(*, institution: Institution | None, headings: Mapping[str, str], by: User | None) -> None:
    """Keep what headings mean for the next list, where it is not what their words say anyway."""
    kept, _made = StaffColumns.objects.select_for_update().get_or_create(institution=institution)
    for title, field in headings.items():
        words = plain(title)
        if field == (recognise(title) or NOT_READ):
            kept.headings.pop(words, None)
        elif words:
            kept.headings[words] = [title[:200], field]
    kept.changed_by, kept.changed_at = by, timezone.now()
    kept.save()


def known_headings(institution: Institution) -> list[Column]:
    """Headings that were matched once, and those of the latest lists that nobody read."""
    kept = StaffColumns.objects.filter(institution=institution).first()
    titles = {words: title for words, (title, _field) in kept.headings.items()} if kept else {}
    latest = StaffImport.objects.filter(institution=institution).exclude(state=StaffImport.State.COLUMNS)
    for ignored in latest.values_list("ignored", flat=True)[:IMPORTS_READ]:
        titles = {**{plain(title): title for title in ignored}, **titles}
    chosen = chosen_for(institution)
    return [
        Column(title=title, field=recognise(title, chosen) or NOT_READ)
        for words, title in sorted(titles.items())
        if words
    ]
