"""Setting the site up, so that a new installation has everything a visitor and an editor need."""

import json
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site
from wagtail.snippets.models import get_snippet_models

from cms.models import HomePage, MailText, SiteSettings, StandardPage

STARTER = Path(__file__).parent / "starter"
EDITORS = "Editors"
PAGE_RIGHTS = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]


@transaction.atomic
def ensure_site() -> HomePage:
    """Home, standard pages, notices and the group of editors, each made where it is missing.

    What editors have changed stays as they left it. Safe to call twice.
    """
    starter = json.loads((STARTER / "pages.json").read_text())
    home = HomePage.objects.first() or _make_home(starter["home"])
    for page in starter["pages"]:
        if not home.get_children().filter(slug=page["slug"]).exists():
            home.add_child(instance=StandardPage(slug=page["slug"], **_titles(page["title"]), **_bodies(page["key"])))
    _serve(home)
    if not SiteSettings.objects.exists():
        name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        notice = {f"review_notice_{code}": text for code, text in starter["review_notice"].items()}
        SiteSettings.objects.create(contact_name=name, contact_email=address, **notice)
    ensure_editors(home)
    return home


def ensure_editors(home: HomePage) -> Group:
    """Those who write and publish below `home`. Rights an administrator added stay.

    They manage no people: Wagtail's right to change users amounts to being superuser.
    """
    group, _created = Group.objects.get_or_create(name=EDITORS)
    group.permissions.add(Permission.objects.get(codename="access_admin"), *_snippet_rights())
    group.page_permissions.filter(page__depth=1).delete()
    for codename in PAGE_RIGHTS:
        right = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=home, permission=right)
    return group


def _snippet_rights() -> list[Permission]:
    """Everything about snippets and settings, but mail texts are a closed list: code sends each by its key."""
    models = [*get_snippet_models(), SiteSettings]
    kinds = ContentType.objects.get_for_models(*models).values()
    rights = Permission.objects.filter(content_type__in=kinds)
    return list(rights.exclude(codename__in=[f"{action}_{MailText._meta.model_name}" for action in ("add", "delete")]))


def _make_home(texts: dict[str, Any]) -> HomePage:
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    leads = {f"lead_{code}": text for code, text in texts["lead"].items()}
    return root.add_child(instance=HomePage(slug=texts["slug"], **_titles(texts["title"]), **_bodies("home"), **leads))


def _serve(home: HomePage) -> None:
    """Make `home` the front page; the page Wagtail's first migration put there goes, what lies below it moves."""
    address = urlsplit(settings.SITE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, root_page=home)
    before = site.root_page
    site.hostname, site.site_name, site.root_page = address.hostname, settings.WAGTAIL_SITE_NAME, home
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.save()
    if before.pk != home.pk and before.content_type.model_class() is Page:
        for child in before.get_children():
            child.move(home, pos="last-child")
        Page.objects.get(pk=before.pk).delete()


def _titles(title: dict[str, str]) -> dict[str, str]:
    """A page's own title is the Latvian one."""
    return {"title": title["lv"], **{f"title_{code}": text for code, text in title.items() if code != "lv"}}


def _bodies(key: str) -> dict[str, str]:
    return {f"body_{code}": (STARTER / f"{key}.{code}.html").read_text() for code, _name in settings.LANGUAGES}
