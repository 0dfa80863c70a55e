"""The player's page, and what the content origin says when something is not there."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.models import Package
from courses.packages.allowing import sources_of
from runtime import trials
from runtime.errors import LaunchGone
from runtime.models import Launch
from runtime.player import Stage, launch_facts, player_of
from runtime.tokens import Ticket, launch_of


@never_cache
@require_safe
def play(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The page that holds a package beside what it talks to. `language` in the query: that of the learner's page."""
    launch = None if ticket.is_trial else launch_or_404(ticket)
    package = launch.registration.package if launch else _on_trial_or_404(ticket)
    language = language_of(request)
    with translation.override(language):
        stage = Stage(package, ticket.token(), language, launch)
        player = player_of(stage.package.kind)
        context = {"facts": launch_facts(stage), "player": player, "language": language}
        response = render(request, "player/player.html", context)
    # H5P plays in this page itself.
    response.sources = sources_of(ticket.package)
    return response


def launch_or_404(ticket: Ticket) -> Launch:
    """The launch of a ticket with all that belongs to it, see `runtime.tokens.launch_of`."""
    try:
        return launch_of(ticket)
    except LaunchGone:
        raise Http404 from None


def _on_trial_or_404(ticket: Ticket) -> Package:
    package = get_object_or_404(Package, number=ticket.package)
    if not trials.may_try(package):
        raise Http404
    return package


def language_of(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def problem(request: HttpRequest, exception: Exception | None = None, *, status: int) -> HttpResponse:
    """Said in every language of the site, as nobody here knows the reader's."""
    notices = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            notices.append({"language": language, **_notice(status)})
    return render(request, "player/problem.html", {"notices": notices, "platform": settings.SITE_URL}, status=status)


def _notice(status: int) -> dict[str, str]:
    if status >= 500:
        return {
            "title": translation.gettext("Something went wrong on our side"),
            "text": translation.gettext("What was saved is kept. Go back to Kopā and open the training again."),
        }
    return {"title": translation.gettext("There is no such page"), "text": str(LaunchGone.message)}
