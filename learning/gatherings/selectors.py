"""Reads about group sessions that pages, files and services share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.models import ACADEMIC_HOUR_MINUTES, CourseVersion
from courses.selectors import ModuleOutline, Outline, UnitOutline, outline
from learning.gatherings.models import GroupSession, Seat
from learning.people.models import Institution, Membership, Scope, User
from learning.people.names import folded
from learning.records.form_of_study import ON_SITE_KINDS
from learning.requirements.models import Enrolment

# Seats on the list of whoever runs the session: all but those given up.
LISTED = (Seat.State.ATTENDED, Seat.State.BOOKED, Seat.State.WAITING, Seat.State.ABSENT)


def may_attend(user: User, session: GroupSession, *, at: datetime) -> bool:
    """Whether the person studies the programme and works where the session is held, or below."""
    mine = GroupSession.objects.for_staff_like(user, at=at).filter(pk=session.pk)
    return mine.filter(course__in=_studied(user)).exists()


def sessions_of(user: User, *, at: datetime) -> QuerySet[GroupSession]:
    """What a learner may find: sessions ahead that are open to this person, and every one with a seat of theirs.

    Each comes with `seat_state` and `signed_in_at`, None without a seat.
    """
    seat = Seat.objects.filter(session=OuterRef("pk"), user=user)
    open_to = GroupSession.objects.planned().ahead(at=at).for_staff_like(user, at=at).filter(course__in=_studied(user))
    return (
        GroupSession.objects.annotate(
            seat_state=Subquery(seat.values("state")[:1]), signed_in_at=Subquery(seat.values("signed_in_at")[:1])
        )
        .filter(Q(seat_state__isnull=False) | Q(pk__in=open_to.order_by().values("pk")))
        .select_related("institution", "version")
    )


def coming_for(user: User, *, at: datetime) -> list[GroupSession]:
    """What My learning names: sessions ahead with a seat of this person, and those that may still be signed up for."""
    found = sessions_of(user, at=at).ahead(at=at).exclude(state=GroupSession.State.CANCELLED)
    held = Q(seat_state__in=[Seat.State.BOOKED, Seat.State.WAITING, Seat.State.ATTENDED])
    return list(found.filter(held | Q(sign_up_until__gte=at)))


def person_known_as(session: GroupSession, *, surname: str, known_as: str, at: datetime) -> User | None:
    """The one person who may attend and has this surname and this staff number or e-mail; None when nobody or several.

    Both have to be told, so whoever runs a session cannot look anybody up.
    """
    known_as = known_as.strip()
    posts = Membership.objects.employed(on=timezone.localdate(at)).filter(
        institution__path__startswith=session.institution.path, staff_number=known_as
    )
    found = User.objects.filter(Q(email=known_as.lower()) | Q(pk__in=posts.values("user")), is_active=True)
    fitting = [
        person
        for person in found
        if folded(person.last_name) == folded(surname.strip()) and may_attend(person, session, at=at)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _studied(user: User) -> QuerySet[Enrolment]:
    return Enrolment.objects.open().of(user).order_by().values("course")


def sessions_at(user: User, institution: Institution) -> QuerySet[GroupSession]:
    """Sessions that this person runs at the institution and below, with the numbers of seats by state."""
    return (
        GroupSession.objects.visible_to(user)
        .filter(institution__path__startswith=institution.path)
        .select_related("institution", "version")
        .annotate(
            waiting=Count("seats", filter=Q(seats__state=Seat.State.WAITING)),
            attended=Count("seats", filter=Q(seats__state=Seat.State.ATTENDED)),
        )
        .order_by("starts_at", "pk")
    )


def facilitators_for(institution: Institution) -> QuerySet[User]:
    """Who may be named as leading a session there: facilitators of the institution or of one above it."""
    paths = [
        institution.path[:end] for end in range(institution.steplen, len(institution.path) + 1, institution.steplen)
    ]
    held = Scope.objects.filter(role=Scope.Role.FACILITATOR, institution__path__in=paths)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("last_name", "first_name", "pk")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list and of the sheet: who, from where, and how it stands with the seat."""

    seat: Seat
    position: str
    institution: str

    @property
    def name(self) -> str:
        return f"{self.seat.user.last_name} {self.seat.user.first_name}".strip()


def rows_of(session: GroupSession, *, states: Iterable[str] = LISTED) -> list[Row]:
    """Those on the list by surname, who waits last and in order of the line. Three queries however many there are.

    Each has the post held on the day of the session below its institution: names and posts, nothing of what anybody
    has learnt.
    """
    seats = list(session.seats.filter(state__in=list(states)).select_related("user"))
    posts = _posts(session, [seat.user_id for seat in seats], on=timezone.localdate(session.starts_at))
    rows = [Row(seat, *posts.get(seat.user_id, ("", ""))) for seat in seats]
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple:
    if row.seat.state == Seat.State.WAITING:
        return 1, row.seat.place_in_line, "", "", row.seat.pk
    return 0, row.seat.session.starts_at, folded(row.seat.user.last_name), folded(row.seat.user.first_name), row.seat.pk


def _posts(session: GroupSession, people: Sequence[int], *, on: date) -> dict[int, tuple[str, str]]:
    """By person, the names of position and institution: the longest held post in reach of the session."""
    found: dict[int, tuple[str, str]] = {}
    posts = (
        Membership.objects.employed(on=on)
        .filter(user__in=people, institution__path__startswith=session.institution.path)
        .select_related("position", "institution")
        .order_by("starts_on", "pk")
    )
    for post in posts:
        found.setdefault(post.user_id, (post.position.name, post.institution.name))
    return found


def on_site_modules(version_id: int, language: str) -> list[tuple[ModuleOutline, list[UnitOutline]]]:
    """The modules of a version with the units that may be done together; modules without any are left out."""
    found = []
    for module in outline(version_id, language).modules:
        if units := [unit for unit in module.units if unit.kind in ON_SITE_KINDS]:
            found.append((module, units))
    return found


@dataclass(frozen=True, slots=True)
class Contents:
    """What a session covers, in one language."""

    programme: Outline
    modules: tuple[tuple[ModuleOutline, tuple[UnitOutline, ...]], ...]

    @classmethod
    def of(cls, session: GroupSession, language: str) -> "Contents":
        covered = set(session.units.values_list("pk", flat=True))
        modules = []
        for module, units in on_site_modules(session.version_id, language):
            if own := tuple(unit for unit in units if unit.id in covered):
                modules.append((module, own))
        return cls(outline(session.version_id, language), tuple(modules))

    @property
    def minutes(self) -> int:
        return sum(unit.minutes for _, units in self.modules for unit in units)

    @property
    def academic_hours(self) -> float:
        """To one decimal."""
        return round(self.minutes / ACADEMIC_HOUR_MINUTES, 1)


def newest_published() -> list[CourseVersion]:
    """The newest version of every programme."""
    newest: dict[int, CourseVersion] = {}
    for version in CourseVersion.objects.select_related("course").newest_first():
        newest.setdefault(version.course_id, version)
    return sorted(newest.values(), key=lambda version: version.course.key)
