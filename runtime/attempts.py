"""Taking a package again from nothing: another registration, beside those before it, which stay as they are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.models import Package, Unit
from courses.selectors import UnitOutline
from learning.models import Enrolment
from runtime import selectors
from runtime.cmi5 import sessions
from runtime.errors import NotAgain
from runtime.models import ActivityState, Launch, Registration


def may_begin_again(registration: Registration, unit: Unit | UnitOutline) -> bool:
    """Whoever has failed may, as often as they like; whoever has finished, where the editor lets them.

    `unit` is that of the registration. On a study that is closed nothing more is recorded, so nobody begins anew.
    """
    if not registration.enrolment.is_open:
        return False
    has_failed = registration.failed_at is not None and registration.passed_at is None
    return has_failed or (registration.done_at is not None and unit.settings.get("may_repeat", True))


@transaction.atomic
def begin_again(*, enrolment: Enrolment, unit: Unit | UnitOutline, after: int, at: datetime) -> Registration:
    """The attempt that follows number `after`, made when there is none; asked twice, there is one.

    Windows of the attempt before save no more; what it reached, and that the unit is done, stays. Raises NotAgain.
    """
    rows = Registration.objects.select_for_update(of=("self",)).select_related("enrolment", "package")
    before = rows.filter(enrolment=enrolment, unit_id=unit.id, attempt=after).first()
    if before is None:
        raise NotAgain
    newest = selectors.registration_of(enrolment, unit)
    if newest.attempt > after:
        return newest
    if not may_begin_again(before, unit):
        raise NotAgain
    _close(before, at)
    fields = {"package_id": before.package_id, "opened_at": at}
    wanted = {"enrolment": enrolment, "unit_id": unit.id, "attempt": after + 1}
    return Registration.objects.get_or_create(**wanted, defaults=fields)[0]


def _close(registration: Registration, at: datetime) -> None:
    Launch.objects.filter(registration=registration, closed_at=None).update(closed_at=at)
    ActivityState.objects.filter(registration=registration).update(launch=None)
    if registration.package.kind == Package.Kind.CMI5:
        sessions.abandon_all(study=registration, at=at)
