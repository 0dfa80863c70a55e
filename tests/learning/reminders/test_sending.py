"""Letters leave once, at permitted hours, with what is still true; what cannot be known is said to be unknown."""

import smtplib
import threading

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from cms.models import MailText
from learning.models import Leave, Membership, OutboxMessage, Reminder, ReminderLetter, Scope, User
from learning.reminders import sending
from learning.reminders.policies import set_policy
from learning.reminders.policy import DUE, LEARNER, Policy, Step
from tests import factories as make
from tests.learning.reminders.ground import TODAY, Place, days, lines, mail_texts, moment, run, send, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    mail_texts()
    return Place()


class Troubled(EmailBackend):
    """A mail server that answers with what `trouble` holds."""

    trouble: Exception | None = None
    on_open: Exception | None = None

    def open(self):
        if Troubled.on_open:
            raise Troubled.on_open

    def send_messages(self, messages):
        if Troubled.trouble:
            raise Troubled.trouble
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Troubled"
    yield Troubled
    Troubled.trouble = Troubled.on_open = None


def test_a_letter_leaves_once_and_the_ledger_says_when(place, monkeypatch):
    place.study(due_on=TODAY + days(7))
    run()

    send(monkeypatch)
    letter = ReminderLetter.objects.get()
    sending.send_letter({"letter": letter.pk})

    (message,) = mail.outbox
    assert message.to == ["ilze@school.example"]
    assert message.extra_headers["Message-ID"] == letter.message_id == f"<reminder-{letter.number}@localhost>"
    assert (letter.state, letter.sent_at, letter.address) == ("sent", moment(hour=12), "ilze@school.example")
    assert lines() == [("learner", -7, "sent", "")]


def test_nothing_leaves_before_its_hour(place, monkeypatch):
    place.study(due_on=TODAY + days(7))
    run(hour=5)

    send(monkeypatch, hour=7)

    assert mail.outbox == []


def test_a_sweeper_that_comes_late_waits_for_the_next_permitted_hour(place, monkeypatch):
    place.study(due_on=TODAY - days(7))
    run()

    send(monkeypatch, hour=20)

    assert mail.outbox == []
    assert states() == ["planned", "planned"]
    again = OutboxMessage.objects.filter(done_at=None)
    assert [moment(TODAY + days(1), 8) <= item.not_before < moment(TODAY + days(1), 11) for item in again] == [
        True,
        True,
    ]
    send(monkeypatch, TODAY + days(1))
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("done", "done"),
        ("deadline moved", "done"),
        ("left", "left"),
        ("on leave", "on_leave"),
        ("exempt", "exempt"),
        ("address gone", "no_address"),
        ("switched off", "off"),
    ],
)
def test_what_is_no_longer_true_is_not_sent(place, monkeypatch, case, reason):
    study = place.study(due_on=TODAY + days(7))
    run()
    if case == "done":
        study.completed_at = moment()
        study.save()
    elif case == "deadline moved":
        study.due_on += days(1)
        study.save()
    elif case == "left":
        Membership.objects.filter(user=place.teacher).update(ends_on=TODAY - days(1))
    elif case == "on leave":
        Leave.objects.create(user=place.teacher, institution=place.school, starts_on=TODAY)
    elif case == "exempt":
        make.an_exemption(place.teacher, study.course, place.school)
    elif case == "address gone":
        User.objects.filter(pk=place.teacher.pk).update(email=None)
    else:
        set_policy(institution=place.school, policy=Policy(steps=(), is_on=False), by=place.hr)

    send(monkeypatch)

    assert mail.outbox == []
    assert (lines(), states()) == ([("learner", -7, "skipped", reason)], ["skipped"])


def test_a_letter_that_announces_a_day_does_not_come_after_it(place, monkeypatch):
    place.study(due_on=TODAY)
    run()

    send(monkeypatch, TODAY + days(1))

    assert (mail.outbox, lines()) == ([], [("learner", 0, "skipped", "late")])


def test_who_is_no_longer_the_manager_or_the_officer_hears_no_names(place, monkeypatch):
    place.study(due_on=TODAY - days(14))
    run()
    Membership.objects.filter(user=place.teacher).update(manager=None)
    Scope.objects.filter(user=place.hr).delete()

    send(monkeypatch)
    send(monkeypatch, TODAY + days(6))

    assert [message.to for message in mail.outbox] == [["ilze@school.example"]]
    assert lines()[1:] == [("manager", 7, "skipped", "not_theirs"), ("hr", 14, "skipped", "not_theirs")]


def test_the_cap_holds_at_the_door_as_well(place, monkeypatch):
    set_policy(institution=place.school, policy=Policy(steps=(Step(DUE, 0, LEARNER),), per_week=1), by=place.hr)
    place.study(due_on=TODAY)
    run()
    ReminderLetter.objects.create(
        recipient=place.teacher,
        to=LEARNER,
        day=TODAY - days(1),
        institution=place.town,
        state="sent",
        sent_at=moment(TODAY - days(1)),
    )

    send(monkeypatch)

    assert (mail.outbox, lines()) == ([], [("learner", 0, "skipped", "cap")])


def test_killed_while_the_mail_server_listened_it_is_never_sent_again(place, monkeypatch):
    place.study(due_on=TODAY)
    run()
    ReminderLetter.objects.update(state="sending", claimed_at=moment(hour=11))

    send(monkeypatch)

    assert mail.outbox == []
    assert (states(), lines()) == (["unsure"], [("learner", 0, "unsure", "")])


def test_a_letter_another_process_is_sending_is_left_to_it(place, monkeypatch):
    place.study(due_on=TODAY)
    run()
    ReminderLetter.objects.update(state="sending", claimed_at=moment(hour=11, minute=59))

    send(monkeypatch)

    assert (mail.outbox, states()) == ([], ["sending"])


def test_killed_before_the_claim_it_is_sent_by_the_next_sweep(place, monkeypatch):
    place.study(due_on=TODAY)
    run()
    OutboxMessage.objects.update(attempts=1)  # Its lease has run out.

    send(monkeypatch)

    assert states() == ["sent"]


REFUSED = {"ilze@school.example": (550, b"5.1.1 No such user")}


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (smtplib.SMTPRecipientsRefused(REFUSED), "bounced"),
        (smtplib.SMTPRecipientsRefused({"ilze@school.example": (451, b"4.7.1 Later")}), "planned"),
        (smtplib.SMTPRecipientsRefused({"ilze@school.example": (554, b"5.7.1 Relay denied")}), "planned"),
        (smtplib.SMTPDataError(554, b"5.7.1 Spam"), "planned"),
        (smtplib.SMTPServerDisconnected("gone"), "unsure"),
        (TimeoutError(), "unsure"),
    ],
)
def test_what_the_mail_server_answers_decides(place, monkeypatch, server, trouble, state):
    place.study(due_on=TODAY)
    run()
    server.trouble = trouble

    send(monkeypatch)

    assert (states(), lines()) == ([state], [("learner", 0, state, "")])
    # What was certainly not taken is tried again.
    assert OutboxMessage.objects.filter(done_at=None).count() == (state == "planned")


def test_a_mail_server_that_cannot_be_reached_loses_nothing(place, monkeypatch, server):
    place.study(due_on=TODAY)
    run()
    server.on_open = ConnectionRefusedError()
    send(monkeypatch)
    server.on_open = None

    send(monkeypatch, hour=13)

    assert (len(mail.outbox), states()) == (1, ["sent"])


def test_a_missing_text_loses_nothing(place, monkeypatch):
    place.study(due_on=TODAY)
    run()
    text = MailText.objects.get(key="due_today")
    text.delete()
    send(monkeypatch)
    assert states() == ["planned"]
    MailText.objects.create(key="due_today", subject_lv="S", subject_en="S", body_lv="B", body_en="B")

    send(monkeypatch, hour=13)

    assert states() == ["sent"]


@pytest.mark.parametrize("people", [1, 3])
def test_a_digest_costs_the_same_for_one_and_for_three(place, monkeypatch, people, django_assert_num_queries):
    for _ in range(people):
        place.study(due_on=TODAY - days(14), user=place.a_teacher())
    run()
    monday = moment(TODAY + days(6), 12)
    monkeypatch.setattr(timezone, "now", lambda: monday)
    letter = ReminderLetter.objects.get(to="hr")
    sending.send_letter({"letter": letter.pk})
    # What programmes are called is kept in memory after the first.
    ReminderLetter.objects.filter(pk=letter.pk).update(state="planned", sent_at=None)
    Reminder.objects.filter(letter=letter).update(state="planned")

    with django_assert_num_queries(27):
        sending.send_letter({"letter": letter.pk})


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_processes_do_not_both_send_a_letter(monkeypatch):
    mail_texts()
    place = Place()
    place.study(due_on=TODAY)
    run()
    at = moment(hour=12)
    monkeypatch.setattr(timezone, "now", lambda: at)
    letter = ReminderLetter.objects.get()
    barrier = threading.Barrier(4)

    def work():
        try:
            barrier.wait()
            sending.send_letter({"letter": letter.pk})
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(mail.outbox), states()) == (1, ["sent"])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_each_reminder_once():
    place = Place()
    for _ in range(10):
        place.study(due_on=TODAY - days(14), user=place.a_teacher())
    barrier = threading.Barrier(3)

    def work():
        try:
            barrier.wait()
            run(institution=place.school)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # Learners, and their manager and officer, one letter each.
    assert (Reminder.objects.count(), ReminderLetter.objects.count()) == (30, 12)
