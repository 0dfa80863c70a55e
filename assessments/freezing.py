"""From what an editor keeps to what learners are asked: question versions and the quizzes of a programme version."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from assessments.blocks import plain
from assessments.errors import PoolEmpty
from assessments.models import Question, QuestionVersion, Quiz
from assessments.questions import check_content
from cms.i18n import texts_of
from courses.models import Course, CourseVersion, Unit


def content_of(question: Question) -> dict[str, Any]:
    """All that a frozen question holds: what is asked, the key, the reasons, and what the draw looks at."""
    answers = question.body[0]
    return {
        "kind": answers.block_type,
        "text": texts_of(question, "text"),
        "why": texts_of(question, "why"),
        "source": question.source,
        "lesson": question.lesson_key,
        "topic": question.topic,
        "difficulty": question.difficulty,
        "roles": sorted(question.roles),
        **plain(answers.value),
    }


def fingerprint(content: dict[str, Any]) -> str:
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def questions_in_use(course: Course, pool: str) -> list[tuple[str, dict[str, Any]]]:
    """Key and content of every question that the next version would ask from a pool."""
    questions = Question.objects.filter(course=course, pool=pool, is_active=True)
    return [(question.key, content_of(question)) for question in questions]


@transaction.atomic
def freeze_quizzes(version: CourseVersion) -> list[Quiz]:
    """The quiz of each quiz unit, with its pool as it stands now. Few statements, however many questions.

    Raises PoolEmpty, or QuestionInvalid when a question cannot be asked.
    """
    units = list(version.units.filter(kind=Unit.Kind.QUIZ))
    pools = {unit.settings["pool"] for unit in units}
    questions = Question.objects.filter(course=version.course_id, pool__in=pools, is_active=True).order_by("key")
    by_pool: dict[str, list[QuestionVersion]] = {pool: [] for pool in pools}
    for question, frozen in freeze_questions(questions):
        by_pool[question.pool].append(frozen)
    for unit in units:
        if not by_pool[unit.settings["pool"]]:
            raise PoolEmpty(unit.settings["pool"])
    quizzes = Quiz.objects.bulk_create(
        Quiz(
            unit=unit,
            question_count=min(unit.settings["question_count"], len(by_pool[unit.settings["pool"]])),
            pass_mark_percent=version.pass_mark_percent,
        )
        for unit in units
    )
    asks = Quiz.questions.through
    asks.objects.bulk_create(
        asks(quiz=quiz, questionversion=frozen)
        for quiz, unit in zip(quizzes, units, strict=True)
        for frozen in by_pool[unit.settings["pool"]]
    )
    return quizzes


def freeze_questions(questions: Iterable[Question]) -> list[tuple[Question, QuestionVersion]]:
    """Each question with its version: the one it had if nothing changed since, otherwise a new row."""
    wanted = []
    for question in questions:
        content = content_of(question)
        check_content(content, locales=[code for code, _name in settings.LANGUAGES])
        wanted.append((question, content, fingerprint(content)))
    same = QuestionVersion.objects.filter(
        question__in=[question for question, _content, _hash in wanted],
        content_sha256__in=[sha for _question, _content, sha in wanted],
    )
    known = {(frozen.question_id, frozen.content_sha256): frozen for frozen in same}
    new = QuestionVersion.objects.bulk_create(
        QuestionVersion(question=question, content_sha256=sha, kind=content["kind"], content=content)
        for question, content, sha in wanted
        if (question.pk, sha) not in known
    )
    known |= {(frozen.question_id, frozen.content_sha256): frozen for frozen in new}
    return [(question, known[question.pk, sha]) for question, _content, sha in wanted]
