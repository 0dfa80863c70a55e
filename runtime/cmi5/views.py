"""cmi5 on the content origin: what a unit asks for by itself, and what the learner's player asks."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from runtime.cmi5 import playing, sessions
from runtime.cmi5.errors import UnitUnknown
from runtime.content.views import language_of, launch_or_404
from runtime.models import Launch
from runtime.tokens import Ticket


@csrf_exempt
@never_cache
@require_http_methods(["POST", "OPTIONS"])
def fetch(request: HttpRequest, secret: str) -> HttpResponse:
    """The one-time fetch address (8.2): 200 with the auth-token, or 200 with an error code of 8.2.3.

    Open to units of other origins: whoever has the address may use it, once.
    """
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Allow-Headers"] = "*"
    else:
        response = JsonResponse(_answer(secret))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _answer(secret: str) -> dict[str, str]:
    token = sessions.fetch(secret=secret, at=timezone.now())
    if token:
        return {"auth-token": token}
    return {"error-code": "1", "error-text": "The token was given out already, or the session has ended."}


@never_cache
@csrf_exempt
@require_POST
def launch(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The player opens a unit in its frame: the address, or 409 when the training was opened in another window."""
    window = launch_or_404(ticket)
    if window.closed_at:
        return JsonResponse({"code": "opened_elsewhere"}, status=409)
    return JsonResponse({"url": _launched(request, ticket, window).url})


@never_cache
@csrf_exempt
@require_POST
def open_window(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The learner opens a unit in a window of its own, which is this one from now on."""
    window = launch_or_404(ticket)
    if window.closed_at:
        raise Http404
    launched, language = _launched(request, ticket, window), language_of(request)
    with override(language):
        return render(request, "player/cmi5_open.html", {"language": language, "url": launched.url})


def _launched(request: HttpRequest, ticket: Ticket, window: Launch) -> sessions.Launched:
    back = f"{reverse('content:cmi5_returned', args=[ticket])}?language={language_of(request)}"
    unit = request.POST.get("unit", "")
    try:
        return playing.launch_for(launch=window, identifier=unit, return_url=back, at=timezone.now())
    except UnitUnknown:
        raise Http404 from None


@never_cache
@require_safe
def status(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """How far the learner is, in the words of the player."""
    return JsonResponse(playing.standing(launch_or_404(ticket)))


@never_cache
@require_safe
def returned(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Where a unit sends the learner when it is done (10.2.6 returnURL)."""
    launch_or_404(ticket)
    language = language_of(request)
    with override(language):
        return render(request, "player/cmi5_returned.html", {"language": language})
