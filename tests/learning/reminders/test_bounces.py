"""What other mail servers report ends in the ledger; everything else is passed over."""

from email.message import EmailMessage

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from learning.models import Reminder, ReminderLetter
from learning.reminders import bounces
from learning.reminders.addresses import write_again
from learning.reminders.facts import obstacles_of
from tests.learning.reminders.ground import TODAY, Place, days, mail_texts, run, send

REPORT = """\
From: MAILER-DAEMON@mx.example
To: macibas@demonovads.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ilze@school.example
Action: {action}
Status: {status}

--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: x

--b--
"""


@pytest.fixture
def letter(db, monkeypatch):
    mail_texts()
    place = Place()
    place.study(due_on=TODAY)
    run()
    send(monkeypatch)
    return ReminderLetter.objects.get()


def report(letter: ReminderLetter, *, action="failed", status="5.1.1", kind="text/rfc822-headers") -> bytes:
    return REPORT.format(action=action, status=status, kind=kind, message_id=letter.message_id).encode()


def note(content: bytes) -> bool:
    found = bounces.report_in(content)
    return found is not None and bounces.note(found)


def outcome() -> tuple[str, str, str]:
    letter, line = ReminderLetter.objects.get(), Reminder.objects.get()
    return letter.state, letter.status_code, line.state


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_bounce_is_noted_once_on_letter_and_line(letter, kind):
    content = report(letter, kind=kind)

    assert [note(content), note(content)] == [True, False]
    assert outcome() == ("bounced", "5.1.1", "bounced")
    letter.refresh_from_db()
    assert letter.answered_at is not None


def test_a_receipt_is_noted(letter):
    assert note(report(letter, action="delivered (to mailbox)", status="2.0.0"))
    assert outcome() == ("delivered", "2.0.0", "delivered")


def test_the_first_report_counts(letter):
    note(report(letter))
    note(report(letter, action="delivered", status="2.0.0"))

    assert outcome() == ("bounced", "5.1.1", "bounced")


def test_a_letter_in_doubt_is_in_doubt_no_more(letter):
    ReminderLetter.objects.update(state="unsure")
    Reminder.objects.update(state="unsure")

    note(report(letter, action="delivered", status="2.0.0"))

    assert outcome()[0] == "delivered"


@pytest.mark.parametrize(
    "content",
    [
        lambda letter: report(letter, action="delayed", status="4.4.1"),
        lambda letter: report(letter, action="relayed"),
        lambda letter: report(letter).replace(b"reminder-", b"invoice-"),
        lambda letter: report(letter).replace(str(letter.number).encode(), b"0" * 36),
        lambda letter: report(letter).replace(b"multipart/report", b"multipart/mixed"),
        lambda letter: report(letter).replace(b"message/delivery-status", b"text/plain"),
        lambda letter: f"Subject: I am away\nIn-Reply-To: {letter.message_id}\n\nBack on Monday".encode(),
        lambda letter: b"",
    ],
)
def test_anything_else_changes_nothing(letter, content):
    assert not note(content(letter))
    assert outcome() == ("sent", "", "sent")


@given(content=st.binary(max_size=400))
def test_no_content_breaks_the_reader(content):
    head = b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n'

    bounces.report_in(content)
    assert bounces.report_in(head + content) is None


def test_the_command_reads_single_mails_and_mailboxes(letter, tmp_path, capsys):
    single, box = tmp_path / "one.eml", tmp_path / "box"
    single.write_bytes(report(letter))
    newsletter = EmailMessage()
    newsletter["Subject"] = "News"
    newsletter.set_content("Here is what happened.")
    box.write_bytes(
        b"From a@b Tue Nov 24 10:00:00 2026\n"
        + newsletter.as_bytes()
        + b"\nFrom a@b Tue Nov 24 10:00:00 2026\n"
        + report(letter)
    )

    call_command("note_bounces", str(box), str(single))
    call_command("note_bounces", str(box))

    assert capsys.readouterr().out == "3 read, 1 noted.\n2 read, 0 noted.\n"
    assert outcome() == ("bounced", "5.1.1", "bounced")


def test_what_is_too_long_for_a_report_is_left_out(letter, tmp_path, monkeypatch):
    monkeypatch.setattr(bounces, "MOST_BYTES", 100)
    single, box = tmp_path / "one.eml", tmp_path / "box"
    single.write_bytes(report(letter))
    box.write_bytes(b"From a@b Tue Nov 24 10:00:00 2026\n" + report(letter))

    assert list(bounces.mails_in(single)) == []
    assert list(bounces.mails_in(box)) == []


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="missing"):
        call_command("note_bounces", str(tmp_path / "missing"))


def test_after_two_bounces_an_address_is_to_mend_until_somebody_says_it_is_right(letter, monkeypatch):
    reader = letter.recipient
    note(report(letter))
    ReminderLetter.objects.create(
        recipient=reader,
        to="learner",
        day=TODAY - days(30),
        institution=letter.institution,
        state="bounced",
        address=letter.address,
        status_code="5.1.1",
    )

    assert obstacles_of([reader.pk]) == {reader.pk: "bad_address"}
    told = [write_again(person=reader, institution=letter.institution, by=reader) for _ in range(2)]
    assert told == [2, 0]
    assert obstacles_of([reader.pk]) == {reader.pk: ""}
