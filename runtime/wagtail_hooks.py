"""Trying a package, from wherever an editor meets it."""

from collections.abc import Iterator

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from courses.models import Package, PackagePage
from runtime import editor


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [path("packages/try/<uuid:number>/", editor.try_package, name="runtime_trial")]


@hooks.register("courses_package_buttons")
def package_buttons(package: Package) -> Iterator[Button]:
    yield Button(_("Try it"), reverse("runtime_trial", args=[package.number]))


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From the page of a training package, the version it shows as a learner meets it."""
    page = page.specific_deferred
    if isinstance(page, PackagePage) and editor.may_import(user):
        yield Button(_("Try it"), reverse("runtime_trial", args=[page.package.number]), icon_name="view", priority=4)
