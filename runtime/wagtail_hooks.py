"""Trying a package, from wherever an editor meets it, and the tokens of other systems."""

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from courses.models import Package, PackagePage
from runtime import editor
from runtime.access import editor as access


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("packages/try/<uuid:number>/", editor.try_package, name="runtime_trial"),
        path("tokens/", access.tokens, name="runtime_tokens"),
        path("tokens/<int:pk>/revoke/", access.revoke, name="runtime_token_revoke"),
    ]


class TokensItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(access.MANAGE)


@hooks.register("register_settings_menu_item")
def tokens_item() -> MenuItem:
    return TokensItem(
        gettext_lazy("API tokens"), reverse("runtime_tokens"), name="api-tokens", icon_name="key", order=900
    )


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """What an administrator can give to a group; the other rights of tokens open nothing."""
    return Permission.objects.filter(content_type__app_label="runtime", codename="change_apitoken")


@hooks.register("courses_package_buttons")
def package_buttons(package: Package) -> Iterator[Button]:
    yield Button(_("Try it"), reverse("runtime_trial", args=[package.number]))


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From the page of a training package, the version it shows as a learner meets it."""
    page = page.specific_deferred
    if isinstance(page, PackagePage) and editor.may_import(user):
        yield Button(_("Try it"), reverse("runtime_trial", args=[page.package.number]), icon_name="view", priority=4)
