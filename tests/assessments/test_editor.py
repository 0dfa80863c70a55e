import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from assessments.freezing import content_of
from assessments.models import Attempt, Question, Response
from assessments.questions import KINDS
from courses.models import Course
from tests.factories import a_question, a_role, a_user

from .ground import BODIES, a_study

pytestmark = pytest.mark.django_db

QUERIES_OF_LIST = 10


@pytest.fixture
def editor(client):
    user = a_user(is_superuser=True, is_staff=True)
    client.force_login(user)
    client.cookies["kopa_language"] = "en"
    return user


def url(name, *args):
    return reverse(f"wagtailsnippets_assessments_question:{name}", args=args)


def as_form(value):
    """The value of a block as its form sends it."""
    if isinstance(value, dict):
        return {name: as_form(part) for name, part in value.items()}
    if isinstance(value, list):
        items = {
            str(place): {"value": as_form(part), "order": place, "deleted": "", "type": ""}
            for place, part in enumerate(value)
        }
        return {"count": len(value), **items}
    if isinstance(value, bool):
        return "on" if value else None
    return value


def sent(course, kind, body, **fields):
    answers = as_form(body)
    data = nested_form_data({"body": streamfield([(kind, answers)])})
    data = {name: value for name, value in data.items() if value is not None}
    return data | {
        "course": course.pk, "key": "NEW-1", "pool": "m1", "lesson_key": "m1-one", "topic": "signs", "difficulty": 2,
        "text_lv": "Jautājums", "text_en": "Question", "why_lv": "Jo tā", "why_en": "Because", "source": "BTAL 73",
        "is_active": "on", **fields,
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_editor_writes_a_question_of_every_kind(client, editor, kind):
    course = Course.objects.create(key="course")
    a_role("head")

    answer = client.post(url("add"), sent(course, kind, BODIES[kind], roles=["head"]))

    assert answer.status_code == 302
    question = Question.objects.get(key="NEW-1")
    assert (question.kind, question.roles) == (kind, ["head"])
    assert content_of(question) == {
        "kind": kind,
        "text": {"lv": "Jautājums", "en": "Question"},
        "why": {"lv": "Jo tā", "en": "Because"},
        "source": "BTAL 73",
        "lesson": "m1-one",
        "topic": "signs",
        "difficulty": 2,
        "roles": ["head"],
        **BODIES[kind],
    }
    assert client.get(url("edit", question.pk)).status_code == 200


def both_right():
    return {"options": [{**option, "correct": True} for option in BODIES["single"]["options"]]}


def a_circle():
    nodes = [dict(node) for node in BODIES["branching"]["nodes"]]
    nodes[1]["choices"] = [{**way, "to": "a", "quality": "ok"} for way in nodes[1]["choices"]]
    return {"nodes": nodes}


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("single", both_right(), ["Mark exactly one option as right."]),
        ("ordering", {"items": BODIES["ordering"]["items"][:2]}, ["minimum number of items is 3"]),
        (
            "matching",
            {"pairs": [{**pair, "right": {"lv": "a", "en": "a"}} for pair in BODIES["matching"]["pairs"]]},
            ["there is nothing to choose"],
        ),
        (
            "branching",
            a_circle(),
            ["Name a later step", "At least one choice must be a good one."],
        ),
    ],
)
def test_an_editor_reads_what_to_mend_and_loses_nothing(client, editor, kind, body, says):
    course = Course.objects.create(key="course")

    answer = client.post(url("add"), sent(course, kind, body))

    html = answer.content.decode()
    assert answer.status_code == 200
    assert [words for words in says if words not in html] == []
    assert "Jo tā" in html
    assert not Question.objects.exists()


def test_a_key_is_used_once_in_a_programme(client, editor):
    question = a_question(key="NEW-1")

    answer = client.post(url("add"), sent(question.course, "single", BODIES["single"]))

    assert answer.status_code == 200
    assert Question.objects.count() == 1


def test_the_list_is_filtered_and_searched_in_as_many_queries_for_one_as_for_three(
    client, editor, django_assert_num_queries
):
    course = Course.objects.create(key="course")
    a_question(course, "A-1", pool="m1", topic="signs", text_en="About drawing")
    client.get(url("list"))

    def listed(**query):
        page = client.get(url("list"), query)
        return [question.key for question in page.context["object_list"]]

    with django_assert_num_queries(QUERIES_OF_LIST):
        assert listed() == ["A-1"]
    a_question(course, "A-2", pool="m2", topic="signs")
    a_question(course, "A-3", pool="m1", topic="duty", body={"kind": "multi", **BODIES["multi"]})
    with django_assert_num_queries(QUERIES_OF_LIST):
        assert listed() == ["A-1", "A-2", "A-3"]

    assert listed(pool="m1") == ["A-1", "A-3"]
    assert listed(topic="signs", pool="m2") == ["A-2"]
    assert listed(kind="multi") == ["A-3"]
    assert listed(q="drawing") == ["A-1"]


def test_the_screen_says_how_a_question_is_used_but_not_of_few_people(client, editor):
    enrolment, quiz = a_study(kinds=["single"])
    frozen = quiz.questions.get()

    def answered(*right):
        for is_right in right:
            attempt = Attempt.objects.create(
                enrolment=enrolment,
                quiz=quiz,
                seed=1,
                paper=[frozen.pk],
                pass_mark_percent=80,
                submitted_at="2026-01-01T00:00Z",
            )
            Response.objects.create(attempt=attempt, question_version=frozen, answer=[], points=0, is_right=is_right)

    page = url("edit", frozen.question_id)
    answered(*[True] * 6, *[False] * 3)
    few = client.get(page).content.decode()
    answered(False)
    enough = client.get(page).content.decode()

    assert "Asked in programme versions: 1.0." in few
    assert "Not shown: too few answers" in few
    assert "10 answers, 60% complete." in enough


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_editor_sees_the_question_as_learners_do_before_saving(client, editor, kind):
    question = a_question(body={"kind": kind, **BODIES[kind]}, topic="signs", lesson_key="m1-one", source="BTAL 73")
    draft = sent(question.course, kind, BODIES[kind], text_en="Not saved yet")
    page = url("preview_on_edit", question.pk)

    accepted = client.post(page, draft).json()
    english = client.get(page, {"mode": "en"}).content.decode()
    latvian = client.get(page, {"mode": "lv"}).content.decode()

    assert accepted == {"is_valid": True, "is_available": True}
    assert ("Not saved yet" in english, "Because" in english) == (True, True)
    assert ("Jautājums" in latvian, "Jo tā" in latvian, "Not saved yet" in latvian) == (True, True, False)
    question.refresh_from_db()
    assert question.text_en != "Not saved yet"


def test_a_question_is_never_deleted(client, editor):
    question = a_question()
    bulk = reverse("wagtail_bulk_action", args=["assessments", "question", "delete"])

    client.post(url("delete", question.pk))
    client.post(f"{bulk}?id={question.pk}")

    assert Question.objects.filter(pk=question.pk).exists()
    assert "/delete/" not in client.get(url("edit", question.pk)).content.decode()


def test_learners_do_not_see_the_bank(client):
    client.force_login(a_user())
    question = a_question()

    for address in (url("list"), url("add"), url("edit", question.pk)):
        assert client.get(address).status_code in (302, 403, 404)
