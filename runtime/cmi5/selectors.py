"""How far a registration is, for systems of the staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from courses.models import Package
from runtime.cmi5.errors import CourseUnknown, RegistrationUnknown, SessionUnknown
from runtime.cmi5.models import CourseRegistration, Session, UnitProgress
from runtime.cmi5.registrations import progress_of, unit_facts
from runtime.cmi5.satisfaction import Block, is_satisfied
from runtime.cmi5.structure import Structure, Unit, structure_of


@dataclass(frozen=True, slots=True)
class UnitStanding:
    unit: Unit
    progress: UnitProgress
    is_satisfied: bool


@dataclass(frozen=True, slots=True)
class BlockStanding:
    block: Block
    iri: str
    satisfied_at: datetime | None


@dataclass(frozen=True, slots=True)
class RegistrationStanding:
    registration: CourseRegistration
    units: list[UnitStanding]
    blocks: list[BlockStanding]
    sessions: list[Session]


def course(number: UUID) -> Package:
    """Raises CourseUnknown."""
    return _one(Package.objects.filter(kind=Package.Kind.CMI5, number=number), CourseUnknown)


def registration(number: UUID) -> CourseRegistration:
    """Raises RegistrationUnknown."""
    return _one(CourseRegistration.objects.select_related("package").filter(number=number), RegistrationUnknown)


def session(number: UUID) -> Session:
    """Raises SessionUnknown."""
    return _one(Session.objects.filter(number=number), SessionUnknown)


def live_session(found: CourseRegistration) -> Session:
    """Raises SessionUnknown when no unit of the registration is open."""
    return _one(found.sessions.live(), SessionUnknown)


def standing(found: CourseRegistration) -> RegistrationStanding:
    structure = structure_of(found.package.number)
    return RegistrationStanding(
        found, _units(found, structure), _blocks(found, structure), list(found.sessions.order_by("pk"))
    )


def _units(found: CourseRegistration, structure: Structure) -> list[UnitStanding]:
    progress = progress_of(found)
    facts = unit_facts(structure, progress)
    return [
        UnitStanding(unit, progress.get(unit.activity) or UnitProgress(), is_satisfied(fact))
        for unit, fact in zip(structure.units, facts, strict=True)
    ]


def _blocks(found: CourseRegistration, structure: Structure) -> list[BlockStanding]:
    said = dict(found.blocks.values_list("block", "satisfied_at"))
    return [BlockStanding(block, structure.block_iri(block), said.get(block.number)) for block in structure.blocks]


def _one(rows: QuerySet, missing: type[Exception]) -> Any:
    row = rows.first()
    if row is None:
        raise missing
    return row
