import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt, DraftAnswer, Response
from assessments.questions import KINDS
from assessments.services import start_attempt, submit_attempt
from learning.models import Completion, UnitState
from tests.factories import a_user

from .ground import KEYS, SECRET, WORST, a_study, answer, answer_rightly

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SAVE = {"question": "1", "sequence": "1"}


@pytest.fixture
def learner(client):
    user = a_user()
    client.force_login(user)
    return user


def start(enrolment, quiz):
    return start_attempt(enrolment=enrolment, quiz=quiz, at=NOW)


def url(name, attempt):
    return reverse(f"assessments:{name}", args=[attempt.number])


def intro(enrolment):
    return reverse("assessments:start", args=[enrolment.number, "m1-quiz"])


def test_the_intro_says_what_awaits_and_starts_nothing(client, learner):
    enrolment, _quiz = a_study(learner)

    client.cookies["kopa_language"] = "en"
    page = client.get(intro(enrolment)).content.decode()

    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    assert facts == [
        ("Questions", "6"),
        ("To pass", "80% of the points"),
        ("Attempts", "as many as you like"),
        ("Time limit", "none"),
    ]
    assert Attempt.objects.count() == 0


def test_posting_starts_an_attempt_and_posting_again_goes_on_with_it(client, learner):
    enrolment, _quiz = a_study(learner)

    first = client.post(intro(enrolment))
    second = client.post(intro(enrolment))

    attempt = Attempt.objects.get()
    assert first["Location"] == second["Location"] == url("attempt", attempt)


def test_a_quiz_of_another_programme_is_not_found(client, learner):
    enrolment, _quiz = a_study(learner)

    assert client.get(reverse("assessments:start", args=[enrolment.number, "m1-one"])).status_code == 404
    assert client.get(reverse("assessments:start", args=[uuid4(), "m1-quiz"])).status_code == 404


def test_every_page_of_somebody_elses_attempt_is_not_found_and_changes_nothing(client, learner):
    enrolment, quiz = a_study(a_user())
    attempt = start(enrolment, quiz)

    assert client.get(intro(enrolment)).status_code == 404
    assert client.post(intro(enrolment)).status_code == 404
    assert client.get(url("attempt", attempt)).status_code == 404
    assert client.post(url("attempt", attempt), SAVE | {"choice": "0"}).status_code == 404
    assert client.post(url("answers", attempt), SAVE | {"choice": "0"}).status_code == 404
    assert client.post(url("submit", attempt)).status_code == 404
    assert client.get(url("result", attempt)).status_code == 404
    attempt.refresh_from_db()
    assert (attempt.submitted_at, set(attempt.drafts.values_list("sequence", flat=True))) == (None, {0})


def test_reading_pages_writes_nothing(client, learner):
    enrolment, quiz = a_study(learner)
    attempt = start(enrolment, quiz)

    for number in range(1, 9):
        client.get(url("attempt", attempt), {"q": number})
    client.get(url("submit", attempt))
    client.get(url("answers", attempt))

    attempt.refresh_from_db()
    assert (attempt.submitted_at, set(attempt.drafts.values_list("sequence", flat=True))) == (None, {0})


def test_an_attempt_opens_at_the_first_unanswered_question(client, learner):
    enrolment, quiz = a_study(learner, kinds=["single"] * 3)
    attempt = start(enrolment, quiz)
    attempt.drafts.filter(position=1).update(answer=[0], sequence=1, saved_at=NOW)

    for asked in ({}, {"q": "nonsense"}, {"q": "0"}):
        assert client.get(url("attempt", attempt), asked)["Location"] == f"{url('attempt', attempt)}?q=2"
    assert client.get(url("attempt", attempt), {"q": "3"}).context["number"] == 3


@pytest.mark.parametrize(
    ("go", "shown"), [("next", "3"), ("prev", "1"), ("1", "1"), ("", "2#now"), ("²", "2#now"), ("99", "99")]
)
def test_every_button_saves_and_then_turns_the_page(client, learner, go, shown):
    enrolment, quiz = a_study(learner, kinds=["single"] * 3)
    attempt = start(enrolment, quiz)

    response = client.post(url("attempt", attempt), {"question": "2", "sequence": "1", "choice": "0", "go": go})

    assert response["Location"] == f"{url('attempt', attempt)}?q={shown}"
    assert len(attempt.drafts.get(position=2).answer) == 1


def test_a_button_pressed_on_an_outdated_page_shows_what_is_saved(client, learner):
    enrolment, quiz = a_study(learner, kinds=["single"] * 2)
    attempt = start(enrolment, quiz)
    client.post(url("answers", attempt), {"question": "1", "sequence": "7", "choice": "0"})
    saved = attempt.drafts.get(position=1).answer

    response = client.post(url("attempt", attempt), SAVE | {"choice": "1", "go": "next"}, follow=True)

    assert response.redirect_chain[0][0] == f"{url('attempt', attempt)}?q=1#now"
    assert [str(message) for message in response.context["messages"]] != []
    assert attempt.drafts.get(position=1).answer == saved


def test_an_item_moved_without_a_script_is_found_again(client, learner):
    enrolment, quiz = a_study(learner, kinds=["ordering"])
    attempt = start(enrolment, quiz)
    sent = SAVE | {"order": ["0", "1", "2"], "move": "down-0"}

    response = client.post(url("attempt", attempt), sent)

    assert response["Location"] == f"{url('attempt', attempt)}?q=1#item-0"
    page = client.get(url("attempt", attempt), {"q": 1})
    assert [item["value"] for item in page.context["question"]["items"]] == ["1", "0", "2"]
    assert b'<li id="item-0">' in page.content


def test_the_page_after_the_last_question_names_what_is_unanswered(client, learner):
    enrolment, quiz = a_study(learner, kinds=["single"] * 3)
    attempt = start(enrolment, quiz)
    attempt.drafts.filter(position=2).update(answer=[0], sequence=1, saved_at=NOW)

    page = client.get(url("attempt", attempt), {"q": 4})

    assert re.findall(r'href="\?q=(\d)">\d\.', page.content.decode()) == ["1", "3"]
    assert f'action="{url("submit", attempt)}"' in page.content.decode()


def test_the_autosave_says_saved_only_when_it_is(client, learner):
    enrolment, quiz = a_study(learner, kinds=["single"])
    attempt = start(enrolment, quiz)

    first = client.post(url("answers", attempt), SAVE | {"choice": "0"})
    again = client.post(url("answers", attempt), SAVE | {"choice": "0"})
    late = client.post(url("answers", attempt), SAVE | {"choice": "1"})

    kept = attempt.drafts.get()
    assert (first.status_code, again.status_code, late.status_code) == (200, 200, 409)
    assert first.json() == again.json()
    assert first.json()["sequence"] == kept.sequence == late.json()["sequence"] == 1
    assert re.fullmatch(r"\d\d\.\d\d", first.json()["saved_at"])


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"question": "1"},
        {"question": "x", "sequence": "1"},
        {"question": "1", "sequence": "0"},
        {"question": "1", "sequence": str(2**60)},
    ],
)
def test_an_unreadable_save_is_refused(client, learner, sent):
    enrolment, quiz = a_study(learner, kinds=["single"])
    attempt = start(enrolment, quiz)

    assert client.post(url("answers", attempt), sent | {"choice": "0"}).status_code == 400
    assert client.post(url("attempt", attempt), sent | {"choice": "0"}).status_code == 302
    assert attempt.drafts.get().sequence == 0


def test_a_save_for_a_question_that_is_not_in_the_paper_is_not_found(client, learner):
    enrolment, quiz = a_study(learner, kinds=["single"])
    attempt = start(enrolment, quiz)

    assert client.post(url("answers", attempt), {"question": "2", "sequence": "1"}).status_code == 404


def test_a_save_after_handing_in_says_that_it_is_closed(client, learner):
    enrolment, quiz = a_study(learner, kinds=["single"])
    attempt = start(enrolment, quiz)
    client.post(url("submit", attempt))

    refused = client.post(url("answers", attempt), SAVE | {"choice": "0"})

    assert (refused.status_code, refused.json()["reason"]) == (410, "closed")
    pressed = client.post(url("attempt", attempt), SAVE | {"choice": "0", "go": "next"}, follow=True)
    assert pressed.redirect_chain[-1][0] == url("result", attempt)


def test_handing_in_leads_to_the_result_and_so_does_every_later_press(client, learner):
    enrolment, quiz = a_study(learner)
    attempt = start(enrolment, quiz)
    answer_rightly(attempt)

    answers = [client.post(url("submit", attempt)) for _ in range(3)]

    assert {answer["Location"] for answer in answers} == {url("result", attempt)}
    assert client.get(url("attempt", attempt))["Location"] == url("result", attempt)
    assert (Response.objects.count(), Attempt.objects.filter(passed=True).count()) == (6, 1)


def test_a_result_does_not_exist_before_handing_in(client, learner):
    enrolment, quiz = a_study(learner)
    attempt = start(enrolment, quiz)

    assert client.get(url("result", attempt))["Location"] == url("attempt", attempt)


@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_result_explains_every_question_and_leads_back_to_the_lesson(client, learner, language):
    enrolment, quiz = a_study(learner)
    attempt = start(enrolment, quiz)
    answer_rightly(attempt, but=2)
    submit_attempt(attempt=attempt, at=NOW)
    client.cookies["kopa_language"] = language

    page = client.get(url("result", attempt))

    html = page.content.decode()
    result = page.context["result"]
    assert (len(result.again), len(result.right)) == (2, 4)
    assert html.count(f"{SECRET} why {language}") == 6
    lesson = reverse("learning:unit", args=[enrolment.number, "m1-one"])
    assert len(re.findall(rf'<a href="{lesson}">[^<]*m1-one {language}</a>', html)) == 6
    assert ("en text" in html) is False


def test_wrong_answers_are_named_gently(client, learner):
    enrolment, quiz = a_study(learner)
    attempt = start(enrolment, quiz)
    answer(attempt, WORST)
    submit_attempt(attempt=attempt, at=NOW)
    client.cookies["kopa_language"] = "en"

    html = client.get(url("result", attempt)).content.decode()

    assert attempt.points == 0
    assert html.count("It is safer otherwise") == 6
    assert not re.search(
        r"\b(wrong|incorrect|failed|error|mistake)\b", re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL)
    )


@pytest.mark.parametrize("closed", ["completed_at", "withdrawn_at"])
def test_a_closed_enrolment_shows_results_and_starts_nothing(client, learner, closed):
    enrolment, quiz = a_study(learner)
    done = submit_attempt(attempt=start(enrolment, quiz), at=NOW)
    left_open = start(enrolment, quiz)
    setattr(enrolment, closed, NOW)
    enrolment.save()

    for response in (client.get(url("attempt", left_open)), client.post(url("submit", left_open))):
        assert response["Location"] == (
            intro(enrolment) if closed == "completed_at" else reverse("learning:my_learning")
        )
    assert client.post(url("answers", left_open), SAVE | {"choice": "0"}).status_code == 410
    client.post(intro(enrolment))
    assert (Attempt.objects.count(), Attempt.objects.open().count()) == (2, 1)
    assert client.get(url("result", done)).status_code == 200


def test_the_intro_of_a_completed_programme_offers_no_attempt(client, learner):
    enrolment, _quiz = a_study(learner, completed_at=NOW)

    main = client.get(intro(enrolment)).content.decode().split("<main")[1].split("</main")[0]

    assert "<form" not in main
    assert client.post(intro(enrolment))["Location"] == intro(enrolment)


def test_a_withdrawn_programme_has_no_quiz_page_and_no_links_to_its_lessons(client, learner):
    enrolment, quiz = a_study(learner)
    done = submit_attempt(attempt=start(enrolment, quiz), at=NOW)
    enrolment.withdrawn_at = NOW
    enrolment.save()

    assert client.get(intro(enrolment)).status_code == 404
    assert str(enrolment.number) not in client.get(url("result", done)).content.decode()


def test_the_last_quiz_leads_to_the_completed_programme(client, learner):
    enrolment, quiz = a_study(learner)
    others = enrolment.version.units.exclude(pk=quiz.unit_id)
    UnitState.objects.bulk_create(
        UnitState(enrolment=enrolment, unit=unit, opened_at=NOW, seen_at=NOW, done_at=NOW) for unit in others
    )
    attempt = start(enrolment, quiz)
    answer_rightly(attempt)

    page = client.post(url("submit", attempt), follow=True).content.decode()

    assert Completion.objects.get().enrolment == enrolment
    assert f'href="{reverse("learning:completed", args=[enrolment.number])}"' in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]


def test_extra_fields_change_nothing(client, learner):
    enrolment, quiz = a_study(learner)
    attempt = start(enrolment, quiz)
    forged = {
        "pass_mark_percent": "0", "maximum": "1", "points": "6", "score": "100", "passed": "true", "state": "done",
        "submitted_at": "2020-01-01", "enrolment": "1", "quiz": "1", "user": "1", "id": "1", "seed": "1",
        "answer": "[1]", "is_right": "true", "answers": "{}", "paper": "[]",
    }  # fmt: skip

    client.post(intro(enrolment), forged)
    client.post(url("attempt", attempt), forged | SAVE)
    client.post(url("answers", attempt), forged | SAVE)
    client.post(url("submit", attempt), forged)

    before = {field: getattr(attempt, field) for field in ("pk", "seed", "paper", "pass_mark_percent", "maximum")}
    attempt.refresh_from_db()
    assert before == {field: getattr(attempt, field) for field in before}
    assert (attempt.points, attempt.passed, attempt.submitted_at > NOW) == (0, False, True)
    assert set(attempt.responses.values_list("points", "is_right")) == {(0, False)}
    enrolment.refresh_from_db()
    assert (enrolment.completed_at, enrolment.unit_states.filter(done_at__isnull=False).count()) == (None, 0)


@pytest.mark.parametrize("name", ["attempt", "answers", "submit"])
def test_writing_needs_a_token(learner, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    attempt = start(*a_study(learner))

    assert client.post(url(name, attempt), SAVE).status_code == 403
    assert DraftAnswer.objects.filter(sequence=0).count() == 6
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_whole_quiz_is_answered_with_plain_forms(client, learner, kind):
    """Without a script: read the values off the page, press buttons, hand in."""
    enrolment, _quiz = a_study(learner, kinds=[kind])
    client.post(intro(enrolment))
    attempt = Attempt.objects.get()

    for _step in range(8):
        page = client.get(url("attempt", attempt), {"q": 1})
        if page.context["question"]["is_complete"] and attempt.drafts.get().answer == KEYS[kind]:
            break
        client.post(url("attempt", attempt), _press(page.context["question"], page.context["sequence"]))
    client.post(url("submit", attempt))

    attempt.refresh_from_db()
    assert (attempt.points, attempt.passed) == (1, True)


def _press(question, sequence):
    """The next press of somebody who knows the complete answer."""
    sent = {"question": "1", "sequence": str(sequence)}
    value = {option["text"].removesuffix(" lv"): option["value"] for option in question.get("options", [])}
    match question["kind"]:
        case "single":
            return sent | {"choice": value["beta"], "go": "next"}
        case "true_false":
            return sent | {"choice": value["false"], "go": "next"}
        case "multi":
            return sent | {"choice": [value["carrot"], value["dill"]], "go": "next"}
        case "matching":
            return sent | {"pair-0": value["glove"], "pair-1": value["sock"], "go": "next"}
        case "branching":
            choice = value.get("listen") or value[f"{SECRET} report"]
            return sent | {"step": str(question["step"]), "choice": choice, "confirm": "yes"}
    places = ["one", "two", "three"]
    order = [item["value"] for item in question["items"]]
    shown = [places.index(item["text"].removesuffix(" lv")) for item in question["items"]]
    late = next(place for place in range(2) if shown[place] > shown[place + 1])
    return sent | {"order": order, "move": f"down-{order[late]}"}
