"""Prerequisites of SCORM 1.2 (`aicc_script`, CAM 1.2 2.3.2.5.1): which parts open once others are done. Pure.

Understood are `&`, `|`, `~`, parentheses, identifiers of items, and `=` or `<>` with a status. What is not understood,
or could never come true, locks nothing: a part that stays shut for ever helps nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# ["and" | "or", tree, …], ["not", tree], or ["is", identifier, status]; status None: completed or passed.
Tree = list[Any]
TOKEN = re.compile(r"""\s*(?:(?P<sign>[&|~()=]|<>)|"(?P<quoted>[^"]*)"|(?P<word>[^\s&|~()=<>"{},*]+))""")
STATUSES = {
    **dict.fromkeys(("passed", "p"), "passed"),
    **dict.fromkeys(("completed", "c"), "completed"),
    **dict.fromkeys(("failed", "f"), "failed"),
    **dict.fromkeys(("incomplete", "i", "browsed", "b"), "begun"),
    **dict.fromkeys(("not attempted", "n"), ""),
}
DEEPEST = 50


class NotUnderstood(Exception):
    """Not a script of the forms above."""


@dataclass(frozen=True, slots=True)
class Item:
    """A part that is launched: the scripts of itself and of the chapters around it."""

    identifier: str
    scripts: Sequence[str]


def locks(items: Sequence[Item], chapters: Mapping[str, Sequence[str]]) -> tuple[dict[str, Tree], set[str]]:
    """What opens each part that is locked at first, and the parts whose scripts were not taken.

    `chapters`: identifiers of the parts below each chapter; a chapter stands for all of them.
    """
    known = {item.identifier for item in items}
    trees: dict[str, Tree] = {}
    ignored: set[str] = set()
    for item in items:
        if not (scripts := [script for script in item.scripts if script]):
            continue
        try:
            wanted = [_resolved(parse(script), known, chapters) for script in scripts]
        except NotUnderstood:
            ignored.add(item.identifier)
            continue
        trees[item.identifier] = wanted[0] if len(wanted) == 1 else ["and", *wanted]
    shut = trees.keys() - _openable(known, trees)
    return {name: tree for name, tree in trees.items() if name not in shut}, ignored | shut


def parse(script: str) -> Tree:
    """Raises NotUnderstood."""
    tokens: list[tuple[str, str]] = []
    place = 0
    while script[place:].strip():
        match = TOKEN.match(script, place)
        if not match:
            raise NotUnderstood
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        place = match.end()
    tree, rest = _or(tokens, DEEPEST)
    if rest:
        raise NotUnderstood
    return tree


Tokens = Sequence[tuple[str, str]]


def _or(tokens: Tokens, levels: int) -> tuple[Tree, Tokens]:
    return _chain("or", "|", _and, tokens, levels)


def _and(tokens: Tokens, levels: int) -> tuple[Tree, Tokens]:
    return _chain("and", "&", _one, tokens, levels)


def _chain(name: str, sign: str, part: Any, tokens: Tokens, levels: int) -> tuple[Tree, Tokens]:
    tree, tokens = part(tokens, levels)
    parts = [tree]
    while tokens and tokens[0] == ("sign", sign):
        tree, tokens = part(tokens[1:], levels)
        parts.append(tree)
    return (parts[0] if len(parts) == 1 else [name, *parts]), tokens


def _one(tokens: Tokens, levels: int) -> tuple[Tree, Tokens]:
    if not tokens or not levels:
        raise NotUnderstood
    (kind, text), rest = tokens[0], tokens[1:]
    if (kind, text) == ("sign", "~"):
        tree, rest = _one(rest, levels - 1)
        return ["not", tree], rest
    if (kind, text) == ("sign", "("):
        tree, rest = _or(rest, levels - 1)
        if not rest or rest[0] != ("sign", ")"):
            raise NotUnderstood
        return tree, rest[1:]
    if kind == "sign":
        raise NotUnderstood
    return _compared(text, rest)


def _compared(identifier: str, tokens: Tokens) -> tuple[Tree, Tokens]:
    if not tokens or tokens[0] not in (("sign", "="), ("sign", "<>")):
        return ["is", identifier, None], tokens
    if len(tokens) < 2 or tokens[1][0] == "sign" or tokens[1][1].strip().lower() not in STATUSES:
        raise NotUnderstood
    tree = ["is", identifier, STATUSES[tokens[1][1].strip().lower()]]
    return (tree if tokens[0][1] == "=" else ["not", tree]), tokens[2:]


def _resolved(tree: Tree, known: set[str], chapters: Mapping[str, Sequence[str]]) -> Tree:
    """With the parts of a chapter in its place. Raises NotUnderstood where nothing has that identifier."""
    name, *rest = tree
    if name != "is":
        return [name, *(_resolved(part, known, chapters) for part in rest)]
    identifier, status = rest
    if identifier in known:
        return tree
    if not (parts := chapters.get(identifier)):
        raise NotUnderstood
    return ["and", *(["is", part, status] for part in parts)]


def _openable(known: set[str], trees: Mapping[str, Tree]) -> set[str]:
    """The parts that can be reached in some order, if each comes to whatever helps."""
    opened = known - trees.keys()
    while more := {name for name, tree in trees.items() if name not in opened and _can_be(tree, opened)}:
        opened |= more
    return opened


def _can_be(tree: Tree, opened: set[str]) -> bool:
    match tree:
        case ["is", identifier, status]:
            return identifier in opened or status == ""
        case ["not", _]:
            return True
        case ["or", *parts]:
            return any(_can_be(part, opened) for part in parts)
        case [_, *parts]:
            return all(_can_be(part, opened) for part in parts)
    return False


def chapters_of(menu: Sequence[Mapping[str, Any]], known: set[str]) -> dict[str, list[str]]:
    """The parts below each item of a menu (nested identifier and children) that is none itself."""
    found: dict[str, list[str]] = {}
    for item in menu:
        found |= chapters_of(item.get("children", ()), known)
        if item["identifier"] not in known:
            found[item["identifier"]] = [name for name in _below(item) if name in known]
    return found


def _below(item: Mapping[str, Any]) -> list[str]:
    return [name for child in item.get("children", ()) for name in [child["identifier"], *_below(child)]]
