"""S18: before the answers are handed in, nothing that a learner's browser gets holds a key or a reason."""

import copy
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import DraftAnswer, QuestionVersion
from assessments.questions import KINDS
from assessments.selectors import forget_frozen
from assessments.services import start_attempt
from tests.factories import a_user

from .ground import BODIES, SECRET, a_study, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(client):
    user = a_user()
    client.force_login(user)
    return user


def everything_a_browser_gets(client, attempt, sent=None):
    """The body and headers of each page and answer of an open attempt."""
    enrolment = attempt.enrolment
    page, save = (reverse(f"assessments:{name}", args=[attempt.number]) for name in ("attempt", "answers"))
    intro = reverse("assessments:start", args=[enrolment.number, attempt.quiz.unit.key])
    answers = [
        client.get(intro),
        client.get(page, {"q": 1}),
        client.post(save, {"question": "1", "sequence": "1", **(sent or {})}),
        client.post(save, {"question": "1", "sequence": "1", "choice": "1"}),
        client.post(page, {"question": "1", "sequence": "2", "go": "next", **(sent or {})}, follow=True),
        client.get(page, {"q": 1}),
        client.get(page, {"q": 2}),
        client.get(reverse("assessments:result", args=[attempt.number]), follow=True),
    ]
    return "\n".join(f"{answer.headers} {answer.content.decode()}" for answer in answers)


SOME_ANSWER = {
    "single": {"choice": "0"},
    "multi": {"choice": ["0", "1"]},
    "true_false": {"choice": "0"},
    "ordering": {"order": ["2", "1", "0"]},
    "matching": {"pair-0": "0", "pair-1": "1"},
    "branching": {"step": "0", "choice": "0"},
}


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_page_of_an_open_attempt_holds_a_key_or_a_reason(client, learner, kind, language):
    client.cookies["kopa_language"] = language
    enrolment, quiz = a_study(learner, kinds=[kind])
    attempt = start_attempt(enrolment=enrolment, quiz=quiz, at=timezone.now())

    seen = everything_a_browser_gets(client, attempt, SOME_ANSWER[kind])

    assert SECRET not in seen
    assert str(attempt.seed) not in seen
    assert not re.search(r"correct|quality|is_right|sha256", seen)
    assert DraftAnswer.objects.get(attempt=attempt).sequence > 0


@pytest.mark.parametrize("kind", ["single", "multi", "true_false", "branching"])
def test_pages_are_the_same_whatever_the_key(client, learner, kind):
    enrolment, quiz = a_study(learner, kinds=[kind])
    attempt = start_attempt(enrolment=enrolment, quiz=quiz, at=timezone.now())

    before = everything_a_browser_gets(client, attempt)
    frozen = QuestionVersion.objects.get(pk=attempt.paper[0])
    QuestionVersion.objects.filter(pk=frozen.pk).update(content=with_another_key(frozen.content))
    forget_frozen()
    attempt.drafts.update(sequence=0, answer=[], saved_at=None)
    after = everything_a_browser_gets(client, attempt)

    assert comparable(before) == comparable(after)


def with_another_key(content):
    other = copy.deepcopy(content)
    if other["kind"] == "branching":
        first = other["nodes"][0]["choices"]
        first[0]["quality"], first[1]["quality"] = first[1]["quality"], first[0]["quality"]
        first[0]["to"] = first[1]["to"] = "c"
        other["nodes"] = [other["nodes"][0], other["nodes"][2]]
    else:
        options = other["options"]
        for here, there in zip(options, content["options"][-1:] + content["options"][:-1], strict=True):
            here["correct"] = there["correct"]
            here["why"] = words("another")
    return other | {"why": words("another"), "source": "another"}


def comparable(pages):
    """Without tokens and times, which differ each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|csrf\w*=\w+|nonce-\S+|\d\d[.:]\d\d', "", pages)


def test_a_case_shows_the_feedback_of_the_path_taken_and_no_other(client, learner):
    client.cookies["kopa_language"] = "en"
    enrolment, quiz = a_study(learner, kinds=["branching"])
    attempt = start_attempt(enrolment=enrolment, quiz=quiz, at=timezone.now())
    page = reverse("assessments:attempt", args=[attempt.number])
    shown = client.get(page, {"q": 1}).context["question"]["options"]
    wait = next(option["value"] for option in shown if option["text"] == "wait en")

    client.post(page, {"question": "1", "sequence": "1", "step": "0", "choice": wait, "confirm": "yes"})
    html = client.get(page, {"q": 1}).content.decode()

    assert sorted(re.findall(rf"{SECRET} \w+ en", html)) == [
        f"{SECRET} ask en",  # the choices of the step now open
        f"{SECRET} middle en",
        f"{SECRET} report en",
        f"{SECRET} wait en",  # the feedback on what was chosen
    ]


def test_every_kind_in_the_registry_is_tested_here():
    assert set(BODIES) == set(SOME_ANSWER) == set(KINDS)
