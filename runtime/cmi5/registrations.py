"""Who takes a cmi5 course, and what follows from each result: blocks and the course are satisfied, a unit is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from courses.models import Package
from lrs import actors
from runtime.cmi5 import statements, store, studies
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.addresses import is_storable, is_web_address
from runtime.cmi5.errors import ActorNotFit, RegistrationTaken
from runtime.cmi5.models import BlockSatisfied, CourseRegistration, UnitProgress
from runtime.cmi5.satisfaction import UnitFacts, is_course_satisfied, satisfied_blocks
from runtime.cmi5.structure import Structure, structure_of
from runtime.models import Registration


def fit_actor(actor: Mapping[str, Any]) -> dict[str, Any]:
    """The Agent with its account and nothing else (9.2). Raises ActorNotFit."""
    account = actor.get("account")
    if actor.get("objectType", "Agent") != "Agent" or not isinstance(account, Mapping):
        raise ActorNotFit
    home_page, name = account.get("homePage"), account.get("name")
    if not isinstance(home_page, str) or not isinstance(name, str) or not name.strip():
        raise ActorNotFit
    if not (is_web_address(home_page) and is_storable(name)):
        raise ActorNotFit
    return {"objectType": "Agent", "account": {"homePage": home_page, "name": name}}


@transaction.atomic
def register(*, package: Package, actor: dict[str, Any], number: UUID | None, at: datetime) -> CourseRegistration:
    """The registration of that number, made when there is none, and what is satisfied from its beginning (9.6.1).

    `number` None: a new one. Raises RegistrationTaken when it is another course's, another actor's, or a learner's.
    """
    fields = {"package": package, "actor": actor, "opened_at": at}
    number = number or uuid4()
    if Registration.objects.filter(number=number).exists():
        raise RegistrationTaken
    found, is_new = CourseRegistration.objects.get_or_create(number=number, defaults=fields)
    if found.package_id != package.pk or found.actor != actor:
        raise RegistrationTaken
    if is_new:
        evaluate(found, at=at)
    return found


@transaction.atomic
def register_study(*, study: Registration, at: datetime) -> CourseRegistration:
    """The registration of a learner's unit, made when there is none."""
    fields = {
        "number": study.number,
        "package_id": study.package_id,
        "actor": actors.learner(study.enrolment.user.number),
        "opened_at": at,
    }
    found, is_new = CourseRegistration.objects.get_or_create(study=study, defaults=fields)
    if is_new:
        evaluate(found, at=at)
    return found


def lock(registration_id: int) -> CourseRegistration:
    """The row that everything about a registration takes first, so that nothing of it happens twice."""
    rows = CourseRegistration.objects.select_for_update(of=("self",)).select_related("package", "study")
    return rows.get(pk=registration_id)


def may_study(registration: CourseRegistration) -> bool:
    """Whether the learner still has an account and the study was not withdrawn; an actor of another system may."""
    if registration.study is None:
        return True
    enrolment = registration.study.enrolment
    return enrolment.user.is_active and enrolment.withdrawn_at is None


def progress_of(registration: CourseRegistration) -> dict[int, UnitProgress]:
    """By activity; what nothing was reached in is not there."""
    return {one.activity_id: one for one in registration.units.all()}


def unit_facts(structure: Structure, progress: Mapping[int, UnitProgress]) -> list[UnitFacts]:
    nothing = UnitProgress()
    return [
        UnitFacts(
            identifier=unit.identifier,
            move_on=unit.settings["move_on"],
            blocks=unit.blocks,
            completed=progress.get(unit.activity, nothing).completed_at is not None,
            passed=progress.get(unit.activity, nothing).passed_at is not None,
            waived=progress.get(unit.activity, nothing).waived_at is not None,
        )
        for unit in structure.units
    ]


def evaluate(registration: CourseRegistration, *, at: datetime, session: UUID | None = None) -> None:
    """Say what is satisfied now and was not before, and let the learner's unit follow; with the registration locked.

    `session` None: outside a launch, so what is said gets a session of its own (9.6.1).
    """
    structure = structure_of(registration.package.number)
    progress = progress_of(registration)
    units = unit_facts(structure, progress)
    said = set(registration.blocks.values_list("block", flat=True))
    subjects = [
        (block.identifier, structure.block_iri(block), cmi5.BLOCK_TYPE, block.number)
        for block in satisfied_blocks(units, structure.blocks)
        if block.number not in said
    ]
    BlockSatisfied.objects.bulk_create(
        BlockSatisfied(registration=registration, block=number, satisfied_at=at) for *_ids, number in subjects
    )
    if is_course_satisfied(units) and _claim_course(registration, at):
        subjects.append((structure.identifier, structure.iri, cmi5.COURSE_TYPE, -1))
    own_session = str(session or uuid4())
    spoken = [
        statements.satisfied(
            statements.Subject(registration.actor, str(registration.number), own_session, iri, publisher, kind), at=at
        )
        for publisher, iri, kind, _number in subjects
    ]
    store.say(spoken, package=registration.package)
    studies.follow(registration, structure, units, progress, at=at)


def note_opened(registration: CourseRegistration, *, activity: int, at: datetime) -> None:
    """That a learner has opened a unit: from now on it is shown as begun, or as done where opening is enough."""
    _progress, is_new = UnitProgress.objects.get_or_create(registration=registration, activity_id=activity)
    if is_new:
        structure, progress = structure_of(registration.package.number), progress_of(registration)
        studies.follow(registration, structure, unit_facts(structure, progress), progress, at=at)


def _claim_course(registration: CourseRegistration, at: datetime) -> bool:
    rows = CourseRegistration.objects.filter(pk=registration.pk, satisfied_at=None)
    return bool(rows.update(satisfied_at=at))
