"""Deciding for everyone, one institution after another, and writing it down with the letters that will carry it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from learning.people.models import Institution, Membership
from learning.records import outbox
from learning.reminders.deciding import Decision, Subject, decide
from learning.reminders.facts import Page, Rules, candidates, known_of, readers_of
from learning.reminders.models import Reminder, ReminderLetter, ReminderRun
from learning.reminders.policies import Policies
from learning.reminders.policy import DUE, Policy

TOPIC = "reminder-letter"
PEOPLE_AT_A_TIME = 500
INSTITUTIONS_AT_A_TIME = 500
# A letter that has left already takes nothing more; the next day's does, and so on for so many days.
MOST_TRIES = 14


@dataclass(frozen=True, slots=True)
class Place:
    """An institution whose people are decided on."""

    pk: int
    path: str


def send_reminders(*, now: datetime, institution: Institution | None = None) -> int:
    """Decide what is to be said from today on and plan the letters; how many lines of the ledger that wrote.

    A run over everybody keeps its place: broken off at any moment, the next one of the same day goes on there. Nothing
    is decided twice in any case.
    """
    on = timezone.localdate(now)
    policies, rules = Policies.load(), Rules.load(on=on)
    if institution is not None:
        places = _places(after="", under=institution.path)
        return sum(decide_place(place, policies, rules, now=now) for place in places)
    run, _made = ReminderRun.objects.get_or_create(day=on, defaults={"started_at": now})
    if run.finished_at:
        run.last_path, run.finished_at = "", None
    decided = 0
    for place in _places(after=run.last_path, under=""):
        decided += (some := decide_place(place, policies, rules, now=now))
        ReminderRun.objects.filter(pk=run.pk).update(
            last_path=place.path, decided=F("decided") + some, finished_at=None
        )
    ReminderRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
    return decided


def _places(*, after: str, under: str) -> Iterator[Place]:
    while True:
        rows = Institution.objects.filter(path__gt=after, path__startswith=under).order_by("path")
        page = [Place(*row) for row in rows.values_list("pk", "path")[:INSTITUTIONS_AT_A_TIME]]
        yield from page
        if len(page) < INSTITUTIONS_AT_A_TIME:
            return
        after = page[-1].path


def decide_place(place: Place, policies: Policies, rules: Rules, *, now: datetime) -> int:
    """Decide on everyone who works at this institution itself; how many lines that wrote."""
    policy = policies.at(place.path)
    if not policy.is_on:
        return 0
    on, written, last = timezone.localdate(now), 0, 0
    while people := _people_at(place, on=on, after=last):
        last = people[-1]
        if chosen := candidates(people, policy, on=on):
            decisions = list(decided(Page(chosen, on=on), place.pk, policies, rules, now=now))
            written += write(decisions, place=place.pk, policy=policy, now=now)
    return written


def _people_at(place: Place, *, on: date, after: int) -> list[int]:
    posts = Membership.objects.employed(on=on).filter(institution=place.pk, user_id__gt=after)
    return list(posts.order_by("user_id").values_list("user_id", flat=True).distinct()[:PEOPLE_AT_A_TIME])


def decided(page: Page, place_id: int, policies: Policies, rules: Rules, *, now: datetime) -> Iterator[Decision]:
    """What is decided on a page of people, as far as it is this institution that reminds them."""
    local = timezone.localtime(now)
    policy_at: dict[Subject, Policy] = {}
    for subject in page.subjects.values():
        home = page.home(subject)
        if home and home.institution_id == place_id and not page.obstacle(subject):
            policy_at[subject] = policies.at(home.path)
    readers = readers_of(page, policy_at, rules)
    ids = {reader.user_id for asked in readers.values() for some in asked.values() for reader in some}
    known = known_of(policy_at, ids, on=local.date())
    for subject, policy in policy_at.items():
        yield from decide(
            subject, policy, readers[subject], known=known, on=local.date(), first_day=policy.first_day(local)
        )


@transaction.atomic
def write(decisions: Sequence[Decision], *, place: int, policy: Policy, now: datetime) -> int:
    """Put decisions into the ledger, each under the letter that will carry it, and promise the letters."""
    skipped = [decision for decision in decisions if decision.reason]
    count = len(Reminder.objects.bulk_create(_lines(skipped, place, now), ignore_conflicts=True, batch_size=500))
    waiting: dict[tuple[int, str, date], list[Decision]] = defaultdict(list)
    for decision in decisions:
        if not decision.reason:
            waiting[decision.reader_id, decision.step.to, decision.send_on].append(decision)
    for _try in range(MOST_TRIES):
        letters = _letters(waiting.keys(), place, policy, now)
        lines = [
            line
            for wanted, letter in letters.items()
            for line in _lines(waiting.pop(wanted), place, now, letter=letter, send_on=wanted[2])
        ]
        count += len(Reminder.objects.bulk_create(lines, ignore_conflicts=True, batch_size=500))
        if not waiting:
            break
        later: dict[tuple[int, str, date], list[Decision]] = defaultdict(list)
        for (reader_id, to, day), some in waiting.items():
            later[reader_id, to, policy.next_day(to, day + timedelta(days=1))] += some
        waiting = later
    return count


def _letters(
    wanted: Collection[tuple[int, str, date]], place: int, policy: Policy, now: datetime
) -> dict[tuple[int, str, date], int]:
    """By reader, role and day, the letter that still takes lines; its sender waits until this transaction ends."""
    if not wanted:
        return {}
    ReminderLetter.objects.bulk_create(
        (
            ReminderLetter(recipient_id=reader_id, to=to, day=day, institution_id=place, created_at=now)
            for reader_id, to, day in wanted
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    readers, _roles, days = (set(column) for column in zip(*wanted, strict=True))
    rows = ReminderLetter.objects.filter(recipient__in=readers, day__in=days)
    keys = {pk: tuple(key) for pk, *key in rows.values_list("pk", "recipient_id", "to", "day") if tuple(key) in wanted}
    open_ = ReminderLetter.objects.filter(pk__in=keys, state=ReminderLetter.State.PLANNED).order_by("pk")
    letters = list(open_.select_for_update(no_key=True).values_list("pk", flat=True))
    zone = timezone.get_current_timezone()
    for day in {keys[pk][2] for pk in letters}:
        outbox.promise_many(
            topic=TOPIC,
            payloads={str(pk): {"letter": pk} for pk in letters if keys[pk][2] == day},
            # One moment for each place and day: places take turns, as their mail servers do.
            not_before=policy.moment(day, zone=zone, turn=place, now=now),
            wake=False,
        )
    return {keys[pk]: pk for pk in letters}


def _lines(
    decisions: Sequence[Decision], place: int, now: datetime, *, letter: int | None = None, send_on: date | None = None
) -> list[Reminder]:
    return [
        Reminder(
            enrolment_id=subject.pk if subject.kind == DUE else None,
            completion_id=None if subject.kind == DUE else subject.pk,
            user_id=subject.user_id,
            course_id=subject.course_id,
            institution_id=place,
            kind=subject.kind,
            offset_days=decision.step.days,
            target_on=subject.target_on,
            to=decision.step.to,
            recipient_id=decision.reader_id,
            letter_id=letter,
            state=Reminder.State.SKIPPED if decision.reason else Reminder.State.PLANNED,
            reason=decision.reason,
            send_on=send_on or decision.send_on,
            planned_at=now,
        )
        for decision in decisions
        for subject in [decision.subject]
    ]
