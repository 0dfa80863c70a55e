"""Modules, their lessons block by block, and their case."""

from collections.abc import Callable, Sequence
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from . import content
from .node import Node

PATHS = ("full", "refresher")
TONES = ("info", "care", "law")
CHECK_KINDS = ("single", "multi")
QUALITIES = ("good", "ok", "poor")


def module(node: Node, key: str, roles: Sequence[str]) -> content.Module:
    node.has("key", "path", "title", "note", "objectives", "lessons", "case")
    if node.slug("key") not in ("", key):
        node.part("key").complain(_("{field} must be the name of the file: {name}"), name=key)
    lessons = node.part("lessons").items(least=1)
    return content.Module(
        key=key,
        path=node.one_of("path", PATHS),
        title=node.text("title"),
        note=node.text("note"),
        objectives=node.texts("objectives"),
        lessons=tuple(_lesson(part.under("key"), roles) for part in lessons),
        case=_case(node.part("case").under("key"), roles),
    )


def _lesson(node: Node, roles: Sequence[str]) -> content.Lesson:
    node.has("key", "title", "objectives", "blocks", "sources")
    return content.Lesson(
        key=node.slug("key"),
        title=node.text("title"),
        objectives=node.texts("objectives"),
        blocks=tuple(filter(None, (_block(part, roles) for part in node.part("blocks").items(least=1)))),
        sources=tuple(part.words(500, lines=False) for part in node.part("sources").items(least=1)),
    )


def _block(node: Node, roles: Sequence[str]) -> content.Block | None:
    kind = node.one_of("type", tuple(BLOCKS)) if isinstance(node.value, dict) else ""
    if not kind:
        node.has("type", optional=tuple(node.value) if isinstance(node.value, dict) else ())
        return None
    return BLOCKS[kind](node, roles)


def _with_text(block: type) -> Callable[[Node, Sequence[str]], content.Block]:
    def read(node: Node, roles: Sequence[str]) -> content.Block:
        node.has("type", "text")
        return block(node.text("text"))

    return read


def _with_items(block: type) -> Callable[[Node, Sequence[str]], content.Block]:
    def read(node: Node, roles: Sequence[str]) -> content.Block:
        node.has("type", "items")
        return block(node.texts("items"))

    return read


def _example(node: Node, roles: Sequence[str]) -> content.Example:
    node.has("type", "title", "text")
    return content.Example(node.text("title"), node.text("text"))


def _say(node: Node, roles: Sequence[str]) -> content.Say:
    node.has("type", "do", "dont")
    return content.Say(node.text("do"), node.text("dont"))


def _callout(node: Node, roles: Sequence[str]) -> content.Callout:
    node.has("type", "tone", "title", "text")
    return content.Callout(node.one_of("tone", TONES), node.text("title"), node.text("text"))


def _law(node: Node, roles: Sequence[str]) -> content.Law:
    node.has("type", "ref", "text", "checked")
    return content.Law(node.string("ref"), node.text("text"), node.day("checked"))


def _change(node: Node, roles: Sequence[str]) -> content.Change:
    node.has("type", "title", "text", "do", "effective", "ref", "checked")
    return content.Change(
        node.text("title"),
        node.text("text"),
        node.text("do"),
        node.day_or_none("effective"),
        node.string("ref"),
        node.day("checked"),
    )


def _check(node: Node, roles: Sequence[str]) -> content.Check:
    node.has("type", "kind", "question", "options", "why")
    kind = node.one_of("kind", CHECK_KINDS)
    parts = node.part("options").items(least=2)
    for part in parts:
        part.has("correct", "text")
    options = tuple(content.CheckOption(part.flag("correct"), part.text("text")) for part in parts)
    right = sum(option.correct for option in options)
    if options:
        if kind == "single" and right != 1:
            node.part("options").complain(_("{field} must have exactly one right option"))
        elif not 0 < right < len(options):
            node.part("options").complain(_("{field} must have a right option and a wrong one"))
    return content.Check(kind, node.text("question"), options, node.text("why"))


def _role_lines(node: Node, roles: Sequence[str]) -> content.RoleLines:
    node.has("type", "roles")
    return content.RoleLines(_per_role(node.part("roles"), roles))


def _per_role(node: Node, roles: Sequence[str]) -> MappingProxyType:
    return MappingProxyType({role: part.as_text() for role, part in node.keyed(roles, every=True)})


BLOCKS: dict[str, Callable[[Node, Sequence[str]], content.Block]] = {
    "paragraph": _with_text(content.Paragraph),
    "heading": _with_text(content.Heading),
    "reflection": _with_text(content.Reflection),
    "list": _with_items(content.Points),
    "steps": _with_items(content.Steps),
    "keypoints": _with_items(content.KeyPoints),
    "example": _example,
    "say": _say,
    "callout": _callout,
    "law": _law,
    "change": _change,
    "check": _check,
    "role": _role_lines,
}


def _case(node: Node, roles: Sequence[str]) -> content.Case:
    node.has(
        "key", "title", "text", "question", "options", "role_options", "roles", "pitfall", "summary", "discussion",
        "source",
    )  # fmt: skip
    return content.Case(
        key=node.slug("key"),
        title=node.text("title"),
        text=node.text("text"),
        question=node.text("question"),
        options=_case_options(node.part("options")),
        role_options=MappingProxyType(
            {role: _case_options(part) for role, part in node.part("role_options").keyed(roles, every=False)}
        ),
        roles=_per_role(node.part("roles"), roles),
        pitfall=node.text("pitfall"),
        summary=node.text("summary"),
        discussion=node.text("discussion"),
        source=node.string("source"),
    )


def _case_options(node: Node) -> tuple[content.CaseOption, ...]:
    parts = node.items(least=2)
    for part in parts:
        part.has("text", "quality", "feedback")
    options = tuple(
        content.CaseOption(part.text("text"), part.one_of("quality", QUALITIES), part.text("feedback"))
        for part in parts
    )
    if options and sum(option.quality == "good" for option in options) != 1:
        node.complain(_("{field} must have exactly one option of quality good"))
    return options
