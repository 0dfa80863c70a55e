"""Pages of the frame itself."""

import sys
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.http import require_GET, require_POST

from cms.forms import LanguageForm
from cms.models import SiteSettings

ROBOTS = """User-agent: *
Disallow: /accounts/
Disallow: /cms/
Disallow: /v/
"""


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language here and now; a signed-in person keeps it on every device and in mail."""
    form = LanguageForm(request.POST)
    if request.user.is_authenticated and form.is_valid():
        form.save(request.user)
    return i18n.set_language(request)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Language here; name and address with whom to ask; the way to password and second step."""
    form = LanguageForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        form.save(request.user)
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Saved. Pages and mail now come in this language."))
        response = redirect("profile")
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response
    return render(request, "account/profile.html", {"form": form, "site": SiteSettings.current()})


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or the cookie is gone; nothing was changed."""
    return render(request, "403_csrf.html", {"back": _page_of_form(request)}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database does not answer; touches neither session nor database."""
    busy = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    with override(chosen if chosen in dict(settings.LANGUAGES) else get_language()):
        page = render_to_string("503.html" if busy else "500.html")
    return HttpResponse(page, status=503, headers={"Retry-After": "60"}) if busy else HttpResponse(page, status=500)


def _page_of_form(request: HttpRequest) -> str:
    """The address of the page whose form was refused, when it is one of ours."""
    page = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", page.path, page.query, "")) if page.netloc == request.get_host() else "/"
