"""Two origins in one process, told apart by the Host header: the platform, and the content of packages.

The content origin has addresses and a chain of its own: no session, no cookies, no language, no CSRF. What a package
does there reaches nothing of the platform (SECURITY S02, S07).
"""

import logging
from collections.abc import Callable, Collection

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve, set_urlconf

from config.origins import are_one_site, host_of

Answer = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)

URLCONF = "config.urls_content"
# Outside conformance suites ask the platform's own host for the record store; there, too, nobody is signed in.
EVERYWHERE = ("/xapi/",)
# Static files that only the content origin serves, and those it serves beside them: the look of the player.
PLAYER_FILES = settings.STATIC_URL + "player/"
CONTENT_FILES = (PLAYER_FILES, settings.STATIC_URL + "kopa/")
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "camera", "clipboard-read", "display-capture", "geolocation", "gyroscope"),
        *("hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment"),
        *("publickey-credentials-get", "serial", "storage-access", "usb", "window-management", "xr-spatial-tracking"),
    )
)
EMBEDDED = {"embed", "frame", "fencedframe", "iframe", "object"}


def content_policy(sources: Collection[str] = ()) -> str:
    """What content may do: packages bring inline script and style, and get nothing from anywhere else.

    But for `sources`: the places that an editor lets the package of the answer load from.
    """
    own = " ".join(["'self'", *sources])
    return (
        f"default-src {own} data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src {own}; object-src 'none'; "
        f"base-uri 'self'; form-action 'self'; frame-ancestors 'self' {settings.SITE_URL}"
    )


class OriginMiddleware:
    """Decides whose request it is and keeps static files apart; stands before the one that serves them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        _refuse_to_start_unprotected()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.is_content = request.get_host().lower() == host_of(settings.CONTENT_ORIGIN)
        response = self._static_elsewhere(request) or self.get_response(request)
        if request.is_content:
            _protect(response)
        return response

    def _static_elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        path = request.path_info
        if not path.startswith(settings.STATIC_URL):
            return None
        is_here = path.startswith(CONTENT_FILES) if request.is_content else not path.startswith(PLAYER_FILES)
        return None if is_here else HttpResponse("Not found\n", status=404, content_type="text/plain")


class ContentOriginMiddleware:
    """Answers for the content origin, so that nothing behind it sees such a request."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.answer = convert_exception_to_response(_answer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.is_content or request.path_info.startswith(EVERYWHERE):
            request.urlconf = URLCONF
            set_urlconf(URLCONF)
            return self.answer(request)
        return self.get_response(request)


class FetchMetadataMiddleware:
    """Only a navigation may come from another site or sub-domain; browsers say so, scripts cannot (STANDARDS)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("Sec-Fetch-Site") not in {"same-site", "cross-site"} or _is_navigation(request):
            return self.get_response(request)
        log.warning("refused a request of another site: path=%s", request.path_info)
        return HttpResponse("Refused: this comes from another site.\n", status=403, content_type="text/plain")


def _is_navigation(request: HttpRequest) -> bool:
    headers = request.headers
    return headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") not in EMBEDDED


def _answer(request: HttpRequest) -> HttpResponse:
    match = resolve(request.path_info, URLCONF)
    request.resolver_match = match
    if "Service-Worker" in request.headers:
        # A worker would outlive the launch and stand between later ones and their files.
        raise Http404
    return match.func(request, *match.args, **match.kwargs)


def _protect(response: HttpResponse) -> None:
    response.headers.setdefault("Content-Security-Policy", content_policy(getattr(response, "sources", ())))
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    # A window that a package opens is as sandboxed as the package, and a browser shows no sandboxed window that wants
    # to be kept from its opener. Nothing here is worth keeping: every address needs its token.
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = PERMISSIONS
    response.headers["X-Content-Type-Options"] = "nosniff"


def _refuse_to_start_unprotected() -> None:
    if settings.PRODUCTION and (
        not settings.CONTENT_ORIGIN or are_one_site(settings.CONTENT_ORIGIN, settings.SITE_URL)
    ):
        raise ImproperlyConfigured(
            "KOPA_CONTENT_ORIGIN is missing, or the same site as KOPA_SITE_URL: packages need a domain of their own."
        )
