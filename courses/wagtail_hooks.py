"""The editor's screens for programmes."""

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses import views
from courses.models import ActionCard, Package, Role
from courses.models.pages import ProgrammePage
from courses.packages import allowing
from courses.packages import views as package_views


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("programmes/", views.programmes, name="courses_programmes"),
        path("programmes/import/", views.import_programme, name="courses_import"),
        path("programmes/<int:page_id>/publish/", views.publish, name="courses_publish"),
        path("programmes/<int:page_id>/versions/", views.versions, name="courses_versions"),
        path("packages/", package_views.packages, name="courses_packages"),
        path("packages/upload/", package_views.upload, name="courses_package_upload"),
        path("packages/<int:series_id>/", package_views.series, name="courses_package_series"),
        path("packages/<int:series_id>/upload/", package_views.upload, name="courses_package_next"),
        path("packages/places/<uuid:number>/", package_views.package_origins, name="courses_package_origins"),
        path("packages/imports/<uuid:number>/", package_views.package_import, name="courses_package_import"),
        path("packages/imports/<uuid:number>/retry/", package_views.retry, name="courses_package_retry"),
    ]


class ProgrammesItem(MenuItem):
    def is_shown(self, request) -> bool:
        return page_permission_policy.user_has_any_permission(request.user, {"add", "change", "publish"})


@hooks.register("register_admin_menu_item")
def programmes_item() -> MenuItem:
    return ProgrammesItem(
        _("Programmes"), reverse("courses_programmes"), name="programmes", icon_name="clipboard-list", order=90
    )


class PackagesItem(MenuItem):
    def is_shown(self, request) -> bool:
        return package_views.may_import(request.user)


@hooks.register("register_admin_menu_item")
def packages_item() -> MenuItem:
    return PackagesItem(_("Packages"), reverse("courses_packages"), name="packages", icon_name="media", order=92)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """What an administrator can give to a group: to let packages load from elsewhere."""
    return Permission.objects.filter(content_type__app_label="courses", codename="change_allowedorigin")


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        allowing.LOG_ACTION, _("Change places elsewhere"), _("Changed where the package may load from")
    )


class PackageChooserViewSet(ChooserViewSet):
    model = Package
    icon = "media"
    page_title = _("Choose a package")
    choose_one_text = _("Choose a package")
    choose_another_text = _("Choose another package")
    per_page = 20

    def get_object_list(self) -> QuerySet[Package]:
        return Package.objects.select_related("series").order_by("-imported_at", "-pk")


@hooks.register("register_admin_viewset")
def package_chooser() -> PackageChooserViewSet:
    return PackageChooserViewSet("courses_package_chooser", url_prefix="package-chooser")


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From any page of a programme, the way to its versions and to publishing the next."""
    page = page.specific_deferred
    programme = page.programme() if isinstance(page, ProgrammePage) else None
    if programme is None:
        return
    if programme.permissions_for_user(user).can_publish():
        yield Button(
            _("Publish a programme version"),
            reverse("courses_publish", args=[programme.pk]),
            icon_name="upload",
            priority=5,
        )
    yield Button(
        _("Versions of the programme"),
        reverse("courses_versions", args=[programme.pk]),
        icon_name="history",
        priority=6,
    )


@hooks.register("insert_global_admin_css")
def side_by_side() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("kopa/css/editor.css"))


class ActionCardViewSet(SnippetViewSet):
    model = ActionCard
    icon = "clipboard-list"
    menu_label = _("Action cards")
    list_display = ["title", "course", "role"]
    list_filter = ["course", "role"]
    search_fields = ["title_lv", "title_en"]


class RoleViewSet(SnippetViewSet):
    model = Role
    icon = "user"
    menu_label = _("Roles")
    list_display = ["title", "key", "position"]


class ProgrammePartsGroup(SnippetViewSetGroup):
    items = (ActionCardViewSet, RoleViewSet)
    menu_label = _("Roles")
    menu_icon = "user"
    menu_order = 95


register_snippet(ProgrammePartsGroup)
