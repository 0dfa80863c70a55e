"""The statements the platform itself makes about a session, and its launch data: cmi5 9.3, 9.6 and 10. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from runtime.cmi5 import vocabulary as cmi5

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: whose it is, and the activity under both its ids.

    `activity` is the id the platform made, `publisher` the one of the course structure. `kind` is the type of a block
    or a course, empty for a unit.
    """

    actor: Json
    registration: str
    session: str
    activity: str
    publisher: str
    kind: str = ""


def context_template(*, session: str, publisher: str) -> Json:
    """10.2.1: what a unit carries in the context of everything it says."""
    return {
        "contextActivities": {"grouping": [{"objectType": "Activity", "id": publisher}]},
        "extensions": {cmi5.SESSION_ID: session},
    }


def launch_data(*, template: Json, mode: str, unit: Mapping[str, Any], method: str, return_url: str = "") -> Json:
    """10.2: the document LMS.LaunchData. `unit` holds the settings of courses.packages.manifest for cmi5."""
    data = {
        "contextTemplate": template,
        "launchMode": mode,
        "launchMethod": method,
        "moveOn": unit["move_on"],
    }
    if unit.get("mastery_score") is not None:
        data["masteryScore"] = unit["mastery_score"]
    if unit.get("launch_parameters"):
        data["launchParameters"] = unit["launch_parameters"]
    if unit.get("entitlement_key"):
        data["entitlementKey"] = {"courseStructure": unit["entitlement_key"]}
    if return_url:
        data["returnURL"] = return_url
    return data


def launched(subject: Subject, data: Json, *, url: str, at: datetime) -> Json:
    """9.3.1, with what 9.6.3 wants said about the launch. `url` is without the launch parameters (9.6.3.4)."""
    extensions = {
        cmi5.LAUNCH_MODE: data["launchMode"],
        cmi5.LAUNCH_URL: url,
        cmi5.MOVE_ON: data["moveOn"],
    }
    if "masteryScore" in data:
        extensions[cmi5.MASTERY_SCORE] = data["masteryScore"]
    if "launchParameters" in data:
        extensions[cmi5.LAUNCH_PARAMETERS] = data["launchParameters"]
    return _statement(subject, cmi5.LAUNCHED, at=at, extensions=extensions)


def abandoned(subject: Subject, *, lasted: timedelta, at: datetime) -> Json:
    """9.3.6; `lasted` from the launch to the last statement of the unit (9.5.4.2)."""
    return _statement(subject, cmi5.ABANDONED, at=at, result={"duration": duration(lasted)})


def waived(subject: Subject, *, reason: str, at: datetime) -> Json:
    """9.3.7 and 9.5.5.2."""
    result = {"success": True, "completion": True, "extensions": {cmi5.REASON: reason}}
    return _statement(subject, cmi5.WAIVED, at=at, result=result)


def satisfied(subject: Subject, *, at: datetime) -> Json:
    """9.3.9, about a block or the course."""
    return _statement(subject, cmi5.SATISFIED, at=at)


def duration(span: timedelta) -> str:
    """ISO 8601 in seconds, to the hundredth; never below nought."""
    seconds = max(span.total_seconds(), 0)
    return f"PT{seconds:.2f}".rstrip("0").rstrip(".") + "S"


def timestamp(at: datetime) -> str:
    """9.7: in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _statement(
    subject: Subject, verb: str, *, at: datetime, result: Json | None = None, extensions: Json | None = None
) -> Json:
    thing: Json = {"objectType": "Activity", "id": subject.activity}
    if subject.kind:
        thing["definition"] = {"type": subject.kind}
    context = context_template(session=subject.session, publisher=subject.publisher)
    context["extensions"] |= extensions or {}
    categories = [cmi5.CATEGORY_CMI5]
    if result and ("success" in result or "completion" in result):
        categories.append(cmi5.CATEGORY_MOVE_ON)
    context["contextActivities"]["category"] = [{"objectType": "Activity", "id": name} for name in categories]
    return {
        "id": str(uuid4()),
        "actor": subject.actor,
        "verb": {"id": verb, "display": {"en": verb.rsplit("/", 1)[1]}},
        "object": thing,
        **({"result": result} if result else {}),
        "context": {"registration": subject.registration, **context},
        "timestamp": timestamp(at),
    }
