"""Units done together: confirmed for those who were there, and taken back when that was wrong."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import Unit
from courses.selectors import outline
from learning.coverage.services import mark_person_dirty
from learning.errors import EnrolmentClosed
from learning.gatherings import seats
from learning.gatherings.errors import MarkStays, NotBegun
from learning.gatherings.models import GroupSession, MarkWithdrawal, Seat, UnitMark
from learning.people.models import User
from learning.records.form_of_study import ON_SITE_KINDS
from learning.records.models import UnitState
from learning.records.services import finish_unit
from learning.requirements.models import Enrolment
from learning.requirements.paths import units_on


def confirm(*, session: GroupSession, units: Iterable[Unit], by: User, at: datetime) -> int:
    """Mark the units done for everyone who is present, and say for how many people that was confirmed.

    A unit somebody has done before stays as it was; quizzes and packages are never marked. Each person's marks are
    one transaction, and a certificate follows when the last unit was among them. Called twice, nothing changes; called
    again after somebody else was signed in, it marks for that person. Nobody confirms for themselves: whoever leads and
    takes part is left to another. Raises NotBegun.
    """
    if not session.may_confirm(at=at):
        raise NotBegun
    keys = frozenset(unit.key for unit in units if unit.kind in ON_SITE_KINDS)
    held = GroupSession.objects.planned().filter(pk=session.pk)
    if held.update(state=GroupSession.State.HELD):
        seats.note("session-held", session, by)
    present = session.seats.filter(state=Seat.State.ATTENDED).exclude(user=by).select_related("user").order_by("pk")
    return sum(_confirm(seat, session, keys, by, at) for seat in present)


@transaction.atomic
def take_back(*, seat: Seat, by: User, at: datetime) -> int:
    """Withdraw what was marked for this person today, and say how many units that was.

    Raises MarkStays when a mark is of an earlier day or a completion followed.
    """
    Seat.objects.filter(pk=seat.pk).update(confirmed_at=F("confirmed_at"))
    marks = list(seat.marks.filter(withdrawal=None).select_related("enrolment"))
    for mark in marks:
        is_open = Enrolment.objects.open().filter(pk=mark.enrolment_id).update(started_at=F("started_at"))
        if not is_open or timezone.localdate(mark.marked_at) != timezone.localdate(at):
            raise MarkStays
        UnitState.objects.filter(enrolment=mark.enrolment_id, unit=mark.unit_id, done_at=mark.marked_at).update(
            done_at=None, on_site=False
        )
    MarkWithdrawal.objects.bulk_create(MarkWithdrawal(mark=mark, withdrawn_at=at, withdrawn_by=by) for mark in marks)
    if Seat.objects.filter(pk=seat.pk).exclude(confirmed_at=None).update(confirmed_at=None):
        seats.note("session-marks-withdrawn", seat.session, by, subject=seat.user, units=len(marks))
    return len(marks)


@transaction.atomic
def _confirm(seat: Seat, session: GroupSession, keys: frozenset[str], by: User, at: datetime) -> bool:
    # The seat's row is taken first: nobody undoes the sign-in meanwhile, and two who confirm take turns.
    there = Seat.objects.filter(pk=seat.pk, state=Seat.State.ATTENDED)
    if not there.update(confirmed_at=Coalesce(F("confirmed_at"), at)):
        return False
    enrolment = Enrolment.objects.open().of(seat.user).filter(course_id=session.course_id).first()
    if enrolment is None:
        return True
    marks = []
    try:
        for unit in units_on(enrolment.path, outline(enrolment.version_id, settings.LANGUAGE_CODE)):
            if unit.key not in keys or unit.kind not in ON_SITE_KINDS:
                continue
            if finish_unit(enrolment=enrolment, unit=unit, at=at, on_site=session.is_on_site).is_new:
                marks.append(UnitMark(seat=seat, enrolment=enrolment, unit_id=unit.id, marked_at=at, marked_by=by))
    except EnrolmentClosed:
        # Withdrawn by another request since: what is marked of it stands.
        pass
    UnitMark.objects.bulk_create(marks)
    if marks:
        mark_person_dirty(seat.user)
        seats.note("session-units-marked", session, by, subject=seat.user, units=len(marks))
    return True
