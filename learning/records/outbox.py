"""Work promised in a transaction and done after it. A promise is kept at least once; handlers bear a second call."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from learning.records.models import OutboxMessage

log = logging.getLogger(__name__)

Handler = Callable[[dict], None]

# Topic -> what keeps its promises, given the payload. Apps add theirs when they start.
handlers: dict[str, Handler] = {}

# A worker that dies gives its message back when the lease ends.
LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
BATCH = 100

_is_hushed: ContextVar[bool] = ContextVar("outbox_is_hushed", default=False)


def promise(*, topic: str, key: str, payload: dict, not_before: datetime | None = None, wake: bool = True) -> None:
    """Write down work for after the commit; the same `topic` and `key` are written once.

    `payload` holds ids and plain values, nothing personal.
    `wake` False leaves the message to the sweeper: for bulk work that no one waits for.
    """
    promise_many(topic=topic, payloads={key: payload}, not_before=not_before, wake=wake)


def promise_many(
    *, topic: str, payloads: Mapping[str, dict], not_before: datetime | None = None, wake: bool = True
) -> None:
    """The same for many keys at once."""
    now = timezone.now()
    due = not_before or now
    OutboxMessage.objects.bulk_create(
        (
            OutboxMessage(topic=topic, key=key, payload=payload, created_at=now, not_before=due)
            for key, payload in payloads.items()
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    if not wake or due > now or _is_hushed.get():
        return
    # Imported late: tasks imports this module.
    from learning.tasks import deliver

    for key in payloads:
        # Robust: with the broker gone the promise still stands, and the sweeper finds it. Django names what it called
        # when that broke, and a partial has no name.
        transaction.on_commit(lambda key=key: deliver.delay(topic, key), robust=True)


@contextmanager
def hushed() -> Iterator[None]:
    """Promises made inside are left to the sweeper: for bulk work, whoever makes them."""
    token = _is_hushed.set(True)
    try:
        yield
    finally:
        _is_hushed.reset(token)


def deliver(*, topic: str, key: str) -> bool:
    """Keep one promise now, if it still waits. True when it was kept by this call."""
    message = OutboxMessage.objects.waiting().filter(topic=topic, key=key).first()
    return message is not None and _keep(message) is True


def sweep(*, limit: int | None = None) -> tuple[int, int]:
    """Keep every promise that is due, oldest first, and say how many were kept and how many were put off."""
    kept = put_off = 0
    while limit is None or kept + put_off < limit:
        waiting = list(OutboxMessage.objects.waiting().order_by("not_before", "pk")[:BATCH])
        if not waiting:
            break
        for message in waiting[: limit and limit - kept - put_off]:
            outcome = _keep(message)
            kept += outcome is True
            put_off += outcome is False
    return kept, put_off


def _keep(message: OutboxMessage) -> bool | None:
    """Lease the message, do the work, note the outcome. None: somebody else has it; False: put off."""
    now = timezone.now()
    leased = OutboxMessage.objects.filter(pk=message.pk, done_at=None, not_before=message.not_before).update(
        not_before=now + LEASE, attempts=F("attempts") + 1
    )
    if not leased:
        return None
    try:
        handlers[message.topic](message.payload)
    except Exception as problem:
        # The outermost edge: whatever a handler met, its message must survive it.
        _put_off(message, type(problem).__name__)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(done_at=timezone.now(), problem="")
    return True


def _put_off(message: OutboxMessage, problem: str) -> None:
    """Try again later, each time after twice the pause. Only the kind of problem is kept: texts may hold addresses."""
    pause = min(FIRST_RETRY * 2**message.attempts, LONGEST_RETRY)
    OutboxMessage.objects.filter(pk=message.pk).update(not_before=timezone.now() + pause, problem=problem)
    log.warning("outbox message put off id=%s topic=%s problem=%s", message.pk, message.topic, problem)
