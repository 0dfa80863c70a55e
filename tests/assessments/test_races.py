"""S23: sixteen requests at once, each in a thread with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from assessments.errors import AttemptHandedIn, NewerAnswerKept
from assessments.models import Attempt, DraftAnswer, Response
from assessments.services import save_answer, start_attempt, submit_attempt
from learning.models import Completion, Enrolment, UnitState

from .ground import a_study, answer_rightly

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MANY = 16
NOW = timezone.now()


def at_once(work):
    """Call `work(number)` in MANY threads that start together; the results, exceptions included."""
    ready = Barrier(MANY)

    def run(number):
        try:
            ready.wait(timeout=30)
            return work(number)
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


def fresh(attempt):
    return Attempt.objects.select_related("enrolment", "quiz__unit").get(pk=attempt.pk)


def draft_of(attempt, position=1):
    return DraftAnswer.objects.select_related("attempt__enrolment").get(attempt=attempt, position=position)


def test_sixteen_starts_make_one_attempt():
    enrolment, quiz = a_study()

    started = at_once(lambda _number: start_attempt(enrolment=enrolment, quiz=quiz, at=NOW))

    attempt = Attempt.objects.get()
    assert started == [attempt] * MANY
    assert list(attempt.drafts.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_sixteen_submissions_give_one_result_and_one_completion():
    enrolment, quiz = a_study()
    attempt = start_attempt(enrolment=enrolment, quiz=quiz, at=NOW)
    answer_rightly(attempt)
    others = enrolment.version.units.exclude(pk=quiz.unit_id)
    UnitState.objects.bulk_create(
        UnitState(enrolment=enrolment, unit=unit, opened_at=NOW, seen_at=NOW, done_at=NOW) for unit in others
    )

    results = at_once(lambda _number: submit_attempt(attempt=fresh(attempt), at=timezone.now()))

    assert {(result.points, result.passed, result.submitted_at) for result in results} == {
        (6, True, fresh(attempt).submitted_at)
    }
    assert (Response.objects.count(), DraftAnswer.objects.count()) == (6, 0)
    assert Completion.objects.get().enrolment == enrolment
    assert Enrolment.objects.get().completed_at == fresh(attempt).submitted_at


def test_sixteen_saves_leave_the_newest():
    attempt = start_attempt(**dict(zip(("enrolment", "quiz"), a_study(kinds=["multi"]), strict=True)), at=NOW)
    choices = [["0"], ["1"], ["2"], ["0", "1"]]

    def save(number):
        fields = {"choice": choices[number % 4]}
        return save_answer(draft=draft_of(attempt), fields=fields, sequence=number + 1, at=timezone.now())

    results = at_once(save)

    kept = draft_of(attempt)
    assert kept.sequence == MANY
    newest = results[-1]
    assert (newest.sequence, newest.answer) == (MANY, kept.answer)
    assert all(isinstance(result, DraftAnswer | NewerAnswerKept) for result in results)


def test_a_step_of_a_case_is_taken_once_by_sixteen_windows():
    attempt = start_attempt(**dict(zip(("enrolment", "quiz"), a_study(kinds=["branching"]), strict=True)), at=NOW)

    def choose(number):
        fields = {"step": ["0"], "choice": [str(number % 2)], "confirm": ["yes"]}
        return save_answer(draft=draft_of(attempt), fields=fields, sequence=number + 1, at=timezone.now())

    results = at_once(choose)

    kept = draft_of(attempt).answer
    assert len(kept) == 1
    assert {tuple(result.answer) for result in results if isinstance(result, DraftAnswer)} == {tuple(kept)}


@pytest.mark.parametrize("_round", range(5))
def test_no_answer_that_was_acknowledged_is_left_out_when_handing_in(_round):
    """Half save the complete answer while half hand in: what was acknowledged counts, what came late is refused."""
    enrolment, quiz = a_study(kinds=["single"] * 8)
    attempt = start_attempt(enrolment=enrolment, quiz=quiz, at=NOW)

    def work(number):
        if number % 2:
            return submit_attempt(attempt=fresh(attempt), at=timezone.now())
        return save_answer(
            draft=draft_of(attempt, number // 2 + 1), fields={"choice": ["0"]}, sequence=1, at=timezone.now()
        )

    results = at_once(work)

    acknowledged = {result.question_version_id: result.answer for result in results if isinstance(result, DraftAnswer)}
    handed_in = {one.question_version_id: one.answer for one in Response.objects.all()}
    assert len(handed_in) == 8
    assert acknowledged == {pk: answer for pk, answer in handed_in.items() if answer}
    refused = [result for result in results if isinstance(result, AttemptHandedIn | DraftAnswer.DoesNotExist)]
    assert len(acknowledged) + len(refused) == MANY // 2
