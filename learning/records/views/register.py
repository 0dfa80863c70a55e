"""The state register's export, for those who answer for a place."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from learning.people.access import institution_of
from learning.people.models import Scope
from learning.records.register import TITLES, Register, note
from learning.records.register_form import DaysForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROLES = (Scope.Role.HR, Scope.Role.COORDINATOR)


@login_required
@require_safe
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the days."""
    institution = institution_of(request, code, *ROLES)
    today = timezone.localdate()
    form = DaysForm(initial={"since": today.replace(month=1, day=1), "until": today})
    page = {"institution": institution, "form": form, "parts": TITLES.values()}
    return render(request, "institutions/register.html", page)


@login_required
@require_GET
def register_file(request: HttpRequest, code: str, extension: str) -> HttpResponseBase:
    """The register of the days asked for."""
    institution = institution_of(request, code, *ROLES)
    form = DaysForm(request.GET)
    if not form.is_valid():
        page = {"institution": institution, "form": form, "parts": TITLES.values()}
        return render(request, "institutions/register.html", page, status=422)
    shown = Register(institution, **form.cleaned_data)
    note(shown, by=request.user, extension=extension)
    name = f"{shown.name}.{extension}"
    if extension == "xlsx":
        return FileResponse(shown.xlsx(), as_attachment=True, filename=name, content_type=XLSX)
    response = StreamingHttpResponse(shown.csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
