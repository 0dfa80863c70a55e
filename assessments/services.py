"""Start an attempt, save its answers, hand it in."""

import secrets
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.conf import settings
from django.db import transaction

from assessments import selectors
from assessments.drawing import draw
from assessments.errors import AttemptHandedIn, EnrolmentClosed, NewerAnswerKept
from assessments.models import Attempt, DraftAnswer, Quiz, Response
from assessments.questions import Fields
from assessments.scoring import mark
from learning import errors as learning_errors
from learning.models import Enrolment
from learning.services import finish_unit


@transaction.atomic
def start_attempt(*, enrolment: Enrolment, quiz: Quiz, at: datetime) -> Attempt:
    """The open attempt at this quiz; if there is none, a new one is drawn and laid out.

    Raises EnrolmentClosed.
    """
    if not enrolment.is_open:
        raise EnrolmentClosed
    open_one = Attempt.objects.open().filter(enrolment=enrolment, quiz=quiz).first()
    if open_one:
        return open_one
    # Secret and random: whoever knew the seed could undo the shuffling and read the key of an ordering.
    seed = secrets.randbits(63)
    drawn = draw(
        selectors.quiz_pool(quiz.pk),
        quiz.question_count,
        role=enrolment.role_key,
        seed=str(seed),
        seen=selectors.times_met(enrolment, quiz),
    )
    attempt, is_new = Attempt.objects.get_or_create(
        enrolment=enrolment,
        quiz=quiz,
        submitted_at=None,
        defaults={
            "seed": seed,
            "paper": list(drawn),
            "pass_mark_percent": quiz.pass_mark_percent,
            "maximum": len(drawn),
            "started_at": at,
        },
    )
    if is_new:
        DraftAnswer.objects.bulk_create(
            DraftAnswer(attempt=attempt, question_version_id=pk, position=position)
            for position, pk in enumerate(drawn, start=1)
        )
    return attempt


def save_answer(*, draft: DraftAnswer, fields: Fields, sequence: int, at: datetime) -> DraftAnswer:
    """Keep what a browser sent for one question, unless a later save is kept.

    `sequence` grows with every save a page makes and is its idempotency key: the same save sent again is
    acknowledged again and changes nothing. One statement and no transaction: either the row changed or it did not.
    Raises EnrolmentClosed, AttemptHandedIn or NewerAnswerKept.
    """
    if not draft.attempt.enrolment.is_open:
        raise EnrolmentClosed
    [question] = selectors.paper_questions([draft.question_version_id], language=settings.LANGUAGE_CODE)
    seed = draft.attempt.seed_of(draft.position)
    while True:
        stored = question.restore(draft.answer)
        answer = question.read_answer(fields, seed, stored)
        if sequence <= draft.sequence:
            if answer == stored:
                return draft
            raise NewerAnswerKept(draft.sequence)
        unchanged_since = DraftAnswer.objects.filter(pk=draft.pk, sequence=draft.sequence)
        if unchanged_since.update(answer=answer, sequence=sequence, saved_at=at):
            draft.answer, draft.sequence, draft.saved_at = list(answer), sequence, at
            return draft
        # Another save came between. Each turn of this loop means that one did, so it ends.
        try:
            draft.refresh_from_db(fields=["answer", "sequence", "saved_at"])
        except DraftAnswer.DoesNotExist:
            raise AttemptHandedIn from None


@transaction.atomic
def submit_attempt(*, attempt: Attempt, at: datetime) -> Attempt:
    """Hand in, score and keep the answers; a passed quiz is a finished unit.

    The first call decides, every other returns the same result. A failed attempt takes nothing back.
    Raises EnrolmentClosed.
    """
    if attempt.submitted_at:
        return attempt
    if not attempt.enrolment.is_open:
        raise EnrolmentClosed
    # Locked: a save under way is either seen here or finds its row gone, so no acknowledged answer is left out.
    drafts = list(attempt.drafts.select_for_update().order_by("pk"))
    questions = selectors.paper_questions(
        [draft.question_version_id for draft in drafts], language=settings.LANGUAGE_CODE
    )
    answers = [question.restore(draft.answer) for question, draft in zip(questions, drafts, strict=True)]
    outcome = mark(questions, answers, mark_percent=attempt.pass_mark_percent)
    result = {"submitted_at": at, "points": rounded(outcome.points), "passed": outcome.passed}
    if not Attempt.objects.open().filter(pk=attempt.pk).update(**result):
        attempt.refresh_from_db(fields=list(result))
        return attempt
    Response.objects.bulk_create(
        Response(
            attempt=attempt,
            question_version_id=draft.question_version_id,
            answer=answer,
            points=rounded(points),
            is_right=points == 1,
        )
        for draft, answer, points in zip(drafts, answers, outcome.scores, strict=True)
    )
    attempt.drafts.all().delete()
    for field, value in result.items():
        setattr(attempt, field, value)
    if outcome.passed:
        try:
            finish_unit(enrolment=attempt.enrolment, unit=attempt.quiz.unit, at=at)
        except learning_errors.EnrolmentClosed:
            raise EnrolmentClosed from None
    return attempt


def rounded(points: Fraction) -> Decimal:
    """Points for people to read, to the hundredth. Passing is decided before, on the exact ones."""
    return (Decimal(points.numerator) / points.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
