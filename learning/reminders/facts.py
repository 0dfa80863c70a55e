"""What is true of people today, as far as reminders ask. A constant number of queries, however many people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from learning.coverage.standing import Post as PostOfRule
from learning.coverage.standing import Rule
from learning.people.models import Institution, Membership, Scope, User
from learning.records.models import Completion
from learning.reminders.deciding import CATCH_UP, WEEK, Known, Reader, Skip, Subject
from learning.reminders.models import Reminder, ReminderLetter
from learning.reminders.policy import DUE, EXPIRY, HR, LEARNER, MANAGER, ROLES, Policy
from learning.requirements.models import Enrolment, Exemption, Leave, Requirement

BOUNCES = 2


@dataclass(frozen=True, slots=True)
class Post:
    """A membership of today."""

    pk: int
    institution_id: int
    path: str
    sector_id: int | None
    position_id: int
    manager_id: int | None
    starts_on: date


@dataclass(frozen=True, slots=True)
class Rules:
    """Which programmes somebody in a post must complete; read once for a whole run."""

    by_course: Mapping[int, Sequence[Rule]]

    @classmethod
    def load(cls, *, on: date) -> Rules:
        by_course: dict[int, list[Rule]] = defaultdict(list)
        rules = Requirement.objects.in_force(on=on).select_related("institution").prefetch_related("positions")
        for rule in rules:
            by_course[rule.course_id].append(
                Rule(
                    path=rule.institution.path,
                    due_days=rule.due_days,
                    valid_from=rule.valid_from,
                    valid_until=rule.valid_until,
                    sector_id=rule.sector_id,
                    position_ids=frozenset(position.pk for position in rule.positions.all()),
                )
            )
        return cls(by_course)

    def ask(self, course_id: int, post: Post) -> bool:
        held = PostOfRule(post.path, post.sector_id, post.position_id, post.starts_on)
        return any(rule.asks(held) for rule in self.by_course.get(course_id, ()))


def candidates(people: Collection[int], policy: Policy, *, on: date) -> set[int]:
    """Those of these people for whom some step of the policy may fall today."""
    found: set[int] = set()
    if reach := _reach(policy, DUE, on):
        studies = Enrolment.objects.open().filter(user__in=people, due_on__range=reach)
        found.update(studies.order_by().values_list("user_id", flat=True))
    if reach := _reach(policy, EXPIRY, on):
        proofs = Completion.objects.filter(user__in=people, valid_until__range=reach)
        found.update(proofs.order_by().values_list("user_id", flat=True))
    return found


def _reach(policy: Policy, kind: str, on: date) -> tuple[date, date] | None:
    """The days in question that some step of this kind speaks of, today or in the days that are made up for."""
    days = [step.days for step in policy.steps if step.kind == kind]
    if not days:
        return None
    # What falls on quiet days is said up to six days before.
    return on - timedelta(days=max(days)) - CATCH_UP, on - timedelta(days=min(days)) + WEEK


class Page:
    """Some people with their posts and what they may be reminded of."""

    def __init__(self, people: Collection[int], *, on: date) -> None:
        self.posts: dict[int, list[Post]] = defaultdict(list)
        held = Membership.objects.employed(on=on).filter(user__in=people, user__is_active=True)
        for user_id, *post in held.order_by("starts_on", "pk").values_list(
            "user_id",
            "pk",
            "institution_id",
            "institution__path",
            "institution__sector_id",
            "position_id",
            "manager_id",
            "starts_on",
        ):
            self.posts[user_id].append(Post(*post))
        self.asked_by: dict[tuple[str, int], int | None] = {}
        self.subjects: dict[tuple[str, int], Subject] = {}
        proofs = _proofs(people, on)
        for subject, institution_id in (*_deadlines(people, proofs, on), *_ends(proofs)):
            self.subjects[subject.kind, subject.pk] = subject
            self.asked_by[subject.kind, subject.pk] = institution_id
        self._drop_what_is_under_way()
        self.exempt: dict[tuple[int, int], list[str]] = defaultdict(list)
        exemptions = Exemption.objects.in_force(on=on).filter(user__in=people)
        for user_id, course_id, path in exemptions.values_list("user_id", "course_id", "institution__path"):
            self.exempt[user_id, course_id].append(path)
        self.away: dict[int, list[str]] = defaultdict(list)
        leaves = Leave.objects.running(on=on).filter(user__in=people)
        for user_id, path in leaves.order_by().values_list("user_id", "institution__path"):
            self.away[user_id].append(path)

    def _drop_what_is_under_way(self) -> None:
        """Whoever studies towards a deadline hears of that one, not of the end of the certificate as well."""
        studying = {(subject.user_id, subject.course_id) for subject in self.subjects.values() if subject.kind == DUE}
        for key, subject in list(self.subjects.items()):
            if subject.kind == EXPIRY and (subject.user_id, subject.course_id) in studying:
                del self.subjects[key]

    def home(self, subject: Subject) -> Post | None:
        """The post whose institution reminds: the one that asked, else the one held longest. None: works nowhere."""
        asked_by = self.asked_by.get((subject.kind, subject.pk))
        posts = self.posts.get(subject.user_id, ())
        return min(posts, key=lambda post: post.institution_id != asked_by, default=None)

    def obstacle(self, subject: Subject) -> str:
        """Why nobody is reminded of this now, "" when nothing speaks against it."""
        home = self.home(subject)
        if home is None:
            return Skip.LEFT
        if self.subjects.get((subject.kind, subject.pk)) != subject:
            return Skip.DONE
        if home.path.startswith(tuple(self.exempt.get((subject.user_id, subject.course_id), ()))):
            return Skip.EXEMPT
        if home.path.startswith(tuple(self.away.get(subject.user_id, ()))):
            return Skip.ON_LEAVE
        return ""

    def managers(self, subject: Subject) -> list[int]:
        """Of the posts at the institution that reminds."""
        home = self.home(subject)
        posts = self.posts.get(subject.user_id, ()) if home else ()
        return list(
            dict.fromkeys(
                post.manager_id
                for post in posts
                if post.institution_id == home.institution_id and post.manager_id not in (None, subject.user_id)
            )
        )


@dataclass(frozen=True, slots=True)
class _Proof:
    """A completion that was not withdrawn."""

    pk: int
    user_id: int
    course_id: int
    valid_from: date
    valid_until: date | None
    completed_at: datetime
    institution_id: int | None

    @property
    def until(self) -> date:
        return self.valid_until or date.max


def _proofs(people: Collection[int], on: date) -> list[_Proof]:
    """In the order in which they were completed; training elsewhere counts like our own."""
    rows = Completion.objects.filter(user__in=people, completed_on__lte=on).exclude(withdrawal__withdrawn_on__lte=on)
    asked_by = Coalesce("enrolment__institution_id", "external__institution_id")
    return [
        _Proof(*row)
        for row in rows.order_by("completed_at", "pk").values_list(
            "pk", "user_id", "course_id", "valid_from", "valid_until", "completed_at", asked_by
        )
    ]


def _deadlines(people: Collection[int], proofs: Sequence[_Proof], on: date) -> Iterator[tuple[Subject, int | None]]:
    """Open studies with a deadline, but for those that were met another way since: by training elsewhere."""
    met = {
        (proof.user_id, proof.course_id): proof.completed_at
        for proof in proofs
        if proof.valid_from <= on <= proof.until
    }
    rows = Enrolment.objects.open().filter(user__in=people, due_on__isnull=False).order_by()
    for pk, user_id, course_id, due_on, enrolled_at, institution_id in rows.values_list(
        "pk", "user_id", "course_id", "due_on", "enrolled_at", "institution_id"
    ):
        met_at = met.get((user_id, course_id))
        if met_at is None or met_at <= enrolled_at:
            yield Subject(DUE, pk, user_id, course_id, due_on, timezone.localdate(enrolled_at)), institution_id


def _ends(proofs: Sequence[_Proof]) -> Iterator[tuple[Subject, int | None]]:
    """The completion of each person and programme that lasts longest, if it ends some day."""
    last: dict[tuple[int, int], _Proof] = {}
    for proof in proofs:
        known = last.get((proof.user_id, proof.course_id))
        if known is None or proof.until >= known.until:
            last[proof.user_id, proof.course_id] = proof
    for proof in last.values():
        if proof.valid_until is not None:
            since = timezone.localdate(proof.completed_at)
            subject = Subject(EXPIRY, proof.pk, proof.user_id, proof.course_id, proof.valid_until, since)
            yield subject, proof.institution_id


def readers_of(page: Page, policies: Mapping[Subject, Policy], rules: Rules) -> dict[Subject, dict[str, list[Reader]]]:
    """By subject and role, who is to hear of it, as far as the subject's policy speaks to that role."""
    wanted = {
        subject: {to: ids for to in ROLES if (ids := _asked(page, subject, to, policy, rules))}
        for subject, policy in policies.items()
    }
    officers = officers_at({page.home(subject).path for subject, asked in wanted.items() if HR in asked})
    for subject, asked in wanted.items():
        if HR in asked:
            asked[HR] = [pk for pk in officers[page.home(subject).path] if pk != subject.user_id]
    ids = {pk for asked in wanted.values() for pks in asked.values() for pk in pks}
    obstacles = obstacles_of(ids)
    return {
        subject: {to: [Reader(pk, obstacles.get(pk, Skip.LEFT)) for pk in pks] for to, pks in asked.items()}
        for subject, asked in wanted.items()
    }


def _asked(page: Page, subject: Subject, to: str, policy: Policy, rules: Rules) -> list[int]:
    """Others than the learner hear of deadlines always, and of certificates when the post requires them."""
    if not any(policy.steps_for(subject.kind, to)):
        return []
    if to == LEARNER:
        return [subject.user_id]
    home = page.home(subject)
    if home is None or (subject.kind == EXPIRY and not rules.ask(subject.course_id, home)):
        return []
    # Officers are looked up for all subjects at once.
    return page.managers(subject) if to == MANAGER else [0]


def officers_at(paths: Collection[str]) -> dict[str, list[int]]:
    """By path, the HR officers of the nearest institution at or above it that has any."""
    step = Institution.steplen
    above = {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
    held: dict[str, list[int]] = defaultdict(list)
    scopes = Scope.objects.filter(role=Scope.Role.HR, institution__path__in=above, user__is_active=True)
    for path, user_id in scopes.order_by("pk").values_list("institution__path", "user_id") if above else ():
        held[path].append(user_id)
    return {
        path: next((held[path[:end]] for end in range(len(path), 0, -step) if path[:end] in held), []) for path in paths
    }


def obstacles_of(people: Collection[int]) -> dict[int, str]:
    """Why these people cannot be written to, "" where they can."""
    addresses = dict(User.objects.filter(pk__in=people, is_active=True).values_list("pk", "email"))
    bad = {(pk, address.lower()) for pk, address in bad_addresses(people)}
    return {
        pk: Skip.NO_ADDRESS if not address else Skip.BAD_ADDRESS if (pk, address.lower()) in bad else ""
        for pk, address in addresses.items()
    }


def bad_addresses(people: Collection[int] | QuerySet) -> QuerySet:
    """(person, address) where letters came back so often that none is sent there any more."""
    # 5.7: refused for what the letter or its sender is, which says nothing of the address.
    bounced = ReminderLetter.objects.bounced().filter(recipient__in=people).exclude(status_code__startswith="5.7.")
    return (
        bounced.order_by()
        .values("recipient_id", "address")
        .annotate(times=Count("pk"))
        .filter(times__gte=BOUNCES)
        .values_list("recipient_id", "address")
    )


def known_of(subjects: Collection[Subject], readers: Collection[int], *, on: date) -> Known:
    """What was decided of these before, and which letters these readers got or will get."""
    known = Known()
    studies = [subject.pk for subject in subjects if subject.kind == DUE]
    proofs = [subject.pk for subject in subjects if subject.kind == EXPIRY]
    rows = Reminder.objects.filter(Q(enrolment__in=studies) | Q(completion__in=proofs)).order_by()
    for kind, study, proof, days, target_on, to, reader_id in rows.values_list(
        "kind", "enrolment_id", "completion_id", "offset_days", "target_on", "to", "recipient_id"
    ):
        known.keys.add((kind, study or proof, days, target_on, to, reader_id))
    letters = ReminderLetter.objects.filter(recipient__in=readers, day__gte=on - WEEK)
    for reader_id, to, day in letters.exclude(state=ReminderLetter.State.SKIPPED).values_list(
        "recipient_id", "to", "day"
    ):
        known.letters[reader_id, to].add(day)
    return known
