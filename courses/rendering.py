"""From a frozen text to what one role reads: static HTML, and places where the reader answers.

Pure but for templates: no database, no request, no clock. The result depends on the body, the role and the language
alone, so it may be kept for as long as the frozen row lives. Used by the learner's page and by the editor's preview.

A lesson's body is a list of blocks, each `{"type": …}` with texts in one language; a case's body is an object. Both
are written by `courses.services.publish_version` and never by hand. Every text is plain and escaped here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

STATIC_TYPES = (
    "paragraph", "heading", "reflection", "list", "steps", "keypoints", "example", "say", "callout", "law", "change",
    "role",
)  # fmt: skip
CALLOUT_LOOKS = {"info": ("info", "info"), "care": ("warning", "lamp"), "law": ("accent", "law")}


@dataclass(frozen=True, slots=True)
class Check:
    """A knowledge check. `right` holds the places of the right options, counted from 0, and stays on the server."""

    block: int
    kind: str
    question: str
    options: tuple[str, ...]
    right: frozenset[int]
    why: str

    @property
    def takes_several(self) -> bool:
        return self.kind == "multi"

    def is_right(self, chosen: Sequence[int]) -> bool:
        return frozenset(chosen) == self.right

    def is_possible(self, chosen: Sequence[int]) -> bool:
        """Whether these are places of options, as many as the kind takes."""
        return set(chosen) <= set(range(len(self.options))) and (self.takes_several or len(set(chosen)) <= 1)


@dataclass(frozen=True, slots=True)
class Segment:
    """Blocks `first` to `last` of a lesson: either `html`, or a `check` to answer."""

    first: int
    last: int
    html: SafeString | str = ""
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class CaseOption:
    text: str
    quality: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Action:
    """What one role does in a case. `title` is the role as it was called when the version was published."""

    role: str
    title: str
    text: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A case for one role. `actions` stand in the order of the roles; `mine` is the reader's own, if any."""

    text: str
    question: str
    options: tuple[CaseOption, ...]
    actions: tuple[Action, ...]
    mine: Action | None
    pitfall: str
    summary: str
    discussion: str


def segments(body: Sequence[Mapping[str, Any]], *, role: str, language: str) -> tuple[Segment, ...]:
    """The lesson as `role` reads it. Blocks keep their places, counted from 0: each has the anchor `b<place>`."""
    with override(language):
        return tuple(
            segment
            for is_check, run in groupby(enumerate(body), key=lambda item: item[1]["type"] == "check")
            for segment in (_checks(run) if is_check else _static(run, role))
        )


def case(body: Mapping[str, Any], *, role: str) -> Case:
    """The case as `role` meets it: its own options when it has some, else the common ones."""
    options = body["role_options"].get(role) or body["options"]
    actions = tuple(Action(**action, is_mine=action["role"] == role) for action in body["actions"])
    return Case(
        text=body["text"],
        question=body["question"],
        options=tuple(CaseOption(**option) for option in options),
        actions=actions,
        mine=next((action for action in actions if action.is_mine), None),
        pitfall=body["pitfall"],
        summary=body["summary"],
        discussion=body["discussion"],
    )


def _checks(run) -> list[Segment]:
    return [Segment(first=place, last=place, check=_check(place, block)) for place, block in run]


def _check(place: int, block: Mapping[str, Any]) -> Check:
    return Check(
        block=place,
        kind=block["kind"],
        question=block["question"],
        options=tuple(option["text"] for option in block["options"]),
        right=frozenset(number for number, option in enumerate(block["options"]) if option["correct"]),
        why=block["why"],
    )


def _static(run, role: str) -> list[Segment]:
    blocks = list(run)
    html = "".join(_html(place, block, role) for place, block in blocks)
    return [Segment(first=blocks[0][0], last=blocks[-1][0], html=mark_safe(html))]  # noqa: S308 - from templates


def _html(place: int, block: Mapping[str, Any], role: str) -> str:
    if block["type"] not in STATIC_TYPES:
        raise ValueError(block["type"])
    context = {**block, "anchor": f"b{place}"}
    if block["type"] == "role":
        if role not in block["roles"]:
            return ""
        context |= block["roles"][role]
    if block["type"] == "callout":
        context["color"], context["icon"] = CALLOUT_LOOKS[block["tone"]]
    for field in ("checked", "effective"):
        if block.get(field):
            context[field] = date.fromisoformat(block[field])
    return render_to_string(f"courses/blocks/{block['type']}.html", context)
