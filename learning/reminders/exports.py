"""The ledger as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from learning.coverage.exports import Column, Table
from learning.people.models import Institution
from learning.reminders import wording
from learning.reminders.models import Reminder
from learning.reminders.selectors import Choice
from learning.sheets import Row

LINES_AT_A_TIME = 1_000


def ledger_table(institution: Institution, lines: QuerySet[Reminder], choice: Choice) -> Table:
    """Lines as on the page, newest first, read in portions so that memory stays flat."""
    titles: dict[int, str] = {}

    def title(line: Reminder) -> str:
        if line.course_id not in titles:
            titles.update({line.course_id: "", **wording.titles_of([line.course_id])})
        return titles[line.course_id]

    columns = [
        Column(_("Surname"), 22, lambda line: line.user.last_name),
        Column(_("Given name"), 18, lambda line: line.user.first_name),
        Column(_("Institution"), 30, lambda line: line.institution.name),
        Column(_("Programme"), 34, title),
        Column(_("About"), 24, lambda line: line.get_kind_display()),
        Column(_("Day in question"), 14, lambda line: line.target_on),
        Column(_("Step"), 26, lambda line: wording.step_of(line.kind, line.offset_days)),
        Column(_("To whom"), 16, lambda line: line.get_to_display()),
        Column(_("Reader"), 26, lambda line: line.recipient.get_full_name()),
        Column(_("What became of it"), 18, lambda line: line.get_state_display()),
        Column(_("Why not sent"), 30, lambda line: line.get_reason_display() if line.reason else ""),
        Column(_("Decided"), 18, lambda line: _moment(line.planned_at)),
        Column(_("Day of sending"), 14, lambda line: line.send_on),
        Column(_("Sent at"), 18, lambda line: _moment(line.letter.sent_at if line.letter else None)),
        Column(_("Message"), 40, lambda line: line.letter.message_id if line.letter else ""),
    ]
    made = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    notes: list[Row] = [[_("Institution"), institution.name], [_("Made"), made]]
    if choice.is_narrowed:
        notes.append([_("Only what the filters chose"), _("yes")])
    name = f"{institution.code}-reminders-{timezone.localdate()}"
    return Table(name, _("Reminders"), columns, _in_portions(lines), notes)


def _in_portions(lines: QuerySet[Reminder]) -> Iterator[Reminder]:
    portion = list(lines[:LINES_AT_A_TIME])
    while portion:
        yield from portion
        portion = list(lines.filter(pk__lt=portion[-1].pk)[:LINES_AT_A_TIME])


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
