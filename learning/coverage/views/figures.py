"""Coverage of an institution."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from learning.coverage import wording
from learning.coverage.forms import ReportForm
from learning.coverage.reports import report
from learning.evidence.selectors import count_elsewhere
from learning.people.access import SEES_FIGURES, highest_of, institution_of, scopes_above
from learning.people.models import Institution, Scope


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The institutions whose figures this person sees, without those below them; a single one opens at once."""
    institutions = highest_of(request.user, *SEES_FIGURES)
    if not institutions:
        raise Http404
    if len(institutions) == 1:
        return redirect("institutions:coverage", code=institutions[0].code)
    return render(request, "institutions/home.html", {"institutions": institutions})


@login_required
@require_safe
def institution(request: HttpRequest, code: str) -> HttpResponse:
    """An institution's front door: its coverage."""
    found = institution_of(request, code, *SEES_FIGURES)
    return redirect("institutions:coverage", code=found.code)


@login_required
@require_safe
def coverage(request: HttpRequest, code: str) -> HttpResponse:
    """Who must, who has and who is late, on a day, with the rule beside the figure."""
    found = institution_of(request, code, *SEES_FIGURES)
    form = ReportForm(request.GET)
    scopes = scopes_above(request.user, found)
    shown = report(found, on=form.day, course_key=form.course_key)
    page = {
        "institution": found,
        "trail": _trail(found, min(scopes[role] for role in SEES_FIGURES if role in scopes)),
        "sees_people": Scope.Role.HR in scopes,
        "sets_rules": Scope.Role.HR in scopes or Scope.Role.COORDINATOR in scopes,
        "form": form,
        "kept": form.kept,
        "report": shown,
        "rule": wording.rule(shown.figures),
        "windows": wording.windows(shown.figures, shown.on),
        "elsewhere": count_elsewhere(found, shown.programme.course_id, on=shown.on) if shown.programme else 0,
        "tallest": max(shown.figures.tens),
        "is_today": form.day == timezone.localdate(),
    }
    return render(request, "institutions/coverage.html", page)


def _trail(institution: Institution, highest: str) -> list[Institution]:
    """The places above that this person may open, from the top."""
    lengths = range(len(highest), len(institution.path), institution.steplen)
    return list(Institution.objects.filter(path__in=[institution.path[:end] for end in lengths]).order_by("path"))
