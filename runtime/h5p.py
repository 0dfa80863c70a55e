"""H5P: the states its content keeps, and what its statements come to.

A content saves states under a kind ("state", or a name of its own) and a part ("0", or the id of a content within it).
They lie in ActivityState.data as {"states": {part: {kind: {"value", "order", "launch"}}}}.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import F

from courses.models import Package
from lrs import actors
from lrs.services import record
from runtime import selectors, services
from runtime.models import ActivityState, Launch
from runtime.refusals import ActivityElsewhere, SaveBusy, SaveMalformed, SaveTooLarge
from runtime.selectors import Saving
from runtime.verdicts import FOUR_PLACES, Verdict, Wish

COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
MOST_CHARACTERS = 512 * 1024
MOST_STATES = 100
TRIES = 20
# What H5P sends to have a state deleted; a state that is null would open its "Data Reset" dialog.
NOTHING = {"0", "null"}

States = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Which state of a content: its kind, and the part of the content it belongs to."""

    kind: str
    part: str


def saved_states(state: ActivityState | None) -> dict[str, dict[str, str]]:
    """By part and kind, as the player wants them before the content starts."""
    states: States = state.data.get("states", {}) if state else {}
    return {part: {kind: kept["value"] for kind, kept in kinds.items()} for part, kinds in states.items()}


def find_state(*, launch: UUID, activity: int, place: Place) -> str | None:
    """The state as the content gave it, None when there is none. Raises ActivityElsewhere."""
    found = _saving(launch, activity)
    kept = ActivityState.objects.get(pk=found.state_id).data.get("states", {}).get(place.part, {}).get(place.kind)
    return kept and kept["value"]


def save_state(*, launch: UUID, activity: int, place: Place, value: str, order: int, at: datetime) -> bool:
    """Keep a state, or delete it (see NOTHING). False: it came late or twice, and nothing changed.

    `order` grows with every save of a launch; 0 says that it is not known, and is always taken. Raises
    ActivityElsewhere, OpenedElsewhere, StudyCompleted, StudyWithdrawn, SaveTooLarge, SaveBusy.
    """
    if len(value) > MOST_CHARACTERS:
        raise SaveTooLarge
    for _try in range(TRIES):
        found = _saving(launch, activity)
        services.check_may_save(found)
        row = ActivityState.objects.filter(pk=found.state_id, launch_id=found.launch_id, sequence=found.sequence)
        state = row.first()
        if state is None:
            continue
        states: States = state.data.get("states", {})
        kept = states.get(place.part, {}).get(place.kind)
        if kept and order and kept["launch"] == launch.hex and kept["order"] >= order:
            return False
        changed = _with(states, place, {"value": value, "order": order, "launch": launch.hex})
        seconds = max(found.seconds, found.seconds_before + _seconds(found, at))
        # The sequence of the row counts its saves here: whoever read an older one reads again.
        if row.update(data={"states": changed}, sequence=F("sequence") + 1, seconds=seconds, saved_at=at):
            return True
    raise SaveBusy


def record_result(
    *, launch: UUID, activity: int, statement: Mapping[str, Any], number: UUID, at: datetime
) -> services.Saved | None:
    """Note what a statement of the content comes to; None when it says nothing of the whole content.

    `number` is the client's own for this result: sent twice it counts once. Raises SaveMalformed, ActivityElsewhere,
    OpenedElsewhere, StudyCompleted, StudyWithdrawn; then nothing has changed.
    """
    found = _saving(launch, activity)
    services.check_may_save(found)
    opened = Launch.objects.select_related("registration__package", "registration__enrolment__user").get(
        pk=found.launch_id
    )
    registration = opened.registration
    if not is_of_whole(statement, activity_id(registration.package)):
        return None
    verdict = verdict_of(statement, selectors.wish_of(found.version_id, found.unit_id))
    with transaction.atomic():
        saved = services.note_verdict(launch=launch, activity=activity, verdict=verdict, at=at)
        ours = _statement(opened, statement, verdict, uuid5(launch, str(number)))
        record(statements=[ours], authority=actors.platform(), package=registration.package)
    return saved


def activity_id(package: Package) -> str:
    """What statements about the content are about."""
    return f"{settings.SITE_URL}/h5p/{package.number}"


def verdict_of(statement: Mapping[str, Any], wish: Wish) -> Verdict:
    """Pure. The editor's own pass mark decides when there is one: authors can make a score of 0 "passed".

    Raises SaveMalformed for a score outside its own range.
    """
    result = _part(statement, "result")
    is_completed = _verb(statement) == COMPLETED or result.get("completion") is True
    success = result.get("success")
    verdict = Verdict(is_completed, success if isinstance(success, bool) else None, _score(_part(result, "score")))
    return wish.judge(verdict, is_final=is_completed)


def is_of_whole(statement: Mapping[str, Any], whole: str) -> bool:
    """Top-level statements alone: no parent, about the content itself."""
    parents = _part(_part(statement, "context"), "contextActivities").get("parent")
    about = _part(statement, "object").get("id")
    if parents or about != whole:
        return False
    verb = _verb(statement)
    return verb == COMPLETED or (verb == ANSWERED and _part(statement, "result").get("completion") is True)


def _saving(launch: UUID, activity: int) -> Saving:
    found = selectors.saving(launch, activity)
    if found is None or selectors.package_terms(found.package_id).kind != Package.Kind.H5P:
        raise ActivityElsewhere
    return found


def _seconds(found: Saving, at: datetime) -> int:
    return max(0, int((at - found.launched_at).total_seconds()))


def _with(states: States, place: Place, kept: dict[str, Any]) -> States:
    changed = {part: dict(kinds) for part, kinds in states.items()}
    kinds = changed.setdefault(place.part, {})
    if kept["value"] in NOTHING:
        kinds.pop(place.kind, None)
    else:
        kinds[place.kind] = kept
    all_kept = [one for kinds in changed.values() for one in kinds.values()]
    if len(all_kept) > MOST_STATES or sum(len(one["value"]) for one in all_kept) > 2 * MOST_CHARACTERS:
        raise SaveTooLarge
    return changed


def _verb(statement: Mapping[str, Any]) -> object:
    return _part(statement, "verb").get("id")


def _part(node: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = node.get(name, {})
    if not isinstance(value, Mapping):
        raise SaveMalformed(name)
    return value


def _score(score: Mapping[str, Any]) -> Decimal | None:
    scaled, raw, most = (_number(score, name) for name in ("scaled", "raw", "max"))
    if scaled is None and raw is not None and most is not None and most > 0:
        scaled = raw / most
    if scaled is None:
        return None
    if not -1 <= scaled <= 1:
        raise SaveMalformed("score")
    return Decimal(scaled).quantize(FOUR_PLACES)


def _number(score: Mapping[str, Any], name: str) -> float | None:
    value = score.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e9:
        raise SaveMalformed("score")
    return float(value)


def _statement(launch: Launch, theirs: Mapping[str, Any], verdict: Verdict, number: UUID) -> dict[str, Any]:
    """What the record store is told: our words about our learner, and of theirs the figures alone."""
    registration, verb = launch.registration, _verb(theirs)
    package = registration.package
    result: dict[str, Any] = {"completion": verdict.is_completed}
    if verdict.passed is not None:
        result["success"] = verdict.passed
    if verdict.score is not None:
        result["score"] = {"scaled": float(verdict.score)}
    return {
        "id": str(number),
        "actor": actors.learner(registration.enrolment.user.number),
        "verb": {"id": verb, "display": {"en": str(verb).rpartition("/")[2]}},
        "object": {"objectType": "Activity", "id": activity_id(package)},
        "result": result,
        "context": {"registration": str(registration.number)},
    }
