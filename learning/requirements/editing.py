"""Making, changing and ending rules. What was in force stays as it was, so that figures of earlier days do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.models import Course
from learning.coverage.services import mark_dirty
from learning.errors import RuleReplacedAlready
from learning.people.models import Institution, Position, User
from learning.records.models import AuditEvent
from learning.requirements.asking import enrol_required
from learning.requirements.models import Requirement


def earliest_change(requirement: Requirement, *, today: date) -> date:
    """The first day that other words may be in force from."""
    first = requirement.valid_from
    if not is_coming(requirement, today=today):
        return max(today, first + timedelta(days=1))
    if requirement.replaces is not None:
        return max(today, requirement.replaces.valid_from + timedelta(days=1))
    return today


def is_coming(requirement: Requirement, *, today: date) -> bool:
    """Not in force yet, so that no figure rests on it."""
    return requirement.valid_from > today


@transaction.atomic
def make(
    *, institution: Institution, course: Course, facts: dict[str, Any], positions: Iterable[Position], by: User
) -> Requirement:
    """A new rule here, for this institution and all below it."""
    made = Requirement.objects.create(institution=institution, course=course, created_by=by, **facts)
    made.positions.set(positions)
    _record("requirement-made", made, by)
    return made


@transaction.atomic
def change(*, requirement: Requirement, facts: dict[str, Any], positions: Iterable[Position], by: User) -> Requirement:
    """The rule in other words: in place while it is not in force yet, else a new one that replaces it.

    Raises RuleReplacedAlready when another has replaced it or it ended before the day chosen.
    """
    today = timezone.localdate()
    found = _locked(requirement)
    day = facts["valid_from"]
    if day < earliest_change(found, today=today):
        raise RuleReplacedAlready
    if not is_coming(found, today=today):
        if found.replaced_by.exists() or (found.valid_until and found.valid_until < day - timedelta(days=1)):
            raise RuleReplacedAlready
        _end_before(found, day)
        new = Requirement.objects.create(
            institution=found.institution, course=found.course, replaces=found, created_by=by, **facts
        )
        new.positions.set(positions)
        _record("requirement-changed", new, by, replaces=found.pk)
        return new
    for name, value in facts.items():
        setattr(found, name, value)
    found.save()
    found.positions.set(positions)
    if found.replaces is not None:
        _end_before(found.replaces, day)
    _record("requirement-changed", found, by)
    return found


@transaction.atomic
def end(*, requirement: Requirement, last_day: date, by: User) -> None:
    """The rule asks nothing after that day, today or later. Raises RuleReplacedAlready when it ends sooner already."""
    found = _locked(requirement)
    if found.valid_until is not None and found.valid_until < last_day:
        raise RuleReplacedAlready
    found.valid_until = last_day
    found.save(update_fields=["valid_until"])
    _record("requirement-ended", found, by)


def _locked(requirement: Requirement) -> Requirement:
    """Two officers who change one rule take turns, so that the second sees what the first wrote."""
    rows = Requirement.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("institution", "course", "replaces").get(pk=requirement.pk)


def _end_before(requirement: Requirement, day: date) -> None:
    requirement.valid_until = day - timedelta(days=1)
    requirement.save(update_fields=["valid_until"])


def _record(action: str, requirement: Requirement, by: User, **more: int) -> None:
    today = timezone.localdate()
    institution = requirement.institution
    if Requirement.objects.in_force(on=today).filter(pk=requirement.pk).exists():
        enrol_required(on=today, institution=institution)
    mark_dirty(Institution.objects.under(institution).values_list("pk", flat=True))
    AuditEvent.objects.create(
        actor=by,
        action=action,
        institution=institution,
        subject=str(requirement.pk),
        facts={
            "course": requirement.course.key,
            "valid_from": str(requirement.valid_from),
            "valid_until": str(requirement.valid_until or ""),
            **more,
        },
    )
