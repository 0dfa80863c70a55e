"""Reads about people that several pages share."""

from datetime import date, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from learning.people.models import Institution, Invitation, Membership, User


def without_account(institution: Institution, *, on: date) -> QuerySet[User]:
    """Who works here or below on that day and has set no password, with the latest invitation as `invited_*`."""
    posts = Membership.objects.employed(on=on).filter(institution__path__startswith=institution.path)
    latest = Invitation.objects.filter(user=OuterRef("pk")).order_by("-created_at", "-pk")
    return (
        User.objects.filter(Exists(posts.filter(user=OuterRef("pk"))), password__startswith=UNUSABLE_PASSWORD_PREFIX)
        .annotate(
            invited_at=Subquery(latest.values("created_at")[:1]),
            invited_until=Subquery(latest.values("expires_at")[:1]),
            invited_void=Subquery(latest.values("void_reason")[:1]),
        )
        .order_by("last_name", "first_name", "pk")
    )


def invitation_state(person: User, *, at: datetime) -> tuple[str, str]:
    """Kind (as the component `state` names it) and words for a person of `without_account`."""
    if not person.email:
        return "none", _("No e-mail")
    if person.invited_at is None:
        return "none", _("Not invited")
    if person.invited_void == Invitation.Void.NOT_ME:
        return "error", _("Wrong address: “This is not me”")
    if person.invited_void:
        return "none", _("Not invited")
    if person.invited_until <= at:
        return "expired", _("Invitation ran out")
    until = date_format(localdate(person.invited_until), "SHORT_DATE_FORMAT")
    return "progress", _("Invited, valid until %(day)s") % {"day": until}
