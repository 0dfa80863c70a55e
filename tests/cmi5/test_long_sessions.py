"""Sessions that last: as long as the unit shows a sign of life its token and its files are good, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from runtime.cmi5 import sessions
from runtime.cmi5.models import CourseRegistration, Session
from runtime.errors import LaunchGone
from runtime.tokens import LIVES, Ticket, launch_of, ticket_of

from .ground import BEN, Unit, a_course, said
from .learner import Player
from .test_outside import Guest, System, package

pytestmark = pytest.mark.django_db

LONG = sessions.SILENCE + timedelta(hours=1)


@pytest.fixture
def guest() -> Guest:
    return System().run(package()).start()


def long_ago(unit: Unit, **signs: datetime | None) -> None:
    """As if the unit had been launched LONG ago, with these signs of life since."""
    number = ticket_of(unit.url.path.split("/")[2]).session
    signs = {"heard_at": None, "seen_at": None, **signs}
    Session.objects.filter(number=number).update(launched_at=timezone.now() - LONG, **signs)
    cache.clear()


def page(unit: Unit) -> int:
    return Client(headers={"host": unit.url.netloc}).get(unit.url.path).status_code


@pytest.mark.parametrize("sign", ["heard_at", "seen_at"])
def test_a_unit_that_shows_itself_goes_on_after_twelve_hours(guest, sign, monkeypatch):
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + LIVES.total_seconds() + 3600)
    long_ago(guest, **{sign: timezone.now() - timedelta(hours=11)})

    assert page(guest) == 200
    assert guest.state("PUT", "bookmark", {"page": 9}).status_code == 204
    assert guest.say(guest.terminated()) == 204


def test_9_3_6_one_that_was_silent_is_over_in_everything(guest):
    long_ago(guest)

    assert page(guest) == 404
    assert guest.state("GET", "bookmark").status_code == 401
    assert sessions.abandon_silent() == 1


def test_keeping_states_is_a_sign_of_life_noted_now_and_then(guest):
    session = Session.objects.get(number=guest.session_id)
    assert (session.seen_at, guest.state("PUT", "bookmark", {"page": 1}).status_code) == (None, 204)
    assert Session.objects.get(pk=session.pk).seen_at is None

    quiet = timezone.now() - sessions.SEEN_NOTED_EVERY
    Session.objects.filter(pk=session.pk).update(launched_at=quiet, heard_at=None)
    guest.state("PUT", "bookmark", {"page": 2})

    assert Session.objects.get(pk=session.pk).seen_at > quiet
    long_ago(guest, seen_at=timezone.now() - timedelta(hours=1))
    assert sessions.abandon_silent() == 0


def test_9_5_4_2_a_sign_of_life_is_no_statement_and_makes_no_session_longer(guest):
    session = Session.objects.get(number=guest.session_id)
    heard = session.launched_at + timedelta(minutes=5)
    Session.objects.filter(pk=session.pk).update(heard_at=heard, seen_at=heard + timedelta(hours=2))

    sessions.abandon(session=session, at=heard + timedelta(hours=3))

    registration = CourseRegistration.objects.get(number=guest.registration)
    assert said(registration)[-1]["result"] == {"duration": "PT300S"}


def test_files_stay_for_a_while_after_the_end_so_that_a_last_page_can_be_shown(guest):
    guest.say(guest.terminated())
    assert page(guest) == 200

    long_ago(guest, heard_at=timezone.now())

    assert page(guest) == 404


def test_the_address_of_a_session_opens_files_and_nothing_else(guest):
    client, token = Client(headers={"host": guest.url.netloc}), guest.url.path.split("/")[2]

    assert client.get(f"/play/{token}/").status_code == 404
    assert client.post(f"/rt/{token}/cmi5/launch/", {"unit": "x"}).status_code == 404
    with pytest.raises(LaunchGone):
        launch_of(token)


def test_a_session_opens_the_files_of_its_own_course_alone(guest):
    own = ticket_of(guest.url.path.split("/")[2])
    forged = Ticket(a_course().number, None, session=own.session)

    assert sessions.may_read(own.session, package=own.package, at=timezone.now())
    assert not sessions.may_read(own.session, package=forged.package, at=timezone.now())


def test_a_learner_whose_study_was_withdrawn_reads_no_files():
    player = Player(a_course())
    unit = player.launch()
    ticket = ticket_of(unit.url.path.split("/")[2])
    assert sessions.may_read(ticket.session, package=ticket.package, at=timezone.now())

    player.enrolment.withdrawn_at = timezone.now()
    player.enrolment.save()

    assert not sessions.may_read(ticket.session, package=ticket.package, at=timezone.now())


def test_each_launch_has_an_address_of_its_own():
    package_ = a_course()
    one, two = Unit(package_), Unit(package_, actor=BEN)

    assert one.url.path != two.url.path
