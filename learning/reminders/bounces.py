"""What other mail servers say of our letters (RFC 3464): came back, or delivered. Anything else is passed over."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from learning.reminders.models import Reminder, ReminderLetter

State = ReminderLetter.State
# A report of a mail server is small; what is larger is something else.
MOST_BYTES = 2 * 1024 * 1024
OURS = re.compile(r"<reminder-([0-9a-f-]{36})@", re.IGNORECASE)
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
OUTCOMES = {"failed": State.BOUNCED, "delivered": State.DELIVERED}
# The first word counts: a delivery told after a bounce is of a copy somewhere else.
BEFORE = (State.SENDING, State.SENT, State.UNSURE)


@dataclass(frozen=True, slots=True)
class Report:
    """One report about one of our letters."""

    number: UUID
    state: str
    status_code: str


def mails_in(path: Path) -> Iterator[bytes]:
    """The mails of a file: a single one, or many in mbox form. What is too long for a report is left out."""
    with path.open("rb") as file:
        is_many = file.read(5) == b"From "
    if not is_many:
        if path.stat().st_size <= MOST_BYTES:
            yield path.read_bytes()
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as file:
                content = file.read(MOST_BYTES + 1)
            if len(content) <= MOST_BYTES:
                yield content
    finally:
        box.close()


def report_in(content: bytes) -> Report | None:
    """What a mail reports of one of our letters. None: it reports nothing, nothing final, or of somebody else's."""
    message = message_from_bytes(content, policy=policy.compat32)
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(message.walk())
    told = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    number = next(filter(None, map(_letter_in, parts)), None)
    if told is None or number is None:
        return None
    for block in told.get_payload() if told.is_multipart() else ():
        state = OUTCOMES.get(str(block.get("Action", "")).split("(")[0].strip().lower())
        if state:
            found = STATUS.search(str(block.get("Status", "")))
            return Report(number, state, found[1] if found else "")
    return None


def _letter_in(part: Message) -> UUID | None:
    """Whose letter was returned: by the id of the message that the report encloses, whole or its headers alone."""
    if part.get_content_type() not in ("message/rfc822", "text/rfc822-headers"):
        return None
    if part.is_multipart():
        named = [str(enclosed.get("Message-ID", "")) for enclosed in part.get_payload()]
    else:
        headers = message_from_bytes(part.get_payload(decode=True) or b"", policy=policy.compat32)
        named = [str(headers.get("Message-ID", ""))]
    found = next(filter(None, map(OURS.search, named)), None)
    try:
        return UUID(found[1]) if found else None
    except ValueError:
        return None


@transaction.atomic
def note(report: Report) -> bool:
    """Write the report down, once. False when the letter is not known or its end is known already."""
    letters = ReminderLetter.objects.filter(number=report.number, state__in=BEFORE)
    noted = letters.update(state=report.state, status_code=report.status_code, answered_at=timezone.now())
    if noted:
        lines = Reminder.objects.filter(letter__number=report.number).exclude(state=Reminder.State.SKIPPED)
        lines.update(state=report.state)
    return bool(noted)
