"""What H5P content comes to: results of the whole alone, our own pass mark, whose launch it is (S19)."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lrs.models import Statement
from runtime import h5p
from runtime.refusals import SaveMalformed
from runtime.tokens import Ticket, token_of
from runtime.verdicts import Wish
from tests.runtime.ground import a_launch, a_package, launch_in
from tests.runtime.h5p_ground import (
    ANSWERED,
    COMPLETED,
    STATE,
    activity,
    an_h5p,
    is_done,
    results,
    save,
    statement,
    states,
    tell,
)


@pytest.fixture
def content(db, settings) -> Client:
    settings.CONTENT_ORIGIN = "http://127.0.0.1:8000"
    return Client(headers={"host": "127.0.0.1:8000"}, enforce_csrf_checks=True)


@pytest.fixture
def launch(content):
    return a_launch(an_h5p())


def test_a_completed_content_finishes_the_unit(content, launch):
    answer = tell(content, launch, statement(launch, score={"raw": 3, "max": 4, "scaled": 0.75}, success=True))

    assert answer.json() == {"counts": True, "part": "passed", "status": "passed", "score": 0.75, "is_done": True}
    assert is_done(launch)


def test_an_answered_content_counts_with_completion_alone(content, launch):
    assert tell(content, launch, statement(launch, ANSWERED, completion=False)).json() == {"counts": False}
    assert not is_done(launch)

    assert tell(content, launch, statement(launch, ANSWERED, completion=True)).json()["status"] == "completed"
    assert is_done(launch)


def test_statements_about_parts_count_for_nothing(content, launch):
    whole = statement(launch, score={"scaled": 1}, success=True)
    of_part = {**whole, "object": {"id": whole["object"]["id"] + "?subContentId=1"}}
    below = {**whole, "context": {"contextActivities": {"parent": [{"id": whole["object"]["id"]}]}}}
    other = {**whole, "verb": {"id": "http://adlnet.gov/expapi/verbs/interacted"}}

    for said in (of_part, below, other, {}, {"verb": {"id": COMPLETED}}):
        assert tell(content, launch, said).json() == {"counts": False}
    assert not is_done(launch)
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    ("result", "mark", "passed"),
    [
        ({"score": {"scaled": 0.0}, "success": True}, 80, False),
        ({"score": {"scaled": 0.79}, "success": True}, 80, False),
        ({"score": {"scaled": 0.8}, "success": False}, 80, True),
        ({"score": {"raw": 4, "max": 5}}, 80, True),
        ({"score": {"raw": 4, "max": 0}}, 80, None),
        ({"success": True}, 80, None),
        ({"score": {"scaled": 0.0}, "success": True}, None, True),
        ({"score": {"scaled": 1}}, None, None),
    ],
)
def test_our_pass_mark_decides_on_the_scaled_score(result, mark, passed):
    said = {"verb": {"id": COMPLETED}, "result": result}

    assert h5p.verdict_of(said, Wish(pass_mark_percent=mark)).passed is passed


def test_a_content_that_must_be_passed_is_done_once_it_is(content):
    launch = a_launch(an_h5p(), done_when="passed", pass_mark_percent=80)

    assert tell(content, launch, statement(launch, score={"scaled": 0.5}, success=True)).json()["status"] == "failed"
    assert not is_done(launch)
    assert tell(content, launch, statement(launch, score={"scaled": 0.9})).json()["is_done"] is True
    assert is_done(launch)
    # A worse try afterwards takes nothing back.
    again = tell(content, launch, statement(launch, score={"scaled": 0.1})).json()
    assert (again["status"], again["score"]) == ("passed", 0.9)


@pytest.mark.parametrize(
    "score",
    [
        {"scaled": 1.01},
        {"scaled": -2},
        {"raw": 5, "max": 4},
        {"scaled": "1"},
        {"scaled": True},
        {"scaled": [1]},
        {"raw": 1e308, "max": 1e-308},
        "1",
        [],
    ],
)
def test_a_score_that_cannot_be_is_refused(content, launch, score):
    answer = tell(content, launch, statement(launch, score=score))

    assert answer.status_code == 400
    assert not is_done(launch)
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{",
        '{"number": 1, "statement": {}}',
        '{"number": "x", "statement": {}}',
        '{"number": "6f1f0dd2-9a3a-4a55-8c1f-0c2d6c3b7a10", "statement": []}',
        '{"number": "6f1f0dd2-9a3a-4a55-8c1f-0c2d6c3b7a10"}',
        "[" * 20_000,
    ],
)
def test_what_is_no_result_is_refused(content, launch, body):
    assert content.post(results(launch), body, content_type="application/json").status_code == 400


def test_a_body_that_is_too_large_is_refused(content, launch):
    body = json.dumps({"number": str(uuid4()), "statement": {"more": "x" * 70_000}})

    assert content.post(results(launch), body, content_type="application/json").status_code == 413


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["verb", "id", "object", "result", "score", "scaled", "raw", "max", "context", "success"]),
            inner,
            max_size=4,
        ),
        max_leaves=12,
    ).filter(lambda value: isinstance(value, dict))
)
def test_no_statement_breaks_the_reading_of_it(said):
    try:
        verdict = h5p.verdict_of(said, Wish(pass_mark_percent=50))
    except SaveMalformed:
        return
    assert verdict.score is None or -1 <= verdict.score <= 1


# ---- The record store


def test_a_result_is_recorded_once_about_our_learner_and_without_their_words(content, launch):
    number = uuid4()
    said = statement(launch, score={"scaled": 0.75}, success=True)

    for _ in range(2):
        assert tell(content, launch, said, number).status_code == 200

    stored = json.loads(Statement.objects.get().body)
    learner = launch.registration.enrolment.user
    assert stored["actor"]["account"]["name"] == str(learner.number)
    assert "mbox" not in stored["actor"]
    assert "name" not in stored["actor"]
    assert stored["result"] == {"completion": True, "success": True, "score": {"scaled": 0.75}}
    assert stored["context"]["registration"] == str(launch.registration.number)
    assert "onerror" not in Statement.objects.get().body


# ---- Whose launch it is (S19)


def test_tokens_open_their_own_content_alone(content, launch):
    other = a_launch(an_h5p())
    scorm = a_launch(a_package())
    foreign = f"/rt/{token_of(launch)}/h5p/{activity(other).pk}/"
    wrong_kind = f"/rt/{token_of(scorm)}/h5p/{activity(scorm).pk}/"
    no_launch = f"/rt/{Ticket(launch.registration.package.number, None).token()}/h5p/{activity(launch).pk}/"

    for address in (foreign, wrong_kind, no_launch, "/rt/x/h5p/1/"):
        assert content.get(f"{address}states/state/0/").status_code == 404
        assert save(content, f"{address}states/state/0/", STATE).status_code == 404
        assert tell(content, other, statement(other), address=f"{address}results/").status_code == 404
    assert not is_done(other)


def test_who_was_withdrawn_saves_nothing(content, launch):
    enrolment = launch.registration.enrolment
    enrolment.withdrawn_at = timezone.now()
    enrolment.save()

    assert save(content, states(launch), STATE).status_code == 403
    assert tell(content, launch, statement(launch)).status_code == 403


def test_a_window_opened_after_the_study_was_completed_records_nothing(content, launch):
    registration = launch.registration
    registration.enrolment.completed_at = timezone.now()
    registration.enrolment.save()
    newer = launch_in(registration.enrolment, registration.unit)

    assert (save(content, states(newer), STATE).status_code, tell(content, newer, statement(newer)).status_code) == (
        409,
        409,
    )
    assert not Statement.objects.exists()


@pytest.mark.parametrize("path", ["states/state/0/", "results/"])
def test_other_methods_are_refused(content, launch, path):
    address = f"/rt/{token_of(launch)}/h5p/{activity(launch).pk}/{path}"

    assert content.put(address).status_code == 405
    assert content.delete(address).status_code == 405
