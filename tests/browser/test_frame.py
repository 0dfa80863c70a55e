"""The frame in a browser: public pages, the menu, quick exit, languages, with and without scripts."""

import pytest
from playwright.sync_api import Page

from cms import services
from cms.models import SiteSettings, SupportContact
from learning.models import Scope
from tests import factories
from tests.browser.audit import audit, no_sideways_scroll, speak

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(db):
    SupportContact.objects.create(number="116111", description_lv="Bērniem", description_en="For children")
    return services.ensure_site()


@pytest.mark.parametrize("path", ["/", "/privatuma-politika/", "/sazinaties/"])
def test_public_pages_pass_the_audit(page, site, path):
    assert audit(page, path) == []


def test_the_page_for_lost_addresses_passes_the_audit(page, site):
    assert audit(page, "/no-such-page/", status=404) == []


def test_the_longest_menu_fits_every_width(page, site, sign_in):
    person, school = factories.a_user(is_superuser=True), factories.an_institution("centra")
    factories.a_scope(person, school, Scope.Role.HR)
    factories.a_scope(person, school, Scope.Role.COORDINATOR)
    sign_in(page, person)

    assert audit(page, "/profile/") == []
    for width in (320, 600, 991, 993, 1100, 1535, 1537, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert no_sideways_scroll(page) == []
        assert _rows_of(page, ".site-header__row > *") == 1, f"the header breaks into rows at {width} px"


def test_quick_exit_leaves_no_way_back_to_the_page(page, site, live_server):
    SiteSettings.objects.update(quick_exit_url=f"{live_server.url}/robots.txt")
    page.goto("/par-vietni/")
    page.goto("/privatuma-politika/")

    page.click("a.quick-exit")
    page.wait_for_url("**/robots.txt")
    page.go_back()

    assert page.url.endswith("/par-vietni/")


def test_quick_exit_and_the_language_work_without_scripts(chromium, site, live_server):
    SiteSettings.objects.update(quick_exit_url=f"{live_server.url}/robots.txt")
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/par-vietni/")

    page.click(".site-footer button[value=en]")
    assert page.url.endswith("/par-vietni/")
    assert page.locator("h1").inner_text() == "About this site"
    page.click("a.quick-exit")

    assert page.url.endswith("/robots.txt")
    context.close()


def test_the_keyboard_reaches_the_content_and_quick_exit_first(page, site):
    page.goto("/par-vietni/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    assert page.evaluate("document.activeElement.id") == "content"

    page.goto("/par-vietni/")
    seen = []
    for _press in range(6):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.className"))
    assert "quick-exit" in seen


def test_a_page_stays_usable_when_text_is_twice_as_large(page, site):
    speak(page, "lv")
    page.set_viewport_size({"width": 640, "height": 800})
    page.goto("/privatuma-politika/")

    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert no_sideways_scroll(page) == []


def _rows_of(page: Page, selector: str) -> int:
    """How many lines the visible elements stand in, judged by their middles."""
    middles = page.eval_on_selector_all(
        selector,
        "all => all.filter(e => e.offsetHeight && getComputedStyle(e).position !== 'fixed')"
        ".map(e => { const box = e.getBoundingClientRect(); return Math.round((box.top + box.bottom) / 2 / 10); })",
    )
    return len(set(middles))
