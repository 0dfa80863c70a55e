"""Results of packages for the statements that the platform itself writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from learning.models import UnitState
from runtime.models import Registration


def results_of(states: Sequence[UnitState]) -> Mapping[int, dict[str, Any]]:
    """For `lrs.native.tellers`: success and score of finished package units, by key of their state."""
    registrations = Registration.objects.filter(
        enrolment__in={state.enrolment_id for state in states}, unit__in={state.unit_id for state in states}
    ).order_by(F("done_at").desc(nulls_first=True), "attempt")
    # What comes last stays: the attempt that finished the unit, else the newest.
    latest = {(one.enrolment_id, one.unit_id): one for one in registrations}
    found = ((state.pk, latest.get((state.enrolment_id, state.unit_id))) for state in states)
    return {pk: _result(registration) for pk, registration in found if registration}


def _result(registration: Registration) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if registration.passed_at or registration.failed_at:
        result["success"] = registration.passed_at is not None
    if registration.best_score is not None:
        result["score"] = {"scaled": float(registration.best_score)}
    return result
