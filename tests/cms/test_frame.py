"""The frame of every page: support, quick exit, languages, the menu, and what it costs."""

from datetime import date

import pytest
from django.core.cache.backends import locmem

from cms import frame, menu, services
from cms.models import SiteSettings, StandardPage, SupportContact
from learning.models import Scope
from tests import factories

pytestmark = pytest.mark.django_db


def a_contact(number: str = "116111", **fields) -> SupportContact:
    fields = {"description_lv": "Bērniem", "description_en": "For children", "checked_on": date(2026, 11, 2), **fields}
    return SupportContact.objects.create(number=number, **fields)


def test_every_page_has_support_and_a_quick_exit_that_needs_no_script(client):
    a_contact()
    client.force_login(factories.a_user(language="en"))

    page = client.get("/profile/").content.decode()

    assert '<a href="tel:116111">116 111</a>' in page
    assert "For children" in page
    assert "Numbers last checked on 02.11.2026" in page
    assert '<a class="quick-exit" href="https://www.lsm.lv/" rel="noreferrer">' in page


def test_a_number_never_checked_is_not_passed_off_as_checked(client):
    a_contact("112")
    a_contact("116123", checked_on=None)
    client.cookies["kopa_language"] = "en"

    page = client.get("/accounts/login/").content.decode()

    assert "Some of these numbers have not been checked yet." in page
    assert "last checked" not in page


def test_one_edit_of_a_contact_shows_on_the_next_page(client, django_capture_on_commit_callbacks):
    contact = a_contact()
    client.get("/accounts/login/")

    with django_capture_on_commit_callbacks(execute=True):
        contact.number = "116006"
        contact.save()

    assert '<a href="tel:116006">' in client.get("/accounts/login/").content.decode()


def test_a_change_made_by_another_process_shows_within_a_minute(client, monkeypatch):
    a_contact()
    client.get("/accounts/login/")
    SupportContact.objects.update(number="116006")  # sends no signal, as a change elsewhere sends none here
    now = locmem.time.time()

    monkeypatch.setattr(locmem.time, "time", lambda: now + frame.FRAME_AGE_S + 1)

    assert '<a href="tel:116006">' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"quick_exit_url": "https://www.delfi.lv/"}, 'href="https://www.delfi.lv/"'),
        ({"review_notice_lv": "Gaida redaktoru"}, "Gaida redaktoru"),
    ],
)
def test_site_settings_show_on_the_next_page(client, django_capture_on_commit_callbacks, setting, words):
    client.get("/accounts/login/")

    with django_capture_on_commit_callbacks(execute=True):
        SiteSettings.objects.create(**setting)

    assert words in client.get("/accounts/login/").content.decode()


def test_a_deleted_page_leaves_the_footer(client, django_capture_on_commit_callbacks):
    services.ensure_site()
    before = client.get("/accounts/login/").content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        StandardPage.objects.get(slug="par-vietni").delete()
    after = client.get("/accounts/login/").content.decode()

    assert ("/par-vietni/" in before, "/par-vietni/" in after) == (True, False)


def test_the_frame_costs_a_signed_in_page_no_query(client, django_assert_num_queries):
    a_contact()
    client.force_login(factories.a_user())
    client.get("/accounts/password/change/")

    with django_assert_num_queries(1):  # the person; the session comes from the cache
        client.get("/accounts/password/change/")


def test_changing_the_language_comes_back_to_the_page_and_is_kept(client):
    person = factories.a_user(language="lv")
    client.force_login(person)

    answer = client.post("/language/", {"language": "en", "next": "/profile/?a=1"})

    assert answer.headers["Location"] == "/profile/?a=1"
    person.refresh_from_db()
    assert person.language == "en"
    assert '<html lang="en"' in client.get("/profile/").content.decode()


def test_a_page_shown_in_answer_to_a_form_leads_back_to_the_form(client):
    client.cookies["kopa_language"] = "en"

    page = client.post("/accounts/login/", {"login": "x"}, headers={"referer": "/accounts/login/?next=/learn/"})

    target = '<input type="hidden" name="next" value="/accounts/login/?next=/learn/" form="language">'
    assert target in page.content.decode()


@pytest.mark.parametrize(
    ("roles", "keys"),
    [
        ([], ["learn", "card", "certificates", "profile"]),
        (["hr"], ["coverage", "people", "learn", "card", "certificates", "profile"]),
        (["coordinator"], ["plan", "learn", "card", "certificates", "profile"]),
        (["hr", "coordinator"], ["plan", "coverage", "people", "learn", "card", "certificates", "profile"]),
        (["auditor"], ["learn", "card", "certificates", "profile"]),
    ],
)
def test_the_menu_follows_the_scopes(client, roles, keys):
    person, school = factories.a_user(), factories.an_institution("centra")
    for role in roles:
        factories.a_scope(person, school, role)

    client.force_login(person)

    assert [key for key, _href in client.session[menu.SESSION_KEY]["links"]] == keys


def test_a_new_scope_shows_within_ten_minutes(client, monkeypatch):
    person, school = factories.a_user(), factories.an_institution("centra")
    client.force_login(person)
    factories.a_scope(person, school, Scope.Role.HR)
    now = menu.time.time()

    monkeypatch.setattr(menu.time, "time", lambda: now + menu.MENU_AGE_S - 5)
    before = client.get("/profile/").content.decode()
    monkeypatch.setattr(menu.time, "time", lambda: now + menu.MENU_AGE_S + 5)
    after = client.get("/profile/").content.decode()

    assert "/institutions/centra/coverage/" not in before
    assert "/institutions/centra/coverage/" in after


@pytest.mark.parametrize(
    ("path", "key"), [("/learn/", "learn"), ("/learn/card/", "card"), ("/learn/abc/", "learn"), ("/v/", "")]
)
def test_the_entry_under_which_the_page_lies_is_marked(path, key):
    links = (menu.Link("learn", "/learn/"), menu.Link("card", "/learn/card/"))

    assert menu.current(links, path) == key


def test_the_editor_is_in_the_menu_of_those_who_may_enter_it():
    person = factories.a_user(is_superuser=True)

    assert [link.key for link in menu.own_links(person)] == ["editing", "profile"]
