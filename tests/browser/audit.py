"""What every page must pass: axe for WCAG 2.2 AA, no sideways scrolling, nothing refused by the content policy."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

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


def audit(page: Page, path: str) -> list[str]:
    """Open `path` in every look and gather what is wrong, each with its look."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(f"console: {message.text}") if message.type == "error" else None)
    for width, scheme, language in LOOKS:
        speak(page, language)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        found = axe(page) + no_sideways_scroll(page)
        problems += [f"{path} at {width} px, {scheme}, {language}: {problem}" for problem in found]
    return problems


def speak(page: Page, language: str) -> None:
    """Choose the language as the switch in the footer does."""
    add_cookie(page, settings.LANGUAGE_COOKIE_NAME, language)


def add_cookie(page: Page, name: str, value: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/"}])
