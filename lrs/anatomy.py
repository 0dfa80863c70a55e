"""What a statement mentions: agents, activities, verbs, and in which role. Pure."""

import uuid
from collections.abc import Iterator
from typing import Any

from lrs.keys import agent_keys, iri_key
from lrs.sameness import as_list

Node = dict[str, Any]


def relations(statement: Node) -> dict[uuid.UUID, bool]:
    """Key of every agent and activity -> whether it is the actor or object itself (part 3, 2.1.3: agent, activity)."""
    found: dict[uuid.UUID, bool] = {}
    for key in _outer_keys(statement):
        found[key] = False
    for key in agent_keys(statement["actor"]):
        found[key] = True
    for key in _target_keys(statement["object"]):
        found[key] = True
    return found


def _outer_keys(part: Node) -> Iterator[uuid.UUID]:
    """Of a statement or SubStatement: everything but its own actor and object."""
    context = part.get("context", {})
    for actor in _context_actors(context):
        yield from agent_keys(actor)
    if "authority" in part:
        yield from agent_keys(part["authority"])
    for activity in context_activities(context):
        yield iri_key(activity["id"])
    inner = part["object"]
    if inner.get("objectType") == "SubStatement":
        yield from agent_keys(inner["actor"])
        yield from _target_keys(inner["object"])
        yield from _outer_keys(inner)


def _target_keys(target: Node) -> Iterator[uuid.UUID]:
    match target.get("objectType", "Activity"):
        case "Activity":
            yield iri_key(target["id"])
        case "Agent" | "Group":
            yield from agent_keys(target)


def _context_actors(context: Node) -> Iterator[Node]:
    for name in ("instructor", "team"):
        if name in context:
            yield context[name]
    for part in context.get("contextAgents", ()):
        yield part["agent"]
    for part in context.get("contextGroups", ()):
        yield part["group"]


def context_activities(context: Node) -> Iterator[Node]:
    for group in context.get("contextActivities", {}).values():
        yield from as_list(group)


def activities(part: Node) -> Iterator[Node]:
    """Every activity of a statement, those of its context and SubStatement too."""
    target = part["object"]
    match target.get("objectType", "Activity"):
        case "Activity":
            yield target
        case "SubStatement":
            yield from activities(target)
    yield from context_activities(part.get("context", {}))


def verbs(part: Node) -> Iterator[Node]:
    yield part["verb"]
    if part["object"].get("objectType") == "SubStatement":
        yield from verbs(part["object"])


def attachments(part: Node) -> Iterator[Node]:
    """Also those of a SubStatement."""
    yield from part.get("attachments", ())
    if part["object"].get("objectType") == "SubStatement":
        yield from attachments(part["object"])
