"""A hostile package in a real browser reaches nothing of the platform (SECURITY S07), nor does what pretends to be
the player (S08)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Frame, Page, expect

from cms import services as cms
from learning.models import UnitState
from tests import factories as make
from tests.runtime.ground import a_package, a_package_unit

HOSTILE = (Path(__file__).parent / "hostile_package.html").read_text()


@pytest.fixture
def study(content_origin, transactional_db):
    cms.ensure_site()
    version = make.a_version()
    package = a_package(files={"index.html": HOSTILE, "worker.js": "self.onfetch = () => {};"})
    make_unit = a_package_unit(package, version=version)
    study = make.an_enrolment(make.a_user(), version)
    study.package_unit = make_unit
    return study


@pytest.fixture
def defenceless(chromium: Browser, live_server) -> Iterator[Page]:
    """A tab of a browser that knows no content policy: what is left are cookies, Fetch Metadata and the sandbox."""
    context = chromium.new_context(base_url=live_server.url, bypass_csp=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def opened(page: Page, study, sign_in) -> Frame:
    """The frame of the package, below the player's, in the page of the unit."""
    sign_in(page, study.user)
    page.goto("/learn/")
    page.evaluate("localStorage.setItem('secret', 'of the platform')")
    page.goto(reverse("runtime:open", args=[study.number, study.package_unit.key]))
    inner = page.frame_locator(".package__frame").frame_locator(".player-frame")
    expect(inner.locator("h1")).to_have_text("Hostile")
    return next(frame for frame in page.frames if "/p/" in frame.url)


def attack(page: Page, study, sign_in, live_server) -> dict[str, str]:
    hostile = opened(page, study, sign_in)
    other = a_package()
    done = live_server.url + reverse("learning:done", args=[study.number, "m1-one"])
    facts = {"platform": live_server.url, "done": done, "foreign": str(other.number)}
    return hostile.evaluate("facts => attack(facts)", facts)


def reached(page: Page, study, results: dict[str, str], allowed: set[str]) -> dict[str, object]:
    """What the attack got, in the page and in the records."""
    page.wait_for_timeout(500)
    answer = page.request.get("/learn/", max_redirects=0)
    got: dict[str, object] = {name: result for name, result in results.items() if result != "denied"}
    got = {name: result for name, result in got.items() if name not in allowed}
    if "/package/" not in page.url or page.is_closed():
        got["the top page"] = page.url
    if page.locator("[data-package]").get_attribute("data-status") != "incomplete":
        got["the state on the page"] = page.locator("[data-package]").get_attribute("data-status")
    if UnitState.objects.filter(enrolment=study).exclude(done_at=None).exists():
        got["a unit done"] = True
    if answer.status != 200:
        got["the session"] = answer.status
    return got


def test_a_hostile_package_reaches_nothing(page, study, sign_in, live_server):
    results = attack(page, study, sign_in, live_server)

    assert len(results) > 20
    assert reached(page, study, results, allowed=set()) == {}


def test_without_a_content_policy_it_still_reaches_nothing(defenceless, study, sign_in, live_server):
    """Then requests do leave the browser; the platform refuses each, and the answers stay unread."""
    results = attack(defenceless, study, sign_in, live_server)

    opaque = {"page of the platform by fetch, opaque", "post, opaque"}
    assert reached(defenceless, study, results, allowed=opaque) == {}


def test_a_window_that_it_opens_tells_it_nothing(page, study, sign_in, live_server):
    hostile = opened(page, study, sign_in)
    hostile.evaluate("address => { window.platform = address; }", live_server.url)

    hostile.click("#open")
    page.wait_for_timeout(3_500)

    assert hostile.evaluate("window.read") == "denied"


AROUND = """<!doctype html><title>Around</title><body data-package data-status="incomplete">of the platform
<iframe src="/hostile/" sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-modals"></iframe>"""


def test_served_by_the_platform_itself_it_would_reach_nearly_everything(defenceless, study, sign_in, live_server):
    """The control: the same attack does see cookies, pages and storage where nothing keeps them from it."""
    page = defenceless
    page.context.route("**/hostile/", lambda route: route.fulfill(body=HOSTILE, content_type="text/html"))
    page.context.route("**/around/", lambda route: route.fulfill(body=AROUND, content_type="text/html"))
    sign_in(page, study.user)
    page.goto("/learn/")
    page.evaluate("localStorage.setItem('secret', 'of the platform')")
    page.goto("/around/")
    hostile = next(frame for frame in page.frames if frame.url.endswith("/hostile/"))
    done = live_server.url + reverse("learning:done", args=[study.number, "m1-one"])
    facts = {"platform": live_server.url, "done": done, "foreign": str(a_package().number)}

    results = hostile.evaluate("facts => attack(facts)", facts)

    reach = {name for name, result in results.items() if result.startswith("got")}
    assert reach >= {
        "own cookies",
        "document of the top page",
        "document of the page around the player",
        "cookies of the top page",
        "storage of the top page",
        "own storage",
        "address of the top page",
        "script in the top page",
        "page of the platform by fetch",
        "post to the platform",
        "platform's page here",
    }
    assert results["own storage"] == "got of the platform"


SPEAK = """([data, times]) => { for (let i = 0; i < times; i++) top.postMessage(data, '*'); }"""


@pytest.fixture
def player(page, study, sign_in) -> Frame:
    """The player's own frame: what it says is listened to."""
    opened(page, study, sign_in)
    return next(frame for frame in page.frames if "/play/" in frame.url)


def status(page: Page) -> str:
    page.wait_for_timeout(400)
    return page.locator("[data-package]").get_attribute("data-status")


GOOD = {"kopa": 1, "status": "passed", "score": 0.85, "exit": False}


def test_what_the_player_says_is_shown(page, player):
    player.evaluate(SPEAK, [GOOD, 1])

    assert status(page) == "passed"
    expect(page.locator(".package__score")).to_have_text("85 % punktu")
    expect(page.locator("[data-exit]")).to_have_text("Turpināt")


OTHER_SHAPES = [
    "'passed'",
    "null",
    "1",
    "[]",
    "{...good, kopa: 2}",
    "{...good, kopa: '1'}",
    "{...good, status: 'won'}",
    "{...good, status: ['passed']}",
    "{...good, score: '0.85'}",
    "{...good, score: 2}",
    "{...good, score: NaN}",
    "{...good, score: Infinity}",
    "{...good, exit: 'no'}",
    "{...good, more: 1}",
    "{kopa: 1, status: 'passed'}",
    "{...good, constructor: {prototype: {polluted: 1}}}",
    "{...good, status: 'passed'.repeat(100000)}",
    "{...good, more: 'x'.repeat(5000000)}",
    """JSON.parse('{"__proto__": {"polluted": 1}, "kopa": 1, "status": "passed", "score": 1, "exit": false}')""",
    "Object.assign(new Map(), good)",
    "Object.assign([], good)",
]


def test_messages_of_any_other_shape_are_ignored(page, player):
    wrong = []
    for shape in OTHER_SHAPES:
        player.evaluate(f"good => top.postMessage({shape}, '*')", GOOD)
        if status(page) != "incomplete":
            wrong.append(shape)

    assert wrong == []
    assert page.evaluate("({}).polluted === undefined")


def test_a_message_of_the_right_shape_from_elsewhere_is_ignored(page, player):
    hostile = next(frame for frame in page.frames if "/p/" in frame.url)
    hostile.evaluate("good => top.postMessage(good, '*')", GOOD)
    page.evaluate("good => window.postMessage(good, '*')", GOOD)
    assert status(page) == "incomplete"

    page.locator(".package__frame").evaluate("frame => { frame.src = 'about:blank'; }")
    page.wait_for_timeout(500)
    blank = next(frame for frame in page.frames if frame.url == "about:blank")
    blank.evaluate("good => parent.postMessage(good, '*')", GOOD)
    assert status(page) == "incomplete"


def test_a_flood_of_messages_changes_the_page_a_few_times_a_second(page, player):
    page.evaluate(
        """() => {
            window.changes = 0;
            new MutationObserver(() => { window.changes += 1; })
                .observe(document.querySelector('[data-package]'), {attributes: true});
        }"""
    )

    player.evaluate(
        """() => {
            for (let i = 0; i < 20000; i++)
                top.postMessage({kopa: 1, status: i % 2 ? 'failed' : 'completed', score: 0, exit: false}, '*');
        }"""
    )
    page.wait_for_timeout(1_500)

    assert page.evaluate("window.changes") <= 8
    assert status(page) == "failed"


def test_the_player_listens_to_the_platform_alone(page, player):
    player.evaluate("() => { window.left = 0; kopa.play({leave: () => { window.left += 1; }}); }")
    hostile = next(frame for frame in page.frames if "/p/" in frame.url)

    hostile.evaluate("parent.postMessage({kopa: 1, leave: true}, '*')")
    page.wait_for_timeout(300)
    assert player.evaluate("window.left") == 0

    page.evaluate(
        "origin => document.querySelector('.package__frame').contentWindow.postMessage({kopa: 1, leave: true}, origin)",
        settings.CONTENT_ORIGIN,
    )
    page.wait_for_url("**/learn/*/")


def test_only_the_player_has_its_token_live_on_and_not_by_the_thousand(page, player):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/renew/" in request.url else None)
    hostile = next(frame for frame in page.frames if "/p/" in frame.url)

    hostile.evaluate("top.postMessage({kopa: 1, renew: true}, '*')")
    page.wait_for_timeout(300)
    assert asked == []

    player.evaluate("() => { for (let i = 0; i < 5000; i++) top.postMessage({kopa: 1, renew: true}, '*'); }")
    page.wait_for_timeout(1_000)
    assert 1 <= len(asked) <= 3
