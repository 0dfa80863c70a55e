from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.errors import AttemptHandedIn, EnrolmentClosed, NewerAnswerKept
from assessments.models import Attempt, DraftAnswer, Response
from assessments.questions import KINDS
from assessments.services import save_answer, start_attempt, submit_attempt
from learning.models import UnitState

from .ground import KEYS, a_study, answer_rightly

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def start(enrolment, quiz):
    return start_attempt(enrolment=enrolment, quiz=quiz, at=NOW)


def draft_of(attempt, position=1):
    return DraftAnswer.objects.select_related("attempt__enrolment").get(attempt=attempt, position=position)


def test_starting_lays_out_the_paper():
    enrolment, quiz = a_study()

    attempt = start(enrolment, quiz)

    drafts = list(attempt.drafts.all())
    assert [draft.question_version_id for draft in drafts] == attempt.paper
    assert [draft.position for draft in drafts] == [1, 2, 3, 4, 5, 6]
    assert {draft.question_version.kind for draft in drafts} == set(KINDS)
    assert (attempt.maximum, attempt.pass_mark_percent, attempt.submitted_at) == (6, 80, None)


def test_starting_again_goes_on_with_the_open_attempt():
    enrolment, quiz = a_study()

    assert start(enrolment, quiz) == start(enrolment, quiz)
    assert (Attempt.objects.count(), DraftAnswer.objects.count()) == (1, 6)


def test_another_attempt_prefers_questions_not_yet_met():
    enrolment, quiz = a_study(kinds=["single"] * 8)
    quiz.question_count = 4
    first = submit_attempt(attempt=start(enrolment, quiz), at=NOW)

    second = start(enrolment, quiz)

    assert set(first.paper) & set(second.paper) == set()


@pytest.mark.parametrize("closed", ["completed_at", "withdrawn_at"])
def test_a_closed_enrolment_takes_nothing_new(closed):
    enrolment, quiz = a_study()
    attempt = start(enrolment, quiz)
    setattr(enrolment, closed, NOW)
    enrolment.save()

    with pytest.raises(EnrolmentClosed):
        start(enrolment, quiz)
    with pytest.raises(EnrolmentClosed):
        save_answer(draft=draft_of(attempt), fields={"choice": ["0"]}, sequence=1, at=NOW)
    with pytest.raises(EnrolmentClosed):
        submit_attempt(attempt=attempt, at=NOW)
    attempt.refresh_from_db()
    assert attempt.submitted_at is None
    assert set(attempt.drafts.values_list("sequence", flat=True)) == {0}


def test_a_save_is_kept_with_its_number():
    enrolment, quiz = a_study(kinds=["multi"])
    attempt = start(enrolment, quiz)

    save_answer(draft=draft_of(attempt), fields={"choice": ["0", "1", "2"]}, sequence=3, at=NOW)

    draft = draft_of(attempt)
    assert (draft.answer, draft.sequence, draft.saved_at) == ([0, 1, 2], 3, NOW)


def test_the_same_save_again_is_acknowledged_and_changes_nothing():
    attempt = start(*a_study(kinds=["single"]))
    save_answer(draft=draft_of(attempt), fields={"choice": ["0"]}, sequence=1, at=NOW)

    again = save_answer(draft=draft_of(attempt), fields={"choice": ["0"]}, sequence=1, at=NOW + timedelta(hours=1))

    assert (again.sequence, again.saved_at) == (1, NOW)
    assert draft_of(attempt).saved_at == NOW


def test_a_late_save_changes_nothing_and_says_so():
    attempt = start(*a_study(kinds=["single"]))
    late = draft_of(attempt)
    save_answer(draft=draft_of(attempt), fields={"choice": ["0"]}, sequence=5, at=NOW)
    kept = draft_of(attempt).answer

    with pytest.raises(NewerAnswerKept) as caught:
        save_answer(draft=late, fields={"choice": ["1"]}, sequence=4, at=NOW)

    assert caught.value.sequence == 5
    assert draft_of(attempt).answer == kept


def test_shuffled_saves_leave_the_last_one():
    attempt = start(*a_study(kinds=["multi"]))

    for sequence, choice in [(2, ["0"]), (4, ["0", "1"]), (1, []), (3, ["2"])]:
        try:
            save_answer(draft=draft_of(attempt), fields={"choice": choice}, sequence=sequence, at=NOW)
        except NewerAnswerKept:
            assert sequence in (1, 3)

    draft = draft_of(attempt)
    assert (len(draft.answer), draft.sequence) == (2, 4)


def test_a_save_after_handing_in_is_refused():
    attempt = start(*a_study(kinds=["single"]))
    draft = draft_of(attempt)
    submit_attempt(attempt=attempt, at=NOW)

    with pytest.raises(AttemptHandedIn):
        save_answer(draft=draft, fields={"choice": ["0"]}, sequence=1, at=NOW)


def test_complete_answers_pass_and_finish_the_unit():
    enrolment, quiz = a_study()
    attempt = start(enrolment, quiz)
    answer_rightly(attempt)

    submit_attempt(attempt=attempt, at=NOW)

    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.points, attempt.maximum, attempt.passed) == (NOW, Decimal("6.00"), 6, True)
    responses = Response.objects.filter(attempt=attempt).select_related("question_version")
    assert {one.question_version.kind: one.answer for one in responses} == KEYS
    assert {(one.points, one.is_right) for one in responses} == {(Decimal("1.00"), True)}
    assert not attempt.drafts.exists()
    assert UnitState.objects.get(enrolment=enrolment, unit=quiz.unit).done_at == NOW


def test_too_few_points_do_not_pass_and_finish_nothing():
    enrolment, quiz = a_study()
    attempt = start(enrolment, quiz)
    answer_rightly(attempt, but=2)

    submit_attempt(attempt=attempt, at=NOW)

    assert (attempt.points, attempt.passed) == (Decimal("4.00"), False)
    assert Response.objects.filter(attempt=attempt, answer=[], points=0, is_right=False).count() == 2
    assert not UnitState.objects.filter(unit=quiz.unit, done_at__isnull=False).exists()


def test_handing_in_twice_keeps_the_first_result():
    enrolment, quiz = a_study()
    attempt = start(enrolment, quiz)
    answer_rightly(attempt)
    stale = Attempt.objects.select_related("enrolment", "quiz__unit").get(pk=attempt.pk)
    submit_attempt(attempt=attempt, at=NOW)

    again = submit_attempt(attempt=stale, at=NOW + timedelta(minutes=1))

    assert (again.submitted_at, again.points, again.passed) == (NOW, Decimal("6.00"), True)
    assert Response.objects.count() == 6


def test_a_failed_attempt_takes_back_no_passed_unit():
    enrolment, quiz = a_study()
    attempt = start(enrolment, quiz)
    answer_rightly(attempt)
    submit_attempt(attempt=attempt, at=NOW)

    submit_attempt(attempt=start(enrolment, quiz), at=NOW + timedelta(hours=1))

    assert Attempt.objects.filter(passed=False).count() == 1
    assert UnitState.objects.get(enrolment=enrolment, unit=quiz.unit).done_at == NOW


def test_points_are_kept_to_the_hundredth_and_passed_is_exact():
    """Three times two thirds, and two: exactly four of five, which is the mark."""
    enrolment, quiz = a_study(kinds=["ordering"] * 3 + ["single"] * 2)
    body = quiz.questions.filter(kind="ordering")
    for version in body:
        version.content["items"].append({"text": {"lv": "four", "en": "four"}})
        version.save()
    attempt = start(enrolment, quiz)
    for draft in attempt.drafts.select_related("question_version"):
        draft.answer = {"ordering": [1, 0, 2, 3], "single": [1]}[draft.question_version.kind]
        draft.save()

    submit_attempt(attempt=attempt, at=NOW)

    assert sorted(attempt.responses.values_list("points", flat=True)) == [Decimal("0.67")] * 3 + [Decimal("1.00")] * 2
    assert (attempt.points, attempt.passed) == (Decimal("4.00"), True)
