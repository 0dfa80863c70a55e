"""Tokens of the staff's systems in the editor: what each opens, until when, and when it was last used."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from runtime.access.forms import TokenForm, name_is_taken
from runtime.access.models import ApiToken
from runtime.access.services import create_token, revoke_token

MANAGE = "runtime.change_apitoken"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token; making one answers with its text, which is shown here and never again."""
    _check(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    at, made = timezone.now(), None
    if request.method == "POST" and form.is_valid():
        made = _make(request, form, at)
    title = _("Tokens for other systems")
    context = {
        "form": TokenForm() if made else form,
        "made": made,
        "rows": [_row(token, at) for token in ApiToken.objects.select_related("created_by")],
        "page_title": title,
        "header_title": title,
        "header_icon": "key",
    }
    return render(request, "runtime/cms/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    _check(request)
    token = get_object_or_404(ApiToken, pk=pk)
    if revoke_token(name=token.name, by=request.user, at=timezone.now()):
        messages.success(request, _("The token of “%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("runtime_tokens")


def _check(request: HttpRequest) -> None:
    """404 for those who lack the right, as if the screen did not exist."""
    if not request.user.has_perm(MANAGE):
        raise Http404


def _make(request: HttpRequest, form: TokenForm, at: datetime) -> tuple[ApiToken, str] | None:
    """None, with the form saying why, when another request has just taken the name."""
    said = form.cleaned_data
    try:
        return create_token(name=said["name"], scopes=said["scopes"], lasts=form.lasts(), by=request.user, at=at)
    except IntegrityError:
        form.add_error("name", name_is_taken())
        return None


def _row(token: ApiToken, at: datetime) -> dict[str, object]:
    labels = dict(ApiToken.Scope.choices)
    return {
        "token": token,
        "rights": [labels.get(scope, scope) for scope in token.scopes],
        "has_ended": token.expires_at <= at,
    }
