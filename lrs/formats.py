"""The three ways in which statements are shown: exact, ids and canonical (part 3, 2.1.3)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from lrs.keys import IFI_NAMES, iri_key
from lrs.sameness import as_list
from lrs.validation.activities import COMPONENTS

Node = dict[str, Any]
# Body of a term by its key.
Terms = Mapping[UUID, Node]

_ACTORS = ("instructor", "team")


def ids_only(statement: Node) -> Node:
    """Agents, activities and verbs by nothing but what identifies them."""
    return _walked(statement, actor=_bare_actor, activity=_bare_activity, verb=lambda verb: {"id": verb["id"]})


def canonical(statement: Node, terms: Terms, languages: Sequence[str]) -> Node:
    """Activities and verbs as the store knows them best, each text in the reader's best language."""

    def activity(one: Node) -> Node:
        shown = {name: one[name] for name in ("objectType", "id") if name in one}
        definition = terms.get(iri_key(one["id"]), one.get("definition"))
        return {**shown, "definition": localised(definition, languages)} if definition else shown

    def verb(one: Node) -> Node:
        display = terms.get(iri_key(one["id"])) or one.get("display")
        return {"id": one["id"], "display": best(display, languages)} if display else {"id": one["id"]}

    shown = _walked(statement, actor=lambda actor: actor, activity=activity, verb=verb)
    if "attachments" in shown:
        shown["attachments"] = [
            _localised_maps(one, ("display", "description"), languages) for one in shown["attachments"]
        ]
    return shown


def localised(definition: Node, languages: Sequence[str]) -> Node:
    shown = _localised_maps(definition, ("name", "description"), languages)
    for name in COMPONENTS:
        if name in shown:
            shown[name] = [_localised_maps(part, ("description",), languages) for part in shown[name]]
    return shown


def _localised_maps(node: Node, names: Sequence[str], languages: Sequence[str]) -> Node:
    return {**node, **{name: best(node[name], languages) for name in names if name in node}}


def best(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """One entry of a language map: RFC 4647 look-up, then the first there is."""
    lower = {tag.lower(): tag for tag in texts}
    for language in languages:
        wanted = language.lower()
        while wanted:
            for tag in lower:
                if tag == wanted or tag.startswith(f"{wanted}-"):
                    return {lower[tag]: texts[lower[tag]]}
            wanted = wanted.rpartition("-")[0]
    return dict(list(texts.items())[:1])


def accepted_languages(header: str) -> list[str]:
    """Tags of an Accept-Language header, dearest first; what is not one is passed over."""
    weighed = []
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        name, _, weight = parameter.strip().partition("=")
        try:
            quality = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if tag.strip() not in {"", "*"} and quality > 0:
            weighed.append((-quality, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: pair[0])]


def _walked(part: Node, *, actor, activity, verb) -> Node:
    """The statement with every actor, activity and verb put through its function."""
    shown = dict(part)
    shown["actor"] = actor(part["actor"])
    shown["verb"] = verb(part["verb"])
    target = part["object"]
    match target.get("objectType", "Activity"):
        case "Activity":
            shown["object"] = activity(target)
        case "Agent" | "Group":
            shown["object"] = actor(target)
        case "SubStatement":
            shown["object"] = _walked(target, actor=actor, activity=activity, verb=verb)
    if "authority" in part:
        shown["authority"] = actor(part["authority"])
    if "context" in part:
        shown["context"] = _walked_context(part["context"], actor=actor, activity=activity)
    return shown


def _walked_context(context: Node, *, actor, activity) -> Node:
    shown = {**context, **{name: actor(context[name]) for name in _ACTORS if name in context}}
    if "contextActivities" in context:
        shown["contextActivities"] = {
            name: [activity(one) for one in as_list(group)] for name, group in context["contextActivities"].items()
        }
    for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in context:
            shown[name] = [{**one, inner: actor(one[inner])} for one in context[name]]
    return shown


def _bare_actor(actor: Node) -> Node:
    identifiers = {name: actor[name] for name in IFI_NAMES if name in actor}
    bare = {"objectType": actor.get("objectType", "Agent"), **identifiers}
    if not identifiers:
        bare["member"] = [_bare_actor(member) for member in actor.get("member", ())]
    return bare


def _bare_activity(activity: Node) -> Node:
    return {"id": activity["id"]}
