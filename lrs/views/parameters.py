"""Parameters of requests, read strictly."""

from datetime import datetime
from typing import Any
from uuid import UUID

from lrs.errors import Invalid
from lrs.reading import parse
from lrs.validation import agents, atoms

Parameters = dict[str, str]


def agent(parameters: Parameters) -> dict[str, Any] | None:
    """An agent or identified group in JSON."""
    if "agent" not in parameters:
        return None
    found = parse(parameters["agent"])
    agents.check_identified(found, "agent")
    return found


def iri(parameters: Parameters, name: str) -> str | None:
    if name in parameters:
        atoms.check_iri(parameters[name], name)
    return parameters.get(name)


def uuid(parameters: Parameters, name: str) -> UUID | None:
    return atoms.as_uuid(parameters[name], name) if name in parameters else None


def moment(parameters: Parameters, name: str) -> datetime | None:
    return atoms.moment(parameters[name], name) if name in parameters else None


def flag(parameters: Parameters, name: str) -> bool:
    """False when it is not given."""
    return choice(parameters, name, ("false", "true")) == "true"


def count(parameters: Parameters, name: str) -> int:
    """0 when it is not given."""
    digits = parameters.get(name, "0")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise Invalid(f"{name} must be a whole number, 0 or more.")
    return int(digits)


def choice(parameters: Parameters, name: str, choices: tuple[str, ...]) -> str:
    """The first choice when it is not given."""
    value = parameters.get(name, choices[0])
    if value not in choices:
        raise Invalid(f"{name} must be one of {', '.join(choices)}.")
    return value
