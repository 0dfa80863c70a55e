"""Copies of statements for stores elsewhere: one batch after another, each a promise in the outbox.

A batch is sent at least once; its statements carry their ids, so a store that has them already keeps them once.
"""

import base64
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from learning.models import AuditEvent, OutboxMessage, User
from learning.records import outbox
from lrs import anatomy, attachments, multipart, outbound
from lrs.models import Forwarder, Statement
from lrs.reading import parse, written
from lrs.sealing import seal, unseal
from lrs.selectors.consistency import consistent_through

TOPIC = "xapi-forward"
BATCH = 50
# What the store over there sets itself.
OF_THE_STORE = ("stored", "authority")
# It understood, and does not want this one: sending it again changes nothing.
REFUSALS = {400, 403, 404, 405, 409, 413, 415, 422}


class NotTaken(Exception):
    """The target did not take a batch now; the outbox tries again. The text is a status or a kind of problem."""


@transaction.atomic
def save_forwarder(*, forwarder: Forwarder, secret: str, from_now: bool, by: User | None) -> None:
    """Keep a new or changed target; an empty `secret` leaves the one that is there. Raises outbound.Unreachable."""
    outbound.endpoint_of(forwarder.endpoint)
    is_new = forwarder.pk is None
    if secret:
        forwarder.sealed_secret = seal(secret)
    if is_new:
        forwarder.created_by = by
        forwarder.sent_stored = timezone.now() if from_now else None
    forwarder.save()
    action = "xapi-forwarder-made" if is_new else "xapi-forwarder-changed"
    AuditEvent.objects.create(actor=by, action=action, subject=str(forwarder.pk), facts={"paused": forwarder.is_paused})


def promise_batches() -> int:
    """Promise the next batch of every target that lags and waits for none; how many were promised."""
    promised = 0
    for forwarder in Forwarder.objects.filter(is_paused=False):
        key = f"{forwarder.pk}/{forwarder.batch}"
        is_waiting = OutboxMessage.objects.filter(topic=TOPIC, key=key, done_at=None).exists()
        if not is_waiting and waiting(forwarder).exists():
            promised += _promise_next(forwarder)
    return promised


def waiting(forwarder: Forwarder) -> Any:
    """Statements that were not sent yet, in order."""
    rows = Statement.objects.filter(stored__lte=consistent_through()).order_by("stored", "pk")
    if forwarder.sent_stored:
        later = Q(stored__gt=forwarder.sent_stored) | Q(stored=forwarder.sent_stored, pk__gt=forwarder.sent_pk)
        rows = rows.filter(later, stored__gte=forwarder.sent_stored)
    return rows


@transaction.atomic
def _promise_next(forwarder: Forwarder) -> int:
    number = forwarder.batch + 1
    claimed = Forwarder.objects.filter(pk=forwarder.pk, batch=forwarder.batch).update(batch=number)
    if claimed:
        payload = {"forwarder": forwarder.pk, "batch": number}
        outbox.promise(topic=TOPIC, key=f"{forwarder.pk}/{number}", payload=payload)
    return claimed


def keep_promise(payload: dict[str, int]) -> None:
    """Send a batch. Raises NotTaken, so that the outbox tries again later and later."""
    forwarder = Forwarder.objects.filter(pk=payload["forwarder"], batch=payload["batch"], is_paused=False).first()
    # Paused, deleted or overtaken: the sweeper promises anew when there is something to send.
    if forwarder is None:
        return
    rows = list(waiting(forwarder)[:BATCH])
    if not rows:
        return
    try:
        refused = _send(forwarder, rows)
    except (outbound.Unreachable, NotTaken) as problem:
        Forwarder.objects.filter(pk=forwarder.pk).update(problem=str(problem)[:100])
        raise NotTaken(str(problem)) from problem
    _move_on(forwarder, rows, refused)


@transaction.atomic
def _move_on(forwarder: Forwarder, rows: Sequence[Statement], refused: int) -> None:
    last = rows[-1]
    moved = Forwarder.objects.filter(pk=forwarder.pk, batch=forwarder.batch).update(
        sent_stored=last.stored,
        sent_pk=last.pk,
        sent_count=F("sent_count") + len(rows) - refused,
        refused_count=F("refused_count") + refused,
        sent_at=timezone.now(),
        problem="",
    )
    if moved and len(rows) == BATCH:
        _promise_next(forwarder)


def _send(forwarder: Forwarder, rows: Sequence[Statement]) -> int:
    """How many of the statements the target refused for good. Raises NotTaken or Unreachable."""
    status = _post(forwarder, rows)
    if status in REFUSALS:
        if len(rows) == 1:
            return 1
        # One bad statement must not hold up the others.
        middle = len(rows) // 2
        return _send(forwarder, rows[:middle]) + _send(forwarder, rows[middle:])
    if not 200 <= status < 300:
        raise NotTaken(f"status {status}")
    return 0


def _post(forwarder: Forwarder, rows: Sequence[Statement]) -> int:
    nodes = [parse(row.body) for row in rows]
    is_second = any(node["version"].startswith("2.") for node in nodes)
    content = written([_bare(node) for node in nodes]).encode()
    content_type = "application/json"
    if files := _files(nodes):
        content, content_type = multipart.joined(content, files)
    headers = {
        "Content-Type": content_type,
        "X-Experience-API-Version": "2.0.0" if is_second else "1.0.3",
        **_authorization(forwarder),
    }
    return outbound.post(forwarder.endpoint, "statements", content=content, headers=headers)


def _bare(node: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in node.items() if name not in OF_THE_STORE}


def _files(nodes: Sequence[dict[str, Any]]) -> list[tuple[str, str, bytes]]:
    found = {one["sha2"]: one["contentType"] for node in nodes for one in anatomy.attachments(node)}
    read = ((content_type, sha2, attachments.read(sha2)) for sha2, content_type in found.items())
    return [(content_type, sha2, content) for content_type, sha2, content in read if content is not None]


def _authorization(forwarder: Forwarder) -> dict[str, str]:
    if not forwarder.key:
        return {}
    secret = unseal(forwarder.sealed_secret)
    if secret is None:
        raise NotTaken("secret unreadable")
    pair = base64.b64encode(f"{forwarder.key}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
