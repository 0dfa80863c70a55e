"""The record store in the editor's menu."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from lrs.editor import views
from lrs.selectors import viewing


class WithRight(MenuItem):
    """An entry for those who have the right that its screen asks for."""

    def __init__(self, *args: object, right: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.right = right

    def is_shown(self, request) -> bool:
        return request.user.has_perm(self.right)


class StatementsItem(MenuItem):
    def is_shown(self, request) -> bool:
        return request.user.has_perm(viewing.SEE_ALL) or viewing.packages_of(request.user).exists()


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("lrs/credentials/", views.credentials, name="lrs_credentials"),
        path("lrs/credentials/<int:pk>/revoke/", views.revoke, name="lrs_revoke"),
        path("lrs/forwarders/", views.forwarders, name="lrs_forwarders"),
        path("lrs/forwarders/new/", views.forwarder, name="lrs_forwarder_new"),
        path("lrs/forwarders/<int:pk>/", views.forwarder, name="lrs_forwarder"),
        path("lrs/statements/", views.statements, name="lrs_statements"),
    ]


@hooks.register("register_admin_menu_item")
def menu() -> MenuItem:
    items = [
        StatementsItem(_("Statements"), reverse("lrs_statements"), icon_name="list-ul", order=10),
        WithRight(_("Access"), reverse("lrs_credentials"), icon_name="key", order=20, right=views.MANAGE_CLIENTS),
        WithRight(_("Copies"), reverse("lrs_forwarders"), icon_name="upload", order=30, right=views.MANAGE_FORWARDERS),
    ]
    return SubmenuMenuItem(
        _("Record store"), Menu(None, items=items), name="record-store", icon_name="table", order=400
    )


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """What an administrator can give to a group; the other rights of these models open nothing."""
    return Permission.objects.filter(
        content_type__app_label="lrs", codename__in=["change_credential", "change_forwarder", "view_statement"]
    )
