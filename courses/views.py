"""Screens inside the editor: publish a version, look back at versions, import a programme."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.permissions import page_permission_policy

from courses.errors import CourseError, NotReady
from courses.forms import ImportForm, PublishForm
from courses.models import CoursePage, CourseVersion
from courses.programme_files import ProgrammeInvalid, read, read_archive
from courses.services import load_programme, publish_version
from courses.services.comparing import compare, next_label
from courses.services.drafting import draft_version


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme this editor may see, with its newest version."""
    pages = [page for page in CoursePage.objects.select_related("course").order_by("title") if _may_edit(request, page)]
    newest: dict[int, CourseVersion] = {}
    for version in CourseVersion.objects.filter(course__page__in=pages).newest_first():
        newest.setdefault(version.course_id, version)
    return render(
        request,
        "courses/cms/programmes.html",
        {
            **_header(_("Programmes"), "clipboard-list"),
            "rows": [(page, newest.get(page.course_id), _may_publish(request, page)) for page in pages],
            "may_import": _may_import(request),
        },
    )


def publish(request: HttpRequest, page_id: int) -> HttpResponse:
    """What a new version would change, and the decision what kind of change it is."""
    page = _page(request, page_id)
    if not _may_publish(request, page):
        raise PermissionDenied
    newest = page.course.versions.newest_first().first() if page.course else None
    draft = draft_version(page)
    language = get_language() or settings.LANGUAGE_CODE
    comparison = compare(newest, draft, language)
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        is_first=newest is None,
        has_something_to_study=comparison.has_something_to_study,
    )
    if request.method == "POST" and form.is_valid():
        try:
            publication = publish_version(
                course_page=page,
                change=form.cleaned_data.get("change", CourseVersion.Change.FIRST),
                note=form.note(),
                by=request.user,
                retake_by=form.cleaned_data.get("retake_by"),
            )
        except NotReady:
            # The list of pages that are not ready stands on the screen already.
            form.add_error(None, NotReady.message)
        except CourseError as refused:
            form.add_error(None, refused.message)
        else:
            label = publication.version.label
            if publication.is_new:
                messages.success(request, _("Version {label} is published.").format(label=label))
            else:
                messages.info(request, _("Nothing has changed since version {label}.").format(label=label))
            return redirect("courses_versions", page_id=page.pk)
    return render(
        request,
        "courses/cms/publish.html",
        {
            **_header(_("Publish a version: {title}").format(title=page.heading), "clipboard-list"),
            "page": page,
            "newest": newest,
            "draft": draft,
            "comparison": comparison,
            "form": form,
            "labels": {change: next_label(newest, change) for change in CourseVersion.Change.values},
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


@require_safe
def versions(request: HttpRequest, page_id: int) -> HttpResponse:
    """All versions of a programme, the newest first."""
    page = _page(request, page_id)
    found = page.course.versions.newest_first().select_related("published_by") if page.course else []
    return render(
        request,
        "courses/cms/versions.html",
        {
            **_header(_("Versions: {title}").format(title=page.heading), "history"),
            "page": page,
            # In the order of the site's languages: a database may keep the names of an object in another.
            "versions": [
                (version, [version.note.get(code, "") for code, _name in settings.LANGUAGES]) for version in found
            ],
            "may_publish": _may_publish(request, page),
        },
    )


def import_programme(request: HttpRequest) -> HttpResponse:
    """Load a programme from an archive, the same way as the command does, or list what is wrong with it."""
    if not _may_import(request):
        raise PermissionDenied
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    problems, report = (), None
    if request.method == "POST" and form.is_valid():
        try:
            files = read_archive(form.cleaned_data["archive"])
            programme = read(files, languages=[code for code, _name in settings.LANGUAGES])
            report = load_programme(programme=programme, by=request.user)
        except (ProgrammeInvalid, NotReady) as refused:
            form.add_error("archive", refused.message)
            problems = refused.problems
    return render(
        request,
        "courses/cms/import.html",
        {
            **_header(_("Import a programme"), "upload"),
            "form": form,
            "problems": problems,
            "report": report,
            "publish_url": reverse("courses_publish", args=[report.course_page.pk]) if report else "",
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


def _header(title: str, icon: str) -> dict[str, str]:
    """What Wagtail's frame shows above a screen, and in the title of the window."""
    return {"header_title": title, "page_title": title, "header_icon": icon}


def _page(request: HttpRequest, page_id: int) -> CoursePage:
    page = get_object_or_404(CoursePage.objects.select_related("course"), pk=page_id)
    if not _may_edit(request, page):
        raise Http404
    return page


def _may_edit(request: HttpRequest, page: CoursePage) -> bool:
    return page.permissions_for_user(request.user).can_edit()


def _may_publish(request: HttpRequest, page: CoursePage) -> bool:
    return page.permissions_for_user(request.user).can_publish()


def _may_import(request: HttpRequest) -> bool:
    """An import writes pages and publishes them, a new programme among them."""
    return page_permission_policy.user_has_permission(request.user, "publish")
