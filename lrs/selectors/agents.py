"""What is known of an agent (part 3, 2.4)."""

from collections.abc import Mapping
from typing import Any

from lrs.keys import IFI_NAMES, agent_key, agent_keys
from lrs.models import StatementRelation
from lrs.reading import parse

# Names change seldom: the latest statements tell them.
LOOKED_AT = 50


def person(agent: Mapping[str, Any]) -> dict[str, Any]:
    """A person object: the agent's own identifier, and every name that went with it."""
    key = agent_key(agent)
    names = dict.fromkeys([agent["name"]] if "name" in agent else [])
    for body in _bodies(key):
        for actor in (body["actor"], body["object"]):
            names.update(dict.fromkeys(_names(actor, key)))
    found: dict[str, Any] = {"objectType": "Person"}
    if names:
        found["name"] = list(names)
    return found | {name: [agent[name]] for name in IFI_NAMES if name in agent}


def _bodies(key) -> list[dict[str, Any]]:
    latest = (
        StatementRelation.objects.filter(key=key, is_direct=True)
        .order_by("-stored", "-statement")
        .values_list("statement__body", flat=True)[:LOOKED_AT]
    )
    return [parse(body) for body in latest]


def _names(actor: Mapping[str, Any], key) -> list[str]:
    if actor.get("objectType", "Agent") not in {"Agent", "Group"}:
        return []
    everyone = [actor, *actor.get("member", ())]
    return [one["name"] for one in everyone if "name" in one and key in agent_keys({**one, "member": []})]
