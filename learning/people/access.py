"""What a person may open beyond their own learning."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from learning.people.models import Institution, Scope, User

# Figures name nobody; lists of people are for the HR officer alone.
SEES_FIGURES = (Scope.Role.HR, Scope.Role.COORDINATOR, Scope.Role.AUDITOR)


def institution_of(request: HttpRequest, code: str, *roles: str) -> Institution:
    """The institution, if this person holds one of the roles there (HR when none is named).

    Anything else is 404, as if it did not exist.
    """
    return get_object_or_404(Institution.objects.visible_to(request.user, *roles), code=code)


def scopes_above(user: User, institution: Institution) -> dict[str, str]:
    """The roles held at this institution, each with the path of the highest place it is held at."""
    paths = [
        institution.path[:end] for end in range(institution.steplen, len(institution.path) + 1, institution.steplen)
    ]
    held = Scope.objects.filter(user=user, institution__path__in=paths).order_by("-institution__path")
    return dict(held.values_list("role", "institution__path"))


def highest_of(user: User, *roles: str) -> list[Institution]:
    """The institutions at which one of these roles is held, in the order of the tree; those below one are left out."""
    highest: list[Institution] = []
    held = Institution.objects.filter(scopes__user=user, scopes__role__in=roles).select_related("sector").distinct()
    for institution in held.order_by("path"):
        if not highest or not institution.path.startswith(highest[-1].path):
            highest.append(institution)
    return highest
