"""The staff list of an institution, for its HR officer."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.models import Course
from learning.coverage import people, wording
from learning.coverage.forms import (
    EndExemptionForm,
    EndLeaveForm,
    ExemptionForm,
    LeaveForm,
    PeopleForm,
    ReportForm,
)
from learning.coverage.person import Sheet, sheet
from learning.coverage.programmes import Programme, chosen, programmes_at
from learning.errors import LearningError
from learning.people.access import institution_of
from learning.people.models import Institution, Membership, Position, User
from learning.requirements import exemptions

PEOPLE_ON_A_PAGE = 50


@login_required
@require_safe
def people_list(request: HttpRequest, code: str) -> HttpResponse:
    """Everyone employed on a day with their standing in one programme."""
    institution = institution_of(request, code)
    form = PeopleForm(request.GET)
    choice = form.choice
    programmes = programmes_at(institution, on=choice.on)
    programme = chosen(programmes, form.course_key)
    number = form.page_number
    rows, total = people.page(
        institution, programme, choice, start=(number - 1) * PEOPLE_ON_A_PAGE, count=PEOPLE_ON_A_PAGE
    )
    if number > 1 and not rows:
        number = 1
        rows, total = people.page(institution, programme, choice, start=0, count=PEOPLE_ON_A_PAGE)
    page = {
        "institution": institution,
        "form": form,
        "kept": form.kept,
        "programmes": programmes,
        "programme": programme,
        "positions": _positions(institution, choice),
        "rows": [(person, wording.state_of(person.standing, choice.on)) for person in rows],
        "total": total,
        # The database has paged already; this one only knows the numbers.
        "page": Paginator(range(total), PEOPLE_ON_A_PAGE).get_page(number),
        "choice": choice,
        "query": urlencode(form.kept),
    }
    return render(request, "institutions/people.html", page)


@login_required
@require_safe
def person(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """One person's posts and standing on a day, with the reasons."""
    institution = institution_of(request, code)
    day = ReportForm(request.GET).day
    return person_page(request, institution, sheet_of(institution, number, day), day)


@login_required
@require_POST
def exempt(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Exempt the person from a programme for a while."""
    institution = institution_of(request, code)
    today = timezone.localdate()
    shown = sheet_of(institution, number, today)
    form = ExemptionForm(request.POST, programmes=_open_to_exemption(shown))
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            exemptions.exempt(
                user=shown.person,
                course=Course.objects.get(key=wanted.pop("programme")),
                institution=institution,
                by=request.user,
                **wanted,
            )
        except LearningError as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Saved. The exemption counts from its first day."))
            return redirect("institutions:person", code=code, number=number)
    return person_page(request, institution, shown, today, form=form, status=422)


@login_required
@require_POST
def end_exemption(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Ask the person again from a day on."""
    institution = institution_of(request, code)
    today = timezone.localdate()
    shown = sheet_of(institution, number, today)
    form = EndExemptionForm(request.POST)
    if not form.is_valid():
        return person_page(request, institution, shown, today, end_form=form, status=422)
    course = get_object_or_404(Course, key=form.cleaned_data["programme"])
    day = form.cleaned_data["first_day_back"]
    if exemptions.end_exemption(
        user=shown.person, course=course, institution=institution, first_day_back=day, by=request.user
    ):
        messages.success(
            request, _("Saved. From %(day)s the training is required again.") % {"day": wording.short(day)}
        )
    return redirect("institutions:person", code=code, number=number)


def sheet_of(institution: Institution, number: UUID, on: date) -> Sheet:
    """A person of this institution, else 404."""
    shown = sheet(get_object_or_404(User, number=number), institution, on=on)
    if shown is None:
        raise Http404
    return shown


def _open_to_exemption(shown: Sheet) -> list[Programme]:
    return [item.programme for item in shown.programmes if item.reasons and not item.exemptions]


def person_page(
    request: HttpRequest,
    institution: Institution,
    shown: Sheet,
    on: date,
    *,
    form: ExemptionForm | None = None,
    end_form: EndExemptionForm | None = None,
    leave_form: LeaveForm | None = None,
    leave_end_form: EndLeaveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one person, with the forms that were refused."""
    today = timezone.localdate()
    programmes = _open_to_exemption(shown)
    page = {
        "institution": institution,
        "sheet": shown,
        "on": on,
        "is_today": on == today,
        "rows": [(item, wording.state_of(item.standing, on)) for item in shown.programmes],
        "form": form or (ExemptionForm(programmes=programmes, initial={"starts_on": today}) if programmes else None),
        "open_leave": shown.open_leave(institution, on=today),
        "leave_form": leave_form or LeaveForm(initial={"starts_on": today}),
        "leave_end_form": leave_end_form or EndLeaveForm(initial={"first_day_back": today}),
        "end_form": end_form or EndExemptionForm(initial={"first_day_back": today}),
    }
    return render(request, "institutions/person.html", page, status=status)


def _positions(institution: Institution, choice: people.Choice) -> list[Position]:
    """The positions that people hold here, by name in the reader's language."""
    held = Membership.objects.employed(on=choice.on).filter(institution__path__startswith=institution.path)
    return sorted(Position.objects.filter(pk__in=held.values("position")), key=lambda position: position.name)
