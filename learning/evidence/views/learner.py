"""A learner's own documents about training done elsewhere."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from learning.errors import LearningError
from learning.evidence import selectors, services
from learning.evidence.forms import EvidenceForm, published
from learning.evidence.models import ExternalEvidence
from learning.evidence.views.serving import served, too_large


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """What was handed in and what became of it; another document for HR to check."""
    workplace = selectors.workplace_of(request.user, on=timezone.localdate())
    if refusal := too_large(request):
        return refusal
    programmes = published()
    mine = ExternalEvidence.objects.of(request.user).select_related("course", "completion").order_by("-recorded_at")
    form = EvidenceForm(request.POST or None, request.FILES or None, programmes=programmes, needs_file=True)
    if request.method == "POST" and workplace and form.is_valid():
        try:
            services.record(
                user=request.user, institution=workplace, by=request.user, at=timezone.now(), **form.facts()
            )
        except LearningError as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Sent. It counts when the HR officer of your institution has accepted it."))
            return redirect("learning:evidence")
    titles = dict(programmes)
    page = {
        "workplace": workplace,
        "form": form if workplace else None,
        "rows": [(evidence, titles.get(evidence.course.key, evidence.course.key)) for evidence in mine],
    }
    return render(request, "learning/evidence.html", page, status=422 if request.method == "POST" else 200)


@require_GET
def document(request: HttpRequest, number: UUID) -> HttpResponseBase:
    return served(get_object_or_404(ExternalEvidence.objects.of(request.user), number=number))
