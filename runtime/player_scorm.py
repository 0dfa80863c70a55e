"""What the player's script for SCORM is told: what each SCO finds when it starts, and where sequencing stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from courses.models import Activity, Package
from courses.packages.scorm12 import locks_of
from runtime import scorm
from runtime.models import ActivityState
from runtime.player import Player, Stage, players
from runtime.selectors import package_terms
from runtime.verdicts import Verdict, verdict_of

# What a save carries and a SCO must not find: its own words of parting, and what the platform sets anew.
OWN_12 = {"session_time", "exit", "total_time", "student_id", "student_name", "entry", "credit", "lesson_mode"}
OWN_2004 = {"session_time", "exit", "total_time", "learner_id", "learner_name", "entry", "credit", "mode"}


def register() -> None:
    """Add the players of SCORM; called when the app starts."""
    for kind, library in ((Package.Kind.SCORM_12, "scorm12"), (Package.Kind.SCORM_2004, "scorm2004")):
        scripts = (
            f"player/vendor/scorm-again/{library}.min.js",
            "player/scorm-saving.js",
            "player/scorm-windows.js",
            "player/scorm.js",
        )
        players[kind] = Player(scripts=scripts, facts=facts, styles=("player/scorm.css",))


def facts(stage: Stage) -> dict[str, Any]:
    """`scorm`: sequence (of the last save of this launch), is_review, parts (by identifier: id, cmi, fresh, seconds,
    is_paused), is_sequenced, sequencing, sequencing_state, hides (controls), locks (trees of
    courses.packages.prerequisites, by identifier), texts. `status`, `score`: of the whole."""
    launch, whole = stage.launch, _whole(stage)
    used = [max(state.sequence, state.slim_sequence) for state in stage.saved.values()]
    terms = package_terms(stage.package.pk)
    return {
        "status": whole.word,
        "score": None if whole.score is None else float(whole.score),
        "scorm": {
            "sequence": max([launch.sequenced if launch else 0, *used]),
            "is_review": _is_review(stage),
            "parts": {one.identifier: _part(stage, one, stage.saved.get(one.pk)) for one in stage.activities},
            "is_sequenced": terms.is_sequenced,
            "sequencing": stage.package.settings.get("sequencing") if terms.is_sequenced else None,
            "sequencing_state": launch.sequencing if launch else None,
            "hides": stage.package.settings.get("hides", []),
            "locks": _locks(stage),
            "texts": {
                "completed": gettext("You have completed this training. You can look around; nothing new is recorded."),
                "withdrawn": gettext("This training is no longer assigned to you. What you have done is kept."),
                "refused": gettext(
                    "The training reported something that cannot be saved. Tell the people who made it."
                ),
                "continue": gettext("Next part"),
                "previous": gettext("Previous part"),
                "first_all": gettext("First finish: {parts}"),
                "first_one": gettext("First finish one of these: {parts}"),
                "not_now": gettext("This part cannot be opened just now. Finish the parts before it first."),
            },
        },
    }


def _locks(stage: Stage) -> dict[str, Any]:
    if stage.package.kind != Package.Kind.SCORM_12:
        return {}
    return locks_of(stage.activities, stage.package.settings.get("menu", []))[0]


def _whole(stage: Stage) -> Verdict:
    if stage.launch is None:
        return Verdict()
    whole = stage.launch.registration
    return verdict_of(whole.completed_at, whole.passed_at, whole.failed_at, whole.best_score)


def _is_review(stage: Stage) -> bool:
    if stage.launch is None:
        return False
    completed_at = stage.launch.registration.enrolment.completed_at
    return completed_at is not None and completed_at < stage.launch.opened_at


def _part(stage: Stage, activity: Activity, state: ActivityState | None) -> dict[str, Any]:
    saved = scorm.merged(state.data.get("cmi", {}), state.slim) if state else {}
    seconds = state.seconds if state else 0
    fresh = _fresh(stage, activity, seconds)
    return {
        "id": activity.pk,
        "cmi": _restored(stage.package.kind, activity, fresh, saved, state) if saved else fresh,
        "fresh": fresh,
        "seconds": seconds - state.seconds_before if state else 0,
        "is_paused": _exit(stage.package.kind, saved) == "suspend",
    }


def _fresh(stage: Stage, activity: Activity, seconds: int) -> dict[str, Any]:
    """The cmi of a SCO that was never opened."""
    kind, own = stage.package.kind, activity.settings
    mode, credit = ("review", "no-credit") if _is_review(stage) else ("normal", "credit")
    number = stage.learner
    time = scorm.total_time(kind, seconds)
    if kind == Package.Kind.SCORM_12:
        core = {"student_id": number, "student_name": gettext("Learner"), "total_time": time}
        limits = {name: own.get(name) for name in ("mastery_score", "max_time_allowed", "time_limit_action")}
        return {
            "core": {**core, "entry": "ab-initio", "credit": credit, "lesson_mode": mode},
            "student_data": _given(limits),
            **_given({"launch_data": own.get("launch_data")}),
        }
    names = ("launch_data", "scaled_passing_score", "completion_threshold", "max_time_allowed", "time_limit_action")
    return {
        "learner_id": number,
        "learner_name": gettext("Learner"),
        "total_time": time,
        "entry": "ab-initio",
        "credit": credit,
        "mode": mode,
        **_given({name: own.get(name) for name in names}),
        **_given({"objectives": [{"id": identifier} for identifier in own.get("objectives", ())]}),
    }


def _restored(
    kind: str, activity: Activity, fresh: Mapping[str, Any], saved: Mapping[str, Any], state: ActivityState | None
) -> dict[str, Any]:
    """What was saved, with what the platform knows better laid over it."""
    if kind == Package.Kind.SCORM_12:
        core = {name: value for name, value in saved.get("core", {}).items() if name not in OWN_12}
        core |= {**fresh["core"], "entry": "resume"}
        if word := _decided(activity, state, core):
            core["lesson_status"] = word
        rest = {name: value for name, value in saved.items() if name not in {"core", "student_data"}}
        return {**rest, **{name: value for name, value in fresh.items() if name != "core"}, "core": core}
    rest = {name: value for name, value in saved.items() if name not in OWN_2004}
    kept = {name: value for name, value in fresh.items() if name != "objectives" or not saved.get("objectives")}
    return {**rest, **kept, "entry": "resume"}


def _decided(activity: Activity, state: ActivityState | None, core: Mapping[str, Any]) -> str | None:
    """What the mastery score decided when the SCO had finished; the SCO has never said so itself."""
    if activity.settings.get("mastery_score") is None or state is None or core.get("lesson_status") != "completed":
        return None
    verdict: Verdict = verdict_of(state.completed_at, state.passed_at, state.failed_at, None)
    return None if verdict.passed is None else verdict.word


def _exit(kind: str, saved: Mapping[str, Any]) -> object:
    return saved.get("core", {}).get("exit") if kind == Package.Kind.SCORM_12 else saved.get("exit")


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """As text, as the data model has it; what the manifest does not say is left out."""
    return {
        name: f"{value:g}" if isinstance(value, float) else value if isinstance(value, list) else str(value)
        for name, value in values.items()
        if value not in (None, "", [])
    }
