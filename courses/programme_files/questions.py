"""Questions of the bank, all kinds in one format."""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import content
from .lessons import QUALITIES
from .node import Node

FIELDS = ("id", "pool", "lesson", "topic", "difficulty", "roles", "kind", "text", "why", "source")
EVERYBODY = "all"


def question(node: Node, roles: Sequence[str]) -> content.Question:
    kind = node.one_of("kind", tuple(KINDS)) if isinstance(node.value, dict) else ""
    body = BODIES.get(kind)
    node.has(*FIELDS, *((body,) if body else ()), optional=() if body else tuple(BODIES.values()))
    shared = {
        "kind": kind,
        "text": node.text("text"),
        "why": node.text("why"),
        "source": node.string("source"),
        "lesson": node.slug("lesson"),
    }
    rest = {body: KINDS[kind](node.part(body))} if body else {}
    return content.Question(
        key=_key(node),
        pool=node.slug("pool"),
        lesson=shared["lesson"],
        topic=node.slug("topic"),
        difficulty=node.whole("difficulty", least=1, most=3),
        roles=_roles(node.part("roles"), roles),
        kind=kind,
        source=shared["source"],
        content=MappingProxyType(content.plain({**shared, **rest})),
    )


def _key(node: Node) -> str:
    """Question keys are printed in upper case: M1-B03."""
    found = node.string("id", longest=60)
    if found and not (found.isascii() and found.replace("-", "").isalnum()):
        node.part("id").complain(_("{field} must be a key such as M1-B03"))
    return found


def _roles(node: Node, roles: Sequence[str]) -> tuple[str, ...]:
    parts = node.items(least=1)
    allowed = (EVERYBODY, *roles)
    for part in parts:
        if not isinstance(part.value, str) or part.value not in allowed:
            part.complain(_("{field} must be one of: {allowed}"), allowed=", ".join(allowed))
    named = [part.value for part in parts if isinstance(part.value, str)]
    node.each_once(named, "", lambda name: name)
    if EVERYBODY in named and len(named) > 1:
        node.complain(_("{field} names everybody and a role too"))
    return () if EVERYBODY in named else tuple(named)


def _options(node: Node, *, most_right: int | None) -> list[dict[str, Any]]:
    """`most_right` is 1 when exactly one option may be right."""
    parts = node.items(least=2)
    for part in parts:
        part.has("correct", "text", optional=("why",))
    options = [{"text": part.text("text"), "correct": part.flag("correct"), "why": _why(part)} for part in parts]
    _distinct(node, options, "text")
    right = sum(option["correct"] for option in options)
    if options:
        if most_right == 1 and right != 1:
            node.complain(_("{field} must have exactly one right option"))
        elif not 0 < right < len(options):
            node.complain(_("{field} must have a right option and a wrong one"))
    return options


def _why(part: Node) -> content.Text:
    """An option's own reason, which may be left out."""
    given = isinstance(part.value, dict) and "why" in part.value
    return part.text("why") if given else MappingProxyType(dict.fromkeys(part.languages, ""))


def _distinct(node: Node, items: Sequence[dict[str, Any]], field: str) -> None:
    for language in node.languages:
        node.each_once(items, f"{field}.{language}", lambda item, said=language: item[field][said])


def _single(node: Node) -> list[dict[str, Any]]:
    return _options(node, most_right=1)


def _multi(node: Node) -> list[dict[str, Any]]:
    return _options(node, most_right=None)


def _true_false(node: Node) -> list[dict[str, Any]]:
    options = _options(node, most_right=1)
    if len(options) > 2:
        node.complain(_("{field} must have two options: true and false"))
    return options


def _ordering(node: Node) -> list[dict[str, Any]]:
    parts = node.items(least=3)
    for part in parts:
        part.has("text", optional=("why",))
    items = [{"text": part.text("text"), "why": _why(part)} for part in parts]
    _distinct(node, items, "text")
    return items


def _matching(node: Node) -> list[dict[str, Any]]:
    parts = node.items(least=2)
    for part in parts:
        part.has("left", "right")
    pairs = [{"left": part.text("left"), "right": part.text("right")} for part in parts]
    _distinct(node, pairs, "left")
    _distinct(node, pairs, "right")
    return pairs


def _branching(node: Node) -> list[dict[str, Any]]:
    parts = node.items(least=2)
    for part in parts:
        part.has("id", "text", "choices")
    names = [part.slug("id") for part in parts]
    node.each_once(names, "id", lambda name: name)
    nodes = [
        {
            "id": name,
            "text": part.text("text"),
            "choices": [_choice(choice, names[number + 1 :]) for choice in part.part("choices").items()],
        }
        for number, (name, part) in enumerate(zip(names, parts, strict=True))
    ]
    _check_paths(node, nodes)
    return nodes


def _choice(node: Node, later: Sequence[str]) -> dict[str, Any]:
    node.has("to", "text", "quality", "feedback")
    to = node.part("to")
    # Only forwards: so no path runs in a circle, and every one comes to an end.
    if isinstance(node.value, dict) and "to" in node.value and (not isinstance(to.value, str) or to.value not in later):
        to.complain(_("{field} must name a later step"))
    return {
        "to": to.value if isinstance(to.value, str) else "",
        "text": node.text("text"),
        "quality": node.one_of("quality", QUALITIES),
        "feedback": node.text("feedback"),
    }


def _check_paths(node: Node, nodes: Sequence[dict[str, Any]]) -> None:
    """Every step is reached, and from each a good choice leads on or the case ends."""
    if not nodes:
        return
    if not nodes[0]["choices"]:
        node.part("[0].choices").complain(_("{field} needs more items: at least {least}"), least=2)
    reached = {nodes[0]["id"]} | {choice["to"] for step in nodes for choice in step["choices"]}
    for number, step in enumerate(nodes):
        if step["id"] and step["id"] not in reached:
            node.part(f"[{number}]").complain(_("{field} is reached by no choice"))
        if len(step["choices"]) == 1:
            node.part(f"[{number}].choices").complain(_("{field} needs more items: at least {least}"), least=2)
        if step["choices"] and not any(choice["quality"] == "good" for choice in step["choices"]):
            node.part(f"[{number}].choices").complain(_("{field} needs a choice of quality good"))


KINDS: dict[str, Callable[[Node], list[dict[str, Any]]]] = {
    "single": _single,
    "multi": _multi,
    "true_false": _true_false,
    "ordering": _ordering,
    "matching": _matching,
    "branching": _branching,
}
BODIES = {
    "single": "options",
    "multi": "options",
    "true_false": "options",
    "ordering": "items",
    "matching": "pairs",
    "branching": "nodes",
}
