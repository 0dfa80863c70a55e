"""HR prints sheets; their people sign in with them."""

import base64
import io
from uuid import UUID

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cms.models import SupportContact
from learning.people.access import institution_of
from learning.people.forms import FirstPasswordForm
from learning.people.models import Institution, User

from . import services, shared
from .errors import CodeUnusable
from .forms import CodeForm
from .models import SignInCode

PEOPLE_ON_A_PAGE = 50
SHEETS_AT_ONCE = 300
PENDING, PENDING_S = "code_pending", 600


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest, code: str) -> HttpResponse:
    """Who has no e-mail and what became of the sheet. A POST answers with new sheets to print."""
    institution = institution_of(request, code)
    people = services.without_email(institution, on=localdate())
    if request.method == "POST":
        chosen = list(_chosen(request, people)[:SHEETS_AT_ONCE])
        if chosen:
            return _sheets(request, institution, chosen)
        messages.info(request, _("Choose whom the sheets are for."))
        return redirect("institutions:codes", code=code)
    page = Paginator(people, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "institution": institution,
        "page": page,
        "rows": [(person, _state(person)) for person in page],
        "waiting": services.waiting(people).count(),
        "most": SHEETS_AT_ONCE,
    }
    return render(request, "institutions/codes.html", context)


def _chosen(request: HttpRequest, people):
    """Only people this officer is shown; anything else in the request is not there."""
    if request.POST.get("everyone"):
        return services.waiting(people)
    try:
        numbers = [UUID(number) for number in request.POST.getlist("person")]
    except ValueError:
        raise Http404 from None
    chosen = people.filter(number__in=numbers)
    if chosen.count() != len(set(numbers)):
        raise Http404
    return chosen


def _sheets(request: HttpRequest, institution: Institution, people: list[User]) -> HttpResponse:
    door = settings.SITE_URL + reverse("learning:code")
    printed = services.print_sheets(people=people, institution=institution, by=request.user)
    rows = [(sheet, _qr(f"{door}?number={sheet.person.sign_in_number}")) for sheet in printed]
    context = {
        "institution": institution,
        "rows": rows,
        "door": door,
        "contacts": SupportContact.objects.filter(in_footer=True),
    }
    response = render(request, "institutions/codes_sheets.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _qr(address: str) -> str:
    """The address as a picture for an `img`."""
    # Costs a tenth of a second, and only these pages need it.
    import segno

    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=2, xmldecl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.getvalue()).decode()


def _state(person: User) -> tuple[str, str]:
    """Kind (as the component `state` names it) and words for a person of `without_email`."""
    if person.has_account:
        return "valid", _("Signs in with the number")
    if person.printed_until is None or person.printed_used_at or person.printed_revoked_at:
        return "none", _("No sheet")
    if person.printed_until <= timezone.now():
        return "expired", _("The code ran out")
    day = date_format(localdate(person.printed_until), "SHORT_DATE_FORMAT")
    return "progress", _("Sheet printed, valid until %(day)s") % {"day": day}


@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The number, and the code of the sheet or the password chosen with it."""
    ended = "ended" in request.GET or "left" in request.GET
    form = CodeForm(request.POST or None, initial={"number": request.GET.get("number", "")[:20], "shared": True})
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        digits = "".join(filter(str.isdecimal, said["number"]))
        if not ratelimit.consume(request, action="code", key=digits):
            form.add_error("secret", _("Too many attempts. Wait a few minutes and try again."))
            status = 429
        else:
            try:
                person, code = services.check(number=digits, secret=said["secret"], on=localdate())
            except CodeUnusable as refusal:
                form.add_error("secret", str(refusal.message))
            else:
                if code is None:
                    return _enter(request, person, is_shared=said["shared"])
                now = int(timezone.now().timestamp())
                request.session[PENDING] = {"code": code.pk, "shared": said["shared"], "at": now}
                return redirect("learning:code_password")
    if form.errors and status == 200:
        status = 422
    page = {"form": form, "ended": "ended" in request.GET, "left": ended}
    return render(request, "learning/code.html", page, status=status)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """Whoever typed the code chooses a password; only then the code is used up."""
    pending = request.session.get(PENDING)
    code = _pending_code(pending)
    if code is None:
        request.session.pop(PENDING, None)
        return redirect("learning:code")
    form = FirstPasswordForm(code.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.use(code=code, password=form.cleaned_data["password"])
        except CodeUnusable:
            return redirect("learning:code")
        finally:
            request.session.pop(PENDING, None)
        return _enter(request, person, is_shared=pending["shared"])
    page = {"form": form, "person": code.user, "number": services.in_groups(code.user.sign_in_number, 4)}
    return render(request, "learning/code_password.html", page, status=422 if form.errors else 200)


def _pending_code(pending: dict | None) -> SignInCode | None:
    if not pending or timezone.now().timestamp() - pending["at"] > PENDING_S:
        return None
    code = SignInCode.objects.select_related("user", "institution").filter(pk=pending["code"]).first()
    usable = code and code.user.is_active and services.usable_code(code.user, on=localdate())
    return code if usable == code else None


def _enter(request: HttpRequest, person: User, *, is_shared: bool) -> HttpResponse:
    # There is no address that could be confirmed.
    response = perform_login(
        request,
        person,
        email_verification=EmailVerificationMethod.NONE,
        redirect_url=settings.LOGIN_REDIRECT_URL,
    )
    if is_shared and request.user.is_authenticated:
        shared.begin(request)
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out and leave nothing on this computer."""
    logout(request)
    return redirect(f"{reverse('learning:code')}?left=1")
