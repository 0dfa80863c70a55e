"""Two group sessions of the demo: one held days ago, one to come that people may still sign up for."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from courses.models import Course, Path, Unit
from learning.gatherings import marking, seats, services
from learning.gatherings.selectors import on_site_modules
from learning.models import Enrolment, GroupSession, Institution, Membership, Seat, User
from learning.requirements.selectors import newest_version

from .personas import PERSONAS

PLACE = "Demo novada dome, 2. stāva zāle, Ozolu iela 1"
LASTS = timedelta(hours=2, minutes=15)
HELD_DAYS_AGO, DAYS_AHEAD = 4, 9
SEATS_THEN, CAME_THEN, SEATS_AHEAD, SIGNED_UP_AHEAD = 12, 10, 16, 7


def hold_sessions(root: Institution, course: Course, *, today: date) -> None:
    """Make both sessions at the municipality, unless it has some. The facilitator is the persona."""
    if GroupSession.objects.filter(institution__path__startswith=root.path).exists():
        return
    facilitator = User.objects.get(email=next(one.email for one in PERSONAS if one.key == "facilitator"))
    version = newest_version(course)
    modules = [
        [unit.id for unit in units]
        for module, units in on_site_modules(version.pk, settings.LANGUAGE_CODE)
        if module.path == Path.FULL
    ]
    past = _workday(today - timedelta(days=HELD_DAYS_AGO), back=True)
    learners = _learners(root, course, before=_at(past, 0), not_in=modules[-1] if modules else [])

    def plan(starts: datetime, *, units: list[int], capacity: int) -> GroupSession:
        return services.plan(
            institution=root,
            version=version,
            units=Unit.objects.filter(pk__in=units),
            facilitators=[facilitator],
            details=services.Details(
                place=PLACE,
                online_link="",
                starts_at=starts,
                ends_at=starts + LASTS,
                sign_up_until=starts,
                capacity=capacity,
                takes_walk_ins=True,
            ),
            by=facilitator,
            at=min(starts, _at(today, 8)) - timedelta(days=14),
        )

    if modules:
        _hold(plan(_at(past, 10), units=modules[-1], capacity=SEATS_THEN), learners, facilitator)
    ahead = plan(
        _at(_workday(today + timedelta(days=DAYS_AHEAD)), 13),
        units=modules[len(modules) // 2] if modules else [],
        capacity=SEATS_AHEAD,
    )
    for learner in learners[:SIGNED_UP_AHEAD]:
        seats.book(session=ahead, user=learner, at=_at(today, 0))


def _hold(session: GroupSession, learners: list[User], facilitator: User) -> None:
    """More ask than there are seats, one gives a seat up, two do not come; the rest do the units together."""
    asked = learners[: SEATS_THEN + 2]
    for days, learner in enumerate(asked):
        seats.book(session=session, user=learner, at=session.starts_at - timedelta(days=13) + timedelta(hours=days))
    if asked:
        seats.withdraw(session=session, user=asked[0], at=session.starts_at - timedelta(days=2))
    booked = list(session.seats.filter(state=Seat.State.BOOKED).in_order().select_related("user", "session"))
    for minutes, seat in enumerate(booked[:CAME_THEN]):
        how, by = (Seat.Origin.CODE, seat.user) if minutes % 3 else (Seat.Origin.LIST, facilitator)
        at = session.starts_at - timedelta(minutes=10 - minutes)
        seats.sign_in(session=session, user=seat.user, how=how, by=by, at=at)
    for seat in booked[CAME_THEN:]:
        seats.mark_absent(seat=seat, by=facilitator, at=session.starts_at + timedelta(minutes=20))
    marking.confirm(session=session, units=session.units.all(), by=facilitator, at=session.ends_at)


def _learners(root: Institution, course: Course, *, before: datetime, not_in: list[int]) -> list[User]:
    """Who had begun the programme by then but not these units, works there still, and is nobody visitors sign in as."""
    studies = Enrolment.objects.open().filter(
        course=course, path=Enrolment.Path.FULL, institution__path__startswith=root.path, started_at__lt=before
    )
    visitors = [persona.email for persona in PERSONAS]
    staying = Membership.objects.filter(starts_on__lt=before - timedelta(days=14), ends_on=None)
    elsewhere = studies.exclude(unit_states__unit__in=not_in)
    people = elsewhere.filter(user__in=staying.values("user")).exclude(user__email__in=visitors)
    people = people.select_related("user").order_by("pk")
    return [study.user for study in people[: SEATS_THEN + 2]]


def _workday(day: date, *, back: bool = False) -> date:
    while day.weekday() > 4:
        day += timedelta(days=-1 if back else 1)
    return day


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
