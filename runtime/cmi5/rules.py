"""What an assignable unit may say, as pure rules: cmi5 "Quartz" sections 7.1, 9 and 10.

Statements come as the unit sent them, already valid xAPI. Every refusal names its section.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from runtime.cmi5 import vocabulary as cmi5

Statement = Mapping[str, Any]


class Refused(Exception):
    """The statement or document breaks cmi5. `section` of the specification, `reason` in English for its author."""

    def __init__(self, section: str, reason: str) -> None:
        super().__init__(f"cmi5 {section}: {reason}")
        self.section, self.reason = section, reason


@dataclass(frozen=True, slots=True)
class Standing:
    """A session and what was said in it so far, and about its unit earlier in the registration.

    `mastery_score` is 0–1 or None. `initialized_at` is the timestamp of that statement. `said` holds the cmi5 defined
    verbs of this session; `completed` and `passed` count for the whole registration.
    """

    session: str
    registration: str
    actor: Mapping[str, Any]
    activity: str
    template: Mapping[str, Any]
    mode: str = "Normal"
    mastery_score: float | None = None
    knows_preferences: bool = True
    initialized_at: datetime | None = None
    said: frozenset[str] = field(default_factory=frozenset)
    completed: bool = False
    passed: bool = False


def take(standing: Standing, statements: Iterable[Statement]) -> Standing:
    """The standing after all statements, in the order of their timestamps (9.3). Raises Refused."""
    for statement in _in_order(list(statements)):
        _check(standing, statement)
        standing = _after(standing, statement)
    return standing


def check_sent(statement: Statement) -> None:
    """What a store would add by itself and a unit must say: an id (9.1) and a timestamp (9.7). Raises Refused."""
    if not statement.get("id"):
        raise Refused("9.1", "A unit gives every statement an id.")
    moment(statement)


def is_defined(statement: Statement) -> bool:
    """7.1.3: "cmi5 defined" carries the cmi5 category; everything else is "cmi5 allowed"."""
    return cmi5.CATEGORY_CMI5 in activity_ids(statement, "category")


def activity_ids(statement: Statement, kind: str) -> tuple[str, ...]:
    """Ids of one list of `contextActivities`, which may be a single activity or absent."""
    found = _part(_part(statement, "context"), "contextActivities").get(kind) or ()
    listed = [found] if isinstance(found, Mapping) else found
    return tuple(one["id"] for one in listed if "id" in one)


def moment(statement: Statement) -> datetime:
    """The timestamp, an aware moment. Raises Refused (9.7) when it is missing or not in UTC."""
    text = statement.get("timestamp")
    if not text:
        raise Refused("9.7", "Every statement needs a timestamp.")
    try:
        at = datetime.fromisoformat(text.upper())
    except (AttributeError, ValueError):
        raise Refused("9.7", "The timestamp cannot be read.") from None
    if at.utcoffset() != timedelta(0):
        raise Refused("9.7", "Timestamps must be in UTC.")
    return at


def same_agent(one: object, other: Mapping[str, Any]) -> bool:
    """Whether both are the Agent with the same account; display names do not matter."""
    if not isinstance(one, Mapping) or one.get("objectType", "Agent") != "Agent":
        return False
    return bool(one.get("account")) and one["account"] == other["account"]


def _in_order(statements: Sequence[Statement]) -> Sequence[Statement]:
    return sorted(statements, key=moment) if len(statements) > 1 else statements


def _check(standing: Standing, statement: Statement) -> None:
    _check_frame(standing, statement)
    _check_turn(standing, statement)
    if not is_defined(statement):
        if cmi5.CATEGORY_MOVE_ON in activity_ids(statement, "category"):
            raise Refused("9.6.2.2", "The moveOn category belongs to cmi5 defined statements alone.")
        return
    verb = statement["verb"]["id"]
    if verb not in cmi5.OF_UNITS:
        raise Refused("7.1.3", "Only initialized, completed, passed, failed and terminated are yours to define.")
    if standing.mode != "Normal" and verb not in cmi5.OF_VISITS:
        raise Refused("10.2.2", f"In {standing.mode} mode a unit says initialized and terminated only.")
    if _part(statement, "object").get("id") != standing.activity:
        raise Refused("9.4", "The object must be the activityId of the launch.")
    if _part(statement, "context").get("registration") != standing.registration:
        raise Refused("9.6.1", "The registration must be the one of the launch.")
    _check_repetition(standing, verb)
    _check_result(standing, statement, verb)


def _check_frame(standing: Standing, statement: Statement) -> None:
    """What holds for every statement of a session."""
    check_sent(statement)
    if statement["verb"]["id"] == cmi5.VOIDED:
        raise Refused("6.3", "A unit may not void statements.")
    if not same_agent(statement.get("actor"), standing.actor):
        raise Refused("9.2", "The actor must be the Agent of the launch, with its account.")
    context = _part(statement, "context")
    if context.get("registration", standing.registration) != standing.registration:
        raise Refused("9.6.1", "The registration must be the one of the launch.")
    if _part(context, "extensions").get(cmi5.SESSION_ID) != standing.session:
        raise Refused("9.6.3.1", "The session id of the context template is missing or another one.")
    _check_template(standing.template, context)


def _check_template(template: Mapping[str, Any], context: Mapping[str, Any]) -> None:
    for name, value in _part(template, "extensions").items():
        if _part(context, "extensions").get(name) != value:
            raise Refused("10.2.1", f"The context template says otherwise about {name}.")
    for kind in _part(template, "contextActivities"):
        wanted = activity_ids({"context": template}, kind)
        if not set(wanted) <= set(activity_ids({"context": context}, kind)):
            raise Refused("10.2.1", f"Activities of the context template are missing from {kind}.")


def _check_turn(standing: Standing, statement: Statement) -> None:
    if cmi5.TERMINATED in standing.said:
        raise Refused("9.3.8", "Nothing may follow the terminated statement.")
    if standing.initialized_at:
        if moment(statement) < standing.initialized_at:
            raise Refused("9.3", "The initialized statement must be the first by its timestamp.")
        return
    if not is_defined(statement) or statement["verb"]["id"] != cmi5.INITIALIZED:
        raise Refused("9.3.2", "The first statement of a session must be initialized.")
    if not standing.knows_preferences:
        raise Refused("11", "A unit reads the learner preferences before it begins.")


def _check_repetition(standing: Standing, verb: str) -> None:
    if verb in standing.said:
        raise Refused("9.3", "This verb was used in this session already.")
    if verb in cmi5.JUDGED and standing.said & cmi5.JUDGED:
        raise Refused("9.3", "A session says passed or failed once.")
    if verb == cmi5.COMPLETED and standing.completed:
        raise Refused("9.3.3", "The unit was completed in this registration already.")
    if verb in cmi5.JUDGED and standing.passed:
        raise Refused("9.3.4", "The unit was passed in this registration already.")


def _check_result(standing: Standing, statement: Statement, verb: str) -> None:
    result = _part(statement, "result")
    wanted = {cmi5.PASSED: True, cmi5.FAILED: False}.get(verb)
    if result.get("success") is not wanted or ("success" in result and wanted is None):
        raise Refused("9.5.2", "Passed says success, failed says no success, others say nothing about it.")
    completion = True if verb == cmi5.COMPLETED else None
    if result.get("completion") is not completion or ("completion" in result and completion is None):
        raise Refused("9.5.3", "Completed says completion, others say nothing about it.")
    if verb in cmi5.WITH_DURATION and not result.get("duration"):
        raise Refused("9.5.4.1", "The duration is missing.")
    moves_on = cmi5.CATEGORY_MOVE_ON in activity_ids(statement, "category")
    if moves_on != (verb in cmi5.JUDGED or verb == cmi5.COMPLETED):
        raise Refused("9.6.2.2", "The moveOn category goes with completed, passed and failed, and with nothing else.")
    progress = _part(result, "extensions").get(cmi5.PROGRESS, 0)
    if type(progress) is not int or not 0 <= progress <= 100:
        raise Refused("9.5.5.1", "Progress is a whole number from 0 to 100.")
    _check_score(standing, statement, verb)


def _check_score(standing: Standing, statement: Statement, verb: str) -> None:
    score = _part(statement, "result").get("score")
    said = _part(_part(statement, "context"), "extensions").get(cmi5.MASTERY_SCORE)
    mastery = standing.mastery_score
    if verb in cmi5.JUDGED and said is not None and said != mastery:
        raise Refused("9.6.3.2", "The mastery score is not the one of the launch data.")
    if score is None:
        return
    if verb not in cmi5.JUDGED:
        raise Refused("9.5.1", "Only passed and failed have a score.")
    if "raw" in score and not {"min", "max"} <= score.keys():
        raise Refused("9.5.1", "A raw score needs min and max.")
    if "raw" in score and not score["min"] <= score["raw"] <= score["max"]:
        raise Refused("9.5.1", "The raw score is outside min and max.")
    scaled = score.get("scaled")
    if scaled is not None and not 0 <= scaled <= 1:
        raise Refused("9.5.1", "A scaled score is between 0 and 1.")
    if mastery is None or scaled is None:
        return
    if said is None:
        raise Refused("9.6.3.2", "The mastery score of the launch data is missing from the context.")
    if (scaled >= mastery) != (verb == cmi5.PASSED):
        section = "9.3.4" if verb == cmi5.PASSED else "9.3.5"
        raise Refused(section, "The verb and the mastery score disagree about the scaled score.")


def _after(standing: Standing, statement: Statement) -> Standing:
    if not is_defined(statement):
        return standing
    verb = statement["verb"]["id"]
    return replace(
        standing,
        said=standing.said | {verb},
        initialized_at=moment(statement) if verb == cmi5.INITIALIZED else standing.initialized_at,
        completed=standing.completed or verb == cmi5.COMPLETED,
        passed=standing.passed or verb == cmi5.PASSED,
    )


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}
