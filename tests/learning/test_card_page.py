"""The action card: one's own by default, every other role's on request."""

from datetime import date

import pytest

from cms.models import SupportContact
from courses.models import ActionCard, Course
from tests.factories import a_membership, a_position, a_role, a_user, an_institution
from tests.learning.pages import html_of

pytestmark = pytest.mark.django_db

CARD = "/learn/card/"


def texts(text):
    return {"lv": f"{text} lv", "en": f"{text} en"}


STEP = {"step": "notice", "title": texts("Pamani"), "text": texts("Dari"), "dont": texts("Nedari")}


@pytest.fixture
def cards():
    course = Course.objects.create(key="course")
    contact = SupportContact.objects.create(
        number="116 999", description_lv="Tālrunis", description_en="Line", checked_on=date(2026, 11, 2)
    )
    for key in ("teacher", "mpolice"):
        card = ActionCard(
            course=course,
            role=a_role(key),
            title_lv=f"Lapa {key}",
            title_en=f"Card {key}",
            legal_lv="BTAL 73. pants",
            legal_en="Section 73",
            steps=[
                {
                    "type": "step",
                    "value": {
                        "step": "notice",
                        "title": texts("Pamani"),
                        "text": texts("Dari"),
                        "dont": texts("Nedari"),
                    },
                }
            ],
            say=[{"type": "phrase", "value": texts("Labi, ka pastāstīji")}],
            local_contacts=[{"type": "contact", "value": texts("Atbildīgā persona")}],
        )
        card.contacts = [contact]
        card.save()


def a_teacher():
    person = a_user()
    a_membership(person, an_institution(), position=a_position("teacher"))
    return person


def test_the_reader_gets_the_card_of_the_own_role(client, cards):
    client.force_login(a_teacher())

    html = html_of(client.get(CARD))

    for shown in (
        "Lapa teacher",
        "Pamani lv",
        "Nedari lv",
        "Labi, ka pastāstīji lv",
        'href="tel:116999"',
        "Atbildīgā persona lv",
        "BTAL 73. pants",
        "02.11.2026.",
    ):
        assert shown in html
    assert "Lapa mpolice" not in html
    assert 'href="?role=mpolice"' in html


def test_any_other_role_can_be_chosen(client, cards):
    client.force_login(a_teacher())

    html = html_of(client.get(CARD, {"role": "mpolice"}))

    assert "Lapa mpolice" in html
    assert 'href="?role=teacher"' in html


def test_the_card_speaks_the_readers_language(client, cards, settings):
    client.force_login(a_teacher())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "Pamani en" in html_of(client.get(CARD))


def test_who_has_no_role_chooses_a_card(client, cards):
    client.force_login(a_user())

    response = client.get(CARD)

    assert response.status_code == 200
    assert "action-card" not in html_of(response)
    assert 'href="?role=teacher"' in html_of(response)


def test_a_role_without_a_card_of_its_own_is_offered_the_others(client, cards):
    person = a_user()
    a_membership(person, an_institution(), position=a_position("head", role="head"))
    client.force_login(person)

    assert 'href="?role=teacher"' in html_of(client.get(CARD))


@pytest.mark.parametrize("role", ["nowhere", "<script>", ""])
def test_an_unknown_role_is_404(client, cards, role):
    client.force_login(a_teacher())

    assert client.get(CARD, {"role": role}).status_code == 404


def test_the_card_costs_the_same_however_many_roles_there_are(client, cards, django_assert_max_num_queries):
    client.force_login(a_teacher())
    client.get(CARD)

    with django_assert_max_num_queries(7):
        client.get(CARD)
