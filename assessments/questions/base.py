"""What every kind of question can do.

A question is asked, answered, scored and explained here, with no database, settings or clock. Three shapes meet:

* the *content*, frozen JSON with the key and the reasons, which never leaves the server;
* the *public form*, all that a browser may see before the answers are handed in;
* the *answer*, a tuple of whole numbers that point into the content and are stored as a JSON list.

The numbers a browser sends are places in the order it was shown, which a secret seed decides; they say nothing of
the order in the content. Browser places are turned into an answer by `read_answer` and back by `public_form`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any, ClassVar, Self

from .content import Content

Answer = tuple[int, ...]
Fields = Mapping[str, Sequence[str]]
NO_ANSWER: Answer = ()


@dataclass(frozen=True, slots=True)
class Line:
    """An option, a pair or a step in words, with its own reason if it has one."""

    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What a learner reads about one question after handing in."""

    kind: str
    text: str
    why: str
    source: str
    points: Fraction
    yours: tuple[str, ...]
    complete: tuple[str, ...]
    remarks: tuple[Line, ...]

    @property
    def is_right(self) -> bool:
        return self.points == 1

    @property
    def is_partly_right(self) -> bool:
        return 0 < self.points < 1


@dataclass(frozen=True, slots=True)
class Question(ABC):
    """The part shared by all kinds, in one language."""

    kind: ClassVar[str]

    text: str
    why: str
    source: str
    lesson: str

    @classmethod
    def parse(cls, content: Content) -> Self:
        """Read this kind of question; faults are left in `content.problems`."""
        return cls(
            text=content.words("text"),
            why=content.words("why"),
            source=content.plain("source"),
            lesson=content.plain("lesson"),
            **cls.parse_body(content),
        )

    @classmethod
    @abstractmethod
    def parse_body(cls, content: Content) -> dict[str, Any]:
        """The fields only this kind has."""

    @abstractmethod
    def read_answer(self, fields: Fields, seed: str, stored: Answer = NO_ANSWER) -> Answer:
        """The answer a browser sent. Never raises: what makes no sense counts as not sent.

        `stored` is the answer saved before, for kinds where one step follows another.
        """

    @abstractmethod
    def restore(self, stored: object) -> Answer:
        """An answer kept as JSON. What does not fit this question counts as no answer."""

    @abstractmethod
    def is_complete(self, answer: Answer) -> bool:
        """Nothing is left to choose."""

    @abstractmethod
    def score(self, answer: Answer) -> Fraction:
        """From 0 to 1; the rule is in the docstring of each kind."""

    @abstractmethod
    def public_body(self, seed: str, answer: Answer) -> dict[str, Any]:
        """The part of the public form that only this kind has."""

    @abstractmethod
    def in_words(self, answer: Answer) -> tuple[str, ...]:
        """An answer in words, part by part; nothing for no answer."""

    @abstractmethod
    def complete_answer(self) -> Answer:
        """The answer that earns the whole point; where several do, one of them."""

    def remarks(self, answer: Answer) -> tuple[Line, ...]:
        """The parts of an answer that deserve a reason of their own."""
        return ()

    def public_form(self, seed: str, answer: Answer = NO_ANSWER) -> dict[str, Any]:
        """All that a browser may know before handing in: no key, no reasons, no order of the content."""
        return {
            "kind": self.kind,
            "text": self.text,
            "is_complete": self.is_complete(answer),
            **self.public_body(seed, answer),
        }

    def review(self, answer: Answer) -> Review:
        return Review(
            kind=self.kind,
            text=self.text,
            why=self.why,
            source=self.source,
            points=self.score(answer),
            yours=self.in_words(answer),
            complete=self.in_words(self.complete_answer()),
            remarks=tuple(line for line in self.remarks(answer) if line.why),
        )


def shuffled(count: int, seed: str) -> tuple[int, ...]:
    """The numbers below `count` in an order that follows from the seed alone.

    Hashes instead of `random`: pages already open must keep their order when Python is upgraded.
    """
    return tuple(sorted(range(count), key=lambda number: sha256(f"{seed}:{number}".encode()).digest()))


def place(value: str, count: int) -> int | None:
    """A place below `count` that a browser sent as digits, or None."""
    if len(value) > 3 or not value.isascii() or not value.isdigit():
        return None
    number = int(value)
    return number if number < count else None


def places(fields: Fields, name: str, count: int) -> list[int]:
    """The different places sent under a name, in the order sent."""
    sent = [place(value, count) for value in fields.get(name, ())[: 2 * count]]
    return list(dict.fromkeys(number for number in sent if number is not None))


def whole_numbers(stored: object, most: int) -> Answer | None:
    """Stored JSON as a tuple of at most `most` whole numbers, or None."""
    if not isinstance(stored, list | tuple) or len(stored) > most:
        return None
    if not all(type(number) is int for number in stored):
        return None
    return tuple(stored)
