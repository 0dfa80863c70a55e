"""Questions answered by putting things in order or together."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from string import ascii_uppercase
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from .base import NO_ANSWER, Answer, Fields, Line, Question, place, places, shuffled, whole_numbers
from .content import Content

NOT_MATCHED = -1


@dataclass(frozen=True, slots=True)
class Item:
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Ordering(Question):
    """Items to put in order: pairs that stand the right way round minus the others, as a share, never below zero.

    Two neighbours swapped cost little, the reverse order earns nothing, and a guess earns little.
    The answer is the whole order. Untouched items are no answer, which is fair because they never start in order.
    """

    kind: ClassVar[str] = "ordering"

    items: tuple[Item, ...]

    @classmethod
    def parse_body(cls, content: Content) -> dict[str, Any]:
        # With two items a start out of order would give the order away.
        parts = content.parts("items", least=3, most=10)
        items = tuple(Item(part.words("text"), part.words("why", required=False)) for part in parts)
        if len({item.text for item in items}) < len(items):
            content.complain("items", _("Two items say the same: change one."))
        return {"items": items}

    def read_answer(self, fields: Fields, seed: str, stored: Answer = NO_ANSWER) -> Answer:
        start = self.start(seed)
        shown = places(fields, "order", len(start))
        if len(shown) < len(start):
            return stored
        moved = [start[number] for number in self._moved(shown, fields)]
        return NO_ANSWER if tuple(moved) == start and stored == NO_ANSWER else tuple(moved)

    @staticmethod
    def _moved(shown: list[int], fields: Fields) -> list[int]:
        """Apply a press of a button named `move`, whose value is `up-2` or `down-2`."""
        direction, _dash, value = (fields.get("move") or [""])[0].partition("-")
        number = place(value, len(shown))
        if number is None or direction not in ("up", "down"):
            return shown
        here = shown.index(number)
        there = here - 1 if direction == "up" else here + 1
        if 0 <= there < len(shown):
            shown[here], shown[there] = shown[there], shown[here]
        return shown

    def restore(self, stored: object) -> Answer:
        order = whole_numbers(stored, len(self.items))
        return order if order is not None and sorted(order) == list(range(len(self.items))) else NO_ANSWER

    def is_complete(self, answer: Answer) -> bool:
        return answer != NO_ANSWER

    def score(self, answer: Answer) -> Fraction:
        if answer == NO_ANSWER:
            return Fraction(0)
        pairs = list(combinations(answer, 2))
        right = sum(first < second for first, second in pairs)
        return max(Fraction(2 * right - len(pairs), len(pairs)), Fraction(0))

    def start(self, seed: str) -> tuple[int, ...]:
        """The order first shown, never the right one."""
        order = shuffled(len(self.items), seed)
        return order[1:] + order[:1] if order == tuple(range(len(order))) else order

    def public_body(self, seed: str, answer: Answer) -> dict[str, Any]:
        start = self.start(seed)
        return {
            "items": [
                {"value": str(start.index(index)), "text": self.items[index].text}
                for index in (start if answer == NO_ANSWER else answer)
            ]
        }

    def in_words(self, answer: Answer) -> tuple[str, ...]:
        return tuple(self.items[index].text for index in answer)

    def complete_answer(self) -> Answer:
        return tuple(range(len(self.items)))

    def remarks(self, answer: Answer) -> tuple[Line, ...]:
        """The steps that stand elsewhere."""
        return tuple(
            Line(item.text, item.why)
            for place, item in enumerate(self.items)
            if answer != NO_ANSWER and answer[place] != place
        )


@dataclass(frozen=True, slots=True)
class Matching(Question):
    """Pairs to put together: the share of pairs put together rightly.

    Several pairs may share one right side. The answer holds, for each left side, the place of the right side chosen,
    or NOT_MATCHED.
    """

    kind: ClassVar[str] = "matching"

    lefts: tuple[str, ...]
    rights: tuple[str, ...]
    key: tuple[int, ...]

    @classmethod
    def parse_body(cls, content: Content) -> dict[str, Any]:
        parts = content.parts("pairs", least=2, most=10)
        lefts = tuple(part.words("left") for part in parts)
        answers = [part.words("right") for part in parts]
        rights = tuple(dict.fromkeys(answers))
        if len(set(lefts)) < len(lefts):
            content.complain("pairs", _("Two left sides say the same: change one."))
        if len(rights) == 1:
            content.complain("pairs", _("All right sides say the same: there is nothing to choose."))
        return {"lefts": lefts, "rights": rights, "key": tuple(map(rights.index, answers))}

    def read_answer(self, fields: Fields, seed: str, stored: Answer = NO_ANSWER) -> Answer:
        order = shuffled(len(self.rights), seed)
        sent = [places(fields, f"pair-{number}", len(order))[:1] for number in range(len(self.lefts))]
        return self._checked(tuple(order[shown[0]] if shown else NOT_MATCHED for shown in sent))

    def restore(self, stored: object) -> Answer:
        answer = whole_numbers(stored, len(self.lefts))
        fits = answer is not None and len(answer) == len(self.lefts)
        return self._checked(answer) if fits and set(answer) <= {NOT_MATCHED, *range(len(self.rights))} else NO_ANSWER

    @staticmethod
    def _checked(answer: Answer) -> Answer:
        return NO_ANSWER if set(answer) == {NOT_MATCHED} else answer

    def is_complete(self, answer: Answer) -> bool:
        return answer != NO_ANSWER and NOT_MATCHED not in answer

    def score(self, answer: Answer) -> Fraction:
        return Fraction(sum(mine == right for mine, right in zip(answer, self.key, strict=False)), len(self.key))

    def public_body(self, seed: str, answer: Answer) -> dict[str, Any]:
        order = shuffled(len(self.rights), seed)
        chosen = [str(order.index(index)) if index != NOT_MATCHED else "" for index in answer]
        return {
            "rows": [
                {"name": f"pair-{number}", "text": left, "chosen": chosen[number] if chosen else ""}
                for number, left in enumerate(self.lefts)
            ],
            "options": [
                {"value": str(shown), "letter": ascii_uppercase[shown], "text": self.rights[index]}
                for shown, index in enumerate(order)
            ],
        }

    def in_words(self, answer: Answer) -> tuple[str, ...]:
        return tuple(
            f"{left} → {self.rights[right]}"
            for left, right in zip(self.lefts, answer, strict=False)
            if right != NOT_MATCHED
        )

    def complete_answer(self) -> Answer:
        return self.key
