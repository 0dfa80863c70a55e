"""What pages and files of reminders show: the ledger, what is to come, addresses to mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from learning.people.models import Institution, Membership, User
from learning.records.models import Completion
from learning.reminders.deciding import CATCH_UP, WEEK, Decision, Subject, decide
from learning.reminders.facts import Page, Rules, bad_addresses, known_of, readers_of
from learning.reminders.models import Reminder
from learning.reminders.policies import Policies
from learning.reminders.policy import Policy
from learning.requirements.models import Enrolment

# A look ahead is for reading, not for the whole country.
MOST_PEOPLE = 200
DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose to see of the ledger."""

    person: UUID | None = None
    name: str = ""
    state: str = ""
    day: date | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.person or self.name or self.state or self.day)


def ledger(institution: Institution, choice: Choice, *, by: User) -> QuerySet[Reminder]:
    """Newest first; only what this person may see."""
    rows = Reminder.objects.visible_to(by).filter(institution__path__startswith=institution.path)
    if choice.person:
        rows = rows.filter(user__number=choice.person)
    for word in choice.name.split():
        rows = rows.filter(Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word))
    if choice.state:
        rows = rows.filter(state=choice.state)
    if choice.day:
        rows = rows.filter(send_on=choice.day)
    return rows.select_related("user", "recipient", "course", "institution", "letter").order_by("-pk")


def addresses_to_mend(institution: Institution, *, by: User, on: date) -> list[User]:
    """Who works here and is written to no more, because letters to the address of today came back."""
    posts = Membership.objects.visible_to(by).employed(on=on).filter(institution__path__startswith=institution.path)
    bad = {(pk, address.lower()) for pk, address in bad_addresses(posts.values("user"))}
    people = User.objects.filter(pk__in=[pk for pk, _address in bad]).order_by("last_name", "first_name", "pk")
    return [person for person in people if (person.pk, (person.email or "").lower()) in bad]


@dataclass(frozen=True, slots=True)
class Coming:
    """A line of the look ahead."""

    send_on: date
    to: str
    reader: User
    person: User
    course_id: int
    kind: str
    target_on: date
    reason: str

    @property
    def reason_text(self) -> str:
        return Reminder.Reason(self.reason).label if self.reason else ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What would be sent in the next days if nothing changed. `is_cut`: there are more people than were looked at."""

    lines: Sequence[Coming]
    is_cut: bool


def ahead(institution: Institution, policies: Policies, *, now: datetime) -> Ahead:
    """Planned letters, and what these policies would add, for the people of this institution and below."""
    on = timezone.localdate(now)
    last = on + timedelta(days=DAYS_AHEAD - 1)
    people, is_cut = _people_ahead(institution, policies, on)
    page = Page(people, on=on)
    decisions = [item for item in _decisions(page, institution, policies, now) if item.send_on <= last]
    planned = Reminder.objects.filter(
        institution__path__startswith=institution.path, state=Reminder.State.PLANNED, send_on__range=(on, last)
    ).order_by("send_on", "pk")[: MOST_PEOPLE + 1]
    ids = {pk for item in decisions for pk in (item.reader_id, item.subject.user_id)}
    ids |= {pk for line in planned for pk in (line.recipient_id, line.user_id)}
    users = User.objects.in_bulk(ids)
    lines = [
        *(
            Coming(
                line.send_on,
                line.to,
                users[line.recipient_id],
                users[line.user_id],
                line.course_id,
                line.kind,
                line.target_on,
                "",
            )
            for line in planned[:MOST_PEOPLE]
        ),
        *(
            Coming(
                item.send_on,
                item.step.to,
                users[item.reader_id],
                users[item.subject.user_id],
                item.subject.course_id,
                item.subject.kind,
                item.subject.target_on,
                item.reason,
            )
            for item in decisions
        ),
    ]
    order = sorted(lines, key=lambda line: (line.send_on, line.person.last_name, line.person.first_name))
    return Ahead(order, is_cut or len(planned) > MOST_PEOPLE)


def _people_ahead(institution: Institution, policies: Policies, on: date) -> tuple[list[int], bool]:
    """Some whose day in question lies near enough to any step of the policy that holds here."""
    steps = [step.days for step in policies.at(institution.path).steps] or [0]
    reach = (on - timedelta(days=max(steps)) - CATCH_UP, on + WEEK + WEEK - timedelta(days=min(steps)))
    posts = Membership.objects.employed(on=on).filter(institution__path__startswith=institution.path)
    at_work = posts.values("user")
    due = Enrolment.objects.open().filter(user__in=at_work, due_on__range=reach).order_by("user_id")
    ends = Completion.objects.filter(user__in=at_work, valid_until__range=reach).order_by("user_id")
    found = {pk for rows in (due, ends) for pk in rows.values_list("user_id", flat=True)[: MOST_PEOPLE + 1]}
    return sorted(found)[:MOST_PEOPLE], len(found) > MOST_PEOPLE


def _decisions(page: Page, institution: Institution, policies: Policies, now: datetime) -> Iterator[Decision]:
    """Day by day, as the runs of these mornings would decide."""
    policy_at: dict[Subject, Policy] = {}
    for subject in page.subjects.values():
        home = page.home(subject)
        if home and home.path.startswith(institution.path) and not page.obstacle(subject):
            policy_at[subject] = policies.at(home.path)
    readers = readers_of(page, policy_at, Rules.load(on=timezone.localdate(now)))
    ids = {reader.user_id for asked in readers.values() for some in asked.values() for reader in some}
    local = timezone.localtime(now)
    known = known_of(policy_at, ids, on=local.date())
    for day in range(DAYS_AHEAD):
        on = local.date() + timedelta(days=day)
        moment = datetime.combine(on, time(), local.tzinfo) if day else local
        for subject, policy in policy_at.items():
            yield from decide(subject, policy, readers[subject], known=known, on=on, first_day=policy.first_day(moment))
