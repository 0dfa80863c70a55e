"""Pages of the frame itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or the cookie is gone; nothing was changed."""
    return render(request, "403_csrf.html", status=403)
