"""A computer that others use: signed out with the browser and after ten idle minutes, and nothing is left behind."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

SEEN = "shared_seen_at"
IDLE_S = 600
# The session is written at most this often.
NOTED_EVERY_S = 30

Answer = Callable[[HttpRequest], HttpResponse]


def begin(request: HttpRequest) -> None:
    """From now on this session is of a shared computer."""
    request.session[SEEN] = _now()
    request.session.set_expiry(0)


def _now() -> int:
    return int(timezone.now().timestamp())


class SharedComputerMiddleware:
    """Ends an idle session of a shared computer, lets nothing be stored there, and empties it at the end."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.session.get(SEEN)
        if seen is None:
            return self.get_response(request)
        if _now() - seen > IDLE_S:
            logout(request)
            response = redirect(f"{reverse('learning:code')}?ended=1")
        else:
            if _now() - seen >= NOTED_EVERY_S:
                request.session[SEEN] = _now()
            response = self.get_response(request)
        response.headers["Cache-Control"] = "private, no-store"
        if not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response
