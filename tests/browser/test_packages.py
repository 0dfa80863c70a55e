"""The page around a package and the player in it: readable by everyone, at any width, and a safe way out."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FrameLocator, Page, expect

from cms import services as cms
from learning.services import finish_unit
from runtime import player
from runtime.tokens import token_of
from tests import factories as make
from tests.browser.audit import LOOKS, audit, axe, no_sideways_scroll
from tests.runtime.ground import a_package, a_package_unit, launch_in

PART = """<!doctype html><html lang="lv"><title>Daļa</title><h1>Daļa {0}</h1><p><button>Poga {0}</button></p>"""
MENU = [
    {
        "identifier": "chapter",
        "title": {"lv": "Nodaļa ar ļoti garu nosaukumu, kas neietilpst vienā rindā", "en": "A chapter"},
        "children": [{"identifier": f"part-{number}", "title": {"lv": f"Daļa {number}"}} for number in (1, 2)],
    },
    {"identifier": "part-3", "title": {"lv": "Daļa 3"}},
]


@pytest.fixture
def study(content_origin, transactional_db):
    cms.ensure_site()
    version = make.a_version()
    package = a_package(
        files={f"{number}.html": PART.format(number) for number in (1, 2, 3)},
        hrefs={f"part-{number}": f"{number}.html" for number in (1, 2, 3)},
        settings={"menu": MENU},
    )
    study = make.an_enrolment(make.a_user(), version)
    study.package_unit = a_package_unit(package, version=version)
    return study


@pytest.fixture(autouse=True)
def _plain_player(monkeypatch):
    """The shell alone: what a kind's own script adds is tested with that kind."""
    monkeypatch.setattr(player, "players", {})


def path(study) -> str:
    return reverse("runtime:open", args=[study.number, study.package_unit.key])


def shell(page: Page) -> FrameLocator:
    return page.frame_locator(".package__frame")


def test_the_page_around_a_package_passes_the_audit(page, study, sign_in):
    sign_in(page, study.user)

    assert audit(page, path(study)) == []


def test_the_player_passes_the_audit_with_its_parts_open_and_closed(page, study, content_origin):
    problems = []
    for width, scheme, language in LOOKS:
        page.set_viewport_size({"width": width, "height": 700})
        page.emulate_media(color_scheme=scheme)
        launch = launch_in(study, study.package_unit)
        page.goto(f"{content_origin}/play/{token_of(launch)}/?language={language}")
        expect(page.locator(".player-frame")).to_be_visible()
        for _ in range(2):
            problems += [f"{width} {scheme} {language}: {found}" for found in axe(page) + no_sideways_scroll(page)]
            page.locator("summary").click()
        assert page.locator("html").get_attribute("lang") == language

    assert problems == []


def test_what_the_content_origin_misses_is_said_readably(page, content_origin, db):
    answer = page.goto(f"{content_origin}/p/none/index.html")

    assert answer.status == 404
    assert axe(page) == []


def test_parts_are_chosen_by_keyboard_and_the_list_says_which_is_open(page, study, sign_in):
    sign_in(page, study.user)
    page.goto(path(study))
    shown = shell(page)
    expect(shown.frame_locator(".player-frame").locator("h1")).to_have_text("Daļa 1")
    expect(shown.get_by_role("button", name="Daļa 1")).to_have_attribute("aria-current", "true")
    expect(shown.get_by_role("button", name="Daļa 2")).to_have_text("Daļa 2")
    expect(shown.locator(".player-count")).to_have_text("pabeigtas 0 no 3")
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.activeElement === document.body")

    shown.get_by_role("button", name="Daļa 3").focus()
    page.keyboard.press("Enter")

    expect(shown.frame_locator(".player-frame").locator("h1")).to_have_text("Daļa 3")
    expect(shown.get_by_role("button", name="Daļa 3")).to_have_attribute("aria-current", "true")
    expect(shown.get_by_role("button", name="Daļa 1")).not_to_have_attribute("aria-current", "true")


def test_the_state_of_a_part_is_said_in_words(page, study, sign_in):
    sign_in(page, study.user)
    page.goto(path(study))
    expect(shell(page).locator(".player-frame")).to_be_visible()
    inside = next(frame for frame in page.frames if "/play/" in frame.url)

    inside.evaluate("kopa.mark('part-2', 'completed')")

    expect(shell(page).get_by_role("button", name="Daļa 2")).to_contain_text("Apgūts")
    expect(shell(page).locator(".player-count")).to_have_text("pabeigtas 1 no 3")


def test_the_keyboard_reaches_the_content_and_leaves_it_again(page, study, sign_in):
    sign_in(page, study.user)
    page.goto(path(study))
    expect(shell(page).frame_locator(".player-frame").locator("h1")).to_have_text("Daļa 1")
    page.locator("[data-fullscreen]").focus()

    inside = False
    for _ in range(14):
        page.keyboard.press("Tab")
        inside = inside or any(
            "/p/" in frame.url and frame.evaluate("document.activeElement?.tagName") == "BUTTON"
            for frame in page.frames
        )

    assert inside
    assert page.evaluate("document.activeElement.closest('.package') === null")


def test_leaving_waits_for_the_player_to_save_and_goes_on(page, study, sign_in):
    sign_in(page, study.user)
    page.goto(path(study))
    expect(shell(page).locator(".player-frame")).to_be_visible()
    inside = next(frame for frame in page.frames if "/play/" in frame.url)
    inside.evaluate(
        """() => kopa.play({leave: () => new Promise((saved) => setTimeout(() => {
            parent.postMessage({kopa: 1, status: 'incomplete', score: 0.5, exit: false}, kopa.launch.platform);
            saved();
        }, 500))})"""
    )

    page.locator("[data-exit]").click()
    expect(page.locator("[data-exit]")).to_have_text("Saglabājam…")
    page.wait_for_url(f"**/learn/{study.number}/")
    expect(page.locator("main")).to_contain_text("Šī daļa vēl nav pabeigta.")


def test_a_player_that_never_answers_keeps_nobody_in(page, study, sign_in):
    sign_in(page, study.user)
    page.goto(path(study))
    expect(shell(page).locator(".player-frame")).to_be_visible()
    inside = next(frame for frame in page.frames if "/play/" in frame.url)
    inside.evaluate("kopa.play({leave: () => new Promise(() => {})})")

    page.locator("[data-exit]").click()

    page.wait_for_url(f"**/learn/{study.number}/", timeout=9_000)


def test_a_part_that_is_done_says_so_and_leads_to_the_next(page, study, sign_in):
    following = make.a_unit(study.package_unit.module, "m1-after")
    finish_unit(enrolment=study, unit=study.package_unit, at=timezone.now())
    sign_in(page, study.user)
    page.goto(path(study))
    expect(page.locator("[data-exit]")).to_have_text("Turpināt")
    expect(page.locator(".package__state")).to_contain_text("Apgūts")

    page.locator("[data-exit]").click()

    page.wait_for_url(f"**/learn/{study.number}/{following.key}/")


def test_full_screen_takes_quick_exit_along(page, study, sign_in):
    sign_in(page, study.user)
    page.goto(path(study))

    page.locator("[data-fullscreen]").click()
    expect(page.locator("[data-fullscreen]")).to_have_text("Aizvērt pilnekrānu")
    assert page.evaluate("document.fullscreenElement.contains(document.querySelector('a.quick-exit'))")
    expect(page.locator("a.quick-exit")).to_be_visible()

    page.locator("[data-fullscreen]").click()
    expect(page.locator("[data-fullscreen]")).to_have_text("Pilnekrāns")
    assert page.evaluate("document.querySelector('.site-header').contains(document.querySelector('a.quick-exit'))")


def test_without_javascript_the_page_says_what_to_do(chromium, live_server, study, sign_in):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, study.user)
    page.goto(path(study))

    assert (
        "Šai daļai atšķirībā no pārējās programmas vajadzīgs JavaScript" in page.locator("main noscript").inner_text()
    )
    expect(page.locator("a.quick-exit")).to_be_visible()
    expect(page.locator("#support h2")).to_be_visible()
    page.locator("[data-exit]").click()
    page.wait_for_url(f"**/learn/{study.number}/")
    context.close()


OPENER = """<!doctype html><title>Part</title><h1>Part</h1><button onclick="window.open('second.html')">Go</button>"""
SECOND = "<!doctype html><title>Second</title><h1>Second</h1><script>opener.document.title = 'heard'</script>"


def test_a_part_may_open_a_window_of_its_own_and_speak_with_it(page, content_origin, transactional_db, sign_in):
    """Old packages do: the window finds what it reports to through its opener."""
    cms.ensure_site()
    unit = a_package_unit(a_package(files={"index.html": OPENER, "second.html": SECOND}))
    study = make.an_enrolment(make.a_user(), unit.version)
    study.package_unit = unit
    sign_in(page, study.user)
    page.goto(path(study))
    inner = shell(page).frame_locator(".player-frame")

    with page.expect_popup() as opening:
        inner.locator("button").click()

    expect(opening.value.locator("h1")).to_have_text("Second")
    assert next(frame for frame in page.frames if "/p/" in frame.url).title() == "heard"
