"""What this person finds in the main menu: own learning for everyone, more for those who hold a scope."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cms import menu
from learning.people.models import Scope, User


def register() -> None:
    menu.entries.update(
        plan=menu.Entry(_("Plan"), "plan"),
        coverage=menu.Entry(_("Coverage"), "chart"),
        people=menu.Entry(_("Staff"), "users"),
        learn=menu.Entry(_("Learning"), "book"),
        card=menu.Entry(_("Action card"), "card", minor=True),
        certificates=menu.Entry(_("Certificates"), "award", minor=True),
    )
    menu.sources.append(links)


def links(user: User) -> Iterator[menu.Link]:
    """An HR officer of several institutions gets the one nearest the root; its pages lead on to the others."""
    held = list(Scope.objects.filter(user=user).select_related("institution").order_by("institution__path"))
    if any(scope.role == Scope.Role.COORDINATOR for scope in held):
        yield menu.Link("plan", "/plan/")
    if code := next((scope.institution.code for scope in held if scope.role == Scope.Role.HR), None):
        yield menu.Link("coverage", f"/institutions/{code}/coverage/")
        yield menu.Link("people", f"/institutions/{code}/people/")
    yield menu.Link("learn", "/learn/")
    yield menu.Link("card", "/learn/card/")
    yield menu.Link("certificates", "/certificates/")
