"""Anybody holding a certificate: what the code says today, and whose surname it bears.

No account, nothing stored about who asks, nothing shown that the paper does not say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates import codes, selectors
from certificates.forms import CodeForm, SurnameForm
from certificates.models import Certificate
from certificates.names import same_name
from certificates.throttle import Limit

QUARTER_OF_AN_HOUR_S = 15 * 60
# Guesses of a surname: by one visitor, and of one certificate by all visitors together.
SURNAMES = Limit("surname", times=5, wait_s=QUARTER_OF_AN_HOUR_S)
SURNAMES_OF_ALL = Limit("surname-of-all", times=50, wait_s=QUARTER_OF_AN_HOUR_S)
# Codes that do not exist: enough for many people behind one address, far too few for guessing.
UNKNOWN_CODES = Limit("unknown-code", times=60, wait_s=QUARTER_OF_AN_HOUR_S)

View = Callable[..., HttpResponse]


def unlisted(view: View) -> View:
    """Kept out of search engines and out of every cache."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@unlisted
@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    if "code" not in request.GET:
        return _form_page(request, CodeForm())
    form = CodeForm(request.GET)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    return redirect("certificates:verify", code=codes.printed(form.cleaned_data["code"]))


@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    visitor = get_adapter().get_client_ip(request)
    if UNKNOWN_CODES.is_spent(visitor):
        return _form_page(request, CodeForm({"code": code}), outcome="later", status=429)
    form = CodeForm({"code": code})
    certificate = _found(form)
    if certificate is None:
        UNKNOWN_CODES.take(visitor)
        return _form_page(request, form, outcome="unknown", status=404)
    standing = selectors.Standing(certificate, timezone.localdate())
    comparison = Comparison(SurnameForm())
    if request.method == "POST" and standing.may_compare:
        comparison = _compare(standing, SurnameForm(request.POST), visitor)
    context = {"standing": standing, "comparison": comparison}
    return render(request, "certificates/verify.html", context, status=comparison.status)


def _found(form: CodeForm) -> Certificate | None:
    if not form.is_valid():
        return None
    return Certificate.objects.with_standing().filter(code=form.cleaned_data["code"]).first()


def _form_page(request: HttpRequest, form: CodeForm, *, outcome: str = "", status: int = 200) -> HttpResponse:
    return render(request, "certificates/verify_form.html", {"form": form, "outcome": outcome}, status=status)


@dataclass(frozen=True)
class Comparison:
    """What came of a surname. `holder` is told only to who knew it; `left` are the tries after a mismatch."""

    form: SurnameForm
    status: int = 200
    holder: str = ""
    left: int | None = None
    later: bool = False


def _compare(standing: selectors.Standing, form: SurnameForm, visitor: str) -> Comparison:
    if not form.is_valid():
        return Comparison(form, status=422)
    code, facts = standing.certificate.code, standing.facts
    left = SURNAMES.take(code, visitor)
    if left is None or SURNAMES_OF_ALL.take(code) is None:
        return Comparison(form, status=429, later=True)
    if same_name(form.cleaned_data["surname"], given_names=facts.given_names, surname=facts.surname):
        SURNAMES.forgive(code, visitor)
        return Comparison(form, holder=facts.holder)
    form.add_error(
        "surname",
        _("The surname does not match. Check the diacritics (ā, č, ķ, ņ, š …). Attempts left: %(n)d.") % {"n": left},
    )
    return Comparison(form, left=left, later=left == 0)
