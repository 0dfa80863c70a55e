"""Setting the site up."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import Page, Site

from cms import services
from cms.models import HomePage, SiteSettings, StandardPage
from tests import factories

PAGES = ["/", "/par-vietni/", "/privatuma-politika/", "/pieejamibas-pazinojums/", "/sazinaties/"]

pytestmark = pytest.mark.django_db


def test_a_new_installation_gets_a_front_page_and_the_standard_pages():
    home = services.ensure_site()

    assert Site.objects.get().root_page_id == home.pk
    assert [page.slug for page in home.get_children()] == [
        "par-vietni",
        "privatuma-politika",
        "pieejamibas-pazinojums",
        "sazinaties",
    ]
    assert Page.objects.filter(depth=2).count() == 1


def test_a_second_run_changes_nothing():
    services.ensure_site()
    before = (list(Page.objects.values("pk", "title", "slug", "path")), list(SiteSettings.objects.values()))

    services.ensure_site()

    assert (list(Page.objects.values("pk", "title", "slug", "path")), list(SiteSettings.objects.values())) == before


def test_what_editors_changed_stays():
    services.ensure_site()
    StandardPage.objects.filter(slug="sazinaties").update(body_en="<p>Ours</p>")
    SiteSettings.objects.update(review_notice_lv="Pārbaudīts")

    services.ensure_site()

    assert StandardPage.objects.get(slug="sazinaties").body_en == "<p>Ours</p>"
    assert SiteSettings.objects.get().review_notice_lv == "Pārbaudīts"


def test_pages_that_stood_under_the_first_page_move_to_the_new_one():
    first = Site.objects.get().root_page
    first.add_child(instance=StandardPage(title="Agrāk", title_en="Earlier", slug="agrak"))

    home = services.ensure_site()

    assert home.get_children().filter(slug="agrak").exists()
    assert not Page.objects.filter(pk=first.pk).exists()


def test_it_works_in_an_empty_page_tree():
    Site.objects.all().delete()
    Page.objects.all().delete()

    services.ensure_site()

    assert HomePage.objects.count() == 1


def test_editors_write_publish_and_keep_contacts_but_manage_no_people():
    services.ensure_site()
    editor = factories.a_user()
    editor.groups.add(Group.objects.get(name=services.EDITORS))

    client = Client()
    client.force_login(editor)
    addresses = {
        "/cms/": 200,
        f"/cms/pages/{HomePage.objects.get().pk}/edit/": 200,
        "/cms/snippets/cms/supportcontact/": 200,
        "/cms/snippets/cms/supportcontact/add/": 200,
        "/cms/snippets/cms/mailtext/": 200,
        "/cms/snippets/cms/mailtext/add/": 302,
        f"/cms/settings/cms/sitesettings/{SiteSettings.objects.get().pk}/": 200,
        "/cms/users/": 302,
        "/cms/groups/": 302,
        "/cms/sites/": 302,
    }

    assert {path: client.get(path).status_code for path in addresses} == addresses
    assert not editor.has_perm("learning.change_user")
    assert not Permission.objects.filter(group__name=services.EDITORS, codename__endswith="_user").exists()


@pytest.mark.parametrize(
    "path", ["/", "/par-vietni/", "/privatuma-politika/", "/pieejamibas-pazinojums/", "/sazinaties/"]
)
@pytest.mark.parametrize(("language", "words"), [("lv", "Kur saņemt atbalstu"), ("en", "Where to get support")])
def test_a_visitor_reads_every_page_in_both_languages(client, path, language, words):
    services.ensure_site()
    client.cookies["kopa_language"] = language

    answer = client.get(path)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert f'<html lang="{language}"' in answer.content.decode()
