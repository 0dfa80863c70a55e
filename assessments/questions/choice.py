"""Questions answered by choosing from a list."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from .base import NO_ANSWER, Answer, Fields, Line, Question, places, shuffled, whole_numbers
from .content import Content

MOST_OPTIONS = 10


@dataclass(frozen=True, slots=True)
class Option:
    text: str
    correct: bool
    why: str

    @classmethod
    def parse(cls, content: Content) -> "Option":
        return cls(
            text=content.words("text"), correct=content.flag("correct"), why=content.words("why", required=False)
        )


@dataclass(frozen=True, slots=True)
class Choice(Question):
    """One right option: a whole point for it, nothing for another."""

    kind: ClassVar[str] = "single"
    most_chosen: ClassVar[int] = 1
    most_options: ClassVar[int] = MOST_OPTIONS

    options: tuple[Option, ...]

    @classmethod
    def parse_body(cls, content: Content) -> dict[str, Any]:
        options = tuple(map(Option.parse, content.parts("options", least=2, most=cls.most_options)))
        right = sum(option.correct for option in options)
        if cls.most_chosen == 1 and right != 1:
            content.complain("options", _("Mark exactly one option as right."))
        elif not 0 < right < len(options):
            content.complain("options", _("Mark at least one option as right and leave at least one unmarked."))
        if len({option.text for option in options}) < len(options):
            content.complain("options", _("Two options say the same: change one."))
        return {"options": options}

    def read_answer(self, fields: Fields, seed: str, stored: Answer = NO_ANSWER) -> Answer:
        order = self.order(seed)
        return tuple(sorted(order[number] for number in places(fields, "choice", len(order))[: self.most_chosen]))

    def restore(self, stored: object) -> Answer:
        chosen = whole_numbers(stored, self.most_chosen)
        if chosen is None or not set(chosen) <= set(range(len(self.options))):
            return NO_ANSWER
        return tuple(sorted(set(chosen)))

    def is_complete(self, answer: Answer) -> bool:
        return answer != NO_ANSWER

    def score(self, answer: Answer) -> Fraction:
        return Fraction(any(self.options[index].correct for index in answer))

    def order(self, seed: str) -> tuple[int, ...]:
        """Options in the order shown, as places in the content."""
        return shuffled(len(self.options), seed)

    def public_body(self, seed: str, answer: Answer) -> dict[str, Any]:
        return {
            "options": [
                {"value": str(shown), "text": self.options[index].text, "chosen": index in answer}
                for shown, index in enumerate(self.order(seed))
            ]
        }

    def in_words(self, answer: Answer) -> tuple[str, ...]:
        return tuple(self.options[index].text for index in answer)

    def complete_answer(self) -> Answer:
        return tuple(index for index, option in enumerate(self.options) if option.correct)

    def remarks(self, answer: Answer) -> tuple[Line, ...]:
        """What was chosen and should not have been, and the other way round."""
        return tuple(
            Line(option.text, option.why)
            for index, option in enumerate(self.options)
            if (index in answer) != option.correct
        )


@dataclass(frozen=True, slots=True)
class Multi(Choice):
    """Several right options: the share of right ones chosen minus the share of wrong ones, never below zero.

    So a missed option costs its share, a stray one costs more the fewer there are to stray to, and neither choosing
    everything nor choosing nothing earns anything.
    """

    kind: ClassVar[str] = "multi"
    most_chosen: ClassVar[int] = MOST_OPTIONS

    def score(self, answer: Answer) -> Fraction:
        right = sum(option.correct for option in self.options)
        hit = sum(self.options[index].correct for index in answer)
        share = Fraction(hit, right) - Fraction(len(answer) - hit, len(self.options) - right)
        return max(share, Fraction(0))


@dataclass(frozen=True, slots=True)
class TrueFalse(Choice):
    """A statement to judge, always offered in the order written: "true" comes first."""

    kind: ClassVar[str] = "true_false"
    most_options: ClassVar[int] = 2

    def order(self, seed: str) -> tuple[int, ...]:
        return tuple(range(len(self.options)))
