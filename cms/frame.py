"""The parts of the page frame that are the same for everyone: rendered once per language, kept for a minute.

They live in the cache of the process, not the shared one: a page then costs no query and no round trip, and a change
of a support contact is seen everywhere after `FRAME_AGE_S` at the latest (at once in the process that made it).
"""

from collections.abc import Callable
from functools import lru_cache

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from cms import menu
from cms.i18n import own_names
from cms.models import SiteSettings, StandardPage, SupportContact

FRAME_AGE_S = 60


def head(*, light: bool = False) -> SafeString:
    """Links to the style sheets, the font and the script. Light: the reader's own font, for a slow line."""
    return _kept(f"head-{light}", lambda: render_to_string("frame/head.html", {"light": light}))


def footer(*, signed_in: bool) -> SafeString:
    """Support block, notices and standard pages in the active language."""
    return _kept(f"footer-{signed_in}", lambda: render_to_string("frame/footer.html", _footer(signed_in)))


def quick_exit() -> SafeString:
    return _kept("quick-exit", lambda: render_to_string("frame/quick_exit.html", {"site": SiteSettings.current()}))


def navigation(links: tuple[menu.Link, ...], current: str) -> SafeString:
    return _navigation(links, current, get_language())


def language_buttons() -> tuple[tuple[str, str], ...]:
    """Code and own name of every language but the active one."""
    return _other_languages(get_language())


def forget() -> None:
    """Render every part anew on the next page of this process."""
    caches["frame"].clear()


def _kept(name: str, render: Callable[[], str]) -> SafeString:
    key = f"{name}-{get_language()}"
    html = caches["frame"].get(key)
    if html is None:
        html = render()
        caches["frame"].set(key, html, FRAME_AGE_S)
    return html


def _footer(signed_in: bool) -> dict[str, object]:
    contacts = list(SupportContact.objects.filter(in_footer=True))
    checked = [contact.checked_on for contact in contacts]
    return {
        "contacts": contacts,
        "checked_on": min(checked) if checked and all(checked) else None,
        "pages": list(StandardPage.objects.live().filter(in_footer=True)),
        "site": SiteSettings.current(),
        "signed_in": signed_in,
    }


@lru_cache(maxsize=512)
def _navigation(links: tuple[menu.Link, ...], current: str, language: str) -> SafeString:
    crowded = len(links) > 4
    rows = [(link, menu.entries[link.key]) for link in links]
    with override(language):
        return render_to_string("frame/navigation.html", {"rows": rows, "current": current, "crowded": crowded})


@lru_cache
def _other_languages(language: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, name) for code, name in own_names() if code != language)
