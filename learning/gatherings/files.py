"""The list of a session as a file, for whoever runs it."""

from collections.abc import Iterator
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from learning import sheets
from learning.gatherings.models import GroupSession, Seat
from learning.gatherings.selectors import Contents, Row, rows_of
from learning.gatherings.wording import when
from learning.sheets import Row as Line

WIDTHS = (6, 22, 18, 30, 34, 18, 16)


def name_of(session: GroupSession) -> str:
    return f"{session.institution.code}-{timezone.localdate(session.starts_at)}"


def lines(session: GroupSession) -> list[Line]:
    """The header and a line for each person on the list."""
    header = [_("No."), _("Surname"), _("Given name"), _("Position"), _("Institution"), _("Attendance"), _("Signed in")]
    return [header, *(_line(number, row) for number, row in enumerate(rows_of(session), start=1))]


def _line(number: int, row: Row) -> Line:
    seat = row.seat
    signed_in = timezone.localtime(seat.signed_in_at).strftime("%H:%M") if seat.signed_in_at else ""
    return [
        number,
        seat.user.last_name,
        seat.user.first_name,
        row.position,
        row.institution,
        str(Seat.State(seat.state).label),
        signed_in,
    ]


def notes(session: GroupSession, contents: Contents) -> list[Line]:
    leads = ", ".join(person.get_full_name() for person in session.facilitators.all())
    return [
        [_("Programme"), f"{contents.programme.title}, {contents.programme.label}"],
        [_("Institution"), session.institution.name],
        [_("When"), when(session)],
        [_("Where"), session.place or _("Online")],
        [_("Academic hours covered"), f"{contents.academic_hours:g}"],
        [_("Done together"), "; ".join(unit.title for _module, units in contents.modules for unit in units) or "–"],
        [_("Who leads it"), leads or "–"],
    ]


def csv(session: GroupSession, contents: Contents) -> Iterator[bytes]:
    return sheets.csv_lines([*lines(session), [], *notes(session, contents)])


def xlsx(session: GroupSession, contents: Contents) -> IO[bytes]:
    return sheets.xlsx_file(
        rows=lines(session), title=_("Attendance"), widths=WIDTHS, notes=(_("Session"), notes(session, contents))
    )
