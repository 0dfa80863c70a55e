"""Booking, waiting, giving up, being there."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from learning.gatherings import seats, services
from learning.gatherings.errors import (
    CannotChange,
    FewerSeatsThanTaken,
    NotInvited,
    NotNow,
    NoWalkIns,
    SessionFull,
    SignUpClosed,
    TooLateToWithdraw,
)
from learning.models import AuditEvent, Enrolment, OutboxMessage, Seat
from learning.records import outbox
from tests import factories as make
from tests.learning.gatherings.ground import Place, tomorrow_at

pytestmark = pytest.mark.django_db

LIST, CODE = Seat.Origin.LIST, Seat.Origin.CODE


@pytest.fixture
def place() -> Place:
    return Place()


def book(session, *people, at=None):
    return [seats.book(session=session, user=person, at=at or timezone.now()).state for person in people]


def states(session) -> dict[str, str]:
    return dict(session.seats.order_by("pk").values_list("user__first_name", "state"))


def taken(session) -> int:
    session.refresh_from_db()
    return session.taken


def test_the_seats_go_in_order_and_the_rest_wait(place):
    session = place.session(capacity=1)
    first, second = place.learner(1), place.learner(2)

    assert book(session, first, second, first, second) == ["booked", "waiting", "booked", "waiting"]
    assert (taken(session), session.seats.count()) == (1, 2)


def test_who_waits_longest_gets_the_seat_given_up_and_a_letter_with_a_calendar_file(place):
    session = place.session(capacity=1)
    first, second, third = (place.learner(number) for number in (1, 2, 3))
    book(session, first, second, third)

    assert seats.withdraw(session=session, user=first, at=timezone.now()) is True
    assert seats.withdraw(session=session, user=first, at=timezone.now()) is False

    assert states(session) == {"Anna 1": "withdrawn", "Anna 2": "booked", "Anna 3": "waiting"}
    assert taken(session) == 1
    outbox.sweep()
    [letter] = [letter for letter in mail.outbox if letter.to == [second.email]]
    [(name, content, kind)] = letter.attachments
    assert (name, kind) == ("session.ics", "text/calendar")
    assert f"UID:session-{session.number}@" in content.replace("\r\n ", "")


def test_giving_up_a_place_in_line_frees_no_seat(place):
    session = place.session(capacity=1)
    first, second = place.learner(1), place.learner(2)
    book(session, first, second)

    seats.withdraw(session=session, user=second, at=timezone.now())

    assert (states(session), taken(session)) == ({"Anna 1": "booked", "Anna 2": "withdrawn"}, 1)


def test_who_comes_back_stands_at_the_end_of_the_line(place):
    session = place.session(capacity=1)
    people = [place.learner(number) for number in (1, 2, 3)]
    book(session, *people)
    seats.withdraw(session=session, user=people[1], at=timezone.now())

    book(session, people[1])

    line = session.seats.filter(state="waiting").in_order()
    assert [seat.user for seat in line] == [people[2], people[1]]


@pytest.mark.parametrize("days", [0, 3])
def test_nobody_signs_up_after_the_last_moment(place, days):
    session = place.session()
    late = session.starts_at + timedelta(days=days, seconds=1)

    with pytest.raises(SignUpClosed):
        book(session, place.learner(), at=late)


def test_a_session_is_for_its_institution_those_below_and_the_programme(place):
    session = place.session()
    below = make.an_institution("below", parent=place.institution)
    colleague, stranger, other_programme, leaver = (make.a_user() for _ in range(4))
    make.a_membership(colleague, below)
    make.an_enrolment(colleague, place.version)
    make.a_membership(stranger, make.an_institution("elsewhere"))
    make.an_enrolment(stranger, place.version)
    make.a_membership(other_programme, place.institution)
    make.an_enrolment(other_programme, make.a_version())
    make.a_membership(leaver, place.institution, ends_on=timezone.localdate() - timedelta(days=1))
    make.an_enrolment(leaver, place.version)

    assert book(session, colleague) == ["booked"]
    for person in (stranger, other_programme, leaver):
        with pytest.raises(NotInvited):
            book(session, person)


def test_once_it_has_begun_nobody_withdraws_alone(place):
    session, person = place.session(), place.learner()
    book(session, person)

    with pytest.raises(TooLateToWithdraw):
        seats.withdraw(session=session, user=person, at=session.starts_at)


def sign_in(session, person, how=LIST, *, at=None, by=None):
    return seats.sign_in(session=session, user=person, how=how, by=by or person, at=at or session.starts_at)


@pytest.mark.parametrize("how", [LIST, CODE])
def test_signing_in_counts_once(place, how):
    session, person = place.session(), place.learner()
    book(session, person)

    assert [sign_in(session, person, how)[1], sign_in(session, person, how)[1]] == [True, False]

    seat = session.seats.get()
    assert (seat.state, seat.signed_in_at, seat.signed_in_how) == ("attended", session.starts_at, how)
    assert taken(session) == 1
    assert AuditEvent.objects.filter(action="session-signed-in").count() == 1


@pytest.mark.parametrize(
    ("how", "minutes", "opens"),
    [
        (CODE, -31, False),
        (CODE, -30, True),
        (CODE, 150, True),
        (CODE, 151, False),
        (LIST, -31, False),
        (LIST, 120 + 7 * 24 * 60, True),
        (LIST, 121 + 7 * 24 * 60, False),
    ],
)
def test_doors_open_half_an_hour_before_and_close_half_an_hour_after(place, how, minutes, opens):
    session, person = place.session(), place.learner()
    book(session, person)
    moment = session.starts_at + timedelta(minutes=minutes)

    if opens:
        assert sign_in(session, person, how, at=moment)[1] is True
    else:
        with pytest.raises(NotNow):
            sign_in(session, person, how, at=moment)


def test_somebody_not_signed_up_takes_a_free_seat_with_the_code(place):
    session, person = place.session(capacity=1), place.learner()

    seat, _ = sign_in(session, person, CODE)

    assert (seat.state, seat.origin, taken(session)) == ("attended", CODE, 1)


def test_a_session_may_refuse_those_who_did_not_sign_up(place):
    session = place.session(takes_walk_ins=False)
    newcomer, gave_up, waits = place.learner(1), place.learner(2), place.learner(3)
    book(session, gave_up, waits)
    seats.withdraw(session=session, user=gave_up, at=timezone.now())

    for person in (newcomer, gave_up):
        with pytest.raises(NoWalkIns):
            sign_in(session, person, CODE)
    assert sign_in(session, waits, CODE)[1] is True


def test_a_full_room_takes_the_waiting_only_when_somebody_is_marked_absent(place):
    session = place.session(capacity=1)
    booked, waits = place.learner(1), place.learner(2)
    book(session, booked, waits)
    with pytest.raises(SessionFull):
        sign_in(session, waits, CODE)

    seat = session.seats.get(user=booked)
    assert seats.mark_absent(seat=seat, by=place.facilitator, at=session.starts_at) is True
    assert seats.mark_absent(seat=seat, by=place.facilitator, at=session.starts_at) is False
    sign_in(session, waits, CODE)

    assert states(session) == {"Anna 1": "absent", "Anna 2": "attended"}
    assert taken(session) == 1
    with pytest.raises(SessionFull):
        seats.undo(seat=seat, by=place.facilitator, at=session.starts_at)


def test_a_tap_is_undone_and_done_again(place):
    session, person = place.session(), place.learner()
    book(session, person)
    seat, _ = sign_in(session, person, by=place.facilitator)

    assert seats.undo(seat=seat, by=place.facilitator, at=session.starts_at) is True
    assert seats.undo(seat=seat, by=place.facilitator, at=session.starts_at) is False

    seat.refresh_from_db()
    assert (seat.state, seat.signed_in_at, seat.signed_in_how, seat.signed_in_by) == ("booked", None, "", None)
    assert sign_in(session, person)[1] is True
    assert taken(session) == 1


def details_of(session, **changed) -> dict:
    names = ("place", "online_link", "starts_at", "ends_at", "sign_up_until", "capacity", "takes_walk_ins")
    return {name: getattr(session, name) for name in names} | changed


def change(place, session, /, *, at=None, **changed):
    return services.change(
        session=session,
        units=place.units(),
        facilitators=[],
        details=details_of(session, **changed),
        by=place.facilitator,
        at=at or timezone.now(),
    )


def test_more_seats_go_to_those_who_wait(place):
    session = place.session(capacity=1)
    people = [place.learner(number) for number in (1, 2, 3)]
    book(session, *people)

    change(place, session, capacity=2)

    assert list(states(session).values()) == ["booked", "booked", "waiting"]
    with pytest.raises(FewerSeatsThanTaken):
        change(place, session, capacity=1)


def test_a_new_place_is_told_to_all_and_other_changes_to_nobody(place):
    session = place.session(capacity=1)
    people = [place.learner(number) for number in (1, 2)]
    book(session, *people)
    outbox.sweep()
    mail.outbox.clear()

    change(place, session, takes_walk_ins=False)
    outbox.sweep()
    assert mail.outbox == []

    changed = change(place, session, place="Cita vieta")
    outbox.sweep()
    assert sorted(letter.to[0] for letter in mail.outbox) == [person.email for person in people]
    assert all("Cita vieta" in letter.body for letter in mail.outbox)
    [attached] = [letter for letter in mail.outbox if letter.attachments]
    assert "SEQUENCE:1" in attached.attachments[0][1]
    assert changed.edition == 1


def due() -> list:
    """When reminders are due, with the edition of the session they were promised for."""
    promised = OutboxMessage.objects.filter(payload__kind="reminder", done_at=None).order_by("pk")
    return [(message.payload["edition"], message.not_before) for message in promised]


def test_a_reminder_with_the_content_note_is_due_three_days_ahead(place):
    session, person = place.session(starts_at=tomorrow_at(10) + timedelta(days=9)), place.learner()
    book(session, person)

    assert due() == [(0, session.starts_at - timedelta(days=3))]
    outbox.sweep()
    mail.outbox.clear()
    OutboxMessage.objects.filter(done_at=None).update(not_before=timezone.now())
    outbox.sweep()

    [letter] = mail.outbox
    assert letter.subject.startswith("Pēc trim dienām: ")
    assert "Piezīme" in letter.body


def test_a_session_that_was_moved_reminds_once_and_at_the_new_time(place):
    session, person = place.session(starts_at=tomorrow_at(10) + timedelta(days=9)), place.learner()
    book(session, person)
    later = session.starts_at + timedelta(days=5)
    change(place, session, starts_at=later, ends_at=later + timedelta(hours=1))
    outbox.sweep()
    mail.outbox.clear()

    assert due() == [(edition, start - timedelta(days=3)) for edition, start in enumerate([session.starts_at, later])]
    OutboxMessage.objects.filter(done_at=None).update(not_before=timezone.now())
    outbox.sweep()

    assert len(mail.outbox) == 1


def test_a_late_sign_up_needs_no_reminder(place):
    book(place.session(), place.learner())

    assert due() == []


def test_a_session_called_off_tells_everyone_why_once(place):
    session = place.session(capacity=1)
    people = [place.learner(number) for number in (1, 2)]
    book(session, *people)
    outbox.sweep()
    mail.outbox.clear()
    off = {"session": session, "reason": "Telpa applūdusi", "by": place.facilitator}

    assert [services.cancel(**off, at=timezone.now()), services.cancel(**off, at=timezone.now())] == [True, False]

    outbox.sweep()
    assert sorted(letter.to[0] for letter in mail.outbox) == [person.email for person in people]
    assert all("Telpa applūdusi" in letter.body for letter in mail.outbox)
    [attached] = [letter for letter in mail.outbox if letter.attachments]
    assert "STATUS:CANCELLED" in attached.attachments[0][1]
    newcomer = place.learner(3)
    with pytest.raises(SignUpClosed):
        book(session, newcomer)
    with pytest.raises(NotNow):
        sign_in(session, newcomer)


def test_what_has_begun_is_neither_changed_nor_called_off(place):
    session = place.session()

    with pytest.raises(CannotChange):
        change(place, session, at=session.starts_at)
    with pytest.raises(CannotChange):
        services.cancel(session=session, reason="x", by=place.facilitator, at=session.starts_at)


def test_a_letter_that_is_no_longer_true_is_not_sent(place):
    session, person = place.session(), place.learner()
    with outbox.hushed():
        book(session, person)
        seats.withdraw(session=session, user=person, at=timezone.now())

    outbox.sweep()

    assert mail.outbox == []
    assert not OutboxMessage.objects.filter(done_at=None).exists()


def test_the_online_link_is_in_no_letter(place):
    session = place.session(place="", online_link="https://meet.example/secret-room")
    book(session, place.learner())
    outbox.sweep()

    [letter] = mail.outbox
    assert "secret-room" not in letter.message().as_string()
    assert "secret-room" not in letter.attachments[0][1]


def test_completing_the_programme_keeps_the_seat(place):
    session, person = place.session(), place.learner()
    book(session, person)
    Enrolment.objects.filter(user=person).update(completed_at=timezone.now())

    assert sign_in(session, person, CODE)[1] is True
