"""Activities and their definitions, interactions included (part 2, 2.4.4.1)."""

from typing import Any

from lrs.validation import atoms
from lrs.validation.atoms import must

ACTIVITY = {"objectType", "id", "definition"}
COMPONENTS = ("choices", "scale", "source", "target", "steps")
DEFINITION = {
    *("name", "description", "type", "moreInfo", "extensions"),
    *("interactionType", "correctResponsesPattern"),
    *COMPONENTS,
}
INTERACTIONS = {
    *("true-false", "choice", "fill-in", "long-fill-in", "matching"),
    *("performance", "sequencing", "likert", "numeric", "other"),
}


def check_activity(value: Any, at: str) -> None:
    atoms.check_object(value, at, ACTIVITY, required=["id"])
    must(value.get("objectType", "Activity") == "Activity", at, "must have the objectType Activity")
    atoms.check_iri(value["id"], f"{at}.id")
    if "definition" in value:
        check_definition(value["definition"], f"{at}.definition")


def check_definition(value: Any, at: str) -> None:
    atoms.check_object(value, at, DEFINITION)
    for name, part in value.items():
        if check := _PARTS.get(name):
            check(part, f"{at}.{name}")
    parts = {"correctResponsesPattern", *COMPONENTS} & value.keys()
    must("interactionType" in value or not parts, at, "needs interactionType")


def _check_interaction_type(value: Any, at: str) -> None:
    must(isinstance(value, str) and value in INTERACTIONS, at, "must be a kind of interaction")


def _check_pattern(value: Any, at: str) -> None:
    atoms.check_each(value, at, atoms.check_text)


def _check_components(value: Any, at: str) -> None:
    atoms.check_each(value, at, _check_component)
    identifiers = [component["id"] for component in value]
    must(len(set(identifiers)) == len(identifiers), at, "must not have an id twice")


def _check_component(value: Any, at: str) -> None:
    atoms.check_object(value, at, {"id", "description"}, required=["id"])
    atoms.check_text(value["id"], f"{at}.id")
    if "description" in value:
        atoms.check_language_map(value["description"], f"{at}.description")


_PARTS: dict[str, atoms.Check] = {
    "name": atoms.check_language_map,
    "description": atoms.check_language_map,
    "type": atoms.check_iri,
    "moreInfo": atoms.check_iri,
    "extensions": atoms.check_extensions,
    "interactionType": _check_interaction_type,
    "correctResponsesPattern": _check_pattern,
    **dict.fromkeys(COMPONENTS, _check_components),
}
