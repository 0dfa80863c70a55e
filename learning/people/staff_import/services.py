"""Keeping an uploaded list, showing what it would change, and applying it once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from learning.people.models import Institution, User
from learning.records.models import AuditEvent

from .applying import Outcome, apply_plan
from .errors import AlreadyDone, ListMoved, MassLeaving, RowsWrong
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
KEPT_UNSAVED = timedelta(days=7)


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
    *, institution: Institution | None, content: bytes, file_name: str, complete: bool, by: User | None
) -> StaffImport:
    """Read a file and keep its cells until somebody confirms them. Raises a StaffFileError.

    `institution` and all below it may be spoken of; None is the whole site.
    """
    table = read_table(read_rows(content), needs_institution=not Reach(institution).is_one)
    drop_unsaved()
    return StaffImport.objects.create(
        institution=institution,
        file_name=file_name[-200:],
        file_sha256=hashlib.sha256(content).hexdigest(),
        complete=complete,
        cells=_to_json(table),
        ignored=list(table.ignored),
        row_count=len(table.rows),
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
) -> Outcome:
    """Apply a list that waits: everything or nothing, once.

    `fingerprint` is that of the preview somebody saw; None trusts the list unseen.
    Raises AlreadyDone, RowsWrong, MassLeaving, ListMoved; nothing has changed then.
    """
    if not StaffImport.objects.waiting().filter(pk=staff_import.pk).update(state=StaffImport.State.APPLIED):
        raise AlreadyDone
    _lock(staff_import.institution)
    staff_import.refresh_from_db(fields=["cells"])
    seen = preview(staff_import, on=on)
    if seen.problems and not leave_out_wrong:
        raise RowsWrong(seen.problems)
    if fingerprint is not None and fingerprint != seen.fingerprint:
        raise ListMoved
    if seen.many_leave and not many_leave_meant:
        raise MassLeaving
    outcome = apply_plan(seen.plan, on=on, by=by, invite=invite)
    outcome = replace(outcome, skipped=len(seen.wrong_rows))
    staff_import.state, staff_import.applied_at = StaffImport.State.APPLIED, timezone.now()
    staff_import.cells, staff_import.counts = None, outcome.counts()
    staff_import.save(update_fields=["state", "applied_at", "cells", "counts"])
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
    _lock(institution)
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
    waiting = StaffImport.objects.waiting().filter(pk=staff_import.pk)
    return bool(waiting.update(state=StaffImport.State.DROPPED, cells=None))


def drop_unsaved() -> int:
    """Put aside every list that nobody confirmed for a week: people's data are not kept for nothing."""
    old = StaffImport.objects.waiting().filter(created_at__lt=timezone.now() - KEPT_UNSAVED)
    return old.update(state=StaffImport.State.DROPPED, cells=None)


def _lock(institution: Institution | None) -> None:
    """One list at a time for an institution and all below it; None is the whole site."""
    path = Reach(institution).path
    list(Institution.objects.select_for_update().filter(path__startswith=path).order_by("pk").values_list("pk"))


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
