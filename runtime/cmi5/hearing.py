"""What a unit says is heard: checked against the rules, noted, and answered by what the platform says about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from runtime.cmi5 import registrations, rules, statements
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.models import CourseRegistration, Session, UnitProgress
from runtime.cmi5.structure import Unit, structure_of

RESULTS = {cmi5.COMPLETED: "completed_at", cmi5.PASSED: "passed_at", cmi5.FAILED: "failed_at"}


def hear(*, session: Session, said: Sequence[rules.Statement], at: datetime) -> None:
    """Take new statements of a session, inside the transaction that stores them. Raises rules.Refused.

    Everything about one registration waits here for its row, so nothing is said twice however many ask at once.
    """
    registration = registrations.lock(session.registration_id)
    session = Session.objects.get(pk=session.pk)
    if session.ended_at:
        raise rules.Refused("9.3.8", "The session has ended.")
    unit = structure_of(registration.package.number).unit_of(session.activity_id)
    progress = UnitProgress.objects.filter(registration=registration, activity_id=unit.activity).first()
    standing = rules.take(_standing(registration, session, unit, progress), said)
    _note(session, standing, at)
    results = [one for one in said if rules.is_defined(one) and one["verb"]["id"] in RESULTS]
    if results:
        _note_results(progress or UnitProgress(registration=registration, activity_id=unit.activity), results, at)
        registrations.evaluate(registration, at=at, session=session.number)


def _standing(
    registration: CourseRegistration, session: Session, unit: Unit, progress: UnitProgress | None
) -> rules.Standing:
    return rules.Standing(
        session=str(session.number),
        registration=str(registration.number),
        actor=registration.actor,
        activity=unit.iri,
        template=statements.context_template(session=str(session.number), publisher=unit.identifier),
        mode=session.mode,
        mastery_score=session.mastery_score,
        knows_preferences=session.preferences_read_at is not None,
        initialized_at=session.initialized_at,
        said=frozenset(session.said),
        completed=progress is not None and progress.completed_at is not None,
        passed=progress is not None and progress.passed_at is not None,
    )


def _note(session: Session, standing: rules.Standing, at: datetime) -> None:
    session.said = sorted(standing.said)
    session.initialized_at = standing.initialized_at
    session.heard_at = at
    session.ended_at = at if cmi5.TERMINATED in standing.said else None
    session.save(update_fields=["said", "initialized_at", "heard_at", "ended_at"])


def _note_results(progress: UnitProgress, results: Sequence[rules.Statement], at: datetime) -> None:
    for statement in results:
        setattr(progress, RESULTS[statement["verb"]["id"]], at)
        scaled = (statement["result"].get("score") or {}).get("scaled")
        if scaled is not None and (progress.score is None or scaled > progress.score):
            progress.score = scaled
    progress.save()
