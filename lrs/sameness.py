"""When two statements say the same (part 2, 2.3.1): what a store or a client may change does not count."""

import re
from typing import Any

from lrs.keys import IFI_NAMES
from lrs.validation import atoms
from lrs.validation.statements import CONTEXT_ACTIVITIES

_FINER = re.compile(r"([.,]\d\d)\d+S$")
# Set or changed by stores.
_OF_THE_STORE = {"id", "stored", "authority", "version", "timestamp", "attachments"}


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Both valid. Timestamps count only when both have one: a store adds its own."""
    if "timestamp" in first and "timestamp" in second and not _same_moment(first, second):
        return False
    return _core(first) == _core(second)


def _same_moment(first: dict[str, Any], second: dict[str, Any]) -> bool:
    one, other = (atoms.moment(value["timestamp"], "timestamp") for value in (first, second))
    return one.replace(microsecond=one.microsecond // 1000) == other.replace(microsecond=other.microsecond // 1000)


def _core(statement: dict[str, Any]) -> dict[str, Any]:
    core = {name: part for name, part in statement.items() if name not in _OF_THE_STORE}
    core["actor"] = _actor(core["actor"])
    core["verb"] = core["verb"]["id"]
    core["object"] = _target(core["object"])
    if "duration" in core.get("result", {}):
        core["result"] = {**core["result"], "duration": _duration(core["result"]["duration"])}
    if "context" in core:
        core["context"] = _context(core["context"])
    core["files"] = sorted(one["sha2"].lower() for one in statement.get("attachments", ()))
    return core


def _duration(duration: str) -> str:
    """Part 2, 4.6: what is finer than a hundredth of a second is not compared; everything else is, as a text."""
    return _FINER.sub(r"\1S", duration)


def _actor(actor: dict[str, Any]) -> Any:
    identifier = next(((name, actor[name]) for name in IFI_NAMES if name in actor), None)
    members = [_actor(member) for member in actor.get("member", ())]
    return actor.get("objectType", "Agent"), identifier, sorted(members, key=repr)


def _target(target: dict[str, Any]) -> Any:
    match target.get("objectType", "Activity"):
        case "Activity":
            return "Activity", target["id"]
        case "StatementRef":
            return "StatementRef", target["id"].lower()
        case "SubStatement":
            return "SubStatement", _core(target)
        case _:
            return _actor(target)


def _context(context: dict[str, Any]) -> dict[str, Any]:
    core = dict(context)
    for name in ("instructor", "team"):
        if name in core:
            core[name] = _actor(core[name])
    for name in ("contextAgents", "contextGroups"):
        if name in core:
            core[name] = sorted((_relevant(part) for part in core[name]), key=repr)
    if "registration" in core:
        core["registration"] = core["registration"].lower()
    if "contextActivities" in core:
        core["contextActivities"] = _context_activities(core["contextActivities"])
    return core


def _relevant(part: dict[str, Any]) -> Any:
    return _actor(part.get("agent") or part["group"]), sorted(part.get("relevantTypes", ()))


def _context_activities(groups: dict[str, Any]) -> dict[str, Any]:
    return {
        name: sorted({activity["id"] for activity in as_list(groups[name])})
        for name in CONTEXT_ACTIVITIES
        if groups.get(name)
    }


def as_list(part: Any) -> list[Any]:
    """An activity alone is what older clients send for a list of one (part 2, 2.4.6.2)."""
    return part if isinstance(part, list) else [part]
