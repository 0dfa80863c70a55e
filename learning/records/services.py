"""Every step of a learner, written as it happens, and the completion that follows from the last one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from cms.i18n import texts_of
from courses.models import ACADEMIC_HOUR_MINUTES, Unit
from courses.selectors import UnitOutline, outline
from learning.coverage.services import mark_dirty, mark_person_dirty
from learning.errors import EnrolmentClosed, NotOnSite, UnitElsewhere, UnitsMissing
from learning.people.models import Institution, Membership, User
from learning.records.form_of_study import ON_SITE_KINDS, form_of_study
from learning.records.models import Completion, UnitState
from learning.records.validity import valid_until
from learning.requirements.models import Enrolment
from learning.requirements.paths import units_on
from learning.requirements.selectors import last_completions, period_of
from learning.signals import course_completed

AnyUnit = Unit | UnitOutline


@dataclass(frozen=True, slots=True)
class Finished:
    """What finishing a unit came to. `completion` is there when this call completed the whole."""

    is_new: bool
    completion: Completion | None = None


def open_unit(*, enrolment: Enrolment, unit: AnyUnit, at: datetime) -> None:
    """Note that the unit was opened; on a study that is closed nothing is noted.

    Statements that each stand alone: together they cost less than a transaction, and any of them may be repeated.
    Raises UnitElsewhere.
    """
    _check_belongs(enrolment, unit)
    if not enrolment.is_open:
        return
    _note_opened(enrolment, unit, at)
    _start_once(enrolment, at)


def save_position(*, enrolment: Enrolment, unit: AnyUnit, block: int, at: datetime) -> None:
    """Keep the place where reading goes on: the block last read, counted from 0. Raises UnitElsewhere."""
    _check_belongs(enrolment, unit)
    if enrolment.is_open:
        _note_opened(enrolment, unit, at, block=block)
        _start_once(enrolment, at)


def save_check(
    *, enrolment: Enrolment, unit: AnyUnit, block: int, chosen: Sequence[int], sequence: int, at: datetime
) -> int:
    """Keep the answer to a knowledge check, unless a later one was kept before; the sequence that is kept now.

    `sequence` grows with every save of one check. It counts for nothing, so a completed study takes it too.
    Raises UnitElsewhere, EnrolmentClosed.
    """
    _check_belongs(enrolment, unit)
    if enrolment.withdrawn_at:
        raise EnrolmentClosed
    _start_once(enrolment, at)
    answer = {"chosen": sorted(set(chosen)), "sequence": sequence}
    state = UnitState.objects.filter(enrolment=enrolment, unit_id=unit.id)
    while True:
        answers = state.values_list("answers", flat=True).first()
        if answers is None:
            _note_opened(enrolment, unit, at)
            continue
        kept = answers.get(str(block), answer)
        if kept["sequence"] > sequence:
            return kept["sequence"]
        # Another window may have answered another check meanwhile: then look again.
        if state.filter(answers=answers).update(answers={**answers, str(block): answer}, seen_at=at):
            return sequence


@transaction.atomic
def finish_unit(*, enrolment: Enrolment, unit: AnyUnit, at: datetime, on_site: bool = False) -> Finished:
    """Note that the unit is done, and complete the whole when it was the last required one.

    Called twice, the second call changes nothing. On a completed study nothing is noted either. `at` is an aware
    moment, not later than now; `on_site`: in a room with a facilitator. Raises UnitElsewhere, EnrolmentClosed,
    NotOnSite.
    """
    _check_belongs(enrolment, unit)
    if on_site and unit.kind not in ON_SITE_KINDS:
        raise NotOnSite
    # The row of the enrolment is taken first, so two requests that finish its last two units see each other.
    if not _start(enrolment, at):
        if Enrolment.objects.filter(pk=enrolment.pk, completed_at=None).exists():
            raise EnrolmentClosed
        return Finished(is_new=False)
    state = UnitState(enrolment=enrolment, unit_id=unit.id, opened_at=at, seen_at=at)
    UnitState.objects.bulk_create([state], ignore_conflicts=True)
    undone = UnitState.objects.filter(enrolment=enrolment, unit_id=unit.id, done_at=None)
    is_new = bool(undone.update(done_at=at, seen_at=at, on_site=on_site))
    done = _done(enrolment)
    return Finished(is_new, None if _missing(enrolment, done) else _complete(enrolment, at, done))


@transaction.atomic
def record_completion(*, enrolment: Enrolment, at: datetime) -> Completion | None:
    """Close the enrolment and keep the proof; in the same transaction the apps above do their part.

    `at` is an aware moment, not later than now. Returns None when another request closed it first, or it was
    withdrawn. Raises UnitsMissing when required units are not done.
    """
    done = _done(enrolment)
    if missing := _missing(enrolment, done):
        raise UnitsMissing(missing)
    return _complete(enrolment, at, done)


def _complete(enrolment: Enrolment, at: datetime, done: Mapping[int, bool]) -> Completion | None:
    if not Enrolment.objects.open().filter(pk=enrolment.pk).update(completed_at=at):
        return None
    enrolment = Enrolment.objects.select_related("user", "version", "institution").get(pk=enrolment.pk)
    on = timezone.localdate(at)
    renewed = last_completions(enrolment.user, on=on).get(enrolment.course_id)
    kind, valid_from, last_day = _validity(enrolment, renewed, on)
    completion = Completion.objects.create(
        user=enrolment.user,
        course_id=enrolment.course_id,
        version=enrolment.version,
        enrolment=enrolment,
        kind=kind,
        started_on=timezone.localdate(enrolment.started_at or at),
        completed_at=at,
        completed_on=on,
        valid_from=valid_from,
        valid_until=last_day,
        renews=renewed,
        evidence=_evidence(enrolment, on, done),
    )
    mark_person_dirty(enrolment.user)
    course_completed.send(sender=Completion, completion=completion)
    return completion


def units_missing(enrolment: Enrolment) -> frozenset[int]:
    """Ids of the required units on the enrolment's path that are not done."""
    return _missing(enrolment, _done(enrolment))


def _done(enrolment: Enrolment) -> dict[int, bool]:
    """By unit done, whether it was done in a room with a facilitator."""
    done = UnitState.objects.filter(enrolment=enrolment).exclude(done_at=None)
    return dict(done.values_list("unit_id", "on_site"))


def _missing(enrolment: Enrolment, done: Mapping[int, bool]) -> frozenset[int]:
    return frozenset({unit.id for unit in _units(enrolment) if unit.required}.difference(done))


def _units(enrolment: Enrolment) -> tuple[UnitOutline, ...]:
    return units_on(enrolment.path, outline(enrolment.version_id, settings.LANGUAGE_CODE))


def _check_belongs(enrolment: Enrolment, unit: AnyUnit) -> None:
    if all(own.id != unit.id for own in _units(enrolment)):
        raise UnitElsewhere


def _note_opened(enrolment: Enrolment, unit: AnyUnit, at: datetime, **place: int) -> None:
    """One statement: a row for a unit opened for the first time, the moment (and place) of this visit in any case."""
    UnitState.objects.bulk_create(
        [UnitState(enrolment=enrolment, unit_id=unit.id, opened_at=at, seen_at=at, **place)],
        update_conflicts=True,
        update_fields=["seen_at", *place],
        unique_fields=["enrolment", "unit"],
    )


def _start_once(enrolment: Enrolment, at: datetime) -> None:
    """Whatever is kept of a study, its row says that it began: a reader relies on it."""
    if enrolment.started_at is None and _start(enrolment, at) and enrolment.institution_id:
        mark_dirty([enrolment.institution_id])


def _start(enrolment: Enrolment, at: datetime) -> bool:
    """Note when study began, once. False when the study is closed."""
    study = Enrolment.objects.open().filter(pk=enrolment.pk)
    return bool(study.update(started_at=Coalesce(F("started_at"), at)))


def _validity(enrolment: Enrolment, renewed: Completion | None, on: date) -> tuple[str, date, date | None]:
    """Kind, first and last valid day of the completion of `enrolment` on that day."""
    if enrolment.path == Enrolment.Path.DELTA and renewed:
        # What changed keeps the days of the proof it belongs to, and cannot revive one that ran out meanwhile.
        last_day = renewed.valid_until
        return Completion.Kind.DELTA, on if last_day is None else min(on, last_day), last_day
    last_day = valid_until(
        completed_on=on, months=enrolment.version.validity_months, renewed=renewed and period_of(renewed)
    )
    return Completion.Kind.RENEWAL if renewed else Completion.Kind.FIRST, on, last_day


def _evidence(enrolment: Enrolment, on: date, done: Mapping[int, bool]) -> dict[str, object]:
    """What was true when the programme was completed; kept whatever becomes of the rows it came from."""
    required = [unit for unit in _units(enrolment) if unit.required]
    minutes = sum(unit.minutes for unit in required)
    on_site = frozenset(unit_id for unit_id, in_a_room in done.items() if in_a_room)
    post = _post(enrolment, on)
    institution = enrolment.institution or (post and post.institution)
    return {
        "holder": _holder(enrolment.user),
        "institution": institution and _institution(institution),
        "position": post
        and {"key": post.position.key, "law_point": post.position.law_point}
        | {"name": texts_of(post.position, "name")},
        "role": enrolment.role_key,
        "path": enrolment.path,
        "form": form_of_study(required, on_site),
        "minutes": minutes,
        "academic_hours": round(minutes / ACADEMIC_HOUR_MINUTES, 1),
    }


def _post(enrolment: Enrolment, on: date) -> Membership | None:
    """The post held that day in the institution that asked for the study, else the one held longest."""
    posts = enrolment.user.memberships.employed(on=on).select_related("institution", "position")
    return min(
        posts.order_by("starts_on", "pk"),
        key=lambda post: post.institution_id != enrolment.institution_id,
        default=None,
    )


def _holder(user: User) -> dict[str, str]:
    return {"number": str(user.number), "first_name": user.first_name, "last_name": user.last_name}


def _institution(institution: Institution) -> dict[str, str]:
    return {
        "code": institution.code,
        "name": institution.name,
        "registration_number": institution.registration_number,
    }
