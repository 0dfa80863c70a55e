"""Sessions for those who run them: the list, planning, changing, calling off."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import CourseVersion
from courses.selectors import outline
from learning.gatherings import selectors, services, wording
from learning.gatherings.errors import SessionError
from learning.gatherings.forms import CancelForm, SessionForm
from learning.gatherings.models import RUN_SESSIONS, GroupSession
from learning.gatherings.selectors import on_site_modules
from learning.people.access import highest_of, institution_of
from learning.people.models import Institution
from learning.records.form_of_study import ON_SITE_KINDS

SESSIONS_ON_A_PAGE = 30


@require_safe
def session_list(request: HttpRequest, code: str) -> HttpResponse:
    """What is ahead, the earliest first, or what is over, the latest first."""
    institution = institution_of(request, code, *RUN_SESSIONS)
    past = "past" in request.GET
    now = timezone.now()
    found = selectors.sessions_at(request.user, institution)
    found = found.filter(ends_at__lte=now).order_by("-starts_at", "-pk") if past else found.ahead(at=now)
    page = Paginator(found, SESSIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "institution": institution,
        "past": past,
        "page": page,
        "rows": [
            (session, outline(session.version_id, get_language()), wording.when(session), wording.of_session(session))
            for session in page
        ],
        "others": [place for place in highest_of(request.user, *RUN_SESSIONS) if place != institution],
    }
    return render(request, "gatherings/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a session for the institution of the address or one below it."""
    institution = institution_of(request, code, *RUN_SESSIONS)
    versions = selectors.newest_published()
    version = next(
        (one for one in versions if one.course.key == request.GET.get("programme")), next(iter(versions), None)
    )
    if version is None:
        return render(request, "gatherings/plan.html", {"institution": institution, "version": None})
    below = Institution.objects.under(institution)
    form = SessionForm(
        request.POST or None,
        institutions=below,
        initial={"institution": institution.code, "facilitators": [request.user.number]},
        **_choices(institution, version),
    )
    if request.method == "POST" and form.is_valid():
        session = services.plan(
            institution=form.cleaned_data["institution"],
            version=version,
            units=form.cleaned_data["units"],
            facilitators=form.leaders,
            details=form.details,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("The session is planned. Those who may come see it under Learning."))
        return redirect("institutions:session", code=session.institution.code, number=session.number)
    context = _page(institution, version, form) | {
        "programmes": [(one, outline(one.pk, get_language()).title) for one in versions]
    }
    return render(request, "gatherings/plan.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Change what was planned, until it begins."""
    institution, session = find(request, code, number)
    if not session.may_withdraw(at=timezone.now()):
        return redirect("institutions:session", code=code, number=number)
    form = SessionForm(
        request.POST or None,
        institutions=None,
        initial=SessionForm.initial_of(session),
        **_choices(session.institution, session.version),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                session=session,
                units=form.cleaned_data["units"],
                facilitators=form.leaders,
                details=form.details,
                by=request.user,
                at=timezone.now(),
            )
        except SessionError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Saved. A new time or place is told to everyone who signed up."))
            return redirect("institutions:session", code=code, number=number)
    context = _page(institution, session.version, form) | {"session": session}
    return render(request, "gatherings/plan.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Call it off, with the reason."""
    institution, session = find(request, code, number)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel(session=session, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except SessionError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The session is called off. Everyone who signed up gets a letter."))
            return redirect("institutions:session", code=code, number=number)
    context = {
        "institution": institution,
        "session": session,
        "title": outline(session.version_id, get_language()).title,
        "when": wording.when(session),
        "form": form,
    }
    return render(request, "gatherings/cancel.html", context, status=422 if form.errors else 200)


def find(request: HttpRequest, code: str, number: UUID) -> tuple[Institution, GroupSession]:
    """A session the reader runs, at or below the institution of the address; everything else is 404."""
    institution = institution_of(request, code, *RUN_SESSIONS)
    sessions = GroupSession.objects.visible_to(request.user).select_related("institution", "version")
    return institution, get_object_or_404(sessions, number=number, institution__path__startswith=institution.path)


def _choices(institution: Institution, version: CourseVersion) -> dict:
    return {
        "facilitators": selectors.facilitators_for(institution),
        "units": version.units.filter(kind__in=ON_SITE_KINDS),
    }


def _page(institution: Institution, version: CourseVersion, form: SessionForm) -> dict[str, object]:
    chosen = set(form["units"].value() or [])
    return {
        "institution": institution,
        "version": version,
        "title": outline(version.pk, get_language()).title,
        "form": form,
        "modules": [
            (module, [(unit, unit.key in chosen) for unit in units])
            for module, units in on_site_modules(version.pk, get_language())
        ],
    }
