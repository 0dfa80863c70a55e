"""How a seat and a session stand, as kinds of the component `state` and words."""

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learning.gatherings.models import GroupSession, Seat

KINDS = {
    Seat.State.BOOKED: "required",
    Seat.State.WAITING: "soon",
    Seat.State.ATTENDED: "done",
    Seat.State.ABSENT: "none",
    Seat.State.WITHDRAWN: "none",
}


def when(session: GroupSession) -> str:
    """Day and hours in the active language: 24.11.2026. 10.00–12.00."""
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return f"{date_format(starts, 'SHORT_DATE_FORMAT')} {time_format(starts)}–{time_format(ends)}"


def of_seat(state: str) -> tuple[str, str]:
    """For whoever runs the session."""
    return KINDS[state], str(Seat.State(state).label)


def of_own_seat(session: GroupSession, state: str | None) -> tuple[str, str]:
    """For the learner; `state` is that of the learner's seat."""
    if session.state == GroupSession.State.CANCELLED:
        return "revoked", _("Cancelled")
    if state == Seat.State.ATTENDED:
        return "done", _("You took part")
    if state == Seat.State.BOOKED:
        return "required", _("You have a seat")
    if state == Seat.State.WAITING:
        return "soon", _("On the waiting list")
    if state == Seat.State.ABSENT:
        return "none", _("You were not there")
    if session.free:
        return "none", ngettext("%(n)d seat free", "%(n)d seats free", session.free) % {"n": session.free}
    return "none", _("All seats taken")


def of_session(session: GroupSession) -> tuple[str, str]:
    kinds = {
        GroupSession.State.PLANNED: "required",
        GroupSession.State.HELD: "done",
        GroupSession.State.CANCELLED: "revoked",
    }
    return kinds[session.state], str(GroupSession.State(session.state).label)
