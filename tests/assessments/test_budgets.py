"""Costs that may not grow: queries of every page of a quiz, counted with session and user."""

import gzip

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.services import start_attempt
from certificates.models import Certificate
from learning.models import UnitState
from learning.services import finish_unit
from tests.factories import a_membership, a_user, a_version, an_enrolment, an_institution

from .ground import a_study, answer_rightly

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MANY = ["single", "multi", "true_false", "ordering", "matching", "branching"] * 5
sizes = pytest.mark.parametrize("kinds", [MANY[:5], MANY], ids=["5 questions", "30 questions"])


@pytest.fixture
def learner(client):
    user = a_user()
    client.force_login(user)
    client.get(reverse("profile"))
    return user


def an_attempt(learner, kinds):
    enrolment, quiz = a_study(learner, kinds=kinds)
    attempt = start_attempt(enrolment=enrolment, quiz=quiz, at=NOW)
    UnitState.objects.create(enrolment=enrolment, unit=quiz.unit, opened_at=NOW, seen_at=NOW)
    return attempt


def finish_all(enrolment, *, but=None):
    for unit in enrolment.version.units.exclude(pk=but and but.pk):
        finish_unit(enrolment=enrolment, unit=unit, at=NOW)


def url(name, attempt):
    return reverse(f"assessments:{name}", args=[attempt.number])


@sizes
def test_an_autosave(client, learner, kinds, django_assert_num_queries):
    attempt = an_attempt(learner, kinds)

    with django_assert_num_queries(4):
        cold = client.post(url("answers", attempt), {"question": "1", "sequence": "1", "choice": "0"})
    with django_assert_num_queries(3):
        warm = client.post(url("answers", attempt), {"question": "1", "sequence": "2", "choice": "1"})

    assert (cold.status_code, warm.status_code) == (200, 200)


@sizes
def test_handing_in(client, learner, kinds, django_assert_num_queries):
    attempt = an_attempt(learner, kinds)
    answer_rightly(attempt)
    client.get(url("attempt", attempt), {"q": 1})

    with django_assert_num_queries(14):
        client.post(url("submit", attempt))

    attempt.refresh_from_db()
    assert (attempt.passed, attempt.points) == (True, len(kinds))
    with django_assert_num_queries(4):
        client.post(url("submit", attempt))


@sizes
def test_handing_in_the_last_unit_with_completion_and_certificate(client, learner, kinds, django_assert_num_queries):
    a_membership(learner, an_institution())
    finish_all(an_enrolment(learner, a_version()))  # The first paper of a year opens its series.
    attempt = an_attempt(learner, kinds)
    finish_all(attempt.enrolment, but=attempt.quiz.unit)
    answer_rightly(attempt)
    client.get(url("attempt", attempt), {"q": 1})

    with django_assert_num_queries(28):
        client.post(url("submit", attempt))

    assert Certificate.objects.filter(completion__enrolment=attempt.enrolment).count() == 1


@sizes
def test_a_page_of_an_attempt(client, learner, kinds, django_assert_num_queries):
    attempt = an_attempt(learner, kinds)
    client.get(url("attempt", attempt), {"q": 1})

    with django_assert_num_queries(3):
        page = client.get(url("attempt", attempt), {"q": 2})

    assert page.context["number"] == 2
    assert len(gzip.compress(page.content)) < 6_000


@sizes
def test_a_result(client, learner, kinds, django_assert_num_queries):
    attempt = an_attempt(learner, kinds)
    client.post(url("submit", attempt))
    client.get(url("result", attempt))

    with django_assert_num_queries(3):
        page = client.get(url("result", attempt))

    assert len(page.context["result"].again) == len(kinds)
