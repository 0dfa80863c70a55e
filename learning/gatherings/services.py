"""Planning a session, changing it, calling it off."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from django.db import transaction
from django.db.models import F

from courses.models import CourseVersion, Unit
from learning.gatherings import letters, seats
from learning.gatherings.errors import CannotChange, FewerSeatsThanTaken
from learning.gatherings.models import GroupSession, Seat, new_code
from learning.people.models import Institution, User


class Details(TypedDict):
    """What a planner decides and may change later. Moments are aware; one of `place` and `online_link` is empty."""

    place: str
    online_link: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    capacity: int
    takes_walk_ins: bool


# A change of these is told to everyone who has a seat or waits for one.
TOLD = ("place", "online_link", "starts_at", "ends_at")


@transaction.atomic
def plan(
    *,
    institution: Institution,
    version: CourseVersion,
    units: Iterable[Unit],
    facilitators: Iterable[User],
    details: Details,
    by: User | None,
    at: datetime,
) -> GroupSession:
    """A session for the people of the institution and everything below it."""
    session = GroupSession.objects.create(
        course_id=version.course_id,
        version=version,
        institution=institution,
        created_by=by,
        created_at=at,
        **details,
    )
    session.units.set(units)
    session.facilitators.set(facilitators)
    seats.note("session-planned", session, by)
    return session


@transaction.atomic
def change(
    *,
    session: GroupSession,
    units: Iterable[Unit],
    facilitators: Iterable[User],
    details: Details,
    by: User,
    at: datetime,
) -> GroupSession:
    """Change what was planned; more seats go to those who wait. Raises CannotChange, FewerSeatsThanTaken."""
    known = seats.take_turn(session)
    if not known.may_withdraw(at=at):
        raise CannotChange
    if details["capacity"] < known.taken:
        raise FewerSeatsThanTaken
    GroupSession.objects.filter(pk=session.pk).update(**details)
    session = GroupSession.objects.get(pk=session.pk)
    session.units.set(units)
    session.facilitators.set(facilitators)
    if changed := [name for name in TOLD if getattr(known, name) != getattr(session, name)]:
        _tell(session, letters.CHANGED, [Seat.State.BOOKED, Seat.State.WAITING])
        for seat in session.seats.filter(state=Seat.State.BOOKED):
            letters.promise_reminder(seat, session, at=at)
    seats.fill(session, at=at)
    seats.note("session-changed", session, by, changed=changed)
    return session


@transaction.atomic
def cancel(*, session: GroupSession, reason: str, by: User, at: datetime) -> bool:
    """Call it off and tell everyone who counted on it. False when it was called off before.

    Raises CannotChange once it has begun.
    """
    known = seats.take_turn(session)
    if known.state == GroupSession.State.CANCELLED:
        return False
    if not known.may_withdraw(at=at):
        raise CannotChange
    GroupSession.objects.filter(pk=session.pk).update(state=GroupSession.State.CANCELLED, cancel_reason=reason)
    _tell(known, letters.CANCELLED, [Seat.State.BOOKED, Seat.State.WAITING])
    seats.note("session-cancelled", known, by)
    return True


@transaction.atomic
def renew_code(*, session: GroupSession, by: User) -> None:
    """Another code for the room's screen: the old one signs nobody in any more."""
    GroupSession.objects.filter(pk=session.pk).update(code=new_code())
    seats.note("session-code-renewed", session, by)


def _tell(session: GroupSession, kind: str, states: Iterable[str]) -> None:
    GroupSession.objects.filter(pk=session.pk).update(edition=F("edition") + 1)
    session.refresh_from_db(fields=["edition"])
    for seat in session.seats.filter(state__in=states):
        letters.promise(seat, kind, edition=session.edition)
