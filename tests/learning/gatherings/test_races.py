"""Sixteen people and a few clicks at the same moment."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from certificates.models import Certificate
from learning.gatherings import marking, seats
from learning.models import Completion, Seat, UnitMark
from tests.learning.gatherings.ground import Place, done_of

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

CROWD = 16


def together(*calls) -> list:
    """What each of the calls returned or raised."""
    outcomes, barrier = [], threading.Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=30)
            outcomes.append(call())
        except Exception as problem:
            outcomes.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def place(transactional_db) -> Place:
    return Place()


def states(session) -> Counter:
    return Counter(session.seats.values_list("state", flat=True))


def booking(session, person):
    return lambda: seats.book(session=session, user=person, at=timezone.now()).state


def test_sixteen_sign_ups_never_exceed_the_capacity(place):
    session = place.session(capacity=5)
    people = [place.learner(number) for number in range(CROWD)]

    outcomes = together(*(booking(session, person) for person in people))

    session.refresh_from_db()
    assert Counter(outcomes) == states(session) == {"booked": 5, "waiting": 11}
    assert session.taken == 5


def test_sixteen_clicks_of_one_person_take_one_seat(place):
    session, person = place.session(capacity=5), place.learner()

    assert together(*[booking(session, person)] * CROWD) == ["booked"] * CROWD

    session.refresh_from_db()
    assert (session.taken, states(session)) == (1, {"booked": 1})


def test_nobody_waits_while_a_seat_is_free_however_withdrawals_and_sign_ups_meet(place):
    session = place.session(capacity=8)
    people = [place.learner(number) for number in range(CROWD)]
    for person in people[:8]:
        booking(session, person)()

    together(
        *(
            lambda person=person: seats.withdraw(session=session, user=person, at=timezone.now())
            for person in people[:8]
        ),
        *(booking(session, person) for person in people[8:]),
    )

    session.refresh_from_db()
    assert (session.taken, states(session)) == (8, {"booked": 8, "withdrawn": 8})


def test_sixteen_scans_in_a_room_of_five_let_five_in(place):
    session = place.session(capacity=5, starts_at=timezone.now() - timedelta(minutes=5))
    people = [place.learner(number) for number in range(CROWD)]

    def scan(person):
        return lambda: seats.sign_in(session=session, user=person, how=Seat.Origin.CODE, by=person, at=timezone.now())[
            1
        ]

    outcomes = together(*(scan(person) for person in people))

    session.refresh_from_db()
    assert Counter(outcomes) == {True: 5, "SessionFull": 11}
    assert (session.taken, states(session)) == (5, {"attended": 5})


def test_eight_confirmations_at_once_mark_each_unit_once_and_give_one_certificate(place):
    session = place.session(
        capacity=8,
        starts_at=timezone.now() - timedelta(hours=1),
        units=place.units("m1-one", "m1-two", "m1-case"),
    )
    people = [place.learner(number) for number in range(3)]
    for person in people:
        seats.sign_in(session=session, user=person, how=Seat.Origin.LIST, by=person, at=timezone.now())

    def confirm():
        return marking.confirm(session=session, units=session.units.all(), by=place.facilitator, at=timezone.now())

    assert together(*[confirm] * 8) == [3] * 8

    assert UnitMark.objects.count() == 9
    assert [set(done_of(person).values()) for person in people] == [{True}] * 3
    assert (Completion.objects.count(), Certificate.objects.count()) == (3, 3)


def test_an_undone_sign_in_and_a_confirmation_agree(place):
    session = place.session(starts_at=timezone.now() - timedelta(hours=1))
    person = place.learner()
    seat, _ = seats.sign_in(session=session, user=person, how=Seat.Origin.LIST, by=person, at=timezone.now())

    together(
        lambda: seats.undo(seat=seat, by=place.facilitator, at=timezone.now()),
        lambda: marking.confirm(session=session, units=session.units.all(), by=place.facilitator, at=timezone.now()),
    )

    seat.refresh_from_db()
    assert (seat.state, bool(done_of(person))) in {("booked", False), ("attended", True)}
