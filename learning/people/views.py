"""The door for people who were invited."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from learning.people import invitations
from learning.people.errors import InvitationUnusable
from learning.people.forms import FirstPasswordForm
from learning.people.models import Invitation, User
from learning.people.welcome import Welcome
from learning.records.selectors import studies
from learning.requirements.models import Enrolment


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, to what and why; a password, and the first lesson. Looking uses nothing up."""
    try:
        invitation = invitations.find(token)
        _speak_to(request, invitation)
        form = FirstPasswordForm(invitation.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            user = invitations.accept(token=token, password=form.cleaned_data["password"])
            return _quiet(perform_login(request, user, redirect_url=_first_step(user)))
    except InvitationUnusable as closed:
        return _closed(request, closed)
    page = {"invitation": invitation, "welcome": Welcome.of(invitation), "form": form, "token": token}
    return _quiet(render(request, "learning/invitation.html", page, status=422 if form.errors else 200))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """“This is not me”: asked once more, because programs follow links, too."""
    try:
        if request.method == "POST":
            invitations.decline(token=token)
            return _quiet(render(request, "learning/invitation_declined.html"))
        _speak_to(request, invitations.find(token))
    except InvitationUnusable as closed:
        return _closed(request, closed)
    return _quiet(render(request, "learning/invitation_decline.html", {"token": token}))


def _first_step(user: User) -> str:
    """The lesson to begin with: of the programme due first."""
    waiting = Enrolment.objects.open().of(user).order_by(F("due_on").asc(nulls_last=True), "pk")
    for study in studies(waiting, language=translation.get_language()):
        if study.next_step:
            return reverse("learning:unit", args=[study.enrolment.number, study.next_step.unit.key])
    return settings.LOGIN_REDIRECT_URL


def _speak_to(request: HttpRequest, invitation: Invitation) -> None:
    """The language the staff list names, unless this browser chose one."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(invitation.user.language)


def _closed(request: HttpRequest, closed: InvitationUnusable) -> HttpResponse:
    return _quiet(render(request, "learning/invitation_closed.html", {"closed": closed}, status=closed.status))


def _quiet(response: HttpResponse) -> HttpResponse:
    """The address holds a secret: it is told to no other site, search engine or page.

    Not `no-referrer`: browsers then send forms with `Origin: null`, which the protection against forged ones refuses.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = translation.get_language()
    return response
