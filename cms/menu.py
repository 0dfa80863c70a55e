"""The main navigation. Apps register their entries; what one person sees is kept in the session.

Kept there, it costs a lesson page no query; it is worked out at sign-in and again when it is older than
`MENU_AGE_S`, so a new HR officer finds the new entries within ten minutes. The menu opens nothing: every page checks
who may see it for itself.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MENU_AGE_S = 10 * 60
SESSION_KEY = "menu"


class Entry(NamedTuple):
    label: str | Promise
    icon: str
    # Left out on narrow screens when the person has more than the learner's own entries.
    minor: bool = False


class Link(NamedTuple):
    key: str
    href: str


Source = Callable[[AbstractBaseUser], Iterable[Link]]

entries: dict[str, Entry] = {}
sources: list[Source] = []


def remember(request: HttpRequest, person: AbstractBaseUser) -> None:
    """Work out the menu of the person who is signed in and keep it in the session."""
    links = [link for source in sources for link in source(person)]
    request.session[SESSION_KEY] = {"at": int(time.time()), "links": links}


def links_of(request: HttpRequest) -> tuple[Link, ...]:
    """The menu of whoever asks; empty for a visitor."""
    if not request.user.is_authenticated:
        return ()
    kept = request.session.get(SESSION_KEY)
    if kept is None or kept["at"] < time.time() - MENU_AGE_S:
        remember(request, request.user)
        kept = request.session[SESSION_KEY]
    return tuple(Link(*link) for link in kept["links"])


def current(links: Iterable[Link], path: str) -> str:
    """The key of the entry under which `path` lies: the longest address that begins it; '' when none does."""
    hit = max((link for link in links if path.startswith(link.href)), key=lambda link: len(link.href), default=None)
    return hit.key if hit else ""


def own_links(person: AbstractBaseUser) -> Iterator[Link]:
    """The entries of the site itself: the editor for those who may enter it, and everyone's profile."""
    if person.has_perm("wagtailadmin.access_admin"):
        yield Link("editing", reverse("wagtailadmin_home"))
    yield Link("profile", reverse("profile"))


entries.update(editing=Entry(_("Editing"), "pen", minor=True), profile=Entry(_("Profile"), "user"))
