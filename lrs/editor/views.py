"""Clients of the record store, copies for other stores, and what happened in one's own packages."""

from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lrs.editor.forms import CredentialForm, ForwarderForm, StatementFilters
from lrs.models import Credential, Forwarder
from lrs.selectors import viewing
from lrs.services import create_credential, forwarding, revoke_credential

MANAGE_CLIENTS = "lrs.change_credential"
MANAGE_FORWARDERS = "lrs.change_forwarder"
# Counting further would read the whole table to say "many".
MOST_COUNTED = 10_000


def only_with(right: str):
    """404 for those who lack the right, as if the screen did not exist."""

    def guard(view):
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(right):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


@never_cache
@only_with(MANAGE_CLIENTS)
def credentials(request: HttpRequest) -> HttpResponse:
    """Every client; making one answers with its secret, which is shown here and never again."""
    form = CredentialForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST" and form.is_valid():
        credential, secret = create_credential(**form.cleaned_data, by=request.user)
        made, form = (credential, secret), CredentialForm()
    labels = dict(Credential.Scope.choices)
    rows = [
        (one, [labels.get(scope, scope) for scope in one.scopes])
        for one in Credential.objects.select_related("created_by")
    ]
    context = {"form": form, "made": made, "rows": rows, **_header(_("Access to the record store"), "key")}
    return render(request, "lrs/cms/credentials.html", context, status=422 if form.errors else 200)


@require_POST
@only_with(MANAGE_CLIENTS)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    credential = get_object_or_404(Credential, pk=pk)
    if revoke_credential(credential=credential, by=request.user):
        messages.success(request, _("“%(name)s” has no access any more.") % {"name": credential.name})
    return redirect("lrs_credentials")


@require_safe
@only_with(MANAGE_FORWARDERS)
def forwarders(request: HttpRequest) -> HttpResponse:
    """Every target with how far it is behind."""
    rows = [(one, forwarding.waiting(one).order_by()[: MOST_COUNTED + 1].count()) for one in Forwarder.objects.all()]
    context = {"rows": rows, "most": MOST_COUNTED, **_header(_("Copies for other record stores"), "upload")}
    return render(request, "lrs/cms/forwarders.html", context)


@only_with(MANAGE_FORWARDERS)
def forwarder(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new target, or one that is there."""
    instance = get_object_or_404(Forwarder, pk=pk) if pk else None
    form = ForwarderForm(request.POST if request.method == "POST" else None, instance=instance)
    if request.method == "POST" and form.is_valid():
        forwarding.save_forwarder(
            forwarder=form.save(commit=False),
            secret=form.cleaned_data["secret"],
            from_now=form.cleaned_data.get("from_now", False),
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("lrs_forwarders")
    context = {"form": form, "forwarder": instance, **_header(_("Copies for another record store"), "upload")}
    return render(request, "lrs/cms/forwarder.html", context, status=422 if form.errors else 200)


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """What happened in the packages that this author imported, without anybody's name."""
    language = get_language() or ""
    packages = viewing.packages_of(request.user)
    form = StatementFilters(
        request.GET, packages=viewing.as_choices(packages), verbs=viewing.verbs_of(packages, language)
    )
    if not form.is_valid():
        context = {"form": form, "seen": [], "older": None, **_header(_("Statements"), "list-ul")}
        return render(request, "lrs/cms/statements.html", context, status=422)
    chosen = form.cleaned_data
    if chosen["package"]:
        packages = packages.filter(pk=chosen["package"])
    rows = viewing.statements_about(packages, verb=chosen["verb"], since=chosen["since"], until=chosen["until"])
    rows = list(_before(rows, request.GET.get("before", ""))[: viewing.PAGE + 1])
    shown = rows[: viewing.PAGE]
    context = {
        "form": form,
        "seen": viewing.without_people(shown, language),
        "older": _older(request, shown[-1]) if len(rows) > len(shown) else None,
        **_header(_("Statements"), "list-ul"),
    }
    return render(request, "lrs/cms/statements.html", context)


def _before(rows, cursor: str):
    """Rows after a cursor of `_older`; anything else means the first page."""
    stored, _comma, pk = cursor.partition(",")
    try:
        moment, pk = datetime.fromisoformat(stored), int(pk)
    except ValueError:
        return rows
    if moment.tzinfo is None or not 0 <= pk < 2**63:
        return rows
    return rows.filter(Q(stored__lt=moment) | Q(stored=moment, pk__lt=pk))


def _older(request: HttpRequest, last) -> str:
    query = request.GET.copy()
    query["before"] = f"{last.stored.isoformat()},{last.pk}"
    return f"{reverse('lrs_statements')}?{query.urlencode()}"


def _header(title: str, icon: str) -> dict[str, Any]:
    """What Wagtail's page frame asks for."""
    return {"page_title": title, "header_title": title, "header_icon": icon}
