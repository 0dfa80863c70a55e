"""Opening packages and saving what they report: nothing that was acknowledged is lost, nothing counts twice.

A save is statements that each stand alone: what it meets is read, and the save is logged and the state changed if
nothing else changed it meanwhile (else all is read again). So a save that was cut short was not acknowledged, and the
player sends it again. Only a save that reaches something new (completed, passed, a better score) takes a
transaction, which it shares with the unit, the programme and the certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.models import Activity, Unit
from courses.selectors import UnitOutline
from learning.errors import EnrolmentClosed
from learning.models import Enrolment
from learning.services import finish_unit, open_unit
from runtime import judging, scorm, selectors, writing
from runtime.models import ActivityState, Commit, Launch, Registration
from runtime.refusals import (
    ActivityElsewhere,
    OpenedElsewhere,
    SaveBusy,
    StudyCompleted,
    StudyWithdrawn,
)
from runtime.saves import Save
from runtime.selectors import PackageTerms, Saving
from runtime.verdicts import Verdict, Wish, all_of, mean_score, verdict_of

TRIES = 20
COMMITS_KEPT = timedelta(days=90)


# What the whole has come to, and whether that is what the editor asks for.
Standing = tuple[Verdict, bool]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to, for the part and for the whole. `is_new` False: it came late or twice; nothing changed."""

    is_new: bool
    part: Verdict
    whole: Verdict
    is_done: bool


def open_registration(*, enrolment: Enrolment, unit: Unit | UnitOutline, at: datetime) -> Registration:
    """The learner's way through the package of that unit, begun when there is none. Raises UnitElsewhere."""
    open_unit(enrolment=enrolment, unit=unit, at=at)
    if found := selectors.registration_of(enrolment, unit):
        return found
    fields = {"package_id": unit.settings["package"], "opened_at": at}
    return Registration.objects.get_or_create(enrolment=enrolment, unit_id=unit.id, attempt=1, defaults=fields)[0]


@transaction.atomic
def open_launch(*, registration: Registration, at: datetime) -> Launch:
    """A new window on the registration; the one before it saves no more. Raises StudyWithdrawn.

    What it saved last is kept and handed on: its saves and this wait for each other at the rows of the states.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",)).select_related("enrolment").get(pk=registration.pk)
    )
    if registration.enrolment.withdrawn_at:
        raise StudyWithdrawn
    older = Launch.objects.filter(registration=registration, closed_at=None)
    older.update(closed_at=at)
    last = registration.launches.order_by("-pk").first()
    if last:
        Launch.objects.filter(pk=last.pk).update(sequencing=None)
    launch = Launch.objects.create(
        registration=registration, opened_at=at, sequencing=last.sequencing if last else None
    )
    _hand_over(registration, launch)
    wish = selectors.wish_of(registration.enrolment.version_id, registration.unit_id)
    if wish.done_when == "opened":
        _note_whole(registration, Verdict(), wish, at)
    return launch


def renew_launch(*, enrolment: Enrolment, unit: Unit | UnitOutline, launch: UUID, at: datetime) -> bool:
    """Have the token of a window live on while it is in front of the learner; whether it is theirs and open."""
    own = Launch.objects.filter(registration__enrolment=enrolment, registration__unit=unit.id, number=launch)
    return bool(own.filter(closed_at=None).update(renewed_at=at))


def _hand_over(registration: Registration, launch: Launch) -> None:
    activities = Activity.objects.filter(package=registration.package_id).values_list("pk", flat=True)
    ActivityState.objects.bulk_create(
        [ActivityState(registration=registration, activity_id=pk) for pk in activities], ignore_conflicts=True
    )
    states = ActivityState.objects.filter(registration=registration)
    states.update(launch=launch, sequence=0, slim_sequence=0, seconds_before=F("seconds"))
    for state in states.exclude(slim=None):
        state.data, state.slim = {"cmi": scorm.merged(state.data.get("cmi", {}), state.slim)}, None
        state.save(update_fields=["data", "slim"])


def commit(*, launch: UUID, save: Save, at: datetime) -> Saved:
    """Keep one save of the player; one that came late or twice changes nothing.

    `at` is an aware moment, not later than now. Raises ActivityElsewhere, OpenedElsewhere, StudyCompleted,
    StudyWithdrawn, SaveMalformed, SaveBusy; then nothing has changed.
    """
    for _try in range(TRIES):
        found = selectors.saving(launch, save.activity)
        if found is None:
            raise ActivityElsewhere
        check_may_save(found)
        terms = selectors.package_terms(found.package_id)
        if not _is_news(found, save):
            return Saved(False, _part(found, {}), *_standing(found))
        wish = selectors.wish_of(found.version_id, found.unit_id)
        verdict = judging.verdict_of_save(terms, wish, save)
        course = judging.verdict_of_course(terms, wish, save)
        changes = _changes(found, terms, save, verdict, at)
        if _reaches(found, verdict) or (course and _reaches_whole(found, course)):
            standing = _save_with_roll_up(found, terms, wish, changes, course, save, at)
        else:
            standing = _standing(found) if _keep(found, changes, save) else None
        if standing:
            return Saved(True, _part(found, changes), *standing)
    raise SaveBusy


def note_verdict(*, launch: UUID, activity: int, verdict: Verdict, at: datetime) -> Saved:
    """Note what an activity came to that keeps no cmi (H5P). Raises as `commit` does."""
    found = selectors.saving(launch, activity)
    if found is None:
        raise ActivityElsewhere
    check_may_save(found)
    terms, wish = selectors.package_terms(found.package_id), selectors.wish_of(found.version_id, found.unit_id)
    if not _reaches(found, verdict):
        return Saved(False, _part(found, {}), *_standing(found))
    with transaction.atomic():
        registration = _locked(found.registration_id)
        state = ActivityState.objects.select_for_update().get(pk=found.state_id)
        changes = _progress(state, verdict, at)
        ActivityState.objects.filter(pk=state.pk).update(saved_at=at, **changes)
        return Saved(True, _part(found, changes), *_roll_up(registration, terms, wish, None, at))


@transaction.atomic
def note_course(*, registration: Registration, parts: Mapping[int, Verdict], whole: Verdict, at: datetime) -> None:
    """Note what a cmi5 course has come to, which is judged by what its units say: `parts` by activity, and the whole.

    The windows of the player have no say in it. Raises StudyWithdrawn.
    """
    registration = _locked(registration.pk)
    missing = [ActivityState(registration=registration, activity_id=activity) for activity in parts]
    ActivityState.objects.bulk_create(missing, ignore_conflicts=True)
    for state in ActivityState.objects.filter(registration=registration, activity__in=parts):
        new = _progress(state, parts[state.activity_id], at)
        ActivityState.objects.filter(pk=state.pk).update(saved_at=at, **new)
    wish = selectors.wish_of(registration.enrolment.version_id, registration.unit_id)
    _note_whole(registration, whole, wish, at)


def prune_commits(*, at: datetime | None = None) -> int:
    """Drop saves of the log that are too old to explain anything; how many. `at` None is now."""
    return Commit.objects.filter(received_at__lt=(at or timezone.now()) - COMMITS_KEPT).delete()[0]


def check_may_save(found: Saving) -> None:
    """Raises OpenedElsewhere, StudyCompleted, StudyWithdrawn."""
    if found.withdrawn_at or not found.is_active:
        raise StudyWithdrawn
    if found.closed_at or found.owner_id != found.launch_id:
        raise OpenedElsewhere
    # What a window saves that was open when the study was completed, perhaps by it, is still taken.
    if found.study_completed_at and found.study_completed_at < found.launched_at:
        raise StudyCompleted


def _is_news(found: Saving, save: Save) -> bool:
    """A full save that was overtaken by slim ones is news still: it is laid below them."""
    if save.is_slim:
        return save.sequence > max(found.sequence, found.slim_sequence)
    return save.sequence > found.sequence and save.sequence != found.slim_sequence


def _changes(found: Saving, terms: PackageTerms, save: Save, verdict: Verdict, at: datetime) -> dict[str, Any]:
    reported = save.earlier_s + scorm.session_seconds(terms.kind, save.cmi)
    by_clock = max(0, int((at - found.launched_at).total_seconds()))
    changes = {
        "seconds": max(found.seconds, found.seconds_before + min(reported, by_clock)),
        "saved_at": at,
        **_progress(found, verdict, at),
    }
    if save.is_slim:
        return changes | {"slim": dict(save.cmi), "slim_sequence": save.sequence}
    if save.sequence > found.slim_sequence:
        changes |= {"slim": None}
    return changes | {"data": {"cmi": save.cmi}, "sequence": save.sequence}


def _progress(before: Saving | ActivityState | Registration, verdict: Verdict, at: datetime) -> dict[str, Any]:
    """Only what is new; what was reached before stays as it is."""
    new: dict[str, Any] = {}
    if verdict.is_completed and before.completed_at is None:
        new["completed_at"] = at
    if verdict.passed is True and before.passed_at is None:
        new["passed_at"] = at
    if verdict.passed is False and before.failed_at is None:
        new["failed_at"] = at
    if _is_better(verdict.score, before.best_score):
        new["best_score"] = verdict.score
    return new


def _is_better(score: Decimal | None, best: Decimal | None) -> bool:
    return score is not None and (best is None or score > best)


def _reaches(found: Saving, verdict: Verdict) -> bool:
    return bool(_progress(found, verdict, found.launched_at))


def _reaches_whole(found: Saving, course: Verdict) -> bool:
    """What sequencing says of the whole may grow without any growth of the activity saved."""
    return (
        (course.is_completed and found.whole_completed_at is None)
        or (course.passed is True and found.whole_passed_at is None)
        or (course.passed is False and found.whole_failed_at is None)
        or _is_better(course.score, found.whole_score)
    )


def _keep(found: Saving, changes: dict[str, Any], save: Save) -> bool:
    """Change the state unless somebody else did since it was read. The tree goes first: the state acknowledges."""
    if save.sequencing is not None:
        tree = Launch.objects.filter(pk=found.launch_id, closed_at=None, sequenced__lt=save.sequence)
        tree.update(sequencing=save.sequencing, sequenced=save.sequence)
    return writing.keep(found, changes, save)


@transaction.atomic
def _save_with_roll_up(
    found: Saving,
    terms: PackageTerms,
    wish: Wish,
    changes: dict[str, Any],
    course: Verdict | None,
    save: Save,
    at: datetime,
) -> Standing | None:
    registration = _locked(found.registration_id)
    return _roll_up(registration, terms, wish, course, at) if _keep(found, changes, save) else None


def _locked(registration_id: int) -> Registration:
    """Two activities that are finished at once see each other, and opening a window waits."""
    rows = Registration.objects.select_for_update(of=("self",)).select_related("enrolment")
    return rows.get(pk=registration_id)


def _roll_up(
    registration: Registration, terms: PackageTerms, wish: Wish, course: Verdict | None, at: datetime
) -> Standing:
    parts = selectors.whole_of(registration.pk, terms.counted)
    return _note_whole(registration, _with_score(course, parts, wish) if course else all_of(parts), wish, at)


def _note_whole(registration: Registration, whole: Verdict, wish: Wish, at: datetime) -> Standing:
    """Note what the whole has come to, and finish the unit once that is what the editor asks for.

    The registration is locked, so nothing of it has changed since it was read.
    """
    new = _progress(registration, whole, at)
    for name, value in new.items():
        setattr(registration, name, value)
    reached = _reached(registration)
    is_newly_done = registration.done_at is None and wish.is_met(reached)
    if is_newly_done:
        new["done_at"] = registration.done_at = at
    if new:
        registration.save(update_fields=[*new])
    if is_newly_done:
        _finish_unit(registration, at)
    return reached, registration.done_at is not None


def _with_score(course: Verdict, parts: list[Verdict], wish: Wish) -> Verdict:
    """A package whose root has no measure is judged by the scores of its parts."""
    if course.score is not None:
        return course
    return wish.judge(replace(course, score=mean_score(parts)), is_final=course.is_completed)


def _finish_unit(registration: Registration, at: datetime) -> None:
    enrolment = registration.enrolment
    try:
        finish_unit(enrolment=enrolment, unit=selectors.unit_of(enrolment.version_id, registration.unit_id), at=at)
    except EnrolmentClosed as closed:
        raise StudyWithdrawn from closed


def _reached(registration: Registration) -> Verdict:
    return verdict_of(
        registration.completed_at, registration.passed_at, registration.failed_at, registration.best_score
    )


def _part(found: Saving, changes: dict[str, Any]) -> Verdict:
    names = ("completed_at", "passed_at", "failed_at", "best_score")
    return verdict_of(*(changes.get(name, getattr(found, name)) for name in names))


def _standing(found: Saving) -> Standing:
    whole = verdict_of(found.whole_completed_at, found.whole_passed_at, found.whole_failed_at, found.whole_score)
    return whole, found.done_at is not None
