"""The editor's screens for packages: what there is, an upload and how far it is, reports."""

from __future__ import annotations

import time
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.permissions import page_permission_policy

from courses.models import Package, PackageImport, PackageSeries

from . import allowing, jobs, storage
from .errors import DiskFull
from .forms import OriginsForm, SearchForm, UploadForm, too_large
from .usage import uses

PER_PAGE = 50
RECENT = 10
# What a form sends around the file.
ENVELOPE_BYTES = 64 * 1024
LONGEST_DRAIN_S = 20


def may_import(user) -> bool:
    """Whoever may write on pages may bring packages for them."""
    return page_permission_policy.user_has_any_permission(user, {"add", "change", "publish"})


@require_safe
def packages(request: HttpRequest) -> HttpResponse:
    """Packages with their newest versions, as asked for, and the uploads that are no package yet."""
    _require(request)
    newest = Prefetch("versions", Package.objects.order_by("-version"), to_attr="newest_first")
    search = SearchForm(request.GET)
    series = search.found().prefetch_related(newest)
    under_way = PackageImport.objects.filter(
        ~Q(status=PackageImport.Status.DONE), uploaded_at__gte=timezone.now() - jobs.KEEP_UPLOADS
    )
    return render(
        request,
        "courses/cms/packages.html",
        {
            **_header(_("Packages")),
            "page": Paginator(series, PER_PAGE).get_page(request.GET.get("p")),
            "search": search,
            "jobs": under_way[:RECENT],
        },
    )


@require_safe
def series(request: HttpRequest, series_id: int) -> HttpResponse:
    """The versions of a package, the newest first, each with its report and where it is used."""
    _require(request)
    found = get_object_or_404(PackageSeries, pk=series_id)
    versions = list(found.versions.select_related("imported_by").prefetch_related("activities", "allowed_origins"))
    used, may_allow = uses(versions), request.user.has_perm(allowing.RIGHT)
    return render(
        request,
        "courses/cms/package_series.html",
        {
            **_header(_("Package: {title}").format(title=found)),
            "series": found,
            "rows": [(package, used[package.pk], _buttons(package, may_allow=may_allow)) for package in versions],
        },
    )


# The token is asked for inside, once the size is known: finding it means reading the whole upload.
@csrf_exempt
def upload(request: HttpRequest, series_id: int | None = None) -> HttpResponse:
    """Take a file for a new package, or for the next version of one."""
    _require(request)
    found = get_object_or_404(PackageSeries, pk=series_id) if series_id else None
    if request.method == "POST":
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.PACKAGE_MAX_MB * 1024**2 + ENVELOPE_BYTES:
            _drain(request)
            return _upload_page(request, found, problem=too_large(), status=413)
        try:
            request.FILES  # noqa: B018 - read now: what does not fit on the disk is said on the page
        except OSError as error:
            if error.errno not in storage.DISK_IS_FULL:
                raise
            return _upload_page(request, found, problem=DiskFull.message, status=507)
    return _upload(request, found)


@csrf_protect
def _upload(request: HttpRequest, found: PackageSeries | None) -> HttpResponse:
    if request.method != "POST":
        return _upload_page(request, found)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, found, form=form, status=422)
    file = form.cleaned_data["file"]
    try:
        job = jobs.begin(name=file.name, chunks=file.chunks(), series=found, by=request.user)
    except DiskFull as full:
        return _upload_page(request, found, problem=full.message, status=507)
    return redirect("courses_package_import", number=job.number)


@require_safe
def package_import(request: HttpRequest, number: UUID) -> HttpResponse:
    """How far an upload is; then the report, or why it was refused and what to do."""
    _require(request)
    job = get_object_or_404(PackageImport.objects.select_related("series", "package__series"), number=number)
    is_silent = jobs.is_silent(job)
    return render(
        request,
        "courses/cms/package_import.html",
        {
            **_header(_("Import: {name}").format(name=job.file_name)),
            "job": job,
            "is_silent": is_silent,
            "is_under_way": job.status in (job.Status.WAITING, job.Status.RUNNING) and not is_silent,
            "may_retry": job.status == job.Status.FAILED or is_silent,
        },
    )


@require_POST
def retry(request: HttpRequest, number: UUID) -> HttpResponse:
    """Try again what failed through no fault of the file."""
    _require(request)
    job = get_object_or_404(PackageImport, number=number)
    if not jobs.retry(job=job):
        messages.warning(request, _("There is nothing to try again: upload the file anew."))
    return redirect("courses_package_import", number=job.number)


def package_origins(request: HttpRequest, number: UUID) -> HttpResponse:
    """Where a version may load from besides itself, for those who have the right to say so."""
    _require(request)
    if not request.user.has_perm(allowing.RIGHT):
        raise PermissionDenied
    package = get_object_or_404(Package.objects.select_related("series"), number=number)
    own = allowing.allowed(package)
    earlier = [] if own else allowing.before(package)
    form = OriginsForm(request.POST or None, initial={"origins": "\n".join(own or earlier)})
    if request.method == "POST" and form.is_valid():
        allowing.allow(package=package, origins=form.cleaned_data["origins"], by=request.user)
        messages.success(request, _("Saved. Whoever opens the package from now on has it so."))
        return redirect("courses_package_series", series_id=package.series_id)
    title = _("Places elsewhere: {package}").format(package=package)
    context = {**_header(title), "form": form, "package": package, "is_earlier": bool(earlier)}
    status = 422 if form.is_bound else 200
    return render(request, "courses/cms/package_origins.html", context, status=status)


def _upload_page(
    request: HttpRequest,
    found: PackageSeries | None,
    *,
    form: UploadForm | None = None,
    problem: object = "",
    status: int = 200,
) -> HttpResponse:
    title = _("New version: {title}").format(title=found) if found else _("Import a package")
    context = {**_header(title), "form": form or UploadForm(), "series": found, "problem": problem}
    return render(request, "courses/cms/package_upload.html", context, status=status)


def _drain(request: HttpRequest) -> None:
    """Take what is still coming: a browser that cannot send shows a broken connection in place of our page."""
    until = time.monotonic() + LONGEST_DRAIN_S
    while request.read(1024**2) and time.monotonic() < until:
        pass


def _buttons(package: Package, *, may_allow: bool) -> list[Button]:
    """What can be done with a version. Apps above add to it by hooks named `courses_package_buttons`."""
    buttons = [button for hook in hooks.get_hooks("courses_package_buttons") for button in hook(package)]
    if may_allow:
        buttons.append(Button(_("Places elsewhere"), reverse("courses_package_origins", args=[package.number])))
    return buttons


def _require(request: HttpRequest) -> None:
    if not may_import(request.user):
        raise PermissionDenied


def _header(title: str) -> dict[str, str]:
    return {"header_title": title, "page_title": title, "header_icon": "media"}
