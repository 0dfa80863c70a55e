"""On site: the list, one tap each; the code for the room's screen; what was done; the sheet to print."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learning import qr
from learning.coverage.views.exports import XLSX
from learning.gatherings import files, marking, seats, selectors, services, wording
from learning.gatherings.errors import SessionError
from learning.gatherings.forms import PersonForm, TapForm, UnitsForm
from learning.gatherings.models import GroupSession, Seat
from learning.gatherings.selectors import Contents
from learning.gatherings.views.planning import find
from learning.mail import site_link, support_line

# Empty lines of the sheet, for those who come without having signed up.
MOST_EMPTY_LINES = 5


@require_safe
def session_page(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    institution, session = find(request, code, number)
    return _page(request, institution, session)


@require_POST
def tap(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Present, absent, undone, or a mark taken back: one tap on one person."""
    _institution, session = find(request, code, number)
    form = TapForm(request.POST)
    if not form.is_valid():
        return redirect("institutions:session", code=code, number=number)
    action, person = form.tap
    seat = get_object_or_404(session.seats.select_related("session", "user"), user__number=person)
    now = timezone.now()
    try:
        if action == "present":
            seats.sign_in(session=session, user=seat.user, how=Seat.Origin.LIST, by=request.user, at=now)
        elif action == "absent":
            seats.mark_absent(seat=seat, by=request.user, at=now)
        elif action == "undo":
            seats.undo(seat=seat, by=request.user, at=now)
        else:
            marking.take_back(seat=seat, by=request.user, at=now)
            messages.success(request, _("Taken back."))
    except SessionError as refused:
        messages.warning(request, f"{seat.user.get_full_name()}: {refused.message}")
    return redirect(f"{reverse('institutions:session', args=[code, number])}#p-{person}")


@require_POST
def add(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Sign in somebody who has not signed up and has no telephone at hand."""
    institution, session = find(request, code, number)
    form = PersonForm(request.POST)
    if form.is_valid():
        person = selectors.person_known_as(session, **form.cleaned_data, at=timezone.now())
        if person is None:
            form.add_error(None, _("Nobody on the staff list who may attend is called so. Compare both fields."))
        else:
            try:
                seats.sign_in(session=session, user=person, how=Seat.Origin.LIST, by=request.user, at=timezone.now())
            except SessionError as refused:
                form.add_error(None, refused.message)
            else:
                return redirect(f"{reverse('institutions:session', args=[code, number])}#p-{person.number}")
    return _page(request, institution, session, form=form, status=422)


@require_POST
def confirm(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Mark what was done for everyone who is present."""
    _institution, session = find(request, code, number)
    form = UnitsForm(request.POST, units=session.units.all())
    if not form.is_valid():
        raise Http404
    try:
        people = marking.confirm(session=session, units=form.cleaned_data["units"], by=request.user, at=timezone.now())
    except SessionError as refused:
        messages.warning(request, refused.message)
    else:
        said = ngettext("Confirmed for %(n)d person.", "Confirmed for %(n)d people.", people)
        messages.success(request, said % {"n": people})
    return redirect("institutions:session", code=code, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """The code for the room's screen. A POST replaces it with another."""
    institution, session = find(request, code, number)
    if request.method == "POST":
        services.renew_code(session=session, by=request.user)
        return redirect("institutions:session_screen", code=code, number=number)
    address = site_link(reverse("learning:session_here", args=[session.code]))
    context = {
        "institution": institution,
        "session": session,
        "contents": Contents.of(session, get_language()),
        "when": wording.when(session),
        "qr": qr.image(address, border=4, light="#fff"),
        "address": site_link(reverse("learning:sessions")).partition("://")[2],
        "doors_open": session.doors_open(at=timezone.now()),
    }
    return render(request, "gatherings/screen.html", context)


@require_safe
def sheet(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """The attendance sheet, to be printed and signed."""
    institution, session = find(request, code, number)
    rows = selectors.rows_of(session, states=(Seat.State.BOOKED, Seat.State.ATTENDED))
    empty = min(MOST_EMPTY_LINES, session.capacity - len(rows)) if session.takes_walk_ins else 0
    context = {
        "institution": institution,
        "session": session,
        "contents": Contents.of(session, get_language()),
        "when": wording.when(session),
        "rows": rows,
        "empty": range(len(rows) + 1, len(rows) + 1 + max(empty, 0)),
        "facilitators": list(session.facilitators.all()),
        "support": support_line(),
    }
    return render(request, "gatherings/sheet.html", context)


@require_safe
def list_file(request: HttpRequest, code: str, number: UUID, extension: str) -> HttpResponseBase:
    _institution, session = find(request, code, number)
    contents = Contents.of(session, get_language())
    seats.note("session-list-exported", session, request.user, format=extension)
    name = f"{files.name_of(session)}.{extension}"
    if extension == "xlsx":
        return FileResponse(files.xlsx(session, contents), as_attachment=True, filename=name, content_type=XLSX)
    response = HttpResponse(b"".join(files.csv(session, contents)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(
    request: HttpRequest,
    institution,
    session: GroupSession,
    *,
    form: PersonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    rows = selectors.rows_of(session)
    counted = {state: sum(row.seat.state == state for row in rows) for state in Seat.State.values}
    context = {
        "institution": institution,
        "session": session,
        "contents": Contents.of(session, get_language()),
        "when": wording.when(session),
        "said": wording.of_session(session),
        "rows": [
            (row, wording.of_seat(row.seat.state), row.seat.was_confirmed_on(timezone.localdate(now))) for row in rows
        ],
        "counted": counted,
        "facilitators": list(session.facilitators.all()),
        "needs_code": session.needs_code(at=now),
        "takes_attendance": session.takes_attendance(at=now),
        "may_confirm": session.may_confirm(at=now),
        "may_change": session.may_withdraw(at=now),
        "form": form or PersonForm(),
    }
    return render(request, "gatherings/session.html", context, status=status)
