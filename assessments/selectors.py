"""Reads shared by services and pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, Q

from assessments.drawing import EVERYONE, Candidate
from assessments.models import Attempt, QuestionVersion, Quiz, Response
from assessments.models import Question as KeptQuestion
from assessments.questions import Question, parse_question
from courses.models import CourseVersion
from learning.models import Enrolment

MOST_KEPT = 4_000
# Below this many answers, figures would say something about persons.
FEWEST_ANSWERS = 10

# Frozen versions never change, so each is parsed once in a process and language.
_parsed: dict[tuple[int, str], Question] = {}


def paper_questions(version_ids: Sequence[int], *, language: str) -> list[Question]:
    """The questions of a paper in their order: one query, or none when this process has asked them all before."""
    missing = {pk for pk in version_ids if (pk, language) not in _parsed}
    if missing:
        if len(_parsed) + len(missing) > MOST_KEPT:
            _parsed.clear()
            missing = set(version_ids)
        for pk, content in QuestionVersion.objects.filter(pk__in=missing).values_list("pk", "content"):
            _parsed[pk, language] = parse_question(content, locale=language)
    return [_parsed[pk, language] for pk in version_ids]


@lru_cache(maxsize=500)
def quiz_pool(quiz_id: int) -> tuple[Candidate, ...]:
    """The questions a quiz may draw, as the draw sees them; `key` is the id of the version."""
    rows = QuestionVersion.objects.filter(quizzes=quiz_id).order_by("pk").values_list("pk", "content")
    return tuple(
        Candidate(
            key=pk,
            topic=content["topic"],
            difficulty=content["difficulty"],
            roles=frozenset(content["roles"] or [EVERYONE]),
        )
        for pk, content in rows
    )


def forget_frozen() -> None:
    """Empty what this process keeps of frozen rows, for tests that roll them back."""
    _parsed.clear()
    quiz_pool.cache_clear()


def times_met(enrolment: Enrolment, quiz: Quiz) -> Counter[int]:
    """How often this learner was asked each question version, over all versions of the programme."""
    papers = Attempt.objects.filter(
        enrolment__user=enrolment.user_id, enrolment__course=enrolment.course_id, quiz__unit__key=quiz.unit.key
    ).values_list("paper", flat=True)
    return Counter(pk for paper in papers for pk in paper)


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a question is asked. `share_complete` is a percentage, None while too few have answered."""

    versions: tuple[str, ...]
    answers: int
    share_complete: float | None


def usage(question: KeptQuestion) -> Usage:
    """Versions that ask a question, newest first, and how learners answer it on the whole: never who."""
    versions = CourseVersion.objects.filter(units__quiz__questions__question=question).distinct().newest_first()
    totals = Response.objects.filter(question_version__question=question).aggregate(
        answers=Count("pk"), complete=Count("pk", filter=Q(is_right=True))
    )
    enough = totals["answers"] >= FEWEST_ANSWERS
    return Usage(
        versions=tuple(version.label for version in versions),
        answers=totals["answers"],
        share_complete=100 * totals["complete"] / totals["answers"] if enough else None,
    )
