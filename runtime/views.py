"""The learner's page around a package, and the way on from it. What plays in it lives on the content origin."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from courses.models import Unit
from learning.models import Enrolment
from learning.records.selectors import Place
from learning.records.views.reading import Traces, address_after, bar, find
from runtime import attempts, selectors, services
from runtime.errors import NotAgain
from runtime.forms import AgainForm, RenewForm
from runtime.models import Registration
from runtime.refusals import StudyWithdrawn
from runtime.tokens import token_of


@require_safe
def open_package(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """Opens a window on the package; one that was open before saves no more."""
    study, place, traces = _find(request, enrolment, unit)
    if request.method == "HEAD":
        return HttpResponse()
    now = timezone.now()
    try:
        registration = services.open_registration(enrolment=study, unit=place.unit, at=now)
        launch = services.open_launch(registration=registration, at=now)
    except StudyWithdrawn:
        raise Http404 from None
    registration.refresh_from_db()
    is_done = registration.done_at is not None or place.unit.id in _done(traces)
    may_repeat = study.is_open and place.unit.settings.get("may_repeat", True)
    language = urlencode({"language": get_language()})
    context = {
        "registration": registration,
        "launch": launch,
        "is_done": is_done,
        "again": AgainForm(initial={"after": registration.attempt}) if study.is_open else None,
        "again_when": "failed completed passed" if may_repeat else "failed",
        "player": f"{settings.CONTENT_ORIGIN}/play/{token_of(launch)}/?{language}",
        "content_origin": settings.CONTENT_ORIGIN,
        **bar(study, place, traces, is_done=is_done),
    }
    response = render(request, "runtime/package.html", context)
    frames = f"frame-src {settings.CONTENT_ORIGIN}"
    response.headers["Content-Security-Policy"] = f"{settings.CONTENT_SECURITY_POLICY}; {frames}"
    # A window that a package opens finds what it reports to through its opener; the sandbox holds it, too.
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    return response


@require_POST
def begin_again(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """The package from nothing; what was reached stays."""
    study, place, _traces = _find(request, enrolment, unit)
    form = AgainForm(request.POST)
    try:
        if not form.is_valid():
            raise NotAgain
        after, now = form.cleaned_data["after"], timezone.now()
        attempts.begin_again(enrolment=study, unit=place.unit, after=after, at=now)
    except NotAgain as problem:
        messages.info(request, problem.message)
    return redirect("runtime:open", enrolment=enrolment, unit=unit)


@require_POST
def renew(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """The page around a package is still open: 204; 409 when its window is closed, for example by a newer one."""
    study, place, _traces = _find(request, enrolment, unit)
    form = RenewForm(request.POST)
    is_open = form.is_valid() and services.renew_launch(
        enrolment=study, unit=place.unit, launch=form.cleaned_data["launch"], at=timezone.now()
    )
    return HttpResponse(status=204 if is_open else 409)


@require_safe
def leave(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """On to the next unit when this one is done, else back to the programme."""
    study, place, traces = _find(request, enrolment, unit)
    registration = selectors.registration_of(study, place.unit)
    if place.unit.id not in _done(traces) and (registration is None or registration.done_at is None):
        messages.info(request, gettext("This part is not completed yet. You can go on with it whenever you like."))
        return redirect("learning:programme", enrolment=enrolment)
    if _completed_all(study, registration):
        return redirect("learning:completed", enrolment=enrolment)
    return redirect(address_after(study, place))


def _find(request: HttpRequest, enrolment: UUID, unit: str) -> tuple[Enrolment, Place, Traces]:
    study, place, traces = find(request, enrolment, unit)
    if place.unit.kind != Unit.Kind.PACKAGE:
        raise Http404
    return study, place, traces


def _done(traces: Traces) -> set[int]:
    return {trace.unit_id for trace in traces.values() if trace.is_done}


def _completed_all(study: Enrolment, registration: Registration | None) -> bool:
    """Whether it was this package that completed the programme: both were noted at one moment."""
    return study.completed_at is not None and registration is not None and registration.done_at == study.completed_at
