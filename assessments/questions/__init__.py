"""Kinds of question, and how to read one from its content. Adding a kind: a class here and a template for it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ..errors import Problem, QuestionInvalid
from .arranging import Matching, Ordering
from .base import NO_ANSWER, Answer, Fields, Line, Question, Review
from .branching import Branching
from .choice import Choice, Multi, TrueFalse
from .content import Content

__all__ = [
    "KINDS",
    "NO_ANSWER",
    "Answer",
    "Fields",
    "Line",
    "Question",
    "Review",
    "check_content",
    "parse_question",
]

KINDS: dict[str, type[Question]] = {
    kind.kind: kind for kind in (Choice, Multi, TrueFalse, Ordering, Matching, Branching)
}


def parse_question(content: Any, *, locale: str) -> Question:
    """The question in one language. Raises QuestionInvalid."""
    reader = Content(content, locale)
    kind = KINDS.get(str(reader.value.get("kind")))
    if kind is None:
        raise QuestionInvalid([Problem("kind", _("This kind of question is not known."))])
    question = kind.parse(reader)
    if reader.problems:
        raise QuestionInvalid(reader.problems)
    return question


def check_content(content: Any, *, locales: Iterable[str]) -> None:
    """Raise QuestionInvalid with the faults of every language, each fault once."""
    problems: dict[str, Problem] = {}
    for locale in locales:
        try:
            parse_question(content, locale=locale)
        except QuestionInvalid as invalid:
            problems |= {str(problem): problem for problem in invalid.problems}
    if problems:
        raise QuestionInvalid(list(problems.values()))
