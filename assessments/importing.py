"""Questions of a programme's files become questions an editor keeps."""

from typing import Any

from django.conf import settings

from assessments.freezing import content_of
from assessments.models import Question
from courses.importers import Loaded
from courses.models import Course
from courses.programme_files import Programme
from courses.programme_files.content import Question as Written

# What `content` of a written question holds besides its answers.
HEAD = {"kind", "text", "why", "source", "lesson"}


def import_questions(course: Course, programme: Programme) -> Loaded:
    """Create and update the questions of a programme by key; what is the same already is left alone.

    Questions that the files do not have may be an editor's own: they stay as they are.
    """
    kept = {question.key: question for question in course.questions.all()}
    new: list[Question] = []
    updated = 0
    for written in programme.questions:
        question = kept.get(written.key)
        if question is None:
            new.append(Question(course=course, key=written.key, **_fields(written)))
            continue
        before = _state(question)
        for name, value in _fields(written).items():
            setattr(question, name, value)
        if _state(question) != before:
            question.save()
            updated += 1
    Question.objects.bulk_create(new)
    return Loaded(created={"questions": len(new)}, updated={"questions": updated})


def _fields(written: Written) -> dict[str, Any]:
    answers = {name: part for name, part in written.content.items() if name not in HEAD}
    words = {
        f"{name}_{code}": written.content[name][code] for name in ("text", "why") for code, _name in settings.LANGUAGES
    }
    return {
        **words,
        "pool": written.pool,
        "lesson_key": written.lesson,
        "topic": written.topic,
        "difficulty": written.difficulty,
        "roles": list(written.roles),
        "kind": written.kind,
        "source": written.source,
        "body": [{"type": written.kind, "value": answers}],
    }


def _state(question: Question) -> tuple[Any, ...]:
    return question.pool, content_of(question)
