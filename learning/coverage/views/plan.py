"""The coordinator's plan: coverage across all sectors and institutions."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from learning.coverage import exports, wording
from learning.coverage.forms import PlanForm
from learning.coverage.reports import plan
from learning.coverage.views.exports import answer
from learning.people.access import highest_of
from learning.people.models import Institution, Scope


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where the whole place stands today, how it came there, and what ends when."""
    places, place, form = _asked(request)
    shown = plan(place, on=timezone.localdate(), course_key=form.course_key)
    page = {
        "place": place,
        "places": places,
        "form": form,
        "kept": form.kept,
        "plan": shown,
        "reading": wording.reading(shown),
        "rule": wording.rule(shown.figures),
        "has_trend": any(month.required for month in shown.trend),
        "trend_words": wording.trend(shown.trend),
        "ending_total": sum(shown.figures.months),
        "ending_words": wording.ending(shown.ending),
    }
    return render(request, "plan/home.html", page)


@login_required
@require_GET
def coverage_file(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The figures of the page as a file."""
    _places, place, form = _asked(request)
    shown = plan(place, on=timezone.localdate(), course_key=form.course_key)
    table = exports.plan_table(shown)
    exports.record(table, kind="coverage", institution=place, by=request.user, rows=len(table.rows), format=extension)
    return answer(table, extension)


def _asked(request: HttpRequest) -> tuple[list[Institution], Institution, PlanForm]:
    """The places this person coordinates, the one asked for (the first when none is), and the rest that was asked.

    A place of others is 404, as if it did not exist.
    """
    places = highest_of(request.user, Scope.Role.COORDINATOR)
    form = PlanForm(request.GET)
    place = next((place for place in places if form.place_code in ("", place.code)), None)
    if place is None:
        raise Http404
    return places, place, form
