"""Leave of absence: who is away is not asked meanwhile, and deadlines stand still."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from learning.coverage.services import mark_person_dirty
from learning.errors import OnLeaveAlready
from learning.people.models import Institution, User
from learning.records.models import AuditEvent
from learning.requirements.asking import enrol_required
from learning.requirements.models import Leave


@transaction.atomic
def grant(
    *, user: User, institution: Institution, kind: str, starts_on: date, ends_on: date | None, by: User | None
) -> Leave:
    """Leave from the person's posts at this institution and below it, both days included; None has no end yet.

    Raises OnLeaveAlready when some of the days are leave from any of these posts already, also when asked twice.
    """
    # Two requests for the same person take turns, so that the second sees what the first wrote.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    overlapping = Leave.objects.filter(user=user).filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lte=ends_on)
    paths = overlapping.values_list("institution__path", flat=True)
    if any(path.startswith(institution.path) or institution.path.startswith(path) for path in paths):
        raise OnLeaveAlready
    leave = Leave.objects.create(
        user=user, institution=institution, kind=kind, starts_on=starts_on, ends_on=ends_on, created_by=by
    )
    _record("leave-granted", leave, by, starts_on=str(starts_on), ends_on=str(ends_on or ""))
    return leave


@transaction.atomic
def end(*, leave: Leave, first_day_back: date, by: User | None) -> bool:
    """The person is back from that day on; False when the leave was over by then.

    Leave that has not begun by then is called off and leaves no row.
    """
    running = Leave.objects.filter(pk=leave.pk).filter(Q(ends_on=None) | Q(ends_on__gte=first_day_back))
    if first_day_back <= leave.starts_on:
        ended, _ = running.delete()
    else:
        ended = running.update(ends_on=first_day_back - timedelta(days=1))
    if ended:
        _record("leave-ended", leave, by, first_day_back=str(first_day_back))
    return bool(ended)


def _record(action: str, leave: Leave, by: User | None, **days: str) -> None:
    enrol_required(on=timezone.localdate(), users=[leave.user])
    mark_person_dirty(leave.user)
    AuditEvent.objects.create(
        actor=by,
        action=action,
        institution=leave.institution,
        subject=str(leave.user.number),
        facts={"kind": leave.kind, **days},
    )
