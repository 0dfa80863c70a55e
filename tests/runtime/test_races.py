"""Saves that meet, in threads with connections of their own: nothing acknowledged is lost, nothing counts twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learning.models import Completion, UnitState
from runtime import attempts, services
from runtime.models import ActivityState, Commit, Launch, Registration
from runtime.refusals import OpenedElsewhere
from runtime.saves import parse

from .saving import a_launch, a_package, a_registration, body, cmi12, cmi2004

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

LAUNCHES = 25
AT_ONCE = 8
QUESTIONS = 3


def in_threads(works: list[Callable], *, at_once: int | None = None) -> list:
    """Call all of them in threads that start together; the results, exceptions included."""
    together = Barrier(at_once or len(works))

    def run(work):
        try:
            together.wait(timeout=60)
            return work()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once or len(works)) as pool:
        return list(pool.map(run, works))


def a_three_question_sco(number: int) -> dict:
    """All that a SCO with three questions has to save, in one go: some sixty values."""
    return cmi12(
        "completed",
        raw="67",
        lesson_location=f"question-{number}",
        exit="suspend",
        session_time="0000:04:11",
        suspend_data=f"{number}:" + "s" * 4000,
    ) | {
        "interactions": {
            str(index): {
                "id": f"q{index}-{number}",
                "type": "choice",
                "student_response": "a",
                "result": "correct" if index else "wrong",
                "latency": "0000:00:12",
                "weighting": "1",
                "time": "10:00:00",
                "correct_responses": {"0": {"pattern": "a"}},
            }
            for index in range(QUESTIONS)
        },
        "objectives": {"0": {"id": f"goal-{number}", "score": {"raw": "67"}, "status": "completed"}},
    }


def test_a_three_question_sco_is_saved_by_one_request_with_four_queries_and_25_launches_lose_nothing(
    client, settings, django_assert_max_num_queries
):
    """wagtail-lms: 26 requests, 283 queries, and fields of 23 of 25 launches lost under parallel saves."""
    from runtime.tokens import token_of

    package = a_package(activities=[{}])
    at = timezone.now() - timedelta(minutes=10)
    launches = [a_launch(package, at=at, alone=False) for _ in range(LAUNCHES)]
    host = settings.CONTENT_ORIGIN.split("//")[1]
    sent, works = {}, []
    for launch in launches:
        address = f"/rt/{token_of(launch)}/commit/"
        begun = body(launch, 1, cmi12("incomplete"))
        assert client.post(address, begun, content_type="application/json", headers={"host": host}).status_code == 200
        for number in range(2, AT_ONCE + 2):
            sent[launch.pk] = a_three_question_sco(number)
            works.append((address, body(launch, number, sent[launch.pk])))

    def post(address, text):
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(address, text, content_type="application/json", headers={"host": host})
        return answer.status_code, len(queries)

    # Every save of all launches is sent twice, at once; then the next one.
    for number in range(AT_ONCE):
        # Completion is reached in the first of them, which takes the unit with it.
        results = in_threads([lambda work=work: post(*work) for work in works[number::AT_ONCE]] * 2, at_once=LAUNCHES)
        assert {status for status, _ in results} == {200}
        if number:
            assert max(queries for _, queries in results) <= 4

    for launch in launches:
        state = ActivityState.objects.get(registration=launch.registration_id)
        assert state.data == {"cmi": sent[launch.pk]}
        assert (state.completed_at is not None, state.best_score, state.seconds) == (True, Decimal("0.67"), 251)
    assert Commit.objects.count() == LAUNCHES * (AT_ONCE + 1)
    assert UnitState.objects.filter(unit__key="m1-package").exclude(done_at=None).count() == LAUNCHES


def test_parallel_saves_of_one_launch_leave_the_newest_and_all_that_was_reached():
    package = a_package("scorm2004", activities=[{}])
    launches = [a_launch(package, at=timezone.now() - timedelta(hours=1)) for _ in range(LAUNCHES)]
    reached = [cmi2004("completed"), cmi2004("unknown", "passed"), cmi2004(scaled="0.9"), cmi2004(location="end")]
    bodies = [(launch, body(launch, number, cmi)) for launch in launches for number, cmi in enumerate(reached, start=1)]

    def save(launch, text):
        return services.commit(launch=launch.number, save=parse(text), at=timezone.now())

    results = in_threads([lambda pair=pair: save(*pair) for pair in bodies], at_once=20)

    assert [result for result in results if isinstance(result, Exception)] == []
    for launch in launches:
        state = ActivityState.objects.get(registration=launch.registration_id)
        taken = [result.is_new for result, (own, _) in zip(results, bodies, strict=True) if own is launch]
        assert (state.sequence, state.data) == (4, {"cmi": reached[3]})
        assert taken[-1], "nothing newer than the newest save can have come before it"


def test_two_parts_that_are_finished_at_once_complete_the_whole_once():
    package = a_package(activities=[{}, {}])
    launches = [a_launch(package) for _ in range(LAUNCHES)]
    bodies = [
        (launch, body(launch, position, cmi12("passed", raw="80"), position=position))
        for launch in launches
        for position in (1, 2)
    ]

    results = in_threads(
        [
            lambda pair=pair: services.commit(launch=pair[0].number, save=parse(pair[1]), at=timezone.now())
            for pair in bodies
        ],
        at_once=10,
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert Registration.objects.filter(done_at=None).count() == 0
    assert Completion.objects.count() == LAUNCHES


def test_sixteen_windows_opened_at_once_leave_one_that_saves():
    registration = a_registration()

    opened = in_threads([lambda: services.open_launch(registration=registration, at=timezone.now()) for _ in range(16)])

    live = Launch.objects.get(closed_at=None)
    assert {type(one) for one in opened} == {Launch}
    assert ActivityState.objects.get().launch == live


@pytest.mark.parametrize("_round", range(3))
def test_a_button_pressed_twice_begins_one_attempt_and_the_window_before_saves_no_more(_round):
    older = a_launch(alone=False)
    services.commit(launch=older.number, save=parse(body(older, 1, cmi12("failed", raw="10"))), at=timezone.now())
    registration = Registration.objects.select_related("enrolment", "unit").get()

    def again():
        study, at = registration.enrolment, timezone.now()
        return attempts.begin_again(enrolment=study, unit=registration.unit, after=1, at=at).pk

    def save(number):
        return services.commit(launch=older.number, save=parse(body(older, number, cmi12("passed"))), at=timezone.now())

    *found, saved = in_threads([*[again] * 8, lambda: save(2)])

    assert set(found) == {Registration.objects.get(attempt=2).pk}
    assert Registration.objects.count() == 2
    was_saved = isinstance(saved, services.Saved)
    assert was_saved or isinstance(saved, OpenedElsewhere)
    assert (Registration.objects.get(attempt=1).passed_at is not None) == was_saved
    with pytest.raises(OpenedElsewhere):
        save(3)


@pytest.mark.parametrize("_round", range(5))
def test_what_an_older_window_was_told_is_saved_the_newer_one_finds(_round):
    older = a_launch()
    texts = [body(older, number, cmi12(suspend_data=f"{number}")) for number in range(1, 9)]

    def save(text):
        return services.commit(launch=older.number, save=parse(text), at=timezone.now())

    def open_newer():
        launch = services.open_launch(registration=older.registration, at=timezone.now())
        return ActivityState.objects.get(launch=launch).data

    *saves, found = in_threads([*(lambda text=text: save(text) for text in texts), open_newer])

    acknowledged = [n for n, result in enumerate(saves, start=1) if isinstance(result, services.Saved)]
    refused = [result for result in saves if isinstance(result, OpenedElsewhere)]
    assert len(acknowledged) + len(refused) == len(texts)
    if acknowledged:
        assert found == {"cmi": cmi12(suspend_data=f"{max(acknowledged)}")}
    else:
        assert found == {}
