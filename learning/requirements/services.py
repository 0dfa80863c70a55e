"""Enrolling people: one by one, or everybody a requirement asks for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from courses.models import Course
from learning.coverage.services import mark_dirty
from learning.people.models import Institution, Membership, User
from learning.records.models import AuditEvent, Completion
from learning.requirements.models import Enrolment, Exemption, Requirement
from learning.requirements.selectors import newest_version, newest_versions

NO_ROLE = ""  # Nobody's post is known: the content common to all roles is shown.
PEOPLE_AT_A_TIME = 2_000


@transaction.atomic
def enrol(
    *,
    user: User,
    course: Course,
    path: str = Enrolment.Path.FULL,
    institution: Institution | None = None,
    requirement: Requirement | None = None,
    due_on: date | None = None,
    at: datetime | None = None,
    by: User | None = None,
) -> tuple[Enrolment, bool]:
    """The person's open enrolment in the programme, and whether this call made it.

    One that is open already stays as it is, on its version and path. `by` is the person who decided it, kept in the
    audit; None when a rule did. Raises NothingPublished.
    """
    at = at or timezone.now()
    enrolment = Enrolment(
        user=user,
        course=course,
        version=newest_version(course),
        path=path,
        role_key=role_key_of(user, at=institution, on=timezone.localdate(at)),
        institution=institution,
        requirement=requirement,
        due_on=due_on,
        enrolled_at=at,
    )
    # The database keeps one open enrolment per person and programme; whoever comes second finds the first one's.
    Enrolment.objects.bulk_create([enrolment], ignore_conflicts=True)
    found = Enrolment.objects.open().of(user).get(course=course)
    if found.number != enrolment.number:
        return found, False
    mark_dirty(user.memberships.values_list("institution_id", flat=True))
    if by is not None:
        AuditEvent.objects.create(
            actor=by,
            action="enrolled",
            institution=institution,
            subject=str(found.number),
            facts={"course": course.key, "path": path},
        )
    return found, True


def role_key_of(user: User, *, at: Institution | None, on: date) -> str:
    """The role of the person's post in this institution, else of the post held longest; NO_ROLE with no post."""
    posts = user.memberships.employed(on=on).order_by("starts_on", "pk")
    keys = posts.values_list("institution_id", "position__role__key")
    return min(keys, key=lambda post: at is None or post[0] != at.pk, default=(None, NO_ROLE))[1]


def enrol_required(
    *, on: date, users: Iterable[User] | None = None, institution: Institution | None = None, at: datetime | None = None
) -> int:
    """Enrol everyone whom a requirement in force on that day asks for, and say how many were enrolled.

    `users` and `institution` (with all below it) narrow the search; None is everyone. Left alone is who studies the
    programme already, is exempt, holds a valid proof, or may still renew one by the refresher. Who let the proof run
    out past its days of grace studies the full programme, due on the last of them; a refresher still open then is
    withdrawn. Everyone else is due so many days from the start of work, or from the day the requirement came into
    force when that is later. Needs a constant number of queries per 2,000 people.
    """
    rules = _Rules(on)
    if not rules.versions:
        return 0
    posts = Membership.objects.employed(on=on)
    if institution is not None:
        posts = posts.filter(institution__path__startswith=institution.path)
    if users is not None:
        posts = posts.filter(user__in=[user.pk for user in users])
    at = at or timezone.now()
    return sum(_enrol_page(page, rules, at) for page in _pages(posts))


@dataclass(frozen=True, slots=True)
class _Post:
    """What a requirement looks at in a membership."""

    user_id: int
    institution_id: int
    institution_path: str
    sector_id: int | None
    position_id: int
    role_key: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class _Ask:
    """A requirement met by a post: who, what, by when and for whom."""

    due_on: date
    requirement: Requirement
    post: _Post

    @property
    def order(self) -> tuple[date, int, int]:
        """The earliest deadline wins; then the older rule, then the institution entered first."""
        return self.due_on, self.requirement.pk, self.post.institution_id


class _Rules:
    """The requirements in force on a day, found by the place in the organisation they are set at."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.by_path: dict[str, list[tuple[Requirement, frozenset[int]]]] = {}
        requirements = Requirement.objects.in_force(on=on).select_related("institution").prefetch_related("positions")
        for requirement in requirements:
            positions = frozenset(position.pk for position in requirement.positions.all())
            self.by_path.setdefault(requirement.institution.path, []).append((requirement, positions))
        self.versions = newest_versions({rule.course_id for rules in self.by_path.values() for rule, _ in rules})

    def asks(self, post: _Post) -> Iterator[_Ask]:
        """Every requirement that this post has to meet and that can be met: its programme is published."""
        step = Institution.steplen
        for length in range(step, len(post.institution_path) + step, step):
            for rule, positions in self.by_path.get(post.institution_path[:length], ()):
                fits_sector = rule.sector_id is None or rule.sector_id == post.sector_id
                fits_position = not positions or post.position_id in positions
                if fits_sector and fits_position and rule.course_id in self.versions:
                    counted_from = max(post.starts_on, rule.valid_from)
                    yield _Ask(counted_from + timedelta(days=rule.due_days), rule, post)


def _pages(posts) -> Iterator[list[_Post]]:
    """The posts person by person, so many people at a time."""
    last = 0
    while people := list(
        posts.filter(user_id__gt=last)
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()[:PEOPLE_AT_A_TIME]
    ):
        last = people[-1]
        yield [
            _Post(*row)
            for row in posts.filter(user__in=people).values_list(
                "user_id",
                "institution_id",
                "institution__path",
                "institution__sector_id",
                "position_id",
                "position__role__key",
                "starts_on",
            )
        ]


@transaction.atomic
def _enrol_page(posts: list[_Post], rules: _Rules, at: datetime) -> int:
    people = {post.user_id for post in posts}
    exempt = _exempt(people, rules.on)
    proofs = _last_proofs(people, rules)
    studies = {study[:2]: study for study in _open_studies(people)}
    wanted: dict[tuple[int, int], _Ask] = {}
    lapsed: set[int] = set()
    for post in posts:
        for ask in rules.asks(post):
            key = post.user_id, ask.requirement.course_id
            proof, study = proofs.get(key), studies.get(key)
            if post.institution_path.startswith(exempt.get(key, ())) or (proof and proof.holds_off(on=rules.on)):
                continue
            if proof:
                ask = replace(ask, due_on=max(ask.due_on, proof.grace_until))
            if study:
                *_, study_id, path = study
                if path == Enrolment.Path.FULL or not proof:
                    continue
                lapsed.add(study_id)
            if key not in wanted or ask.order < wanted[key].order:
                wanted[key] = ask
    Enrolment.objects.open().filter(pk__in=lapsed).update(withdrawn_at=at)
    enrolments = [
        Enrolment(
            user_id=user_id,
            course_id=course_id,
            version=rules.versions[course_id],
            role_key=ask.post.role_key,
            institution_id=ask.post.institution_id,
            requirement=ask.requirement,
            due_on=ask.due_on,
            enrolled_at=at,
        )
        for (user_id, course_id), ask in wanted.items()
    ]
    Enrolment.objects.bulk_create(enrolments, ignore_conflicts=True, batch_size=500)
    made = Enrolment.objects.filter(number__in=[enrolment.number for enrolment in enrolments])
    made_for = list(made.values_list("user_id", flat=True))
    mark_dirty(post.institution_id for post in posts if post.user_id in set(made_for))
    return len(made_for)


def _open_studies(people: set[int]) -> list[tuple[int, int, int, str]]:
    """(person, programme, enrolment, path)."""
    return list(Enrolment.objects.open().filter(user__in=people).values_list("user_id", "course_id", "pk", "path"))


def _exempt(people: set[int], on: date) -> dict[tuple[int, int], tuple[str, ...]]:
    """By person and programme, the paths at and below which an exemption is in force."""
    paths: dict[tuple[int, int], tuple[str, ...]] = {}
    running = Exemption.objects.in_force(on=on).filter(user__in=people)
    for user_id, course_id, path in running.values_list("user_id", "course_id", "institution__path"):
        paths[user_id, course_id] = (*paths.get((user_id, course_id), ()), path)
    return paths


@dataclass(frozen=True, slots=True)
class _Proof:
    """A person's longest lasting completion of a programme."""

    valid_until: date | None
    grace_days: int

    @property
    def grace_until(self) -> date:
        return self.valid_until + timedelta(days=self.grace_days)

    def holds_off(self, *, on: date) -> bool:
        """Whether nothing is to be done yet: it is valid, or the refresher still renews it."""
        return self.valid_until is None or on <= self.grace_until


def _last_proofs(people: set[int], rules: _Rules) -> dict[tuple[int, int], _Proof]:
    """By person and programme. After training elsewhere the days of grace are those of the newest version."""
    rows = (
        Completion.objects.filter(user__in=people, course__in=list(rules.versions), valid_from__lte=rules.on)
        .exclude(withdrawal__withdrawn_on__lte=rules.on)
        .values_list("user_id", "course_id", "valid_until", "version__grace_days")
    )
    proofs: dict[tuple[int, int], _Proof] = {}
    for user_id, course_id, valid_until, grace_days in rows:
        known = proofs.get((user_id, course_id))
        lasts_longer = known and known.valid_until and (valid_until is None or valid_until > known.valid_until)
        if known is None or lasts_longer:
            if grace_days is None:
                grace_days = rules.versions[course_id].grace_days
            proofs[user_id, course_id] = _Proof(valid_until, grace_days)
    return proofs
