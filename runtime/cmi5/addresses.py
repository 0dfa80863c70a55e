"""The ids the platform gives to units, blocks and courses, the address that launches a unit, and addresses that other
systems send. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

# What neither JSON in UTF-8 nor PostgreSQL takes.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LAUNCH_PARAMETERS = ("endpoint", "fetch", "actor", "registration", "activityId")


def unit_id(site: str, package: UUID, position: int) -> str:
    """8.1.5: the platform's own id, the same for all registrations, never the publisher's."""
    return f"{site}/cmi5/{package}/unit/{position}"


def block_id(site: str, package: UUID, number: int) -> str:
    return f"{site}/cmi5/{package}/block/{number}"


def course_id(site: str, package: UUID) -> str:
    return f"{site}/cmi5/{package}/course"


def launch_url(
    address: str, *, endpoint: str, fetch: str, actor: Mapping[str, Any], registration: str, activity: str
) -> str:
    """8.1: the address of the unit with the launch parameters after the query it has of its own."""
    values = (endpoint, fetch, json.dumps(actor, separators=(",", ":")), registration, activity)
    parts = urlsplit(address)
    ours = urlencode(dict(zip(LAUNCH_PARAMETERS, values, strict=True)))
    query = f"{parts.query}&{ours}" if parts.query else ours
    return urlunsplit(parts._replace(query=query))


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http or https address without blanks and control characters."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    return is_whole and is_storable(text) and not any(char < "!" for char in text)


def is_storable(text: str) -> bool:
    return not _UNSTORABLE.search(text)
