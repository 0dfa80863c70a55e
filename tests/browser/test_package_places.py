"""What an editor lets a package load from elsewhere arrives in the browser, and nothing else does."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from courses.packages import allowing
from runtime.tokens import token_of
from tests import factories as make
from tests.runtime.ground import a_launch, a_package, launch_in

PAGE = """<!doctype html><title>Part</title><h1>Part</h1>
<script src="https://film.example/player.js"></script>
<ul id="said"></ul>
<script>
  const say = (words) => { document.getElementById("said").insertAdjacentHTML("beforeend", `<li>${words}</li>`); };
  const ask = (address) => fetch(address).then(() => say(`fetched ${address}`), () => say(`refused ${address}`));
  ask("https://film.example/list.json").then(() => ask("https://other.example/list.json")).then(() => say("over"));
</script>"""


@pytest.fixture
def launch(content_origin, transactional_db):
    return a_launch(a_package(files={"index.html": PAGE}))


def heard(page: Page, launch) -> list[str]:
    headers = {"Access-Control-Allow-Origin": "*"}
    page.route("https://film.example/*.js", lambda route: route.fulfill(body="document.title = 'ran'", headers=headers))
    page.route("https://*.example/*.json", lambda route: route.fulfill(body="{}", headers=headers))
    page.goto(f"{settings.CONTENT_ORIGIN}/play/{token_of(launch)}/")
    inner = page.frame_locator(".player-frame")
    expect(inner.locator("#said")).to_contain_text("over")
    title = next(frame for frame in page.frames if "/p/" in frame.url).title()
    return [title, *inner.locator("li").all_inner_texts()]


def test_a_package_gets_what_it_is_let_and_nothing_else(page, launch):
    assert heard(page, launch) == [
        "Part",
        "refused https://film.example/list.json",
        "refused https://other.example/list.json",
        "over",
    ]
    registration = launch.registration
    allowing.allow(package=registration.package, origins=["https://film.example"], by=make.a_user())

    again = launch_in(registration.enrolment, registration.unit)

    assert heard(page, again) == [
        "ran",
        "fetched https://film.example/list.json",
        "refused https://other.example/list.json",
        "over",
    ]
