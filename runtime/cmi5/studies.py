"""What a cmi5 course comes to in a learner's study: the unit follows what the course is satisfied by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from runtime.cmi5.models import CourseRegistration, UnitProgress
from runtime.cmi5.satisfaction import UnitFacts, is_satisfied
from runtime.cmi5.structure import Structure
from runtime.services import note_course
from runtime.verdicts import Verdict, all_of

FOUR_PLACES = Decimal("0.0001")


def follow(
    registration: CourseRegistration,
    structure: Structure,
    units: Sequence[UnitFacts],
    progress: Mapping[int, UnitProgress],
    *,
    at: datetime,
) -> None:
    """Nothing for a registration that is no learner's. Raises StudyWithdrawn."""
    if registration.study is None:
        return
    verdicts = {
        unit.activity: _verdict(fact, progress.get(unit.activity))
        for unit, fact in zip(structure.units, units, strict=True)
    }
    # A unit that is satisfied without being opened counts, and is shown as one that was not begun.
    begun = {activity: verdict for activity, verdict in verdicts.items() if activity in progress}
    note_course(registration=registration.study, parts=begun, whole=all_of(list(verdicts.values())), at=at)


def _verdict(fact: UnitFacts, progress: UnitProgress | None) -> Verdict:
    """9.3.7: what is waived is completed and a success."""
    if progress is None:
        return Verdict(is_satisfied(fact))
    failed = False if progress.failed_at else None
    passed = True if fact.passed or fact.waived else failed
    score = None if progress.score is None else Decimal(progress.score).quantize(FOUR_PLACES)
    return Verdict(is_satisfied(fact), passed, score)
