"""The address of a unit, whatever its kind."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from courses.models import Unit
from learning.models import Enrolment
from learning.players import players
from learning.records.selectors import Place
from learning.records.views import case, lesson
from learning.records.views.reading import Traces, find, note_visit

own_players: dict[str, Callable[[HttpRequest, Enrolment, Place, Traces], HttpResponse]] = {
    Unit.Kind.LESSON: lesson.page,
    Unit.Kind.CASE: case.page,
}


@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """The page of a unit. A case is also answered here; kinds of other apps have addresses of their own."""
    study, place, traces = find(request, enrolment, unit)
    kind = place.unit.kind
    if kind in players:
        return redirect(players[kind], enrolment=enrolment, unit=unit)
    if kind not in own_players:
        raise Http404
    if request.method == "POST" and kind != Unit.Kind.CASE:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    note_visit(study, place, traces, timezone.now())
    return own_players[kind](request, study, place, traces)
