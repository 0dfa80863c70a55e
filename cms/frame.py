"""The parts of the page frame that are the same for everyone: rendered once per language, kept for a minute.

They live in the cache of the process, not the shared one: a page then costs no query and no round trip, and a change
of a support contact is seen everywhere after `FRAME_AGE_S` at the latest (at once in the process that made it).
"""

from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from cms import menu
from cms.i18n import own_names
from cms.models import SiteSettings, StandardPage, SupportContact

FRAME_AGE_S = 60


@dataclass(frozen=True, slots=True)
class Frame:
    """Ready pieces of HTML for one language; base.html puts them in place."""

    language: str
    head: SafeString
    light_head: SafeString
    skip_link: SafeString
    quick_exit: SafeString
    footer: SafeString
    language_buttons: SafeString


def parts(*, signed_in: bool) -> Frame:
    """The frame in the active language; visitors are shown the way to the sign-in page too."""
    language = get_language()
    key = f"{language}-{signed_in}"
    frame = caches["frame"].get(key)
    if frame is None:
        frame = _render(language, signed_in)
        caches["frame"].set(key, frame, FRAME_AGE_S)
    return frame


def navigation(links: tuple[menu.Link, ...], current: str) -> SafeString:
    return _navigation(links, current, get_language())


def forget() -> None:
    """Render every part anew on the next page of this process."""
    caches["frame"].clear()


def _render(language: str, signed_in: bool) -> Frame:
    contacts = list(SupportContact.objects.filter(in_footer=True))
    checked = [contact.checked_on for contact in contacts]
    context = {
        "contacts": contacts,
        "checked_on": min(checked) if checked and all(checked) else None,
        "pages": list(StandardPage.objects.live().filter(in_footer=True)),
        "site": SiteSettings.current(),
        "signed_in": signed_in,
        "languages": [(code, name) for code, name in own_names() if code != language],
    }
    names = [name for name in Frame.__slots__ if name != "language"]
    return Frame(language, **{name: render_to_string(f"frame/{name}.html", context) for name in names})


@lru_cache(maxsize=512)
def _navigation(links: tuple[menu.Link, ...], current: str, language: str) -> SafeString:
    crowded = len(links) > 4
    rows = [(link, menu.entries[link.key]) for link in links]
    with override(language):
        return render_to_string("frame/navigation.html", {"rows": rows, "current": current, "crowded": crowded})
