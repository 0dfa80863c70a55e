"""The one door from cmi5 to the record store: what the platform says and keeps there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from courses.models import Package
from lrs import actors
from lrs.keys import agent_key, iri_key
from lrs.models import AgentProfile, StateDocument
from lrs.reading import written
from lrs.services import record
from lrs.services.documents import JSON, Care, Place, Precondition, put_document
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.statements import Subject

NO_CONDITION = Precondition()


def say(statements: Sequence[dict[str, Any]], *, package: Package) -> None:
    """Record what the platform says about a course, inside the caller's transaction."""
    if statements:
        record(statements=statements, authority=actors.platform(), package=package)


def keep_launch_data(data: Mapping[str, Any], *, subject: Subject) -> None:
    """10.1: LMS.LaunchData of the unit, the actor and the registration, in place of an earlier launch's."""
    owner = {
        "activity_key": iri_key(subject.activity),
        "agent_key": agent_key(subject.actor),
        "registration": UUID(subject.registration),
    }
    _keep(Place(StateDocument, owner, cmi5.LAUNCH_DATA), data)


def keep_preferences(actor: Mapping[str, Any], *, language: str) -> None:
    """11: the learner's preferences, as the platform knows them, unless the learner has chosen some in a unit."""
    place = Place(AgentProfile, {"agent_key": agent_key(actor)}, cmi5.PREFERENCES)
    if place.find() is None:
        _keep(place, {"languagePreference": language, "audioPreference": "on"})


def _keep(place: Place, document: Mapping[str, Any]) -> None:
    put_document(
        place=place,
        content=written(document).encode(),
        content_type=JSON,
        precondition=NO_CONDITION,
        care=Care.NONE,
    )
