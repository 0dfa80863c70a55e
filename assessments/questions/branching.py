"""A case that unfolds: each choice leads on, and its feedback is read at once."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from .base import NO_ANSWER, Answer, Fields, Line, Question, places, shuffled, whole_numbers
from .content import Content

MOST_NODES = 20
QUALITIES = {"good": Fraction(1), "ok": Fraction(1, 2), "poor": Fraction(0)}


@dataclass(frozen=True, slots=True)
class Way:
    """A choice in a node. `to` is the place of the node it leads to."""

    text: str
    feedback: str
    quality: str
    to: int


@dataclass(frozen=True, slots=True)
class Node:
    """A moment of the case; with no ways on, it is an end."""

    text: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Branching(Question):
    """A path through the case: the mean of its choices, good 1, acceptable ½, poor 0.

    Steps not yet taken count as poor ones, as many as the longest way on would have, so going on never costs points.
    The answer is the path: for each step, the place of the choice. A step cannot be taken back within an attempt,
    because its feedback has been read; another attempt starts afresh.
    """

    kind: ClassVar[str] = "branching"

    nodes: tuple[Node, ...]

    @classmethod
    def parse_body(cls, content: Content) -> dict[str, Any]:
        parts = content.parts("nodes", least=2, most=MOST_NODES)
        names = [part.plain("id") for part in parts]
        if len(set(names)) < len(names) or not all(names):
            content.complain("nodes", _("Give every step a name of its own."))
        nodes = tuple(Node(part.words("text"), cls._ways(part, number, names)) for number, part in enumerate(parts))
        if nodes and not nodes[0].ways:
            content.complain("nodes.0.choices", _("The first step needs choices."))
        reached = {0} | {way.to for node in nodes for way in node.ways}
        for lost in sorted(set(range(len(nodes))) - reached):
            content.complain(f"nodes.{lost}", _("No choice leads to this step."))
        return {"nodes": nodes}

    @classmethod
    def _ways(cls, part: Content, here: int, names: list[str]) -> tuple[Way, ...]:
        if not part.value.get("choices"):
            return ()
        ways = []
        for choice in part.parts("choices", least=2, most=6):
            to = choice.plain("to")
            leads = names.index(to) if to in names else -1
            # Only forwards: so every path ends, and no step is met twice.
            if leads <= here:
                choice.complain("to", _("Name a later step that this choice leads to."))
                leads = min(here + 1, len(names) - 1)
            quality = choice.one_of("quality", tuple(QUALITIES))
            ways.append(Way(choice.words("text"), choice.words("feedback"), quality, leads))
        if not any(way.quality == "good" for way in ways):
            part.complain("choices", _("At least one choice must be a good one."))
        return tuple(ways)

    def read_answer(self, fields: Fields, seed: str, stored: Answer = NO_ANSWER) -> Answer:
        """The stored path and one step more, if the step was confirmed.

        A step sent late, or for the second time, changes nothing.
        """
        order = self._order(stored, seed)
        sent = places(fields, "choice", len(order))
        if not sent or "confirm" not in fields or list(fields.get("step", ())) != [str(len(stored))]:
            return stored
        return (*stored, order[sent[0]])

    def restore(self, stored: object) -> Answer:
        path = whole_numbers(stored, len(self.nodes))
        node = self.nodes[0]
        for step in path or ():
            if not 0 <= step < len(node.ways):
                return NO_ANSWER
            node = self.nodes[node.ways[step].to]
        return path or NO_ANSWER

    def is_complete(self, answer: Answer) -> bool:
        return not self._walk(answer)[-1].ways

    def score(self, answer: Answer) -> Fraction:
        steps = self._steps(answer)
        still = self._longest_way_on(self._walk(answer)[-1])
        return sum((QUALITIES[way.quality] for _node, way in steps), Fraction(0)) / (len(steps) + still)

    def _walk(self, answer: Answer) -> list[Node]:
        """The nodes met along a path, from the first to where it stands."""
        nodes = [self.nodes[0]]
        for step in answer:
            nodes.append(self.nodes[nodes[-1].ways[step].to])
        return nodes

    def _steps(self, answer: Answer) -> list[tuple[Node, Way]]:
        return [(node, node.ways[step]) for node, step in zip(self._walk(answer), answer, strict=False)]

    def _longest_way_on(self, node: Node) -> int:
        return max((1 + self._longest_way_on(self.nodes[way.to]) for way in node.ways), default=0)

    def _order(self, answer: Answer, seed: str) -> tuple[int, ...]:
        """Choices of the step now open in the order shown, as places in the content."""
        return shuffled(len(self._walk(answer)[-1].ways), f"{seed}:{len(answer)}")

    def public_body(self, seed: str, answer: Answer) -> dict[str, Any]:
        node = self._walk(answer)[-1]
        return {
            "trail": [
                {"text": past.text, "choice": way.text, "feedback": way.feedback} for past, way in self._steps(answer)
            ],
            "step": len(answer),
            "now": node.text,
            "options": [
                {"value": str(shown), "text": node.ways[index].text, "chosen": False}
                for shown, index in enumerate(self._order(answer, seed))
            ],
        }

    def in_words(self, answer: Answer) -> tuple[str, ...]:
        return tuple(way.text for _node, way in self._steps(answer))

    def complete_answer(self) -> Answer:
        """A path where each step is a good one."""
        path, node = [], self.nodes[0]
        while node.ways:
            best = next(index for index, way in enumerate(node.ways) if way.quality == "good")
            path.append(best)
            node = self.nodes[node.ways[best].to]
        return tuple(path)

    def remarks(self, answer: Answer) -> tuple[Line, ...]:
        """The steps where a better choice was open."""
        return tuple(Line(way.text, way.feedback) for _node, way in self._steps(answer) if way.quality != "good")
