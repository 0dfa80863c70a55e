"""Whom requirements ask to study now, and by when: enrolling everybody at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from courses.models import CourseVersion
from learning.coverage.programmes import retakes_of
from learning.coverage.services import mark_dirty
from learning.coverage.standing import Leave as LeaveFact
from learning.coverage.standing import Pause, Post, Rule
from learning.people.models import Institution, Membership, User
from learning.records.models import Completion
from learning.requirements.models import Enrolment, Exemption, Leave, Requirement
from learning.requirements.selectors import newest_versions

PEOPLE_AT_A_TIME = 2_000
Key = tuple[int, int]  # person, programme


def enrol_required(
    *, on: date, users: Iterable[User] | None = None, institution: Institution | None = None, at: datetime | None = None
) -> int:
    """Enrol everyone whom a requirement in force on that day asks for, and say how many were enrolled.

    `users` and `institution` (with all below it) narrow the search; None is everyone. Left alone is who studies the
    programme already, is exempt or on leave, or holds a proof that is enough; deadlines of studies under way are moved
    by leave taken since. Who may still renew a proof by the refresher is left alone, too, unless the requirement
    repeats: then the refresher is due when the months are over. Who let the proof run out past its days of grace
    studies the full programme, due on the last of them; a refresher still open then is withdrawn. Whose proof a retake
    overtook studies the full programme by its day. Needs a constant number of queries per 2,000 people.
    """
    asking = _Asking(on)
    if not asking.versions:
        return 0
    posts = Membership.objects.employed(on=on)
    if institution is not None:
        posts = posts.filter(institution__path__startswith=institution.path)
    if users is not None:
        posts = posts.filter(user__in=[user.pk for user in users])
    at = at or timezone.now()
    return sum(_enrol_page(page, asking, at) for page in _pages(posts))


@dataclass(frozen=True, slots=True)
class _Held:
    """A post somebody holds."""

    user_id: int
    institution_id: int
    role_key: str
    post: Post


@dataclass(frozen=True, slots=True)
class _Ask:
    """What one requirement makes of one post: by when to study which path."""

    due_on: date
    requirement: Requirement
    held: _Held
    path: str

    @property
    def order(self) -> tuple[date, int, int]:
        """The earliest deadline wins; then the older rule, then the institution entered first."""
        return self.due_on, self.requirement.pk, self.held.institution_id


class _Asking:
    """The requirements in force on a day, found by the place in the organisation they are set at."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.by_path: dict[str, list[tuple[Requirement, Rule]]] = defaultdict(list)
        requirements = Requirement.objects.in_force(on=on).select_related("institution").prefetch_related("positions")
        for requirement in requirements:
            self.by_path[requirement.institution.path].append((requirement, requirement.rule()))
        courses = {rule.course_id for rules in self.by_path.values() for rule, _ in rules}
        self.versions = newest_versions(courses)
        self.retakes = retakes_of(courses)

    def of(self, post: Post) -> Iterator[tuple[Requirement, Rule]]:
        """Every requirement that this post has to meet and that can be met: its programme is published."""
        step = Institution.steplen
        for length in range(step, len(post.path) + step, step):
            for requirement, rule in self.by_path.get(post.path[:length], ()):
                if rule.asks(post) and requirement.course_id in self.versions:
                    yield requirement, rule


def _pages(posts) -> Iterator[list[_Held]]:
    """The posts person by person, so many people at a time."""
    last = 0
    while people := list(
        posts.filter(user_id__gt=last)
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()[:PEOPLE_AT_A_TIME]
    ):
        last = people[-1]
        rows = posts.filter(user__in=people).values_list(
            "user_id",
            "institution_id",
            "position__role__key",
            "institution__path",
            "institution__sector_id",
            "position_id",
            "starts_on",
            "ends_on",
            "employed_since",
            "position__law_point",
        )
        yield [_Held(user_id, place_id, role_key, Post(*post)) for user_id, place_id, role_key, *post in rows]


@transaction.atomic
def _enrol_page(posts: list[_Held], asking: _Asking, at: datetime) -> int:
    people = {held.user_id for held in posts}
    facts = _Facts(people, asking)
    wanted: dict[Key, _Ask] = {}
    for held in posts:
        for requirement, rule in asking.of(held.post):
            key = held.user_id, requirement.course_id
            ask = facts.ask(held, requirement, rule)
            if ask and (key not in wanted or ask.order < wanted[key].order):
                wanted[key] = ask
    facts.move_deadlines(wanted)
    lapsed = facts.overtaken(wanted)
    Enrolment.objects.open().filter(pk__in=lapsed.values()).update(withdrawn_at=at)
    enrolments = [
        Enrolment(
            user_id=user_id,
            course_id=course_id,
            version=asking.versions[course_id],
            path=ask.path,
            role_key=ask.held.role_key,
            institution_id=ask.held.institution_id,
            requirement=ask.requirement,
            due_on=ask.due_on,
            enrolled_at=at,
        )
        for (user_id, course_id), ask in wanted.items()
        if (user_id, course_id) not in facts.studies or (user_id, course_id) in lapsed
    ]
    Enrolment.objects.bulk_create(enrolments, ignore_conflicts=True, batch_size=500)
    made = Enrolment.objects.filter(number__in=[enrolment.number for enrolment in enrolments])
    made_for = list(made.values_list("user_id", flat=True))
    mark_dirty(held.institution_id for held in posts if held.user_id in set(made_for))
    return len(made_for)


class _Facts:
    """What is known of some people on a day."""

    def __init__(self, people: set[int], asking: _Asking) -> None:
        self.asking, self.on = asking, asking.on
        self.pauses: dict[Key, list[Pause]] = defaultdict(list)
        running = Exemption.objects.in_force(on=self.on).filter(user__in=people)
        for user_id, course_id, *pause in running.values_list(
            "user_id", "course_id", "institution__path", "starts_on", "ends_on"
        ):
            self.pauses[user_id, course_id].append(Pause(*pause))
        self.leaves: dict[int, list[LeaveFact]] = defaultdict(list)
        for user_id, *leave in Leave.objects.filter(user__in=people).values_list(
            "user_id", "institution__path", "starts_on", "ends_on"
        ):
            self.leaves[user_id].append(LeaveFact(*leave))
        self.studies = {
            (study.user_id, study.course_id): study
            for study in Enrolment.objects.open().filter(user__in=people).select_related("version")
        }
        self.proofs = _last_proofs(people, asking)

    def ask(self, held: _Held, requirement: Requirement, rule: Rule) -> _Ask | None:
        """None when nothing has to be done yet, or not by this post."""
        key, leaves = (held.user_id, requirement.course_id), self.leaves[held.user_id]
        if any(pause.covers(held.post, self.on) for pause in (*self.pauses[key], *leaves)):
            return None
        due_on, proof = rule.deadline(held.post, leaves, on=self.on), self.proofs.get(key)
        if proof is None:
            return _Ask(due_on, requirement, held, Enrolment.Path.FULL)
        if proof.retake_by is not None:
            return _Ask(max(due_on, proof.retake_by), requirement, held, Enrolment.Path.FULL)
        if proof.has_lapsed(on=self.on):
            return _Ask(max(due_on, proof.grace_until), requirement, held, Enrolment.Path.FULL)
        if rule.repeat_months is None:
            return None
        repeat_by = rule.repeats_by(proof.completed_on) - timedelta(days=rule.grace_days)
        version = self.asking.versions[requirement.course_id]
        if self.on < repeat_by - timedelta(days=version.renewal_window_days):
            return None
        path = Enrolment.Path.REFRESHER if version.refresher_minutes else Enrolment.Path.FULL
        return _Ask(repeat_by, requirement, held, path)

    def overtaken(self, wanted: dict[Key, _Ask]) -> dict[Key, int]:
        """Studies under way that no longer lead to what is asked: a part where the whole is."""
        return {
            key: study.pk
            for key, study in self.studies.items()
            if key in wanted
            and key in self.proofs
            and wanted[key].path == Enrolment.Path.FULL
            and study.path != Enrolment.Path.FULL
        }

    def move_deadlines(self, wanted: dict[Key, _Ask]) -> None:
        """Leave puts off the deadline of a study that a requirement asked for."""
        moved = []
        for key, study in self.studies.items():
            ask = wanted.get(key)
            if ask is None or not self.leaves.get(study.user_id) or study.requirement_id != ask.requirement.pk:
                continue
            if study.path == ask.path and study.due_on != ask.due_on:
                study.due_on = ask.due_on
                moved.append(study)
        Enrolment.objects.bulk_update(moved, ["due_on"], batch_size=500)


@dataclass(frozen=True, slots=True)
class _Proof:
    """A person's longest lasting completion of a programme. `completed_on` is of the last one of the whole.

    `retake_by` is set when a retake was published that none of the person's completions meets.
    """

    valid_until: date | None
    grace_days: int
    completed_on: date
    retake_by: date | None

    @property
    def grace_until(self) -> date:
        return self.valid_until + timedelta(days=self.grace_days)

    def has_lapsed(self, *, on: date) -> bool:
        """Whether the refresher can no longer renew it."""
        return self.valid_until is not None and on > self.grace_until


def _last_proofs(people: set[int], asking: _Asking) -> dict[Key, _Proof]:
    rows: dict[Key, list[Completion]] = defaultdict(list)
    found = (
        Completion.objects.filter(user__in=people, course__in=list(asking.versions), valid_from__lte=asking.on)
        .exclude(withdrawal__withdrawn_on__lte=asking.on)
        .select_related("version")
        .only("user", "course", "kind", "completed_on", "valid_until", "version__major", "version__grace_days")
    )
    for completion in found:
        rows[completion.user_id, completion.course_id].append(completion)
    return {key: _proof(mine, asking, key[1]) for key, mine in rows.items()}


def _proof(mine: list[Completion], asking: _Asking, course_id: int) -> _Proof:
    """Of one person and programme. After training elsewhere the days of grace are those of the newest version."""
    longest = max(mine, key=lambda one: (one.valid_until or date.max, one.pk))
    whole = [one.completed_on for one in mine if one.kind != Completion.Kind.DELTA]
    major = max(_major(one.version) for one in mine)
    retakes = asking.retakes.get(course_id, ())
    asked = [retake.by for retake in retakes if retake.published_on <= asking.on and retake.major > major]
    return _Proof(
        valid_until=longest.valid_until,
        grace_days=(longest.version or asking.versions[course_id]).grace_days,
        completed_on=max(whole, default=longest.completed_on),
        retake_by=max(asked, default=None),
    )


def _major(version: CourseVersion | None) -> int:
    """0 for training elsewhere."""
    return version.major if version else 0
