"""The address where the player saves: what it takes and what it answers."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from learning.models import Enrolment
from runtime import services
from runtime.models import ActivityState, Commit
from runtime.saves import MOST_BYTES, parse
from runtime.tokens import token_of

from .saving import a_launch, a_package, all_rows, body, cmi12

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, settings):
    def post(launch, text, *, token=None, content_type="application/json"):
        host = settings.CONTENT_ORIGIN.split("//")[1]
        address = f"/rt/{token or token_of(launch)}/commit/"
        return client.post(address, text, content_type=content_type, headers={"host": host})

    return post


def a_fresh_launch(**fields):
    return a_launch(a_package(), at=timezone.now() - timedelta(minutes=5), **fields)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain;charset=UTF-8"])
def test_a_save_is_answered_with_what_it_came_to(post, content_type):
    launch = a_fresh_launch()

    answer = post(launch, body(launch, 1, cmi12("passed", raw="85")), content_type=content_type)

    assert (answer.status_code, answer.json()) == (
        200,
        {"result": "true", "errorCode": 0, "part": "passed", "status": "passed", "score": 0.85, "is_done": True},
    )
    assert not answer.cookies


def test_the_whole_request_asks_the_database_four_times_at_most(post, django_assert_max_num_queries):
    launch = a_fresh_launch()
    token = token_of(launch)
    texts = [body(launch, number, cmi12(suspend_data="x" * 8000)) for number in (1, 2)]
    post(launch, texts[0], token=token)

    with django_assert_max_num_queries(4):
        assert post(launch, texts[1], token=token).status_code == 200


def test_a_save_that_came_before_is_acknowledged_and_changes_nothing(post):
    launch = a_fresh_launch()
    text = body(launch, 3, cmi12(suspend_data="one"))
    post(launch, text)
    before = all_rows()

    answers = [post(launch, text), post(launch, body(launch, 2, cmi12("passed", raw="100")))]

    assert [(answer.status_code, answer.json()["is_done"]) for answer in answers] == [(200, False)] * 2
    assert all_rows() == before


REFUSALS = [
    (404, "not_found", lambda launch, other: (token_of(launch), body(other, 1, cmi12("completed")))),
    (400, "malformed", lambda launch, _: (token_of(launch), b"{")),
    (400, "malformed", lambda launch, _: (token_of(launch), body(launch, 1, cmi12("passed", raw="101")))),
    (413, "too_large", lambda launch, _: (token_of(launch), b" " * (MOST_BYTES + 1))),
]


@pytest.mark.parametrize(("status", "code", "make"), REFUSALS)
def test_what_cannot_be_is_refused_and_nothing_changes(post, status, code, make):
    launch, other = a_fresh_launch(), a_fresh_launch()
    token, text = make(launch, other)
    before = all_rows()

    answer = post(launch, text, token=token)

    assert (answer.status_code, answer.json()) == (status, {"result": "false", "errorCode": 391, "code": code})
    assert all_rows() == before


def test_a_token_that_was_changed_is_no_address(post):
    launch, other = a_fresh_launch(), a_fresh_launch()
    package, signature = token_of(launch).split(".", 1)[0], token_of(other).split(".", 1)[1]

    for token in (f"{package}.{signature}", token_of(launch)[:-1], "x" * 60):
        assert post(launch, body(launch, 1, cmi12("completed")), token=token).status_code == 404
    assert not Commit.objects.exists()


def test_an_older_window_a_withdrawn_study_and_a_closed_account_are_told(post):
    older = a_fresh_launch()
    newer = services.open_launch(registration=older.registration, at=timezone.now())

    told = [post(older, body(older, 1, cmi12("completed")))]
    Enrolment.objects.update(withdrawn_at=timezone.now())
    told.append(post(newer, body(newer, 1, cmi12("completed"))))
    Enrolment.objects.update(withdrawn_at=None)
    user = newer.registration.enrolment.user
    user.is_active = False
    user.save()
    told.append(post(newer, body(newer, 1, cmi12("completed"))))

    assert [(answer.status_code, answer.json()["code"]) for answer in told] == [
        (409, "opened_elsewhere"),
        (403, "withdrawn"),
        (403, "withdrawn"),
    ]
    assert list(ActivityState.objects.values_list("sequence", "completed_at")) == [(0, None)]


def test_saves_are_posted(client, settings):
    launch = a_fresh_launch()
    host = settings.CONTENT_ORIGIN.split("//")[1]

    assert client.get(f"/rt/{token_of(launch)}/commit/", headers={"host": host}).status_code == 405


def test_nobody_saves_on_the_platforms_own_host(client):
    launch = a_fresh_launch()
    client.force_login(launch.registration.enrolment.user)

    text = body(launch, 1, cmi12("completed"))
    answer = client.post(f"/rt/{token_of(launch)}/commit/", text, content_type="application/json")

    assert (answer.status_code, Commit.objects.exists()) == (404, False)


def test_what_a_sco_finds_again(client):
    from runtime.player import Stage
    from runtime.player_scorm import facts
    from runtime.tokens import launch_of

    package = a_package(activities=[{"mastery_score": 80.0, "launch_data": "start", "max_time_allowed": None}])
    launch = a_launch(package, alone=False)
    said = cmi12("completed", raw="85", lesson_location="7", exit="suspend", session_time="0000:01:00")
    text = body(launch, 4, {**said, "suspend_data": "abc"}, ended=True)
    services.commit(launch=launch.number, save=parse(text), at=timezone.now())
    found = facts(Stage(launch.registration.package, "token", "en", launch_of(token_of(launch))))

    part = found["scorm"]["parts"]["item-1"]
    assert (found["scorm"]["sequence"], found["status"]) == (4, "completed")
    assert part["cmi"] == {
        "core": {
            "student_id": str(launch.registration.enrolment.user.number),
            "student_name": part["cmi"]["core"]["student_name"],
            "total_time": "0000:01:00",
            "entry": "resume",
            "credit": "credit",
            "lesson_mode": "normal",
            "lesson_status": "completed",
            "lesson_location": "7",
            "score": {"raw": "85", "min": "", "max": "100"},
        },
        "student_data": {"mastery_score": "80"},
        "launch_data": "start",
        "suspend_data": "abc",
    }
    assert json.loads(json.dumps(part)) == part
