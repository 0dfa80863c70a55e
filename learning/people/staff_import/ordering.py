"""Large lists are applied after the request, by a worker; with no broker that is within the request."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from learning.errors import LearningError
from learning.people.models import User
from learning.records import outbox

from . import services
from .errors import AlreadyDone, ListMoved, MassLeaving, RowsWrong
from .models import StaffImport

TOPIC = "staff-import"
# Lists up to this size are saved while the officer waits: about a second.
LARGE_ROWS = 1_000
PROGRESS_KEPT_S = 3_600
REFUSALS: dict[str, type[LearningError]] = {kind.__name__: kind for kind in (RowsWrong, MassLeaving, ListMoved)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the background gave a list back."""

    message: str


def is_large(staff_import: StaffImport) -> bool:
    return staff_import.row_count > LARGE_ROWS


@transaction.atomic
def order(*, staff_import: StaffImport, on: date, by: User, fingerprint: str, permissions: dict[str, bool]) -> None:
    """Leave a list to the background as it was shown on a day. Raises AlreadyDone."""
    said = {"on": on.isoformat(), "by": by.pk, "fingerprint": fingerprint, "permissions": permissions}
    waiting = StaffImport.objects.waiting().filter(pk=staff_import.pk)
    if not waiting.update(state=StaffImport.State.ORDERED, order=said, refusal=""):
        raise AlreadyDone
    cache.delete(_key(staff_import.pk))
    # A list that was given back may be ordered again, and a promise is written once for a key.
    key = f"{staff_import.number}-{timezone.now().timestamp():.6f}"
    outbox.promise(topic=TOPIC, key=key, payload={"staff_import": staff_import.pk})


def carry_out(payload: dict) -> None:
    """Apply an ordered list; give it back to the officer when it cannot be applied any more. Bears a second call."""
    staff_import = StaffImport.objects.get(pk=payload["staff_import"])
    if staff_import.state != StaffImport.State.ORDERED:
        return
    said = staff_import.order
    try:
        services.confirm(
            staff_import=staff_import,
            on=date.fromisoformat(said["on"]),
            by=User.objects.get(pk=said["by"]),
            fingerprint=said["fingerprint"],
            state=StaffImport.State.ORDERED,
            progress=lambda percent: cache.set(_key(staff_import.pk), percent, PROGRESS_KEPT_S),
            **said["permissions"],
        )
    except AlreadyDone:
        return
    except tuple(REFUSALS.values()) as refusal:
        given_back = StaffImport.objects.under_way().filter(pk=staff_import.pk)
        given_back.update(state=StaffImport.State.WAITING, order=None, refusal=type(refusal).__name__)


def percent_of(staff_import: StaffImport) -> int:
    """How far the work is. Workers on other machines are heard through the shared cache, where there is one."""
    return cache.get(_key(staff_import.pk), 0)


def refusal_of(staff_import: StaffImport) -> Refusal | None:
    """Why the list came back, for its page."""
    kind = REFUSALS.get(staff_import.refusal)
    return Refusal(str(kind.message)) if kind else None


def _key(pk: int) -> str:
    return f"staff-import-{pk}"
