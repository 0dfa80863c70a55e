"""From answers to a result: pure calculation."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .questions import Answer, Question


@dataclass(frozen=True, slots=True)
class Outcome:
    """Points for each question, in the order asked, and what they come to."""

    scores: tuple[Fraction, ...]
    passed: bool

    @property
    def points(self) -> Fraction:
        return sum(self.scores, Fraction(0))


def score(question: Question, answer: Answer) -> Fraction:
    """From 0 to 1: every question is worth one point, whatever its kind."""
    return question.score(answer)


def passed(points: Fraction | int, maximum: int, mark_percent: int) -> bool:
    """Whether points reach the mark exactly: no rounding, so two thirds of three questions are two points."""
    return points * 100 >= maximum * mark_percent


def mark(questions: Sequence[Question], answers: Sequence[Answer], *, mark_percent: int) -> Outcome:
    """Score a whole paper. A question left out is worth nothing and costs nothing more."""
    scores = tuple(score(question, answer) for question, answer in zip(questions, answers, strict=True))
    return Outcome(scores, passed(sum(scores, Fraction(0)), len(scores), mark_percent))
