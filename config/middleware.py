"""Content policy, language, default deny and private caching for every request."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

EDITOR = "/cms/"
ENTER = "wagtailadmin.access_admin"

Answer = Callable[[HttpRequest], HttpResponse]

# Route names that answer without an account. Everything else asks to sign in (SECURITY S20).
PUBLIC_ROUTES = {
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "certificates:verify",
    "certificates:verify_form",
    # By token: runtime.access.auth.
    "api:api-root",
    "api:cmi5_abandon",
    "api:cmi5_abandon_session",
    "api:cmi5_course",
    "api:cmi5_launch_url",
    "api:cmi5_packages",
    "api:cmi5_registration",
    "api:cmi5_waive",
    "api:openapi-json",
    "cms_login",
    "cms_password_reset",
    "health:live",
    "health:ready",
    "learning:accept_invitation",
    "learning:code",
    "learning:code_password",
    "learning:decline_invitation",
    "mfa_authenticate",
    "robots",
    "set_language",
    "wagtail_serve",
}


class ContentPolicyMiddleware:
    """One constant policy for every page and one for the editor (SECURITY S10); no page needs a nonce."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Wagtail makes a preview by a request of its own to the page's address, and shows the answer inside the editor.
        in_editor = request.path_info.startswith(EDITOR) or getattr(request, "is_preview", False)
        policy = settings.EDITOR_CONTENT_SECURITY_POLICY if in_editor else settings.CONTENT_SECURITY_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class LanguageMiddleware:
    """The reader's language: cookie, else the account's, else Latvian (never guessed from the browser)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.languages = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen not in self.languages:
            chosen = request.user.language if request.user.is_authenticated else settings.LANGUAGE_CODE
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", chosen)
        patch_vary_headers(response, ["Cookie"])
        return response


class DefaultDenyMiddleware:
    """No view is public by accident: an unlisted route without an account leads to the sign-in page.

    The editor does not exist for those who may not enter it (Wagtail would send them to the sign-in page in a circle).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated and not self._is_public(request.path_info):
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if request.path_info.startswith(EDITOR) and request.user.is_authenticated and not request.user.has_perm(ENTER):
            raise Http404
        return self.get_response(request)

    def _is_public(self, path: str) -> bool:
        try:
            return resolve(path).view_name in PUBLIC_ROUTES
        except Resolver404:
            return True


class PrivateCachingMiddleware:
    """Pages of signed-in people are stored nowhere, and signing out empties the browser's cache (SECURITY S32)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        if was_signed_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache"'
        return response
