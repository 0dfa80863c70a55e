"""Inviting people: a personal link by mail, good once, for fourteen days."""

import base64
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from learning.people.errors import InvitationExpired, InvitationReplaced, InvitationUnknown, InvitationUsed
from learning.people.models import Institution, Invitation, User
from learning.records import outbox
from learning.records.models import AuditEvent

TOPIC = "invitation"
DECLINED_TOPIC = "invitation-declined"
LIFETIME = timedelta(days=14)
# Letters to one person: a second one too soon only confuses, and a mailbox is not ours to fill.
PAUSE = timedelta(minutes=10)
LETTERS_A_DAY = 3
# How long an answer "this is not me" keeps us from writing to the same address again.
REMEMBERED = timedelta(days=365)
# A larger batch is left to the sweeper, so that no request waits for a mail server.
SENT_AT_ONCE = 50


@dataclass(slots=True)
class Invited:
    """Who was sent a letter, and why the others were not."""

    invited: list[User] = field(default_factory=list)
    have_account: list[User] = field(default_factory=list)
    without_email: list[User] = field(default_factory=list)
    too_soon: list[User] = field(default_factory=list)
    declined: list[User] = field(default_factory=list)
    """The last letter to this address was answered with “this is not me”."""


def token_of(number: uuid.UUID) -> str:
    """The secret part of an invitation's link: 256 bits that only this site's key can compute.

    So the outbox holds no token, and a letter sent twice carries the same link.
    """
    digest = salted_hmac("learning.invitation", str(number), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def link_of(invitation: Invitation) -> str:
    return settings.SITE_URL + reverse("learning:accept_invitation", args=[token_of(invitation.number)])


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, users: Iterable[User], institution: Institution, by: User | None) -> Invited:
    """Send each person a link to set a password; a link sent before is void from now on."""
    now = timezone.now()
    users = list({user.pk: user for user in users}.values())
    result = _sorted_out(users, now)
    Invitation.objects.filter(user__in=result.invited).void(reason=Invitation.Void.NEWER)
    made = [draft(user=user, institution_id=institution.pk, by=by, at=now) for user in result.invited]
    Invitation.objects.bulk_create(made, batch_size=500)
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(actor=by, action="invited", institution=institution, subject=str(invitation.number))
            for invitation in made
        ),
        batch_size=500,
    )
    outbox.promise_many(
        topic=TOPIC,
        payloads={str(invitation.number): {"invitation": invitation.pk} for invitation in made},
        wake=len(made) <= SENT_AT_ONCE,
    )
    return result


def _sorted_out(users: list[User], now: datetime) -> Invited:
    earlier: dict[int, list[Invitation]] = defaultdict(list)
    for invitation in Invitation.objects.filter(user__in=users, created_at__gt=now - REMEMBERED).order_by(
        "-created_at"
    ):
        earlier[invitation.user_id].append(invitation)
    result = Invited()
    for user in users:
        sent = [one for one in earlier[user.pk] if one.email == user.email]
        if not user.email:
            result.without_email.append(user)
        elif user.has_account:
            result.have_account.append(user)
        elif sent and sent[0].void_reason == Invitation.Void.NOT_ME:
            result.declined.append(user)
        elif _is_too_soon(sent, now):
            result.too_soon.append(user)
        else:
            result.invited.append(user)
    return result


def _is_too_soon(sent: list[Invitation], now: datetime) -> bool:
    """`sent`: earlier letters to the address, the newest first."""
    today = [one for one in sent if one.created_at > now - timedelta(days=1)]
    return len(today) >= LETTERS_A_DAY or bool(today and today[0].created_at > now - PAUSE)


def draft(
    *, user: User, institution_id: int, by: User | None, at: datetime, accepted_at: datetime | None = None
) -> Invitation:
    """An invitation not yet saved, for the address the person has now."""
    number = uuid.uuid4()
    return Invitation(
        number=number,
        user=user,
        institution_id=institution_id,
        email=user.email,
        token_sha256=_sha256(token_of(number)),
        created_at=at,
        created_by=by,
        expires_at=at + LIFETIME,
        accepted_at=accepted_at,
    )


def find(token: str) -> Invitation:
    """The invitation that this link may still use. Raises an InvitationUnusable; nothing is used up by looking."""
    invitation = Invitation.objects.select_related("user", "institution").filter(token_sha256=_sha256(token)).first()
    if invitation is None or not invitation.user.is_active:
        raise InvitationUnknown
    if invitation.accepted_at or invitation.user.has_account:
        raise InvitationUsed
    if invitation.voided_at:
        raise InvitationReplaced
    if invitation.expires_at <= timezone.now():
        raise InvitationExpired
    return invitation


@transaction.atomic
def accept(*, token: str, password: str) -> User:
    """Set the person's first password; the address the link was sent to is proven by that.

    `password` has been validated. Raises an InvitationUnusable, also when another request came first.
    """
    invitation = find(token)
    now = timezone.now()
    if not Invitation.objects.open().filter(pk=invitation.pk, expires_at__gt=now).update(accepted_at=now):
        raise InvitationUsed
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=user, email=invitation.email, defaults={"verified": True, "primary": True}
    )
    _note("invitation-accepted", invitation, actor=user)
    return user


@transaction.atomic
def decline(*, token: str) -> Invitation:
    """“This is not me”: the link is void, and whoever sent it hears so. Raises an InvitationUnusable."""
    invitation = find(token)
    if not Invitation.objects.filter(pk=invitation.pk).void(reason=Invitation.Void.NOT_ME):
        raise InvitationReplaced
    _note("invitation-declined", invitation, actor=None)
    outbox.promise(topic=DECLINED_TOPIC, key=str(invitation.number), payload={"invitation": invitation.pk})
    return invitation


def _note(action: str, invitation: Invitation, *, actor: User | None) -> None:
    AuditEvent.objects.create(
        actor=actor, action=action, institution=invitation.institution, subject=str(invitation.number)
    )
