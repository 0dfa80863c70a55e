"""A save as the player sends it, taken apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.refusals import SaveMalformed, SaveTooLarge

# 262,144 characters of suspend data (six bytes each where JSON escapes them), some hundred interactions and an activity
# tree stay below.
MOST_BYTES = 2_097_152
LARGEST_SEQUENCE = 2**53
LONGEST_SECONDS = 10**9
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Save:
    """`sequence` counts the saves of a launch from 1.

    `is_slim`: only location, exit, time, status and score, sent when the page is torn down and the whole is too large.
    `has_ended`: the package called LMSFinish or Terminate. `earlier_s`: seconds of earlier sittings at this activity
    within the launch. `course`: completion, success and score of the root of the activity tree; `sequencing`: the
    state of the tree, None when it has not changed. `text` is the whole as it came.
    """

    activity: int
    sequence: int
    cmi: Mapping[str, Any]
    text: str
    is_slim: bool = False
    has_ended: bool = False
    earlier_s: int = 0
    course: Mapping[str, Any] | None = None
    sequencing: object = None


def parse(body: bytes) -> Save:
    """Raises SaveMalformed, SaveTooLarge."""
    if len(body) > MOST_BYTES:
        raise SaveTooLarge
    try:
        text = body.decode()
        fields = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        raise SaveMalformed("json") from problem
    if not isinstance(fields, dict):
        raise SaveMalformed("json")
    cmi, course = fields.get("cmi"), fields.get("course")
    if not isinstance(cmi, dict) or not isinstance(course, dict | None):
        raise SaveMalformed("cmi")
    if _is_deeper_than(DEEPEST, fields):
        raise SaveMalformed("depth")
    return Save(
        activity=_whole(fields, "activity", least=1, most=2**63 - 1),
        sequence=_whole(fields, "sequence", least=1, most=LARGEST_SEQUENCE),
        cmi=cmi,
        text=text,
        is_slim=_flag(fields, "partial"),
        has_ended=_flag(fields, "ended"),
        earlier_s=_whole(fields, "earlier_s", least=0, most=LONGEST_SECONDS, usual=0),
        course=course,
        sequencing=fields.get("sequencing"),
    )


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _whole(fields: Mapping[str, Any], name: str, *, least: int, most: int, usual: int | None = None) -> int:
    value = fields.get(name, usual)
    if type(value) is not int or not least <= value <= most:
        raise SaveMalformed(name)
    return value


def _flag(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise SaveMalformed(name)
    return value


def _is_deeper_than(levels: int, value: object) -> bool:
    """Whether lists and objects nest deeper; an activity tree nests some four levels for each of its own."""
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    return levels == 0 or any(_is_deeper_than(levels - 1, part) for part in value)
