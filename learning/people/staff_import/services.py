"""Keeping an uploaded list, showing what it would change, and applying it once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from learning.people.models import Institution, User
from learning.records.models import AuditEvent

from . import choosing, undoing
from .applying import Outcome, Progress, apply_plan, unheard
from .columns import recognise
from .errors import AlreadyDone, ColumnsMissing, ColumnTwice, ListMoved, MassLeaving, RowsWrong
from .known import Known
from .models import StaffImport
from .parsing import Cells, Table, parse, read_table
from .planning import Plan, plan
from .problems import Problem
from .reading import read_rows
from .snapshots import Reach, read_known

Mends = Mapping[tuple[int, str], str]
"""(row, field) -> the cell as somebody mended it on the page."""

# More leavers than this part of an institution's list is more often a wrong file than a year's end.
MANY_LEAVE_SHARE = 3
MANY_LEAVE_LEAST = 5
COMPARED_PERCENT = 15
KEPT_UNSAVED = timedelta(days=7)
KEPT_UNMATCHED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Added:
    """One person put on the list, or why not."""

    person: User | None
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list says and what saving it would do."""

    table: Table
    known: Known
    plan: Plan
    problems: list[Problem]

    @property
    def wrong_rows(self) -> set[int]:
        return {problem.row for problem in self.problems}

    @property
    def many_leave(self) -> bool:
        """So many are missing from a complete list that somebody should say it is meant."""
        leaving = len({leave.post.person for leave in self.plan.leaves if not leave.is_named})
        return leaving > MANY_LEAVE_LEAST and leaving * MANY_LEAVE_SHARE > len(self.table.rows)

    @property
    def fingerprint(self) -> str:
        """Changes whenever saving would do something else than what was shown."""
        shown = (
            [(join.row, join.person) for join in self.plan.joins],
            [(change.row, change.post, change.moves_on) for change in self.plan.changes],
            [(leave.post, leave.ends_on) for leave in self.plan.leaves],
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def keep_upload(
    *,
    institution: Institution | None,
    content: bytes,
    file_name: str,
    complete: bool,
    by: User | None,
    asks: bool = False,
) -> StaffImport:
    """Read a file and keep its cells until somebody confirms them. Raises a StaffFileError.

    `institution` and all below it may be spoken of; None is the whole site. With `asks`, a file whose columns are not
    clear waits in the state COLUMNS for somebody who matches them.
    """
    rows, chosen = read_rows(content), choosing.chosen_for(institution)
    state = StaffImport.State.WAITING
    try:
        table = read_table(rows, needs_institution=not Reach(institution).is_one, chosen=chosen)
        headings, cells = list(table.ignored), _to_json(table)
    except (ColumnsMissing, ColumnTwice) as unclear:
        headings, cells = choosing.unread_table(rows, chosen)
        if not asks or (isinstance(unclear, ColumnsMissing) and all(recognise(title, chosen) for title in headings)):
            raise
        state = StaffImport.State.COLUMNS
    drop_unsaved()
    return StaffImport.objects.create(
        state=state,
        institution=institution,
        file_name=file_name[-200:],
        file_sha256=hashlib.sha256(content).hexdigest(),
        complete=complete,
        cells=cells,
        ignored=headings,
        row_count=len(cells),
        created_by=by,
    )


def preview(staff_import: StaffImport, *, on: date, mends: Mends | None = None) -> Preview:
    """What saving this list would do on a day, with `mends` in place of what the file says."""
    table = _mended(_from_json(staff_import), mends or {})
    return look_at(table, reach=Reach(staff_import.institution), complete=staff_import.complete, on=on)


def look_at(table: Table, *, reach: Reach, complete: bool, on: date) -> Preview:
    """Judge every row and compare those that can be used with what is known."""
    said = parse(table, reach.vocabulary(), on=on)
    known = read_known(said.rows, reach, on=on)
    unread = [table.rows[number] for number in {problem.row for problem in said.problems}]
    found = plan(said.rows, known, on=on, complete=complete, unread=unread)
    problems = sorted(said.problems + found.problems, key=lambda problem: problem.row)
    return Preview(table=table, known=known, plan=found, problems=problems)


@transaction.atomic
def keep_mends(*, staff_import: StaffImport, mends: Mends) -> None:
    """Write mended cells into the list that waits."""
    table = _mended(_from_json(staff_import), mends)
    StaffImport.objects.waiting().filter(pk=staff_import.pk).update(cells=_to_json(table))
    staff_import.cells = _to_json(table)


@transaction.atomic
def confirm(
    *,
    staff_import: StaffImport,
    on: date,
    by: User | None,
    invite: bool = False,
    leave_out_wrong: bool = False,
    many_leave_meant: bool = False,
    fingerprint: str | None = None,
    state: str = StaffImport.State.WAITING,
    progress: Progress = unheard,
) -> Outcome:
    """Apply a list that waits: everything or nothing, once.

    `fingerprint` is that of the preview somebody saw; None trusts the list unseen. `state` is the one it is taken from.
    Raises AlreadyDone, RowsWrong, MassLeaving, ListMoved; nothing has changed then.
    """
    taken = StaffImport.objects.filter(pk=staff_import.pk, state=state)
    if not taken.update(state=StaffImport.State.APPLIED):
        raise AlreadyDone
    Reach(staff_import.institution).lock()
    staff_import.refresh_from_db(fields=["cells"])
    seen = preview(staff_import, on=on)
    progress(COMPARED_PERCENT)
    if seen.problems and not leave_out_wrong:
        raise RowsWrong(seen.problems)
    if fingerprint is not None and fingerprint != seen.fingerprint:
        raise ListMoved
    if seen.many_leave and not many_leave_meant:
        raise MassLeaving
    outcome, trace = apply_plan(seen.plan, on=on, by=by, invite=invite, progress=progress)
    outcome = replace(outcome, skipped=len(seen.wrong_rows))
    staff_import.state, staff_import.applied_at = StaffImport.State.APPLIED, timezone.now()
    staff_import.cells, staff_import.counts, staff_import.trace = None, outcome.counts(), trace.kept()
    staff_import.order = None
    staff_import.save(update_fields=["state", "applied_at", "cells", "counts", "trace", "order"])
    undoing.forget_earlier(staff_import)
    AuditEvent.objects.create(
        actor=by,
        action="staff-imported",
        institution=staff_import.institution,
        subject=str(staff_import.number),
        facts=outcome.counts(),
    )
    return outcome


@transaction.atomic
def add_one(*, institution: Institution, cells: Cells, on: date, by: User | None) -> Added:
    """Put one person on the staff list, as a list of one row would. Nobody is invited yet."""
    Reach(institution).lock()
    table = Table(rows={1: {"institution": institution.code, **cells}})
    seen = look_at(table, reach=Reach(institution), complete=False, on=on)
    if seen.problems:
        return Added(None, seen.problems)
    apply_plan(seen.plan, on=on, by=by, invite=False)
    person = User.objects.get(email=cells["email"].lower())
    AuditEvent.objects.create(actor=by, action="staff-added", institution=institution, subject=str(person.number))
    return Added(person, [])


def drop(*, staff_import: StaffImport) -> bool:
    """Put a waiting list aside and forget its cells. False when it no longer waits."""
    waiting = StaffImport.objects.unsaved().filter(pk=staff_import.pk)
    return bool(waiting.update(state=StaffImport.State.DROPPED, cells=None))


def drop_unsaved() -> int:
    """Put aside every list that nobody confirmed for a week: people's data are not kept for nothing.

    Lists whose columns nobody matched are kept for a day, and what an import changed as long as it can be undone.
    """
    now = timezone.now()
    undone = StaffImport.objects.filter(trace__isnull=False, applied_at__lt=now - undoing.UNDONE_WITHIN)
    undone.update(trace=None)
    unmatched = Q(state=StaffImport.State.COLUMNS, created_at__lt=now - KEPT_UNMATCHED)
    old = StaffImport.objects.unsaved().filter(Q(created_at__lt=now - KEPT_UNSAVED) | unmatched)
    return old.update(state=StaffImport.State.DROPPED, cells=None)


def _to_json(table: Table) -> dict[str, dict[str, str]]:
    return {str(number): cells for number, cells in table.rows.items()}


def _from_json(staff_import: StaffImport) -> Table:
    rows = {int(number): cells for number, cells in (staff_import.cells or {}).items()}
    return Table(rows=dict(sorted(rows.items())), ignored=tuple(staff_import.ignored))


def _mended(table: Table, mends: Mends) -> Table:
    """Only cells that the list has can be mended."""
    rows = dict(table.rows)
    for (number, name), cell in mends.items():
        if name in rows.get(number, ()):
            rows[number] = {**rows[number], name: cell}
    return Table(rows=rows, ignored=table.ignored)
