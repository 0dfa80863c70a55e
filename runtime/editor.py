"""An editor's trial of a package, in the editor; what plays in it lives on the content origin."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.models import Package
from courses.packages.views import may_import
from runtime import trials


@never_cache
@require_safe
def try_package(request: HttpRequest, number: UUID) -> HttpResponse:
    """The package in the real player, in nobody's name; a cmi5 course says why it cannot be tried so."""
    if not may_import(request.user):
        raise PermissionDenied
    package = get_object_or_404(Package.objects.select_related("series"), number=number)
    title = _("Try it: {package}").format(package=package)
    context = {"header_title": title, "page_title": title, "header_icon": "media", "package": package}
    if trials.may_try(package):
        token, language = trials.ticket_for(package).token(), urlencode({"language": get_language()})
        context["player"] = f"{settings.CONTENT_ORIGIN}/play/{token}/?{language}"
    response = render(request, "runtime/cms/trial.html", context)
    policy = settings.EDITOR_CONTENT_SECURITY_POLICY
    response.headers["Content-Security-Policy"] = policy.replace(
        "frame-src 'self'", f"frame-src 'self' {settings.CONTENT_ORIGIN}"
    )
    # As on the learner's page: windows that a package opens find it through their opener.
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    return response
