"""Seats: booked, waited for, given up, filled by whoever is there.

Every change takes its turn on the row of the session first, so the steps of two requests never mix; the seat itself is
claimed by one conditional statement, and the database refuses a number of seats above the capacity.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from learning.gatherings import letters, selectors
from learning.gatherings.errors import (
    ConfirmedAlready,
    NotInvited,
    NotNow,
    NoWalkIns,
    SessionFull,
    SignUpClosed,
    TooLateToWithdraw,
)
from learning.gatherings.models import GroupSession, Seat
from learning.people.models import User
from learning.records.models import AuditEvent

HOLDING = (Seat.State.BOOKED, Seat.State.WAITING, Seat.State.ATTENDED)


@transaction.atomic
def book(*, session: GroupSession, user: User, at: datetime) -> Seat:
    """The person's seat, or a place on the waiting list when all are taken. Called twice, nothing changes.

    Raises SignUpClosed, NotInvited.
    """
    session = take_turn(session)
    seat = session.seats.filter(user=user).first()
    if seat and seat.state in HOLDING:
        return seat
    if not session.takes_sign_ups(at=at):
        raise SignUpClosed
    if not selectors.may_attend(user, session, at=at):
        raise NotInvited
    state = Seat.State.BOOKED if _claim(session) else Seat.State.WAITING
    seat = _seat(session, user, state=state, origin=Seat.Origin.SELF, by=user, at=at)
    if state == Seat.State.BOOKED:
        letters.promise(seat, letters.BOOKED)
        letters.promise_reminder(seat, session, at=at)
    return seat


@transaction.atomic
def withdraw(*, session: GroupSession, user: User, at: datetime) -> bool:
    """Give the seat (or the place in line) up; who waits longest gets it. False when there was none.

    Raises TooLateToWithdraw.
    """
    session = take_turn(session)
    seat = session.seats.filter(user=user, state__in=[Seat.State.BOOKED, Seat.State.WAITING]).first()
    if seat is None:
        return False
    if not session.may_withdraw(at=at):
        raise TooLateToWithdraw
    Seat.objects.filter(pk=seat.pk).update(state=Seat.State.WITHDRAWN)
    if seat.state == Seat.State.BOOKED:
        _release(session)
        fill(session, at=at)
    return True


@transaction.atomic
def sign_in(*, session: GroupSession, user: User, how: str, by: User, at: datetime) -> tuple[Seat, bool]:
    """Note that the person is there, once; the seat, and whether this call noted it.

    `how` is an Origin: LIST is a tap of whoever runs the session, CODE the person's own telephone. Who has no seat
    takes a free one: with the code only where the session takes people who have not signed up. Raises NotNow,
    NotInvited, NoWalkIns, SessionFull.
    """
    session = take_turn(session)
    seat = session.seats.filter(user=user).first()
    if seat and seat.state == Seat.State.ATTENDED:
        return seat, False
    by_code = how == Seat.Origin.CODE
    if not (session.doors_open(at=at) if by_code else session.takes_attendance(at=at)):
        raise NotNow
    is_known = seat is not None and seat.state != Seat.State.WITHDRAWN
    if not is_known and not selectors.may_attend(user, session, at=at):
        raise NotInvited
    if not is_known and by_code and not session.takes_walk_ins:
        raise NoWalkIns
    if (seat is None or seat.state != Seat.State.BOOKED) and not _claim(session):
        raise SessionFull
    if not is_known:
        seat = _seat(session, user, state=Seat.State.BOOKED, origin=how, by=by, at=at)
    Seat.objects.filter(pk=seat.pk).update(
        state=Seat.State.ATTENDED, signed_in_at=at, signed_in_how=how, signed_in_by=by
    )
    note("session-signed-in", session, by, subject=user, how=how)
    seat.refresh_from_db()
    return seat, True


@transaction.atomic
def undo(*, seat: Seat, by: User, at: datetime) -> bool:
    """Back to signed up, as before the tap: whoever was present or absent. False when the seat is neither.

    Raises NotNow, ConfirmedAlready, SessionFull (an absent person's seat was given to another).
    """
    session = take_turn(seat.session)
    seat.refresh_from_db()
    if seat.state not in (Seat.State.ATTENDED, Seat.State.ABSENT):
        return False
    if not session.takes_attendance(at=at):
        raise NotNow
    if seat.confirmed_at:
        raise ConfirmedAlready
    if seat.state == Seat.State.ABSENT and not _claim(session):
        raise SessionFull
    Seat.objects.filter(pk=seat.pk).update(
        state=Seat.State.BOOKED, signed_in_at=None, signed_in_how="", signed_in_by=None
    )
    note("session-sign-in-undone", session, by, subject=seat.user)
    return True


@transaction.atomic
def mark_absent(*, seat: Seat, by: User, at: datetime) -> bool:
    """Who signed up has not come; the seat is free for another. False when the person is not merely signed up.

    Raises NotNow.
    """
    session = take_turn(seat.session)
    if not session.takes_attendance(at=at):
        raise NotNow
    if not Seat.objects.filter(pk=seat.pk, state=Seat.State.BOOKED).update(state=Seat.State.ABSENT):
        return False
    _release(session)
    fill(session, at=at)
    note("session-absent", session, by, subject=seat.user)
    return True


def take_turn(session: GroupSession) -> GroupSession:
    """The session as it is now, its row locked until the transaction ends: one statement that fits every database."""
    GroupSession.objects.filter(pk=session.pk).update(taken=F("taken"))
    return GroupSession.objects.get(pk=session.pk)


def fill(session: GroupSession, *, at: datetime) -> None:
    """Give free seats to those who wait, the earliest first, until the session begins. Needs the turn."""
    waiting = session.seats.filter(state=Seat.State.WAITING).in_order()
    while session.may_withdraw(at=at) and (seat := waiting.first()) and _claim(session):
        Seat.objects.filter(pk=seat.pk).update(state=Seat.State.BOOKED)
        letters.promise(seat, letters.PROMOTED)
        letters.promise_reminder(seat, session, at=at)


def note(action: str, session: GroupSession, by: User | None, *, subject: User | None = None, **facts: object) -> None:
    AuditEvent.objects.create(
        actor=by,
        action=action,
        institution_id=session.institution_id,
        subject=str(subject.number if subject else session.number),
        facts={"session": str(session.number), **facts} if subject else facts,
    )


def _claim(session: GroupSession) -> bool:
    room = GroupSession.objects.filter(pk=session.pk, taken__lt=F("capacity")).exclude(
        state=GroupSession.State.CANCELLED
    )
    return bool(room.update(taken=F("taken") + 1))


def _release(session: GroupSession) -> None:
    GroupSession.objects.filter(pk=session.pk).update(taken=F("taken") - 1)


def _seat(session: GroupSession, user: User, *, state: str, origin: str, by: User, at: datetime) -> Seat:
    """A new seat, or the one given up before, at the end of the line."""
    asked = {"state": state, "origin": origin, "place_in_line": at, "booked_by": by}
    seat, _created = Seat.objects.update_or_create(session=session, user=user, defaults=asked)
    return seat
