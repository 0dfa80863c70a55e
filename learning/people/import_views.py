"""HR hands in a staff list, looks at what it would change, mends it and saves it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from learning.errors import LearningError
from learning.people.access import institution_of
from learning.people.forms import ConfirmImportForm, StaffFileForm
from learning.people.staff_import import ordering, sample, services, undoing
from learning.people.staff_import.applying import Outcome
from learning.people.staff_import.errors import FileTooLarge, ListMoved, StaffFileError
from learning.people.staff_import.models import StaffImport
from learning.people.staff_import.pages import PreviewPage, mends_in
from learning.people.staff_import.reading import MOST_BYTES
from learning.people.staff_import.snapshots import Reach

# Room for the other fields and the wrapping of a file in a request.
ENVELOPE_BYTES = 100_000
IMPORTS_SHOWN = 10
REASONS_SHOWN = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, code: str) -> HttpResponse:
    """Upload a staff list. Nothing changes before it was looked at."""
    institution = institution_of(request, code)
    too_large = int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + ENVELOPE_BYTES
    form = StaffFileForm(*(() if too_large else (request.POST or None, request.FILES or None)))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = services.keep_upload(
                institution=institution,
                content=file.read(),
                file_name=file.name,
                complete=form.complete,
                by=request.user,
                asks=True,
            )
        except StaffFileError as problem:
            form.add_error("file", problem.message)
        else:
            return redirect(_next_step(kept), code=code, number=kept.number)
    imports = StaffImport.objects.filter(institution=institution).select_related("created_by")
    page = {
        "institution": institution,
        "form": form,
        "too_large": FileTooLarge(MOST_BYTES).message if too_large else "",
        "waiting": [(kept, _next_step(kept)) for kept in imports.unsaved() | imports.under_way()],
        "imports": imports.saved().defer("trace")[:IMPORTS_SHOWN],
        "undoable": undoing.undoable(institution),
        "columns": sample.columns(needs_institution=not Reach(institution).is_one),
    }
    return render(request, "institutions/import.html", page, status=413 if too_large else 422 if form.errors else 200)


def _next_step(kept: StaffImport) -> str:
    """The page on which a list that is not saved yet goes on."""
    pages = {
        StaffImport.State.COLUMNS: "institutions:import_columns",
        StaffImport.State.ORDERED: "institutions:import_progress",
    }
    return pages.get(kept.state, "institutions:import_preview")


@login_required
@require_safe
def download_sample(request: HttpRequest, code: str) -> HttpResponse:
    """A staff list of two invented people in the right format."""
    institution = institution_of(request, code)
    response = HttpResponse(sample.csv_of(institution), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{institution.code}-sample.csv"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """What the list would change; cells mended in place; saved when confirmed."""
    institution = institution_of(request, code)
    kept = get_object_or_404(StaffImport, institution=institution, number=number)
    form = ConfirmImportForm(request.POST or None, initial={"invite": True})
    refusal: LearningError | None = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["cancel"]:
            services.drop(staff_import=kept)
            messages.success(request, _("The import was cancelled. Nothing has changed."))
            return redirect("institutions:import", code=code)
        try:
            _save(request, kept, form)
        except LearningError as problem:
            refusal = problem
        kept.refresh_from_db()
    if kept.state in (StaffImport.State.COLUMNS, StaffImport.State.ORDERED):
        return redirect(_next_step(kept), code=code, number=number)
    refusal = refusal or ordering.refusal_of(kept)
    if kept.state != StaffImport.State.WAITING:
        return redirect("institutions:import", code=code)
    page = {
        "institution": institution,
        "kept": kept,
        "page": PreviewPage(kept, services.preview(kept, on=timezone.localdate())),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "institutions/import_preview.html", page, status=422 if refusal else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Take the last import back, after asking once more."""
    institution = institution_of(request, code)
    kept = get_object_or_404(StaffImport, institution=institution, number=number)
    refusal: LearningError | None = None
    if request.method == "POST":
        try:
            undoing.undo(staff_import=kept, by=request.user)
        except LearningError as problem:
            refusal = problem
        else:
            messages.success(request, _("The import was undone. Everything is as it was before."))
            return redirect("institutions:import", code=code)
    if undoing.undoable(institution) != kept:
        return redirect("institutions:import", code=code)
    page = {"institution": institution, "kept": kept, "refusal": refusal, "most": REASONS_SHOWN}
    return render(request, "institutions/import_undo.html", page, status=422 if refusal else 200)


@login_required
@require_safe
def progress(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """How far a large list is; once saved, what came of it."""
    institution = institution_of(request, code)
    kept = get_object_or_404(StaffImport, institution=institution, number=number)
    if kept.state == StaffImport.State.APPLIED:
        _report(request, Outcome(**kept.counts))
        return redirect("institutions:import", code=code)
    if kept.state != StaffImport.State.ORDERED:
        return redirect("institutions:import_preview", code=code, number=number)
    page = {"institution": institution, "kept": kept, "percent": ordering.percent_of(kept)}
    return render(request, "institutions/import_progress.html", page)


def _save(request: HttpRequest, kept: StaffImport, form: ConfirmImportForm) -> None:
    """Mend what was mended, then apply, large lists in the background. What was typed is kept, whatever comes of it."""
    today = timezone.localdate()
    has_moved = services.preview(kept, on=today).fingerprint != form.cleaned_data["fingerprint"]
    services.keep_mends(staff_import=kept, mends=mends_in(request.POST))
    if has_moved:
        raise ListMoved
    seen = {"staff_import": kept, "on": today, "by": request.user}
    fingerprint = services.preview(kept, on=today).fingerprint
    if ordering.is_large(kept):
        ordering.order(**seen, fingerprint=fingerprint, permissions=form.permissions())
    else:
        _report(request, services.confirm(**seen, fingerprint=fingerprint, **form.permissions()))


def _report(request: HttpRequest, outcome: Outcome) -> None:
    said = _("Saved. Joined: %(joined)d, changed: %(changed)d, left: %(left)d, unchanged: %(unchanged)d.")
    messages.success(request, said % outcome.counts())
    if outcome.invited:
        text = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", outcome.invited)
        messages.success(request, text % {"n": outcome.invited})
    if outcome.skipped:
        text = ngettext("%(n)d row was left out.", "%(n)d rows were left out.", outcome.skipped)
        messages.warning(request, text % {"n": outcome.skipped})
