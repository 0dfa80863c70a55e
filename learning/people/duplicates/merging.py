"""Two accounts of one person become one: everything moves to the account that stays, and nothing is deleted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from allauth.account.models import EmailAddress
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from learning.coverage.services import mark_dirty
from learning.people import employment
from learning.people.codes.models import SignInCode
from learning.people.models import Invitation, Membership, Scope, User
from learning.people.staff_import.models import WithdrawnPost
from learning.records.models import AuditEvent
from learning.requirements.asking import enrol_required
from learning.requirements.models import Enrolment, Leave

from .errors import CannotBeJoined, HoldsRights

# What stays with the account that goes: its way in, its groups, and what was never true.
STAYS = {
    *("account.EmailAddress", "mfa.Authenticator", "learning.Invitation", "learning.SignInCode"),
    "learning.WithdrawnPost",
    *("learning.User_groups", "learning.User_user_permissions"),
}
SEEN_TO = {"learning.Leave"}
# Who a row is about; other keys to people say who did something, and that stays true.
ABOUT = "user"
APPS = ("learning", "certificates", "assessments", "runtime")


@dataclass(slots=True)
class Joined:
    """How many rows of each kind moved."""

    moved: dict[str, int] = field(default_factory=dict)


def stays(one: User, other: User) -> User:
    """The account to keep: the one that signs in, lately if both do; else the older one."""
    return max((one, other), key=lambda user: (user.has_account, _signed_in(user), -user.pk))


def _signed_in(user: User) -> float:
    return user.last_login.timestamp() if user.last_login else 0


@transaction.atomic
def join(*, kept: User, gone: User, by: User | None) -> Joined:
    """Move everything of `gone` to `kept` and close `gone`, which from then on points to `kept`.

    `by` None is an administrator at the console, who alone may join accounts with rights. Raises CannotBeJoined.
    """
    locked = User.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk").in_bulk()
    kept, gone = locked[kept.pk], locked[gone.pk]
    if kept == gone or kept.merged_into_id or gone.merged_into_id:
        raise CannotBeJoined
    if by is not None and (by in (kept, gone) or any(map(_holds_rights, (kept, gone)))):
        raise HoldsRights
    joined = Joined()
    touched = set(Membership.objects.filter(user__in=[kept, gone]).values_list("institution_id", flat=True))
    _join_posts(kept, gone, by)
    _close_second_studies(kept, gone)
    _join_leaves(kept, gone)
    for model, constraints in _followers():
        moved = _movable(model, constraints, kept, gone).update(**{ABOUT: kept})
        if moved:
            joined.moved[model._meta.label] = moved
    Membership.objects.filter(manager=gone).exclude(user=kept).update(manager=kept)
    Membership.objects.filter(user=kept, manager__in=[kept, gone]).update(manager=None)
    _close(kept, gone)
    employment.recount([kept.pk])
    enrol_required(on=timezone.localdate(), users=[kept])
    mark_dirty(touched)
    AuditEvent.objects.create(
        actor=by, action="people-joined", subject=str(kept.number), facts={"gone": str(gone.number), **joined.moved}
    )
    return joined


def _holds_rights(user: User) -> bool:
    return user.is_staff or user.is_superuser or user.groups.exists() or Scope.objects.filter(user=user).exists()


def _join_posts(kept: User, gone: User, by: User | None) -> None:
    """The same post twice is one: from the earlier first day to the later last day."""
    held = list(Membership.objects.filter(user=kept))
    for post in Membership.objects.filter(user=gone).order_by("starts_on"):
        same = next((one for one in held if _is_same_post(one, post)), None)
        if same is None:
            held.append(post)
            continue
        WithdrawnPost.of(post, reason=WithdrawnPost.Reason.MERGED, by=by).save()
        post.delete()
        same.starts_on = min(same.starts_on, post.starts_on)
        same.ends_on = None if None in (same.ends_on, post.ends_on) else max(same.ends_on, post.ends_on)
        for name in ("department", "staff_number", "manager_id"):
            setattr(same, name, getattr(same, name) or getattr(post, name))
        same.employed_since = None
        same.save()


def _is_same_post(one: Membership, other: Membership) -> bool:
    alike = (one.institution_id, one.position_id) == (other.institution_id, other.position_id)
    return alike and _overlap(one.starts_on, one.ends_on, other.starts_on, other.ends_on)


def _overlap(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)


def _close_second_studies(kept: User, gone: User) -> None:
    """One study of a programme at a time: the one further on stays open, with the earlier deadline of the two."""
    theirs = {study.course_id: study for study in Enrolment.objects.open().of(gone)}
    for own in Enrolment.objects.open().of(kept).filter(course__in=theirs):
        other = theirs[own.course_id]
        ahead, behind = sorted((own, other), key=_done, reverse=True)
        Enrolment.objects.filter(pk=behind.pk).update(withdrawn_at=timezone.now())
        days = [day for day in (own.due_on, other.due_on) if day]
        Enrolment.objects.filter(pk=ahead.pk).update(due_on=min(days, default=None))


def _done(study: Enrolment) -> tuple[int, bool]:
    return study.unit_states.exclude(done_at=None).count(), study.started_at is not None


def _join_leaves(kept: User, gone: User) -> None:
    """Leaves of a person never overlap: one that does becomes part of the other and stays with the closed account."""
    own = list(Leave.objects.filter(user=kept).select_related("institution"))
    for other in Leave.objects.filter(user=gone).select_related("institution"):
        same = [leave for leave in own if _is_same_leave(leave, other)]
        if not same:
            Leave.objects.filter(pk=other.pk).update(user=kept)
            own.append(other)
        for leave in same:
            leave.starts_on = min(leave.starts_on, other.starts_on)
            leave.ends_on = None if None in (leave.ends_on, other.ends_on) else max(leave.ends_on, other.ends_on)
            leave.save(update_fields=["starts_on", "ends_on"])


def _is_same_leave(one: Leave, other: Leave) -> bool:
    """Both speak of some post of one place, on a day of both."""
    short, long = sorted((one.institution.path, other.institution.path), key=len)
    return long.startswith(short) and _overlap(one.starts_on, one.ends_on, other.starts_on, other.ends_on)


def _followers() -> Iterator[tuple[type[models.Model], list[models.UniqueConstraint]]]:
    """Every kind of row about a person that goes along, with the rules that allow only one."""
    for relation in User._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        model = relation.related_model
        if relation.field.name == ABOUT and model._meta.app_label in APPS and model._meta.label not in STAYS | SEEN_TO:
            rules = [one for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
            yield model, [rule for rule in rules if ABOUT in rule.fields]


def _movable(
    model: type[models.Model], rules: list[models.UniqueConstraint], kept: User, gone: User
) -> models.QuerySet:
    """Rows of `gone` that `kept` may have beside its own; a second of what may be once stays where it is."""
    rows = model._default_manager.filter(**{ABOUT: gone})
    for rule in rules:
        others = {name: OuterRef(name) for name in rule.fields if name != ABOUT}
        condition = rule.condition or Q()
        taken = model._default_manager.filter(condition, **{ABOUT: kept}, **others)
        rows = rows.exclude(condition & Q(Exists(taken)))
    return rows


def _close(kept: User, gone: User) -> None:
    """Nobody signs in with the account any more, and its links are void. Its address goes along where none is."""
    Invitation.objects.filter(user=gone).void(reason=Invitation.Void.JOINED)
    SignInCode.objects.filter(user=gone).revoke()
    if gone.email and not kept.email:
        address, gone.email = gone.email, None
        gone.save(update_fields=["email"])
        kept.email = address
        kept.save(update_fields=["email"])
        EmailAddress.objects.filter(user=gone, email=address).update(user=kept)
    User.objects.filter(merged_into=gone).update(merged_into=kept)
    gone.merged_into, gone.is_active = kept, False
    gone.set_unusable_password()
    gone.save(update_fields=["merged_into", "is_active", "password"])
