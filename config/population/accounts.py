"""Accounts of the demo's staff: who was invited when, and who has signed in since."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import Min
from django.utils import timezone
from django.utils.crypto import get_random_string

from learning.models import Institution, Invitation, User
from learning.people import invitations

from .changes import NEWCOMERS
from .personas import PERSONAS
from .staff import address

BATCH = 500
SEED = 20250203
# What became of the invitations of those who have not begun, in turn within each institution.
FATES = ("waits", "ran out", "accepted", "waits", "accepted")
# Has a post and an address and waits for an invitation, so that a visitor can follow one.
NEWCOMER_EMAIL = address(NEWCOMERS[0][1], NEWCOMERS[0][2], NEWCOMERS[0][0])


def open_accounts(root: Institution) -> None:
    """Invite everyone who was asked to study; whoever began has accepted before. Call once, after the history."""
    source = Random(SEED)  # noqa: S311 - a demo must come out the same every time
    # One hash of a password that nobody knows: made for each person it would take minutes.
    password = make_password(get_random_string(40))
    now = timezone.now()
    studied = (
        User.objects.filter(enrolments__institution__path__startswith=root.path)
        .exclude(email__in=[NEWCOMER_EMAIL, *(persona.email for persona in PERSONAS)])
        .annotate(asked_at=Min("enrolments__enrolled_at"), began_at=Min("enrolments__started_at"))
        .order_by("pk")
    )
    places = dict(
        studied.order_by("enrolments__enrolled_at", "enrolments__pk").values_list("pk", "enrolments__institution")[::-1]
    )
    fates: dict[int, Iterator[str]] = defaultdict(lambda: cycle(FATES))
    made, accounts = [], []
    for user in studied:
        place = places[user.pk]
        invitation = _invitation(user, place, fates[place], now, source)
        if user.began_at or (invitation and invitation.accepted_at):
            user.password = password
            accounts.append(user)
        if invitation:
            made.append(invitation)
    Invitation.objects.bulk_create(made, batch_size=BATCH)
    User.objects.bulk_update(accounts, ["password"], batch_size=BATCH)
    EmailAddress.objects.bulk_create(
        (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in accounts if user.email),
        batch_size=BATCH,
    )


def _invitation(
    user: User, institution_id: int, fates: Iterator[str], now: datetime, source: Random
) -> Invitation | None:
    if not user.email:
        return None
    sent_at, accepted_at = user.asked_at, user.began_at
    if accepted_at is None:
        fate = next(fates)
        if fate == "accepted":
            accepted_at = min(sent_at + timedelta(hours=source.randint(2, 200)), now)
        elif fate == "waits":
            sent_at = max(sent_at, now - timedelta(hours=source.randint(30, 250)))
    return invitations.draft(
        user=user, institution_id=institution_id, by=None, at=min(sent_at, now), accepted_at=accepted_at
    )


def newcomer_link() -> str | None:
    """The link of a newcomer's invitation, sent now if there is none; None once somebody accepted it."""
    newcomer = User.objects.get(email=NEWCOMER_EMAIL)
    if newcomer.has_account:
        return None
    institution = newcomer.memberships.select_related("institution").latest("pk").institution
    waiting = Invitation.objects.open().filter(user=newcomer, expires_at__gt=timezone.now()).first()
    if waiting is None:
        invitations.invite(users=[newcomer], institution=institution, by=None)
        waiting = Invitation.objects.open().get(user=newcomer)
    return invitations.link_of(waiting)
