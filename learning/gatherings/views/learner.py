"""Sessions for those who may come: find one, take or give up a seat, be there."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learning import calendars
from learning.gatherings import letters, seats, selectors, wording
from learning.gatherings.errors import SessionError
from learning.gatherings.forms import CodeForm, SeatForm
from learning.gatherings.listing import listed
from learning.gatherings.models import DOORS, GroupSession, Seat
from learning.gatherings.selectors import Contents
from learning.people.invitation_letters import contact_of

PAST_SHOWN = 20


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Sessions ahead that are open to the reader or hold a seat of theirs, and those they took part in."""
    now = timezone.now()
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid() and (code := form.cleaned_data["code"]):
        return redirect("learning:session_here", code=code)
    found = selectors.sessions_of(request.user, at=now)
    attended = found.filter(ends_at__lte=now, seat_state=Seat.State.ATTENDED).order_by("-starts_at", "-pk")
    context = {
        "form": form,
        "ahead": listed(found.ahead(at=now), get_language()),
        "past": listed(attended[:PAST_SHOWN], get_language()),
    }
    return render(request, "gatherings/learner_list.html", context, status=422 if form.errors else 200)


@require_safe
def session_page(request: HttpRequest, number: UUID) -> HttpResponse:
    now = timezone.now()
    session = _find(request, number)
    seat = session.seat_state
    holds = seat in seats.HOLDING
    context = {
        "session": session,
        "contents": Contents.of(session, get_language()),
        "said": wording.of_own_seat(session, seat),
        "when": wording.when(session),
        "contact": contact_of(session.institution),
        "link": session.online_link if seat in (Seat.State.BOOKED, Seat.State.ATTENDED) else "",
        "may_book": not holds and session.takes_sign_ups(at=now),
        "may_withdraw": seat in (Seat.State.BOOKED, Seat.State.WAITING) and session.may_withdraw(at=now),
        "in_line": _place_in_line(session, request) if seat == Seat.State.WAITING else None,
        "is_ahead": session.ends_at > now and session.state != GroupSession.State.CANCELLED,
        "has_seat": holds,
    }
    return render(request, "gatherings/learner_session.html", context)


@require_POST
def change_seat(request: HttpRequest, number: UUID) -> HttpResponse:
    """Take a seat or a place in line, or give it up."""
    session = _find(request, number)
    form = SeatForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        if form.cleaned_data["action"] == "book":
            seat = seats.book(session=session, user=request.user, at=timezone.now())
            messages.success(request, _said_after_booking(seat))
        elif seats.withdraw(session=session, user=request.user, at=timezone.now()):
            messages.success(request, _("You have given your seat up. Thank you for saying so."))
    except SessionError as refused:
        messages.info(request, refused.message)
    return redirect("learning:session", number=number)


@require_safe
def calendar(request: HttpRequest, number: UUID) -> HttpResponse:
    """The session for the reader's own calendar."""
    session = _find(request, number)
    file = calendars.ics(letters.event_of(session, get_language()))
    response = HttpResponse(file, content_type=f"{calendars.CONTENT_TYPE}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{letters.FILE_NAME}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, code: str) -> HttpResponse:
    """Where the code on the room's screen leads. Nothing is noted until the reader says so with one tap."""
    now = timezone.now()
    session = get_object_or_404(GroupSession.objects.select_related("institution", "version"), code=code.upper())
    seat = session.seats.filter(user=request.user).first()
    if seat is None and not selectors.may_attend(request.user, session, at=now):
        raise Http404
    problem = None
    if request.method == "POST":
        try:
            seats.sign_in(session=session, user=request.user, how=Seat.Origin.CODE, by=request.user, at=now)
        except SessionError as refused:
            problem = refused.message
        else:
            return redirect("learning:session_here", code=code)
    context = {
        "session": session,
        "contents": Contents.of(session, get_language()),
        "when": wording.when(session),
        "is_signed_in": seat is not None and seat.state == Seat.State.ATTENDED,
        "doors_open": session.doors_open(at=now),
        "opens_at": session.starts_at - DOORS if now < session.starts_at - DOORS else None,
        "problem": problem,
    }
    return render(request, "gatherings/here.html", context, status=409 if problem else 200)


def _find(request: HttpRequest, number: UUID) -> GroupSession:
    """A session the reader may see; everything else is 404."""
    return get_object_or_404(selectors.sessions_of(request.user, at=timezone.now()), number=number)


def _place_in_line(session: GroupSession, request: HttpRequest) -> int:
    """1 is the next to get a seat."""
    waiting = session.seats.filter(state=Seat.State.WAITING).in_order()
    return list(waiting.values_list("user", flat=True)).index(request.user.pk) + 1


def _said_after_booking(seat: Seat) -> str:
    if seat.state == Seat.State.WAITING:
        return _("All seats are taken. You are on the waiting list and get a letter when a seat is free.")
    return _("You have a seat. A letter with an entry for your calendar is on its way.")
