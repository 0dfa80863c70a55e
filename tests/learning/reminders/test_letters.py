"""What letters say, to whom, in which language."""

import json
from datetime import date
from email import message_from_bytes, policy

import pytest
from django.core import mail

from learning.models import Membership, Reminder
from learning.reminders import letters
from learning.reminders.policies import set_policy
from learning.reminders.policy import EXPIRY, KINDS, LEARNER, Policy, Step
from tests import factories as make
from tests.learning.reminders.ground import MAILS, TODAY, Place, days, mail_texts, run, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    mail_texts()
    return Place()


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def test_a_learner_reads_in_latvian_with_the_support_block_and_the_calendar_file(place, monkeypatch):
    study = place.study(due_on=TODAY + days(7))
    run()
    send(monkeypatch)

    (letter,) = mail.outbox
    assert letter.subject == "Līdz termiņam septiņas dienas: „Programma”"
    assert "Lūdzam to pabeigt līdz 01.12.2026. (ieskaitot)." in letter.body
    assert "Jūsu progress: 0 no 1 moduļiem" in letter.body
    assert f"Turpināt: http://localhost:8000/learn/{study.number}/" in letter.body
    assert "Kur saņemt atbalstu: 116006: cietušajiem" in letter.body
    assert letter.extra_headers["Content-Language"] == "lv"
    (name, content, kind) = letter.attachments[0]
    assert (name, kind) == ("kopa.ics", "text/calendar")
    assert f"UID:deadline-{study.number}@localhost\r\n" in content.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20261201" in content


def test_the_calendar_file_names_nobody(place, monkeypatch):
    place.study(due_on=TODAY + days(7))
    run()
    send(monkeypatch)

    content = mail.outbox[0].attachments[0][1]

    for personal in ("Ilze", "Kalniņa", "ilze@", "Centra", "ATTENDEE", "ORGANIZER"):
        assert personal not in content


def test_it_is_written_in_the_language_of_its_reader(place, monkeypatch):
    person = place.a_teacher(language="en")
    place.study(due_on=TODAY + days(7), user=person)
    run()
    send(monkeypatch)

    (letter,) = mail.outbox
    assert letter.subject == 'Seven days left: "Programme"'
    assert "Where to get support" in letter.body
    assert "SUMMARY:Training deadline: Programme" in letter.attachments[0][1]


def test_it_can_be_put_on_the_wire_and_read_again(place, monkeypatch):
    place.study(due_on=TODAY + days(7))
    run()
    send(monkeypatch)

    read = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)

    assert read["Subject"].strip() == "Līdz termiņam septiņas dienas: „Programma”"
    assert read["Message-ID"] == Reminder.objects.get().letter.message_id
    assert read["Auto-Submitted"] == "auto-generated"
    assert {part.get_content_type() for part in read.walk()} >= {"text/plain", "text/html", "text/calendar"}


@pytest.mark.parametrize(
    ("ahead", "subject"),
    [
        (14, "Mācību termiņš 08.12.2026.: „Programma”"),
        (0, "Šodien termiņš: „Programma”"),
        (-7, "Mācību termiņš ir beidzies: „Programma”"),
        (-9, "Mācību termiņš bija 15.11.2026.: „Programma”"),
    ],
)
def test_the_words_fit_the_day(place, monkeypatch, ahead, subject):
    Membership.objects.update(manager=None)
    place.study(due_on=TODAY + days(ahead))
    run()
    send(monkeypatch)

    assert subjects() == [subject]


@pytest.mark.parametrize(
    ("ahead", "subject"),
    [
        (60, "Apliecinājuma termiņš beigsies pēc 60 dienām: „Programma”"),
        (14, "Apliecinājums derīgs līdz 08.12.2026.: „Programma”"),
    ],
)
def test_the_end_of_a_certificate_is_told(place, monkeypatch, ahead, subject):
    make.a_completion(place.teacher, place.version, on=date(2024, 1, 1), until=TODAY + days(ahead))
    run()
    send(monkeypatch)

    (letter,) = mail.outbox
    assert letter.subject == subject
    assert "Atjaunot: http://localhost:8000/learn/" in letter.body
    assert letter.attachments == []


def test_several_matters_stand_in_one_letter_the_most_urgent_first(place, monkeypatch):
    place.study(due_on=TODAY + days(7))
    other = make.a_version(title={"lv": "Cita programma", "en": "Another"})
    make.an_enrolment(place.teacher, other, due_on=TODAY, institution=place.school, enrolled_at="2026-01-01T10:00Z")
    run()
    send(monkeypatch)

    (letter,) = mail.outbox
    assert letter.subject == "Šodien termiņš: „Cita programma”"
    assert "Programma: Termiņš: 01.12.2026." in letter.body


def test_whoever_has_no_password_is_told_how_to_get_in(place, monkeypatch):
    place.teacher.set_unusable_password()
    place.teacher.save()
    place.study(due_on=TODAY)
    run()
    send(monkeypatch)

    assert "Pieslēgšanās: Parole vēl nav izvēlēta." in mail.outbox[0].body


def test_a_manager_reads_names_and_days_and_nothing_else(place, monkeypatch):
    place.study(due_on=TODAY - days(7))
    run()
    send(monkeypatch)

    letter = next(message for message in mail.outbox if message.to == [place.manager.email])
    assert letter.subject == "Jūsu darbinieku mācību termiņi: Centra pamatskola"
    assert "Ilze Kalniņa: Programma. Termiņš: 17.11.2026." in letter.body
    assert "progress" not in letter.body
    assert letter.attachments == []


def test_an_officer_gets_one_digest_with_the_way_to_the_list(place, monkeypatch):
    for _ in range(2):
        place.study(due_on=TODAY - days(14), user=place.a_teacher())
    run()
    send(monkeypatch, TODAY + days(6))

    (letter,) = (message for message in mail.outbox if message.to == [place.hr.email])
    assert letter.subject == "Mācību termiņu kopsavilkums 30.11.2026.: Centra pamatskola"
    assert "Darbinieku skaits: 2." in letter.body
    assert "http://localhost:8000/institutions/school/people/" in letter.body
    assert "http://localhost:8000/institutions/school/reminders/" in letter.body


def test_a_long_digest_names_some_and_counts_the_rest(place, monkeypatch):
    monkeypatch.setattr(letters, "MOST_NAMES", 2)
    for _ in range(5):
        place.study(due_on=TODAY - days(14), user=place.a_teacher())
    run()
    send(monkeypatch, TODAY + days(6))

    (letter,) = (message for message in mail.outbox if message.to == [place.hr.email])
    assert letter.body.count("Ilze Kalniņa") == 2
    assert "vēl 3" in letter.body


def test_after_its_end_a_certificate_is_told_of_as_ended(place, monkeypatch):
    set_policy(institution=place.school, policy=Policy(steps=(Step(EXPIRY, 1, LEARNER),)), by=place.hr)
    make.a_completion(place.teacher, place.version, on=date(2024, 1, 1), until=TODAY - days(1))
    run()
    send(monkeypatch)

    assert subjects() == ["Apliecinājums bija derīgs līdz 23.11.2026.: „Programma”"]


def test_the_programme_brings_a_text_for_whatever_day_a_letter_leaves_on():
    brought = {mail["key"] for mail in json.loads(MAILS.read_text())["mails"]}

    asked = {letters.text_key(kind, number) for kind in KINDS for number in range(-365, 366)}

    assert asked | {letters.MANAGER_KEY, letters.HR_KEY} <= brought
