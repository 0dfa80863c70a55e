"""What an HR officer may open."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from learning.people.models import Institution


def institution_of(request: HttpRequest, code: str) -> Institution:
    """The institution, if this person is its HR officer. Anything else is 404, as if it did not exist."""
    return get_object_or_404(Institution.objects.visible_to(request.user), code=code)
