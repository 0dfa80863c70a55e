from datetime import date, timedelta

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from cms.models import MailText, SupportContact
from learning import mail
from learning.models import Invitation, User
from learning.people import invitation_letters, invitations
from learning.records import outbox
from tests.factories import (
    a_membership,
    a_position,
    a_requirement,
    a_unit,
    a_version,
    an_enrolment,
    an_institution,
)

pytestmark = pytest.mark.django_db
SENDER = mail.Sender("Centra pamatskola", "inga@school.example")


@pytest.fixture
def wording():
    MailText.objects.create(
        key="invitation",
        subject_lv="Uzaicinājums uz mācībām „{programme_title}”",
        subject_en='Invitation to the programme "{programme_title}"',
        body_lv=(
            "Labdien.\n\n{institution_name} aicina Jūs.\n\nModuļi: {module_count}. Kopējais laiks: {total_minutes} "
            "minūtes.\nLūdzam pabeigt līdz {due_date} (ieskaitot).\n\nSākt: {start_url}\nSaite ir derīga līdz "
            "{link_valid_until}.\n\nKontaktpersona: {contact_name}, {contact_email}\n\n{support_line}"
        ),
        body_en="Hello,\n\nStart: {start_url}\nUntil {link_valid_until}.",
    )
    SupportContact.objects.create(number="116006", description_lv="cietušajiem", description_en="victims", position=1)
    SupportContact.objects.create(number="112", description_lv="briesmās", description_en="danger")


@pytest.fixture
def invitation():
    """A teacher of a school, enrolled in a programme of two lessons and a quiz."""
    school = an_institution(
        "school", name="Centra pamatskola", contact_name="Inga", contact_email="inga@school.example"
    )
    ilze = User.objects.create_user("ilze@school.example", None, first_name="Ilze", last_name="Kalniņa")
    a_membership(ilze, school, position=a_position("teacher"))
    version = a_version()
    a_unit(version.modules.get(), "m1-quiz", kind="quiz", minutes=7)
    requirement = a_requirement(version.course, school)
    an_enrolment(ilze, version, institution=school, requirement=requirement, due_on=date(2026, 12, 18))
    invitations.invite(users=[ilze], institution=school, by=None)
    return Invitation.objects.select_related("user", "institution").get()


def the_letter():
    [letter] = django_mail.outbox
    [(html, kind)] = letter.alternatives
    assert kind == "text/html"
    return letter, html


def test_an_invitation_says_what_how_long_by_when_and_where(wording, invitation, settings):
    settings.SITE_URL = "https://kopa.example"

    outbox.sweep()

    letter, html = the_letter()
    link = f"https://kopa.example/invitation/{invitations.token_of(invitation.number)}/"
    until = (timezone.localdate() + timedelta(days=14)).strftime("%d.%m.%Y.")
    assert (letter.to, letter.subject) == (["ilze@school.example"], "Uzaicinājums uz mācībām „Programma”")
    assert letter.body.splitlines()[:10] == [
        *("Labdien.", "", "Centra pamatskola aicina Jūs.", ""),
        "Moduļi: 1. Kopējais laiks: 27 minūtes.",
        *("Lūdzam pabeigt līdz 18.12.2026. (ieskaitot).", ""),
        *(f"Sākt: {link}", f"Saite ir derīga līdz {until}.", ""),
    ]
    for words in (
        "Kontaktpersona: Inga, inga@school.example",
        "112: briesmās; 116006: cietušajiem",
        "teacher lv. Pamats",
    ):
        assert words in letter.body
    assert (letter.reply_to, letter.extra_headers["Auto-Submitted"]) == (["inga@school.example"], "auto-generated")
    assert html.count(f'href="{link}"') == 1
    assert "112: briesmās; 116006: cietušajiem" in html


def test_a_letter_is_in_the_language_of_its_reader(wording, invitation):
    User.objects.update(language="en")

    outbox.sweep()

    letter, html = the_letter()
    assert letter.subject == 'Invitation to the programme "Programme"'
    assert '<html lang="en">' in html
    assert letter.extra_headers["Content-Language"] == "en"


def test_links_come_from_the_settings_whatever_host_was_asked(wording, invitation, settings, client):
    settings.SITE_URL = "https://kopa.example"
    settings.ALLOWED_HOSTS = ["*"]
    client.get("/accounts/login/", headers={"host": "evil.example"})

    outbox.sweep()

    letter, html = the_letter()
    assert "evil.example" not in letter.message().as_string()
    assert "https://kopa.example/invitation/" in html


def test_a_used_or_void_invitation_is_not_sent(wording, invitation):
    Invitation.objects.void(reason=Invitation.Void.NEWER)

    outbox.sweep()

    assert django_mail.outbox == []


def test_somebody_with_nothing_to_study_is_invited_all_the_same(wording, invitation):
    invitation.user.enrolments.all().delete()

    outbox.sweep()

    letter, _html = the_letter()
    assert "Centra pamatskola" in letter.subject
    assert "Programma" not in letter.body
    assert f"/invitation/{invitations.token_of(invitation.number)}/" in letter.body


def test_names_cannot_add_headers_lines_or_links(wording):
    letter = mail.compose(
        mail.Wording("About {name}", "Hello,\n\n{name}\n\nStart: {start_url}"),
        to="ilze@school.example",
        values={
            "name": "Anna\r\nBcc: all@school.example\n\nClick: http://evil.example",
            "start_url": "https://a.example/",
        },
        sender=SENDER,
        language="en",
    )

    sent = letter.message()
    assert sent["Subject"] == "About Anna Bcc: all@school.example Click: http://evil.example"
    assert sent["Bcc"] is None
    assert sum("Anna" in line for line in letter.body.splitlines()) == 1
    assert letter.alternatives[0][0].count("<a href") == 2  # the button and the sender's address


def test_markup_in_names_stays_text():
    letter = mail.compose(
        mail.Wording("x", "{name}\n\n<b>Editors write no markup</b>"),
        to="ilze@school.example",
        values={"name": "<img src=x onerror=alert(1)>"},
        sender=mail.Sender("<script>"),
        language="lv",
    )

    html = letter.alternatives[0][0]
    assert [tag for tag in ("<img", "<script", "<b>") if tag in html] == []
    assert "&lt;img" in html


def test_a_placeholder_nobody_knows_is_refused():
    with pytest.raises(mail.UnknownPlaceholder) as refusal:
        mail.compose(mail.Wording("x", "{no_such_thing}"), to="a@b.example", values={}, sender=SENDER, language="lv")

    assert refusal.value.name == "no_such_thing"


@pytest.mark.parametrize("text", ["{x.__class__}", "{0}", "{x[0]}", "{{x}}", "%(x)s"])
def test_placeholders_are_names_and_nothing_else(text):
    letter = mail.compose(
        mail.Wording("s", text), to="a@b.example", values={"x": "X", "0": "Y"}, sender=SENDER, language="lv"
    )

    assert "class '" not in letter.body


def test_the_contact_is_the_nearest_one_above(settings):
    settings.DEFAULT_FROM_EMAIL = "Kopā <kopa@site.example>"
    root = an_institution("novads", name="Demo novads")
    school = an_institution("school", parent=root)
    assert invitation_letters.contact_of(school) == mail.Sender("School", "kopa@site.example")

    type(root).objects.filter(pk=root.pk).update(contact_email="hr@novads.example")

    assert invitation_letters.contact_of(school) == mail.Sender("Demo novads", "hr@novads.example")
