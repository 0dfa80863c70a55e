"""What this person finds in the main menu: own learning for everyone, more for those who hold a scope."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms import menu
from learning.people.models import Scope, User


def register() -> None:
    menu.entries.update(
        plan=menu.Entry(_("Plan"), "plan"),
        coverage=menu.Entry(_("Coverage"), "chart"),
        people=menu.Entry(_("Staff"), "users"),
        sessions=menu.Entry(_("Sessions"), "speech"),
        learn=menu.Entry(_("Learning"), "book"),
        card=menu.Entry(_("Action card"), "card", minor=True),
        certificates=menu.Entry(_("Certificates"), "award", minor=True),
    )
    menu.sources.append(links)


def links(user: User) -> Iterator[menu.Link]:
    """An HR officer of several institutions gets the one nearest the root; its pages lead on to the others."""
    held = list(Scope.objects.filter(user=user).select_related("institution").order_by("institution__path"))
    if any(scope.role == Scope.Role.COORDINATOR for scope in held):
        yield menu.Link("plan", reverse("plan:home"))
    if code := next((scope.institution.code for scope in held if scope.role == Scope.Role.HR), None):
        yield menu.Link("coverage", reverse("institutions:coverage", args=[code]))
        yield menu.Link("people", reverse("institutions:people", args=[code]))
    if code := next((scope.institution.code for scope in held if scope.role == Scope.Role.FACILITATOR), None):
        yield menu.Link("sessions", reverse("institutions:sessions", args=[code]))
    yield menu.Link("learn", reverse("learning:my_learning"))
    yield menu.Link("card", reverse("learning:card"))
    yield menu.Link("certificates", reverse("certificates:mine"))
