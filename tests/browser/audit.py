"""What every page must pass: axe for WCAG 2.2 AA, no sideways scrolling, the frame, nothing refused by the browser."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Error, Page

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Width, colour scheme and language: each value of one meets each value of the two others.
LOOKS = [(320, "light", "lv"), (1280, "dark", "lv"), (320, "dark", "en"), (1280, "light", "en")]


def axe(page: Page) -> list[str]:
    """The rules the page breaks, with the first elements that break each."""
    page.evaluate(AXE)
    outcome = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)
    return [f"{rule['id']}: {[node['html'][:160] for node in rule['nodes'][:3]]}" for rule in outcome["violations"]]


def no_sideways_scroll(page: Page) -> list[str]:
    """What sticks out of the page to the right; a scrolling region of its own is fine."""
    root = "document.documentElement"
    excess = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    return [f"scrolls sideways by {excess} px"] if excess > 0 else []


def frame(page: Page, language: str) -> list[str]:
    """What no page may lose: the language it is in, the way out, where to get support."""
    spoken = page.locator("html").get_attribute("lang")
    problems = [] if spoken == language else [f"is in {spoken}"]
    problems += [] if page.locator("a.quick-exit").is_visible() else ["has no quick exit"]
    bars = page.locator(".lesson-bar").evaluate_all("all => all.map(bar => bar.scrollWidth - bar.clientWidth)")
    problems += [f"has a bar that runs {excess} px under its neighbour" for excess in bars if excess > 0]
    return problems + ([] if page.locator("#support h2").is_visible() else ["has no support block"])


def audit(page: Page, path: str, *, status: int = 200) -> list[str]:
    """Open `path` in every look and gather what is wrong, each with its look."""
    answers: set[int] = set()
    problems = audit_after(page, path, lambda page: answers.add(page.goto(path).status))
    return problems if answers == {status} else [*problems, f"{path} answers {sorted(answers)}"]


def audit_after(page: Page, name: str, opening: Callable[[Page], object]) -> list[str]:
    """The same for a page that no address leads to: `opening` gets there in every look."""
    problems: list[str] = []

    def hear(text: str) -> None:
        problems.append(f"{name}: {text}")

    def on_console(message: ConsoleMessage) -> None:
        # A page that is an error itself, such as a form to mend, is reported as one, too.
        if message.type == "error" and message.location.get("url") != page.url:
            hear(f"console: {message.text}")

    def on_error(error: Error) -> None:
        hear(f"script: {error}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    for width, scheme, language in LOOKS:
        speak(page, language)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        opening(page)
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        found = axe(page) + no_sideways_scroll(page) + frame(page, language)
        problems += [f"{name} at {width} px, {scheme}, {language}: {problem}" for problem in found]
    page.remove_listener("console", on_console)
    page.remove_listener("pageerror", on_error)
    return problems


def speak(page: Page, language: str) -> None:
    """Choose the language as the switch in the footer does."""
    add_cookie(page, settings.LANGUAGE_COOKIE_NAME, language)


def add_cookie(page: Page, name: str, value: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/"}])
