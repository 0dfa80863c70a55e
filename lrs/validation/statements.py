"""Statements and what they are made of (part 2, 2.4)."""

import re
from functools import partial
from typing import Any

from lrs.errors import Invalid
from lrs.validation import activities, agents, atoms
from lrs.validation.atoms import Edition, must

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"

PARTS = {"actor", "verb", "object", "result", "context", "timestamp", "attachments"}
STATEMENT = {*PARTS, "id", "stored", "authority", "version"}
CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")
CONTEXT = {
    *("registration", "instructor", "team", "contextActivities", "revision"),
    *("platform", "language", "statement", "extensions"),
}
ATTACHMENT = {"usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"}
# SHA-224, 256, 384 and 512 in hexadecimal digits.
_SHA2 = re.compile(r"[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+\-]+/[\w!#$&^.+\-]+\s*(;.*)?")
_VERSIONS = {
    Edition.FIRST: re.compile(r"1\.0(\.\d+)?"),
    Edition.SECOND: re.compile(r"(1|2)\.0(\.\d+)?"),
}


def check_statement(value: Any, edition: Edition = Edition.FIRST) -> None:
    """Raises Invalid with the first property that is wrong."""
    at = "statement"
    atoms.check_object(value, at, STATEMENT, required=["actor", "verb", "object"])
    _check_no_nulls(value)
    if "id" in value:
        atoms.check_uuid(value["id"], "id")
    if "stored" in value:
        atoms.check_moment(value["stored"], "stored")
    if "authority" in value:
        agents.check_authority(value["authority"], "authority")
    if "version" in value:
        version = value["version"]
        must(isinstance(version, str) and _VERSIONS[edition].fullmatch(version), "version", "is not supported")
    _check_parts(value, at, edition)
    if value["verb"]["id"] == VOIDED:
        must(value["object"].get("objectType") == "StatementRef", "object", "of a voiding must be a StatementRef")


def _check_no_nulls(value: dict[str, Any]) -> None:
    """Part 2, 2.2: null is a value nowhere but inside extensions."""
    for name, part in value.items():
        if part is None:
            raise Invalid(f"{name} must not be null.")
        if name != "extensions":
            for inner in [part] if isinstance(part, dict) else part if isinstance(part, list) else ():
                if inner is None:
                    raise Invalid(f"{name} must not hold null.")
                if isinstance(inner, dict):
                    _check_no_nulls(inner)


def _check_parts(value: dict[str, Any], at: str, edition: Edition) -> None:
    agents.check_actor(value["actor"], f"{at}.actor")
    _check_verb(value["verb"], f"{at}.verb")
    target = value["object"]
    kind = _check_target(target, f"{at}.object", edition, is_inner=at != "statement")
    if "result" in value:
        check_result(value["result"], f"{at}.result")
    if "context" in value:
        _check_context(value["context"], f"{at}.context", edition, has_activity=kind == "Activity")
    if "timestamp" in value:
        check_moment = atoms.check_moment if edition is Edition.SECOND else atoms.check_strict_moment
        check_moment(value["timestamp"], f"{at}.timestamp")
    if "attachments" in value:
        atoms.check_each(value["attachments"], f"{at}.attachments", _check_attachment)


def _check_verb(value: Any, at: str) -> None:
    atoms.check_object(value, at, {"id", "display"}, required=["id"])
    atoms.check_iri(value["id"], f"{at}.id")
    if "display" in value:
        atoms.check_language_map(value["display"], f"{at}.display")


def _check_target(value: Any, at: str, edition: Edition, *, is_inner: bool) -> str:
    atoms.check_object(value, at)
    kind = value.get("objectType", "Activity")
    match kind:
        case "Activity":
            activities.check_activity(value, at)
        case "Agent":
            agents.check_agent(value, at)
        case "Group":
            agents.check_group(value, at)
        case "StatementRef":
            check_reference(value, at)
        case "SubStatement" if not is_inner:
            # 2.4.4.3: without id, stored, version and authority, and not one inside another.
            atoms.check_object(value, at, {*PARTS, "objectType"}, required=["actor", "verb", "object"])
            _check_parts(value, at, edition)
        case _:
            raise Invalid(f"{at}.objectType is not allowed here.")
    return kind


def check_reference(value: Any, at: str) -> None:
    atoms.check_object(value, at, {"objectType", "id"}, required=["objectType", "id"])
    must(value["objectType"] == "StatementRef", at, "must have the objectType StatementRef")
    atoms.check_uuid(value["id"], f"{at}.id")


def check_result(value: Any, at: str) -> None:
    atoms.check_object(value, at, _RESULT.keys())
    for name, part in value.items():
        _RESULT[name](part, f"{at}.{name}")


def _check_score(value: Any, at: str) -> None:
    atoms.check_object(value, at, {"scaled", "raw", "min", "max"})
    for name, part in value.items():
        atoms.check_number(part, f"{at}.{name}")
    must(-1 <= value.get("scaled", 0) <= 1, f"{at}.scaled", "must be from -1 to 1")
    low, raw, high = value.get("min"), value.get("raw"), value.get("max")
    must(low is None or high is None or low < high, f"{at}.min", "must be less than max")
    must(raw is None or low is None or low <= raw, f"{at}.raw", "must not be less than min")
    must(raw is None or high is None or raw <= high, f"{at}.raw", "must not be more than max")


_RESULT: dict[str, atoms.Check] = {
    "score": _check_score,
    "success": atoms.check_flag,
    "completion": atoms.check_flag,
    "response": atoms.check_text,
    "duration": atoms.check_duration,
    "extensions": atoms.check_extensions,
}


def _check_context(value: Any, at: str, edition: Edition, *, has_activity: bool) -> None:
    checks = _CONTEXT if edition is Edition.FIRST else {**_CONTEXT, **_SECOND_CONTEXT}
    atoms.check_object(value, at, checks.keys())
    for name, part in value.items():
        checks[name](part, f"{at}.{name}")
    # 2.4.6: they describe an activity.
    must(
        has_activity or not {"revision", "platform"} & value.keys(), at, "has revision or platform without an activity"
    )


def _check_context_activities(value: Any, at: str) -> None:
    atoms.check_object(value, at, CONTEXT_ACTIVITIES)
    for name, part in value.items():
        # 2.4.6.2: an activity alone is accepted for older clients.
        if isinstance(part, dict):
            activities.check_activity(part, f"{at}.{name}")
        else:
            atoms.check_each(part, f"{at}.{name}", activities.check_activity)


def _check_relevant(value: Any, at: str, *, kind: str, check: atoms.Check) -> None:
    """IEEE 9274.1.1, 4.2.7.3: an agent or group beside the statement, and how it matters."""
    name = kind.removeprefix("context").lower()
    atoms.check_object(value, at, {"objectType", name, "relevantTypes"}, required=["objectType", name])
    must(value["objectType"] == kind, at, f"must have the objectType {kind}")
    check(value[name], f"{at}.{name}")
    if "relevantTypes" in value:
        atoms.check_each(value["relevantTypes"], f"{at}.relevantTypes", atoms.check_iri)
        must(value["relevantTypes"], f"{at}.relevantTypes", "must not be empty")


_CONTEXT: dict[str, atoms.Check] = {
    "registration": atoms.check_uuid,
    "instructor": agents.check_actor,
    "team": agents.check_group,
    "contextActivities": _check_context_activities,
    "revision": atoms.check_text,
    "platform": atoms.check_text,
    "language": atoms.check_language,
    "statement": check_reference,
    "extensions": atoms.check_extensions,
}
_check_context_agent = partial(_check_relevant, kind="contextAgent", check=agents.check_agent)
_check_context_group = partial(_check_relevant, kind="contextGroup", check=agents.check_group)
_SECOND_CONTEXT: dict[str, atoms.Check] = {
    "contextAgents": partial(atoms.check_each, check=_check_context_agent),
    "contextGroups": partial(atoms.check_each, check=_check_context_group),
}


def _check_attachment(value: Any, at: str) -> None:
    required = ["usageType", "display", "contentType", "length", "sha2"]
    atoms.check_object(value, at, ATTACHMENT, required=required)
    atoms.check_iri(value["usageType"], f"{at}.usageType")
    atoms.check_language_map(value["display"], f"{at}.display")
    if "description" in value:
        atoms.check_language_map(value["description"], f"{at}.description")
    kind = value["contentType"]
    must(isinstance(kind, str) and _MEDIA_TYPE.fullmatch(kind), f"{at}.contentType", "must be a media type")
    length = value["length"]
    must(isinstance(length, int) and not isinstance(length, bool) and length >= 0, f"{at}.length", "must be a count")
    must(isinstance(value["sha2"], str) and _SHA2.fullmatch(value["sha2"]), f"{at}.sha2", "must be a SHA-2")
    if "fileUrl" in value:
        atoms.check_iri(value["fileUrl"], f"{at}.fileUrl")
    # 2.6
    is_signature = value["usageType"] == SIGNATURE
    must(
        not is_signature or kind == "application/octet-stream",
        f"{at}.contentType",
        "of a signature must be octet-stream",
    )
