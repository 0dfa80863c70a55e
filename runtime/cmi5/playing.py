"""cmi5 in the learner's player: what its page knows, and the launch of a unit from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from runtime import selectors as runtime_selectors
from runtime.cmi5 import registrations, sessions, store
from runtime.cmi5.errors import UnitUnknown
from runtime.cmi5.models import Session, UnitProgress
from runtime.cmi5.structure import Unit as AssignableUnit
from runtime.cmi5.structure import structure_of
from runtime.models import Launch
from runtime.player import Stage, result_of, state_of


def facts(stage: Stage) -> dict[str, Any]:
    """What static/player/cmi5.js needs: addresses, its words, and which units have a window of their own."""
    structure = structure_of(stage.package.number)
    return {
        "menu": _menu(stage, structure.units),
        "cmi5": {
            "launch": stage.address(f"cmi5/launch/?language={stage.language}"),
            "window": stage.address(f"cmi5/window/?language={stage.language}"),
            "status": stage.address("cmi5/status/"),
            "windows": [unit.identifier for unit in structure.units if sessions.has_own_window(unit)],
            "texts": {
                "own_window": gettext("This part opens in a window of its own. Come back here when it is done."),
                "open_window": gettext("Open “{title}” in a window of its own"),
                "try_again": gettext("This part could not be opened. Choose it again in a moment."),
            },
        },
    }


@transaction.atomic
def launch_for(*, launch: Launch, identifier: str, return_url: str, at: datetime) -> sessions.Launched:
    """Launch a unit of the learner's package; only to look again, once there is nothing left to reach in it.

    Raises UnitUnknown.
    """
    study = launch.registration
    found = registrations.register_study(study=study, at=at)
    unit = _unit(structure_of(study.package.number).units, identifier)
    store.keep_preferences(found.actor, language=study.enrolment.user.language)
    mark = runtime_selectors.wish_of(study.enrolment.version_id, study.unit_id).pass_mark_percent
    wanted = sessions.Wanted(
        mode=_mode(launch, unit),
        return_url=f"{settings.CONTENT_ORIGIN}{return_url}",
        mastery_score=None if mark is None else mark / 100,
    )
    launched = sessions.launch(registration=found, index=unit.index, wanted=wanted, at=at)
    registrations.note_opened(found, activity=unit.activity, at=at)
    return launched


def _mode(launch: Launch, unit: AssignableUnit) -> str:
    """10.2.2: a study that is completed, and a unit that is, are reviewed; what they said once is not said again."""
    if launch.registration.enrolment.completed_at:
        return Session.Mode.REVIEW
    done = UnitProgress.objects.filter(
        registration__study=launch.registration,
        activity=unit.activity,
        completed_at__isnull=False,
        passed_at__isnull=False,
    )
    return Session.Mode.REVIEW if done.exists() else Session.Mode.NORMAL


def _unit(units: tuple[AssignableUnit, ...], identifier: str) -> AssignableUnit:
    for unit in units:
        if unit.identifier == identifier:
            return unit
    raise UnitUnknown


def _menu(stage: Stage, units: tuple[AssignableUnit, ...]) -> list[dict[str, Any]]:
    """Units in the order of the document, each inside its blocks."""
    titles = {
        one["id"]: stage.text(one.get("title") or {}) for one in _walk(stage.package.settings.get("blocks") or [])
    }
    top: list[dict[str, Any]] = []
    places: dict[tuple[str, ...], list[dict[str, Any]]] = {(): top}
    for unit in units:
        for depth in range(1, len(unit.blocks) + 1):
            block, around = unit.blocks[:depth], places[unit.blocks[: depth - 1]]
            if block not in places:
                places[block] = []
                around.append({"identifier": block[-1], "title": titles.get(block[-1], ""), "children": places[block]})
        item = {"identifier": unit.identifier, "title": stage.text(unit.title), "children": []}
        places[unit.blocks].append(item)
    return top


def _walk(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for block in blocks for one in [block, *_walk(block.get("children") or [])]]


def standing(launch: Launch) -> dict[str, Any]:
    """How far the learner is: `states` by identifier of the unit, `status` and `score` (0–1 or None) of the whole."""
    study = launch.registration
    states = {state.activity.identifier: state_of(state) for state in study.states.select_related("activity")}
    return {
        "states": states,
        "status": result_of(study) or "incomplete",
        "score": None if study.best_score is None else float(study.best_score),
    }
