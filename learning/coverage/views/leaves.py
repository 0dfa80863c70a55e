"""Leave of absence on a person's page."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from learning.coverage import wording
from learning.coverage.forms import EndLeaveForm, LeaveForm
from learning.coverage.views.people import person_page, sheet_of
from learning.errors import LearningError
from learning.people.access import institution_of
from learning.requirements import leaves


@login_required
@require_POST
def grant(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Note that the person is away for a while."""
    institution = institution_of(request, code)
    today = timezone.localdate()
    shown = sheet_of(institution, number, today)
    form = LeaveForm(request.POST)
    if form.is_valid():
        try:
            leaves.grant(user=shown.person, institution=institution, by=request.user, **form.cleaned_data)
        except LearningError as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Saved. Deadlines stand still from the first day of leave."))
            return redirect("institutions:person", code=code, number=number)
    return person_page(request, institution, shown, today, leave_form=form, status=422)


@login_required
@require_POST
def end(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """The person is back."""
    institution = institution_of(request, code)
    today = timezone.localdate()
    shown = sheet_of(institution, number, today)
    leave = shown.open_leave(institution, on=today)
    form = EndLeaveForm(request.POST)
    if not form.is_valid():
        return person_page(request, institution, shown, today, leave_end_form=form, status=422)
    day = form.cleaned_data["first_day_back"]
    if leave and leaves.end(leave=leave, first_day_back=day, by=request.user):
        messages.success(request, _("Saved. Back at work from %(day)s.") % {"day": wording.short(day)})
    return redirect("institutions:person", code=code, number=number)
