"""What the pages of an attempt show. Templates meet public forms only, never a question with its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from assessments import selectors
from assessments.models import Attempt, DraftAnswer
from assessments.questions import Answer, Question, Review
from learning.records.selectors import Place


@dataclass(frozen=True, slots=True)
class Stop:
    """One entry of the question map."""

    number: int
    is_answered: bool
    text: str


class Sheet:
    """An open attempt with the answers saved so far, in one language."""

    def __init__(self, attempt: Attempt, *, language: str):
        self._attempt = attempt
        self._drafts: list[DraftAnswer] = list(attempt.drafts.all())
        self._asked: list[tuple[Question, Answer]] = _with_answers(
            [(draft.question_version_id, draft.answer) for draft in self._drafts], language
        )
        self.stops = [
            Stop(draft.position, question.is_complete(answer), question.text)
            for draft, (question, answer) in zip(self._drafts, self._asked, strict=True)
        ]

    def __len__(self) -> int:
        return len(self.stops)

    @property
    def unanswered(self) -> list[Stop]:
        return [stop for stop in self.stops if not stop.is_answered]

    @property
    def first_unanswered(self) -> int:
        """Where to go on: a question's number, or the one after the last when all are answered."""
        return self.unanswered[0].number if self.unanswered else len(self) + 1

    @property
    def saved_at(self) -> datetime | None:
        return max((draft.saved_at for draft in self._drafts if draft.saved_at), default=None)

    def question(self, number: int) -> dict[str, Any]:
        """The public form of one question, with the answer saved so far and the template that shows its kind."""
        question, answer = self._asked[number - 1]
        form = question.public_form(self._attempt.seed_of(number), answer)
        return {**form, "template": f"assessments/kinds/{question.kind}.html"}

    def next_sequence(self, number: int) -> int:
        return self._drafts[number - 1].sequence + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """The explanation of one question; `number` is its place in the paper."""

    number: int
    review: Review
    points: Decimal
    lesson: Place | None


class Result:
    """An attempt handed in, explained in one language: first what is worth another look."""

    def __init__(self, attempt: Attempt, way: Mapping[str, Place], *, language: str):
        by_question = {response.question_version_id: response for response in attempt.responses.all()}
        responses = [by_question[pk] for pk in attempt.paper]
        asked = _with_answers([(one.question_version_id, one.answer) for one in responses], language)
        entries = [
            Entry(number, question.review(answer), response.points, way.get(question.lesson))
            for number, (response, (question, answer)) in enumerate(zip(responses, asked, strict=True), start=1)
        ]
        self.again = [entry for entry in entries if not entry.review.is_right]
        self.right = [entry for entry in entries if entry.review.is_right]


def _with_answers(rows: list[tuple[int, object]], language: str) -> list[tuple[Question, Answer]]:
    questions = selectors.paper_questions([pk for pk, _stored in rows], language=language)
    return [(question, question.restore(stored)) for question, (_pk, stored) in zip(questions, rows, strict=True)]
