"""Sessions as a learner meets them: on My learning, on pages of their own, and behind the code of the room."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from learning.gatherings import seats, services
from learning.models import Seat
from tests import factories as make
from tests.learning.gatherings.ground import PLACE, Place
from tests.learning.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def person(place, client):
    person = place.learner()
    client.force_login(person)
    return person


def at(session, name="session") -> str:
    return reverse(f"learning:{name}", args=[session.number])


def here(session) -> str:
    return reverse("learning:session_here", args=[session.code])


def running(place, **fields):
    return place.session(starts_at=timezone.now() - timedelta(minutes=10), **fields)


def state_of(session, person) -> str | None:
    return session.seats.filter(user=person).values_list("state", flat=True).first()


def test_a_learner_finds_a_session_takes_a_seat_and_gives_it_up(place, person, client):
    session = place.session()
    assert at(session) in html_of(client.get("/learn/"))
    assert at(session) in html_of(client.get("/learn/sessions/"))

    page = client.post(at(session, "session_seat"), {"action": "book"}, follow=True)
    assert state_of(session, person) == "booked"
    assert PLACE in html_of(page)

    client.post(at(session, "session_seat"), {"action": "withdraw"})
    assert state_of(session, person) == "withdrawn"


def test_a_full_session_says_where_one_stands_in_line(place, person, client):
    session = place.session(capacity=1)
    for number in (2, 3):
        seats.book(session=session, user=place.learner(number), at=timezone.now())

    page = client.post(at(session, "session_seat"), {"action": "book"}, follow=True)

    assert state_of(session, person) == "waiting"
    assert page.context["in_line"] == 2


def test_sign_up_that_has_closed_is_said_kindly(place, person, client):
    session = running(place)

    page = client.post(at(session, "session_seat"), {"action": "book"}, follow=True)

    assert state_of(session, person) is None
    assert [str(message) for message in page.context["messages"]] == ["Pieteikšanās šai nodarbībai ir beigusies."]


@pytest.mark.parametrize("action", ["", "hold", "book;"])
def test_an_action_nobody_offered_is_not_found(place, person, client, action):
    assert client.post(at(place.session(), "session_seat"), {"action": action}).status_code == 404


def test_the_link_is_shown_to_those_with_a_seat_alone(place, person, client):
    session = place.session(place="", online_link="https://meet.example/secret", capacity=1)
    assert "meet.example" not in html_of(client.get(at(session)))

    client.post(at(session, "session_seat"), {"action": "book"})

    assert "https://meet.example/secret" in html_of(client.get(at(session)))


def test_the_calendar_file_is_for_those_who_may_see_the_session(place, person, client):
    answer = client.get(at(place.session(), "session_calendar"))

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")


def test_sessions_of_others_are_not_there(place, person, client):
    elsewhere = Place("elsewhere").session()
    other_programme = place.session()
    other_programme.course = make.a_version().course
    other_programme.save()
    cancelled = place.session()
    services.cancel(session=cancelled, reason="x", by=place.facilitator, at=timezone.now())

    for session in (elsewhere, other_programme, cancelled):
        for name in ("session", "session_calendar"):
            assert client.get(at(session, name)).status_code == 404
        assert client.post(at(session, "session_seat"), {"action": "book"}).status_code == 404
        assert client.get(here(session)).status_code == (404 if session != cancelled else 200)
    assert client.get("/learn/sessions/").context["ahead"] == []


def test_a_session_with_a_seat_stays_visible_after_it_was_called_off(place, person, client):
    session = place.session()
    seats.book(session=session, user=person, at=timezone.now())
    services.cancel(session=session, reason="Telpa applūdusi", by=place.facilitator, at=timezone.now())

    page = html_of(client.get(at(session)))

    assert "Telpa applūdusi" in page
    assert "session_seat" not in page


def test_looking_at_the_code_s_page_notes_nothing_and_one_tap_signs_in_once(place, person, client):
    session = running(place)
    seats.sign_in(session=session, user=place.learner(2), how="qr", by=person, at=timezone.now())
    assert client.get(here(session)).status_code == 200
    assert state_of(session, person) is None

    for _ in range(2):
        assert client.post(here(session)).status_code == 302

    seat = session.seats.get(user=person)
    assert (seat.state, seat.signed_in_how, seat.signed_in_by) == ("attended", "qr", person)
    assert client.get(here(session)).context["is_signed_in"] is True


def test_who_is_not_signed_in_signs_in_and_comes_back(place, client):
    person, session = place.learner(), running(place)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    door = client.get(here(session))
    assert door.headers["Location"] == f"/accounts/login/?next={here(session)}"

    answer = client.post(door.headers["Location"], {"login": person.email, "password": "a long enough password"})

    assert answer.headers["Location"] == here(session)


@pytest.mark.parametrize("minutes", [-60, 200])
def test_outside_its_hours_the_code_signs_nobody_in(place, person, client, minutes):
    session = place.session(starts_at=timezone.now() - timedelta(minutes=minutes))

    answer = client.post(here(session))

    assert (answer.status_code, state_of(session, person)) == (409, None)


def test_a_full_room_says_so(place, person, client):
    session = running(place, capacity=1)
    seats.sign_in(session=session, user=place.learner(2), how="qr", by=person, at=timezone.now())

    answer = client.post(here(session))

    assert (answer.status_code, state_of(session, person)) == (409, None)


def test_a_replaced_code_signs_nobody_in(place, person, client):
    session = running(place)
    old = here(session)

    services.renew_code(session=session, by=place.facilitator)

    assert client.post(old).status_code == 404
    session.refresh_from_db()
    assert client.post(here(session)).status_code == 302


def test_the_code_may_be_typed_as_people_type(place, person, client):
    session = running(place)
    typed = f" {session.code[:4].lower()}-{session.code[4:].lower()} "

    assert client.get("/learn/sessions/", {"code": typed}).headers["Location"] == here(session)
    wrong = client.get("/learn/sessions/", {"code": "nothing"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["code"])


def test_what_one_took_part_in_stays_on_the_list(place, person, client):
    session = running(place)
    seats.sign_in(session=session, user=person, how="qr", by=person, at=timezone.now())
    over = timezone.now() - timedelta(minutes=1)
    type(session).objects.filter(pk=session.pk).update(
        ends_at=over, starts_at=over - timedelta(hours=1), sign_up_until=over - timedelta(hours=1)
    )

    page = client.get("/learn/sessions/")

    assert [item.session for item in page.context["past"]] == [session]
    assert state_of(session, person) == Seat.State.ATTENDED


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(place, person, client, count, django_assert_max_num_queries):
    for _ in range(count):
        place.session()
    client.get("/learn/sessions/")

    with django_assert_max_num_queries(4):  # The session, the person, what is ahead, what is over.
        page = client.get("/learn/sessions/")

    assert len(page.context["ahead"]) == count
