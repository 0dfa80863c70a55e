"""Correcting a person, opening, correcting, ending and changing posts. History stays; every change is in the audit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from learning.coverage.services import mark_dirty
from learning.people import employment
from learning.people.models import Institution, Invitation, Membership, Position, User
from learning.people.staff_import.snapshots import Reach, managers_within
from learning.records.models import AuditEvent
from learning.requirements.services import enrol_required

from .errors import AddressKept, AddressTaken, ManagerSelf, ManagerUnknown, MoveTooEarly, NotOurs, PostTwice

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Details:
    """What a post says. `manager` is an e-mail or a staff number, "" for none."""

    position: Position
    starts_on: date
    ends_on: date | None = None
    department: str = ""
    staff_number: str = ""
    manager: str = ""


def posts_of(person: User, institution: Institution) -> list[Membership]:
    """All posts here and below, past and coming ones included, the latest first."""
    posts = person.memberships.filter(institution__path__startswith=institution.path)
    return list(posts.select_related("position", "institution", "manager").order_by("-starts_on", "-pk"))


def is_ours(person: User, institution: Institution, *, on: date) -> bool:
    """Whether this institution may correct the name: nobody else employs the person, who is no administrator."""
    elsewhere = person.memberships.filter(Q(ends_on=None) | Q(ends_on__gte=on))
    outside = elsewhere.exclude(institution__path__startswith=institution.path).exists()
    return not (outside or person.is_staff or person.is_superuser)


@transaction.atomic
def correct_person(
    *, person: User, institution: Institution, values: Mapping[str, str], by: User, on: date
) -> tuple[str, ...]:
    """Set name, address and language; returns the names of what changed.

    Raises NotOurs, AddressKept, AddressTaken; nothing has changed then.
    """
    Reach(institution).lock()
    person.refresh_from_db()
    wanted = {**values, "email": values["email"].lower() or None}
    changed = tuple(name for name, value in wanted.items() if value != getattr(person, name))
    if not changed:
        return ()
    if not is_ours(person, institution, on=on):
        raise NotOurs
    if person.has_account and set(changed) & {"email", "language"}:
        raise AddressKept
    if "email" in changed:
        if wanted["email"] and User.objects.filter(email=wanted["email"]).exists():
            raise AddressTaken
        Invitation.objects.filter(user=person).void(reason=Invitation.Void.ADDRESS)
    for name in changed:
        setattr(person, name, wanted[name])
    person.save(update_fields=changed)
    _note("person-corrected", person, institution, by, changed)
    return changed


@transaction.atomic
def open_post(*, person: User, institution: Institution, details: Details, by: User, on: date) -> Membership:
    """Give the person a post. Raises a PostRefused."""
    Reach(institution).lock()
    post = Membership(user=person, institution=institution)
    _fill(post, details, on)
    _check_alone(post)
    post.save()
    _follow_up(person, institution, by, on, "post-opened", ("position",))
    return post


@transaction.atomic
def correct_post(*, post: Membership, details: Details, by: User, on: date) -> tuple[str, ...]:
    """Say what was true all along, or give a last day; returns the names of what changed. Raises a PostRefused."""
    Reach(post.institution).lock()
    post.refresh_from_db()
    before = _values(post)
    _fill(post, details, on)
    changed = tuple(name for name, value in _values(post).items() if value != before[name])
    if not changed:
        return ()
    _check_alone(post)
    # Counted anew below; the database refuses one later than the start.
    post.employed_since = None
    post.save()
    _follow_up(post.user, post.institution, by, on, "post-corrected", changed)
    return changed


@transaction.atomic
def change_post(*, post: Membership, details: Details, by: User, on: date) -> Membership:
    """End this post the day before `details.starts_on` and open another one there. Raises a PostRefused."""
    Reach(post.institution).lock()
    post.refresh_from_db()
    if details.starts_on <= post.starts_on or (post.ends_on is not None and details.starts_on > post.ends_on):
        raise MoveTooEarly
    new = Membership(user=post.user, institution=post.institution)
    _fill(new, details, on)
    new.ends_on = post.ends_on
    post.ends_on = details.starts_on - DAY
    post.save(update_fields=["ends_on"])
    _check_alone(new)
    new.save()
    _follow_up(post.user, post.institution, by, on, "post-changed", ("position",))
    return new


def _fill(post: Membership, details: Details, on: date) -> None:
    post.position, post.starts_on, post.ends_on = details.position, details.starts_on, details.ends_on
    post.department, post.staff_number = details.department, details.staff_number
    post.manager = _manager(details.manager, post, on)


def _manager(named: str, post: Membership, on: date) -> User | None:
    """Whoever works here or above with this address, or here with this staff number."""
    if not named:
        return None
    if post.manager_id and named in (post.manager.email, written(post)):
        return post.manager
    if "@" in named:
        found = managers_within(Reach(post.institution), on).filter(email=named.lower()).distinct()
    else:
        numbered = Membership.objects.employed(on=on).filter(institution=post.institution, staff_number=named)
        found = User.objects.filter(pk__in=numbered.values("user"))
    one = list(found[:2])
    if len(one) != 1:
        raise ManagerUnknown
    if one[0].pk == post.user_id:
        raise ManagerSelf
    return one[0]


def written(post: Membership) -> str:
    """The manager as somebody types it: the address, else a staff number, else the name as it stands."""
    if post.manager is None:
        return ""
    if post.manager.email:
        return post.manager.email
    own = post.manager.memberships.filter(institution=post.institution).exclude(staff_number="").last()
    return own.staff_number if own else post.manager.get_full_name()


def _check_alone(post: Membership) -> None:
    same = Membership.objects.filter(user=post.user, institution=post.institution, position=post.position)
    overlapping = same.exclude(pk=post.pk).filter(Q(ends_on=None) | Q(ends_on__gte=post.starts_on))
    if post.ends_on is not None:
        overlapping = overlapping.filter(starts_on__lte=post.ends_on)
    if overlapping.exists():
        raise PostTwice


def _values(post: Membership) -> dict[str, object]:
    names = ("position_id", "starts_on", "ends_on", "department", "staff_number", "manager_id")
    return {name: getattr(post, name) for name in names}


def _follow_up(person: User, institution: Institution, by: User, on: date, action: str, changed: Iterable[str]) -> None:
    """What any change of posts entails: unbroken work, training required, coverage, invitations, the audit."""
    employment.recount([person.pk])
    enrol_required(on=on, users=[person], at=timezone.now())
    mark_dirty([institution.pk])
    if not person.memberships.filter(Q(ends_on=None) | Q(ends_on__gte=on)).exists():
        Invitation.objects.filter(user=person).void(reason=Invitation.Void.LEFT)
    _note(action, person, institution, by, changed)


def _note(action: str, person: User, institution: Institution, by: User, changed: Iterable[str]) -> None:
    AuditEvent.objects.create(
        actor=by,
        action=action,
        institution=institution,
        subject=str(person.number),
        facts={"fields": [name.removesuffix("_id") for name in changed]},
    )
