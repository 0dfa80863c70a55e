"""A whole list of documents, and the rules by which they count."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from learning.errors import LearningError
from learning.evidence import importing, sample, services
from learning.evidence.forms import EvidenceListForm, RuleForm, published
from learning.evidence.importing import Imported
from learning.evidence.models import EvidenceRule
from learning.evidence.selectors import paths_above
from learning.evidence.views.serving import too_large
from learning.people.access import institution_of
from learning.people.models import Scope

PROBLEMS_SHOWN = 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, code: str) -> HttpResponse:
    """Write down every document of a list; each waits for a second person."""
    institution = institution_of(request, code)
    if refusal := too_large(request):
        return refusal
    form = EvidenceListForm(request.POST or None, request.FILES or None)
    result: Imported | None = None
    if request.method == "POST" and form.is_valid():
        try:
            result = importing.import_list(
                institution=institution,
                content=form.cleaned_data["file"].read(),
                leave_out_wrong=form.cleaned_data["leave_out_wrong"],
                by=request.user,
                at=timezone.now(),
            )
        except LearningError as problem:
            form.add_error("file", problem.message)
        else:
            if not result.problems or form.cleaned_data["leave_out_wrong"]:
                said = _("Saved. New: %(new)d, known before: %(known)d, left out: %(wrong)d.")
                counts = {"new": result.new, "known": result.known, "wrong": result.wrong_rows}
                messages.success(request, said % counts)
                return redirect("institutions:evidence", code=code)
    page = {
        "institution": institution,
        "form": form,
        "problems": result.problems[:PROBLEMS_SHOWN] if result else [],
        "wrong_rows": result.wrong_rows if result else 0,
        "columns": sample.columns(),
        "programmes": published(),
    }
    return render(request, "institutions/evidence_import.html", page, status=422 if form.errors or result else 200)


@login_required
@require_safe
def download_sample(request: HttpRequest, code: str) -> HttpResponse:
    """A list of two invented documents in the right format."""
    institution_of(request, code)
    content = sample.csv_of(programmes=published(), language=get_language())
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="training-elsewhere-sample.csv"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The dated rules that hold here, and a new one from a day on."""
    institution = institution_of(request, code, Scope.Role.COORDINATOR)
    programmes = published()
    form = RuleForm(request.POST or None, programmes=programmes, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_rule(institution=institution, by=request.user, **form.facts())
        except LearningError as problem:
            form.add_error("valid_from", problem.message)
        else:
            messages.success(request, _("Saved. What was accepted before stays as it is."))
            return redirect("institutions:evidence_rules", code=code)
    found = EvidenceRule.objects.filter(institution__path__in=paths_above(institution))
    titles = dict(programmes)
    page = {
        "institution": institution,
        "form": form,
        "rules": [
            (titles.get(rule.course.key, rule.course.key), rule)
            for rule in found.select_related("course", "institution").order_by("course__key", "-valid_from")
        ],
    }
    return render(request, "institutions/evidence_rules.html", page, status=422 if form.errors else 200)
