"""A case as a page: own role's options, what follows an answer, and that the way taken leaves no trace."""

import re

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.urls import reverse

from learning.models import Completion, UnitState
from tests.factories import a_user, an_enrolment
from tests.learning.pages import CASE, a_programme, html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return an_enrolment(a_user(), a_programme())


@pytest.fixture
def reader(client, study):
    client.force_login(study.user)
    return client


def address(study):
    return reverse("learning:unit", args=[study.number, "m1-case"])


def options_on(html):
    return re.findall(r'name="option" value="\d+"><span>(.*?)</span>', html)


def choose(reader, study, text):
    options = options_on(html_of(reader.get(address(study))))
    return reader.post(address(study), {"option": options.index(text)})


def test_a_role_with_its_own_options_meets_those_alone(client):
    version = a_programme()
    shown = {}
    for role in ("teacher", "mpolice", ""):
        study = an_enrolment(a_user(), version, role_key=role)
        client.force_login(study.user)
        shown[role] = set(options_on(html_of(client.get(address(study)))))

    common = {option["text"] for option in CASE["options"]}
    assert shown == {"teacher": common, "": common, "mpolice": {"Dodos uz vietu", "Pierakstu un gaidu"}}


def test_the_options_keep_their_order_for_one_reader_and_differ_between_readers(client):
    version = a_programme()
    orders = set()
    for _ in range(12):
        study = an_enrolment(a_user(), version)
        client.force_login(study.user)
        first, second = (tuple(options_on(html_of(client.get(address(study))))) for _ in range(2))
        assert first == second
        orders.add(first)

    assert len(orders) > 1


def test_nothing_of_the_answer_is_in_the_page_before_it(reader, study):
    html = html_of(reader.get(address(study)))

    for hidden in ("good", "poor", "Ziņot ir drošāk", "Gaidot zūd laiks", "Skolotājs zvana", "Gaidīt pirmdienu"):
        assert hidden not in html
    assert "Īsumā par Elzu" not in html


@pytest.mark.parametrize(
    ("text", "feedback", "colour"),
    [("Ziņoju", "Ziņot ir drošāk", "success"), ("Runāju vēlāk", "Runāt ir labi", "info"), ("Gaidu", "zūd", "info")],
)
def test_after_answering_come_the_feedback_and_every_role_with_mine_marked(reader, study, text, feedback, colour):
    response = choose(reader, study, text)

    html = html_of(response)
    assert response.status_code == 200
    assert feedback in html
    assert f'<div class="answer" data-color="{colour}"' in html
    assert html.count("role-card--mine") == 1
    for shown in ("Skolotājs zvana", "Policists dodas", "Gaidīt pirmdienu", "Kā ir pie jums?"):
        assert shown in html


def test_answering_finishes_the_unit_once(reader, study):
    for text in ("Gaidu", "Ziņoju"):
        choose(reader, study, text)

    state = UnitState.objects.get()
    assert (state.unit.key, state.done_at is not None) == ("m1-case", True)


def test_the_summary_counts_the_same_and_shows_no_case(reader, study):
    response = reader.post(address(study), {"summary": "on"})

    html = html_of(response)
    assert response.status_code == 200
    assert "Īsumā par Elzu" in html
    assert "Kas notika ar Elzu" not in html
    assert UnitState.objects.get().done_at is not None


@pytest.mark.parametrize("sent", [{}, {"option": "3"}, {"option": "x"}, {"option": "-1"}])
def test_without_an_answer_the_page_says_so_and_counts_nothing(reader, study, sent):
    response = reader.post(address(study), sent)

    assert response.status_code == 422
    assert 'aria-describedby="case-error"' in html_of(response)
    assert UnitState.objects.get().done_at is None


def everything_kept():
    """Every row of every app, moments and row numbers left out: what is kept, not when."""
    kept = {}
    for model in apps.get_models():
        if model is Session:
            continue
        fields = [
            field.attname
            for field in model._meta.concrete_fields
            if not field.primary_key and field.get_internal_type() not in ("DateTimeField", "UUIDField")
        ]
        kept[model._meta.label] = list(model._default_manager.order_by("pk").values(*fields))
    return kept


def sessions():
    return [sorted(session.get_decoded()) for session in Session.objects.all()]


@pytest.mark.parametrize("text", ["Ziņoju", "Gaidu"])
def test_which_way_was_taken_is_kept_nowhere(reader, study, text, caplog):
    reader.get(address(study))
    answer = {"option": options_on(html_of(reader.get(address(study)))).index(text)}
    opened = everything_kept()

    reader.post(address(study), answer)
    answered, said, remembered = everything_kept(), caplog.text, sessions()
    UnitState.objects.update(done_at=None)
    assert everything_kept() == opened
    reader.post(address(study), {"summary": "on"})

    assert everything_kept() == answered
    assert (caplog.text, sessions()) == (said, remembered)
    assert UnitState.objects.get().answers == {}


def test_both_ways_are_the_same_request_so_logs_cannot_tell_them_apart(reader, study):
    html = html_of(reader.get(address(study)))

    forms = re.findall(r'<form[^>]*method="post"[^>]*>', html)
    own = [form for form in forms if 'id="language"' not in form and "action=" not in form]
    assert len(own) == 2
    assert "?" not in "".join(own)


def test_a_case_that_completes_the_programme_leads_to_what_was_achieved(reader, study):
    for unit in ("m1-one", "m1-two", "m1-read"):
        reader.post(reverse("learning:done", args=[study.number, unit]))

    html = html_of(choose(reader, study, "Ziņoju"))

    assert Completion.objects.get().enrolment == study
    assert f'href="{reverse("learning:completed", args=[study.number])}"' in html


def test_a_case_costs_six_queries_at_most(reader, study, django_assert_max_num_queries):
    reader.get(address(study))
    reader.get(reverse("learning:unit", args=[study.number, "m1-one"]))

    with django_assert_max_num_queries(6):
        reader.get(address(study))
