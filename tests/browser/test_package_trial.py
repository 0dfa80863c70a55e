"""An editor tries packages in the real player: they play and report, and nothing stays of it."""

import pytest
from django.urls import reverse
from playwright.sync_api import FrameLocator, Page, expect

from cms.services import ensure_editors, ensure_site
from courses.models import Package
from tests.browser.audit import add_cookie, axe, no_sideways_scroll
from tests.browser.packages import installed
from tests.factories import a_user
from tests.packages import build
from tests.runtime.saving import all_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(page, content_origin, sign_in):
    user = a_user("editor@example.test")
    user.groups.add(ensure_editors(ensure_site()))
    sign_in(page, user)
    add_cookie(page, "kopa_language", "en")
    return user


def tried(page: Page, package: Package) -> FrameLocator:
    page.goto(reverse("runtime_trial", args=[package.number]))
    shown = page.frame_locator(".kopa-trial")
    expect(shown.locator(".player-trial")).to_have_text("Trial: nothing is recorded")
    return shown


@pytest.mark.parametrize("files", [build.files_of_scorm12, build.files_of_scorm2004])
def test_a_sco_is_tried_and_every_look_begins_anew(page, editor, files):
    package = installed(files())
    before = all_rows()
    for _look in range(2):
        shown = tried(page, package)
        sco = shown.frame_locator(".player-frame")
        expect(sco.locator("#restored")).to_contain_text('"entry": "ab-initio"')
        sco.locator("#location").fill("page-3")
        sco.locator("#bookmark").click()
        expect(sco.locator("#said")).to_have_text("bookmark saved")
        sco.locator("#pass").click()
        expect(sco.locator("#said")).to_have_text("pass saved")

    sco.locator("#exit").click()

    expect(shown.locator(".player-note")).to_contain_text("Load the page anew")
    assert all_rows() == before


def test_parts_are_led_through_and_marked(page, editor):
    before = all_rows()
    shown = tried(page, installed(build.files_of_scorm2004_ordered()))
    sco = shown.frame_locator(".player-frame")
    expect(sco.locator("#part")).to_have_text("pretest")
    sco.locator("#points").fill("95")
    for button in ("score", "pass"):
        sco.locator(f"#{button}").click()
        expect(sco.locator("#said")).to_have_text(f"{button} saved")
    sco.locator("#next").click()

    expect(sco.locator("#part")).to_have_text("closing")
    expect(shown.locator("[data-state=passed]")).to_contain_text("Sākuma pārbaude")
    assert all_rows() == before


def test_an_h5p_content_is_tried(page, editor):
    before = all_rows()
    shown = tried(page, installed(build.files_of_h5p()))
    content = shown.frame_locator(".h5p-iframe")
    with page.expect_response("**/results/") as answer:
        content.locator("#true-0").click()
        content.locator("#finish").click()

    assert answer.value.json()["counts"] is True
    assert all_rows() == before


def test_the_pages_read_well(page, editor):
    packages = [installed(build.files_of_scorm12()), installed(build.files_of_cmi5())]
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for package in packages:
            page.goto(reverse("runtime_trial", args=[package.number]))
            assert axe(page) + no_sideways_scroll(page) == []
        page.goto(f"/cms/packages/{packages[0].series_id}/")
        assert axe(page) + no_sideways_scroll(page) == []
