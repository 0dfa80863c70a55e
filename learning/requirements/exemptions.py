"""Exempting a person from a programme for a while, and ending that."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from courses.models import Course
from learning.coverage.services import mark_person_dirty
from learning.errors import ExemptAlready
from learning.people.models import Institution, User
from learning.records.models import AuditEvent
from learning.requirements.models import Exemption


@transaction.atomic
def exempt(
    *,
    user: User,
    course: Course,
    institution: Institution,
    reason: str,
    starts_on: date,
    ends_on: date | None,
    by: User,
) -> Exemption:
    """Exempt the person's posts at this institution and below it, both days included; None has no end.

    Raises ExemptAlready, also when asked twice.
    """
    # Two requests for the same person take turns, so that the second sees what the first wrote.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    theirs = Exemption.objects.filter(user=user, course=course, institution=institution)
    overlapping = theirs.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lte=ends_on)
    if overlapping.exists():
        raise ExemptAlready
    exemption = Exemption.objects.create(
        user=user,
        course=course,
        institution=institution,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=by,
    )
    _record("exempted", user, course, institution, by, starts_on=str(starts_on), ends_on=str(ends_on or ""))
    return exemption


@transaction.atomic
def end_exemption(*, user: User, course: Course, institution: Institution, first_day_back: date, by: User) -> int:
    """From that day on the person is asked again; say how many exemptions that cut short or called off."""
    running = Exemption.objects.filter(user=user, course=course, institution=institution).filter(
        Q(ends_on=None) | Q(ends_on__gte=first_day_back)
    )
    if ended := running.update(ends_on=first_day_back - timedelta(days=1)):
        _record("exemption-ended", user, course, institution, by, first_day_back=str(first_day_back))
    return ended


def _record(action: str, user: User, course: Course, institution: Institution, by: User, **days: str) -> None:
    mark_person_dirty(user)
    AuditEvent.objects.create(
        actor=by,
        action=action,
        institution=institution,
        subject=str(user.number),
        facts={"course": course.key, **days},
    )
