"""The action card of a role: one page to print or keep on a phone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.cards import card_of, roles_with_cards
from learning.people.models import User
from learning.requirements.models import Enrolment
from learning.requirements.services import NO_ROLE, role_key_of


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The card of the reader's own role, or of the role that the address asks for."""
    own = role_key_of(request.user, at=None, on=timezone.localdate())
    asked = request.GET.get("role", own)
    roles = roles_with_cards()
    if asked != own and asked not in dict(roles):
        raise Http404
    found = None
    if asked != NO_ROLE:
        found = card_of(asked, course_id=_programme(request.user), language=get_language())
    context = {"card": found, "is_own": asked == own, "others": [role for role in roles if role[0] != asked]}
    return render(request, "learning/card.html", context)


def _programme(user: User) -> int | None:
    """The programme the reader was enrolled in last."""
    return Enrolment.objects.of(user).order_by("-enrolled_at").values_list("course_id", flat=True).first()
