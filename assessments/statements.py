"""Results of quizzes as statements for the record store."""

from collections.abc import Iterator
from datetime import datetime

from assessments.models import Attempt
from lrs.native import recipe
from lrs.native.tellers import WITH_ENROLMENT, in_batches, titles_of
from lrs.telling import Fact


def handed_in(since: datetime) -> Iterator[Fact]:
    """A teller for `lrs.telling`: attempts that were handed in, oldest first; never what was answered."""
    attempts = Attempt.objects.filter(submitted_at__gte=since).select_related("quiz__unit", *WITH_ENROLMENT)
    for batch in in_batches(attempts, "submitted_at"):
        titles = titles_of([attempt.quiz.unit_id for attempt in batch])
        for attempt in batch:
            yield _fact(attempt, titles[attempt.quiz.unit_id])


def _fact(attempt: Attempt, titles: dict[str, str]) -> Fact:
    points, maximum = float(attempt.points or 0), attempt.maximum or 0
    score = {"scaled": round(points / maximum, 4), "raw": points, "min": 0, "max": maximum} if maximum else {}
    return Fact(
        key=f"attempt/{attempt.number}",
        at=attempt.submitted_at,
        statement=recipe.said(
            attempt.enrolment,
            recipe.PASSED if attempt.passed else recipe.FAILED,
            recipe.unit(attempt.enrolment, attempt.quiz.unit, titles),
            result={"score": score, "success": bool(attempt.passed), "completion": True},
            context=recipe.within(attempt.enrolment),
        ),
    )
