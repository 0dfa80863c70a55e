"""The letter that says the certificate is ready."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from certificates import services
from certificates.models import Revocation
from cms.models import MailText, SupportContact
from learning.models import OutboxMessage, User
from learning.records import outbox
from tests.certificates.factories import a_certificate, a_completion
from tests.factories import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def wording():
    facts = "{full_name}; {programme_title}; {certificate_number}; {academic_hours}; {valid_until}"
    links = "\n\n{{support_line}}\n\n{go}: {{certificate_url}}\n{check}: {{verify_url}}\n{card}: {{card_url}}"
    MailText.objects.create(
        key="certificate_issued",
        subject_lv="Jūsu apliecinājums: „{programme_title}”",
        subject_en='Your certificate: "{programme_title}"',
        body_lv=f"Labdien.\n\n{facts}" + links.format(go="Lejupielādēt", check="Pārbaudīt", card="Rīcības lapa"),
        body_en=f"Hello,\n\n{facts}" + links.format(go="Download", check="Verify", card="Action card"),
    )
    SupportContact.objects.create(number="116006", description_lv="cietušajiem", description_en="victims")


def test_a_holder_is_told_once_that_the_paper_is_ready(wording):
    certificate = a_certificate(a_user(email="ilze@school.example", first_name="Ilze", last_name="Kalniņa"))

    outbox.sweep()
    services.keep_pdf_promise({"certificate": certificate.pk})
    outbox.sweep()

    (letter,) = mail.outbox
    until = certificate.valid_until.strftime("%d.%m.%Y.")
    assert (letter.to, letter.subject) == (["ilze@school.example"], "Jūsu apliecinājums: „Programma”")
    assert letter.body.splitlines()[:8] == [
        *("Labdien.", ""),
        *(f"Ilze Kalniņa; Programma; {certificate.serial}; 0,4; {until}", ""),
        *("Kur saņemt atbalstu: 116006: cietušajiem", ""),
        f"Lejupielādēt: http://localhost:8000/certificates/{certificate.printed_code}/",
        f"Pārbaudīt: http://localhost:8000/v/{certificate.printed_code}/",
    ]
    certificate.refresh_from_db()
    assert certificate.pdf_sha256 != ""


def test_it_is_written_in_the_language_of_its_reader(wording):
    a_certificate(a_user(email="anna@school.example", language="en"), valid_until=None)

    outbox.sweep()

    (letter,) = mail.outbox
    assert letter.subject.startswith("Your certificate")
    assert "; 0.4; No end date\n" in letter.body
    assert "Where to get support: 116006: victims" in letter.body


def test_a_renewal_is_news_and_a_corrected_name_is_not(wording):
    person = a_user(email="ilze@school.example")
    first = a_completion(person, on=timezone.localdate() - timedelta(days=1))
    services.issue(completion=first)
    outbox.sweep()
    renewal = services.issue(completion=a_completion(person, first.version, renews=first))
    outbox.sweep()

    services.reissue(certificate=renewal, given_names="Ilze", surname="Ozola", reason="name", by=None)
    outbox.sweep()

    assert ["KP-" in letter.body for letter in mail.outbox] == [True, True]
    assert renewal.serial in mail.outbox[1].body


@pytest.mark.parametrize("reader", [{"email": None}, {"is_active": False}])
def test_nothing_is_sent_where_nobody_reads(wording, reader):
    certificate = a_certificate(a_user(email="ilze@school.example"))
    User.objects.filter(pk=certificate.user_id).update(**reader)

    outbox.sweep()

    assert mail.outbox == []
    assert not OutboxMessage.objects.filter(done_at=None).exists()


def test_nothing_is_sent_about_history_or_a_paper_that_is_void(wording):
    a_certificate(a_user(email="old@school.example"), on=timezone.localdate() - timedelta(days=8))
    void = a_certificate(a_user(email="void@school.example"))
    services.revoke(certificate=void, reason=Revocation.Reason.ERROR, note="", by=None)

    outbox.sweep()

    assert mail.outbox == []


def test_a_site_without_such_a_text_sends_none():
    a_certificate(a_user(email="ilze@school.example"))

    outbox.sweep()

    assert mail.outbox == []
    assert not OutboxMessage.objects.filter(done_at=None).exists()
