"""An installed Chromium or Chrome, opened once; a page per test on the live server."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from config.origins import other_local
from tests.browser.audit import add_cookie
from tests.browser.demo_site import DemoSite, demo_site

HERE = Path(__file__).parent
EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
REQUIRED = os.environ.get("CI") == "true" or os.environ.get("KOPA_REQUIRE_BROWSER") == "1"

# Playwright's synchronous interface runs a loop in this thread, where Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if EXECUTABLE is None:
        reason = "needs an installed Chromium or Chrome (looked for chromium, chromium-browser, google-chrome)"
        if REQUIRED:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo, running. Whoever uses it belongs to the group "demo", so that one worker alone sets it up."""
    with demo_site(tmp_path_factory.mktemp("demo-site")) as site:
        yield site


@pytest.fixture
def page(chromium: Browser, live_server) -> Iterator[Page]:
    """An empty tab; `page.goto("/learn/")` opens the live server."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(chromium):
    """`tab()`: a new tab in a context of its own, as on another device."""
    contexts = []

    def tab():
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 800}))
        contexts[-1].set_default_timeout(10_000)
        return contexts[-1].new_page()

    yield tab
    for context in contexts:
        context.close()


@pytest.fixture
def content_origin(live_server, settings) -> str:
    """Where packages are played: the live server's port by the machine's other name."""
    settings.SITE_URL, settings.CONTENT_ORIGIN = live_server.url, other_local(live_server.url)
    return settings.CONTENT_ORIGIN


@pytest.fixture
def sign_in() -> Callable[..., None]:
    """`sign_in(page, user)`: what the browser has after the sign-in page, without opening it."""

    def sign_in(page: Page, user: object) -> None:
        client = Client()
        client.force_login(user)
        add_cookie(page, settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)

    return sign_in
