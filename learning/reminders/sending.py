"""Sending a planned letter: once, at a permitted hour, with what is still true.

A letter is claimed before the mail server hears of it and marked as sent after. Whoever is killed in between leaves it
claimed; nobody can know then whether it went out, so it is never sent again and the ledger says so.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from learning.records import outbox
from learning.reminders import letters
from learning.reminders.deciding import WEEK, Skip, Subject, is_full, is_late
from learning.reminders.facts import Page, obstacles_of, officers_at
from learning.reminders.models import Reminder, ReminderLetter
from learning.reminders.planning import TOPIC
from learning.reminders.policies import Policies
from learning.reminders.policy import HR, MANAGER, Policy, Step

log = logging.getLogger(__name__)

State = ReminderLetter.State
# Longer than any mail server is waited for.
CLAIM = timedelta(minutes=4)
LINES_AT_A_TIME = 500
# RFC 5321 4.2.3: mailbox unavailable, not local, its name not allowed. Other refusals are of us, not of the reader.
NO_MAILBOX = (550, 551, 553)


def send_letter(payload: dict) -> None:
    """Keep the promise of one letter. Raises what kept it from being sent, when it certainly was not."""
    now = timezone.now()
    letter = ReminderLetter.objects.select_related("recipient", "institution").get(pk=payload["letter"])
    if letter.state == State.SENDING and letter.claimed_at <= now - CLAIM:
        _settle(letter, State.UNSURE)
    if letter.state != State.PLANNED:
        return
    policy = Policies.around([letter.institution.path]).at(letter.institution.path)
    if not policy.is_open(timezone.localtime(now)):
        _wait(letter, policy, now)
        return
    if not ReminderLetter.objects.filter(pk=letter.pk, state=State.PLANNED).update(state=State.SENDING, claimed_at=now):
        return
    try:
        message = _message(letter, policy, now=now)
    except Exception:
        # Whatever it was, nothing has left yet.
        _give_back(letter)
        raise
    if message is not None:
        _hand_over(letter, message)


def _wait(letter: ReminderLetter, policy: Policy, now: datetime) -> None:
    """Promise it anew for the next permitted hour."""
    zone = timezone.get_current_timezone()
    moment = policy.next_moment(now, to=letter.to, zone=zone, turn=letter.institution_id)
    outbox.promise(
        topic=TOPIC,
        key=f"{letter.pk}@{moment:%Y%m%d%H%M}",
        payload={"letter": letter.pk},
        not_before=moment,
        wake=False,
    )


def _message(letter: ReminderLetter, policy: Policy, *, now: datetime) -> EmailMultiAlternatives | None:
    """The letter with the lines that still hold; None when none does, which the ledger then says."""
    on = timezone.localdate(now)
    obstacle = _obstacle(letter, policy, on)
    held = 0
    for lines in _pages(letter):
        reasons = {line.pk: obstacle or reason for line, reason in _judged(lines, letter, on)}
        for reason in set(filter(None, reasons.values())):
            those = [pk for pk, why in reasons.items() if why == reason]
            Reminder.objects.filter(pk__in=those).update(state=Reminder.State.SKIPPED, reason=reason)
        held += sum(not reason for reason in reasons.values())
    if not held:
        ReminderLetter.objects.filter(pk=letter.pk, state=State.SENDING).update(state=State.SKIPPED)
        return None
    message = letters.compose(letter, on=on)
    letter.address = message.to[0]
    letter.message_id = message.extra_headers["Message-ID"]
    ReminderLetter.objects.filter(pk=letter.pk).update(address=letter.address, message_id=letter.message_id)
    return message


def _pages(letter: ReminderLetter) -> Iterator[list[Reminder]]:
    last = 0
    planned = Reminder.objects.filter(letter=letter, state=Reminder.State.PLANNED).order_by("pk")
    while page := list(planned.filter(pk__gt=last).select_related("institution")[:LINES_AT_A_TIME]):
        last = page[-1].pk
        yield page


def _obstacle(letter: ReminderLetter, policy: Policy, on: date) -> str:
    """Why this reader gets nothing at all today."""
    if reason := obstacles_of([letter.recipient_id]).get(letter.recipient_id, Skip.LEFT):
        return reason
    others = ReminderLetter.objects.filter(
        recipient=letter.recipient_id, to=letter.to, sent_at__isnull=False, day__gt=on - WEEK * 2
    )
    sent = {timezone.localdate(at) for at in others.values_list("sent_at", flat=True)}
    return Skip.CAP if letter.to != HR and is_full(sent - {on}, on, per_week=policy.per_week) else ""


def _judged(lines: Sequence[Reminder], letter: ReminderLetter, on: date) -> Iterator[tuple[Reminder, str]]:
    """Each line with the reason why it no longer holds, "" when it does."""
    page = Page({line.user_id for line in lines}, on=on)
    policies = Policies.around({post.path for posts in page.posts.values() for post in posts})
    theirs = _theirs(letter, lines)
    for line in lines:
        known = page.subjects.get((line.kind, line.enrolment_id or line.completion_id))
        subject = Subject(
            kind=line.kind,
            pk=line.enrolment_id or line.completion_id,
            user_id=line.user_id,
            course_id=line.course_id,
            target_on=line.target_on,
            since=known.since if known else line.target_on,
        )
        step = Step(line.kind, line.offset_days, line.to)
        if reason := page.obstacle(subject):
            yield line, reason
        elif not policies.at(page.home(subject).path).is_on:
            yield line, Skip.OFF
        elif line.institution_id not in theirs or (
            line.to == MANAGER and line.recipient_id not in page.managers(subject)
        ):
            yield line, Skip.NOT_THEIRS
        else:
            yield line, Skip.LATE if is_late(step, line.target_on, on=on) else ""


def _theirs(letter: ReminderLetter, lines: Sequence[Reminder]) -> set[int]:
    """The institutions of which this reader may still hear."""
    places = {line.institution_id: line.institution.path for line in lines}
    if letter.to != HR:
        return set(places)
    officers = officers_at(set(places.values()))
    return {pk for pk, path in places.items() if letter.recipient_id in officers[path]}


def _hand_over(letter: ReminderLetter, message: EmailMultiAlternatives) -> None:
    connection = get_connection()
    try:
        connection.open()
    except Exception:
        _give_back(letter)
        raise
    try:
        connection.send_messages([message])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as refusal:
        if (code := _mailbox_refused(refusal)) is None:
            # The server said so itself: it has not taken the letter.
            _give_back(letter)
            raise
        _settle(letter, State.BOUNCED, status_code=str(code))
    except Exception as problem:
        log.warning("reminder letter left in doubt letter=%s problem=%s", letter.pk, type(problem).__name__)
        _settle(letter, State.UNSURE)
    else:
        _settle(letter, State.SENT)
    finally:
        connection.close()


def _mailbox_refused(refusal: Exception) -> int | None:
    """The reply code that says there is no such mailbox; None when the trouble is of another kind."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return next((code for code, _words in refusal.recipients.values() if code in NO_MAILBOX), None)
    return None


def _give_back(letter: ReminderLetter) -> None:
    ReminderLetter.objects.filter(pk=letter.pk, state=State.SENDING).update(state=State.PLANNED, claimed_at=None)


@transaction.atomic
def _settle(letter: ReminderLetter, state: str, **fields: object) -> None:
    """Note the outcome, once, on the letter and on its lines."""
    now = timezone.now()
    times = {State.SENT: {"sent_at": now}, State.BOUNCED: {"sent_at": now, "answered_at": now}}.get(state, {})
    claimed = ReminderLetter.objects.filter(pk=letter.pk, state=State.SENDING)
    if claimed.update(state=state, **times, **fields):
        Reminder.objects.filter(letter=letter, state=Reminder.State.PLANNED).update(state=state)
        letter.state = state
