"""Knowledge checks inside a lesson: with and without a script, late and repeated saves, what is no answer."""

import pytest

from learning.models import UnitState
from tests.factories import a_user, an_enrolment, an_institution
from tests.learning.pages import a_programme, at, html_of

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}


@pytest.fixture
def study():
    return an_enrolment(a_user(), a_programme(), institution=an_institution())


@pytest.fixture
def reader(client, study):
    client.force_login(study.user)
    return client


def test_without_a_script_an_answer_comes_back_with_its_reason_at_the_same_place(reader, study):
    response = reader.post(at(study, "m1-read", "check", 2), {"chosen": "1", "sequence": "0"})

    assert response.status_code == 302
    assert response.url == at(study) + "#b2"
    html = html_of(reader.get(at(study)))
    assert "Iemesls vienai atbildei" in html
    assert "Jā, tieši tā" in html or "Yes, exactly" in html
    assert "Iemesls vairākām" not in html
    assert UnitState.objects.get().block == 2


def test_an_answer_that_is_not_right_is_told_calmly(reader, study):
    reader.post(at(study, "m1-read", "check", 2), {"chosen": "0", "sequence": "0"})

    html = html_of(reader.get(at(study)))

    assert 'data-color="info"' in html
    assert "Iemesls vienai atbildei" in html
    assert "danger" not in html


def test_answers_are_there_again_on_return(reader, study):
    reader.post(at(study, "m1-read", "check", 4), {"chosen": ["0", "2"], "sequence": "0"})

    html = html_of(reader.get(at(study)))

    assert html.count(" checked") == 2
    assert UnitState.objects.get().answers["4"]["chosen"] == [0, 2]


def test_the_script_gets_the_reason_only_when_it_asks(reader, study):
    address = at(study, "m1-read", "check", 2)

    saved = reader.post(address, {"chosen": "1", "sequence": "1"}, headers=JSON)
    asked = reader.post(address, {"chosen": "1", "sequence": "2", "reveal": "on"}, headers=JSON)

    assert saved.json().keys() == {"sequence", "saved_at"}
    assert "Iemesls vienai atbildei" in asked.json()["html"]


def test_a_late_save_changes_nothing_and_is_told_the_newer_number(reader, study):
    address = at(study, "m1-read", "check", 2)
    reader.post(address, {"chosen": "1", "sequence": "5"}, headers=JSON)

    late = reader.post(address, {"chosen": "0", "sequence": "4"}, headers=JSON)

    assert late.status_code == 409
    assert late.json() == {"reason": "newer", "sequence": 5}
    assert UnitState.objects.get().answers == {"2": {"chosen": [1], "sequence": 5}}


def test_the_same_save_twice_is_kept_once(reader, study):
    for _ in range(2):
        response = reader.post(at(study, "m1-read", "check", 2), {"chosen": "1", "sequence": "5"}, headers=JSON)

    assert response.status_code == 200
    assert UnitState.objects.get().answers == {"2": {"chosen": [1], "sequence": 5}}


def test_saving_an_answer_costs_four_queries(reader, study, django_assert_num_queries):
    reader.get(at(study))

    with django_assert_num_queries(4):
        reader.post(at(study, "m1-read", "check", 2), {"chosen": "1", "sequence": "1"}, headers=JSON)


@pytest.mark.parametrize(
    "sent",
    [
        {"sequence": "0"},
        {"chosen": "7", "sequence": "0"},
        {"chosen": "x", "sequence": "0"},
        {"chosen": ["0", "1"], "sequence": "0"},
        {"chosen": "1"},
        {"chosen": "1", "sequence": "-1"},
    ],
)
def test_what_is_no_answer_is_refused_with_the_page_as_it_was(reader, study, sent):
    address = at(study, "m1-read", "check", 2)

    page = reader.post(address, sent)
    script = reader.post(address, sent, headers=JSON)

    assert (page.status_code, script.status_code) == (422, 400)
    assert 'aria-describedby="b2-e"' in html_of(page)
    assert UnitState.objects.count() == 0


@pytest.mark.parametrize("block", [0, 3, 99])
def test_there_is_a_check_only_where_the_lesson_has_one(reader, study, block):
    assert reader.post(at(study, "m1-read", "check", block), {"chosen": "1", "sequence": "0"}).status_code == 404
