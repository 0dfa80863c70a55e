"""Texts of strangers: made fit to be stored and shown, never trusted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from courses.packages.manifest import Texts

TITLE_LENGTH = 500
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,8}")
UNKNOWN = "und"

# Characters that turn the reading direction of what follows, so that a title could reorder the page around it.
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control, surrogate: neither readable nor, in part, storable.
DROPPED = frozenset({"Cc", "Cs"})

MANY = 50


def clean(text: str, limit: int = TITLE_LENGTH) -> str:
    """One line without control characters, at most `limit` characters."""
    line = " ".join(storable(text.replace("\t", " ").replace("\n", " ").replace("\r", " ")).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def storable(text: str) -> str:
    """The text without characters that no database or page should hold; line breaks and tabs stay."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or (character not in BIDI and unicodedata.category(character) not in DROPPED)
    )


def language(tag: str | None) -> str:
    """The tag if it looks like one (BCP 47), else "und"."""
    return tag if tag and len(tag) <= 35 and LANGUAGE.fullmatch(tag) else UNKNOWN


def untitled(title: str, otherwise: str, tag: str | None = None) -> Texts:
    """A title in its language, or the next best name."""
    return {language(tag): clean(title) or clean(otherwise)}


def _fill(message: str | Promise, values: Mapping[str, object]) -> str:
    return str(message) % values


_filled = lazy(_fill, str)


def filled(message: str | Promise, values: Mapping[str, object]) -> Promise:
    """A message with its values, still to be said in whichever language is active then; `%` itself would say it now."""
    return _filled(message, values)


class Notes:
    """Warnings of one reading: what was odd but not wrong enough to refuse."""

    def __init__(self) -> None:
        self._notes: list[str | Promise] = []
        self._unsaid = 0

    def add(self, where: str, message: str | Promise) -> None:
        if len(self._notes) >= MANY:
            self._unsaid += 1
        else:
            self._notes.append(format_lazy("{where} — {message}", where=clean(where), message=message))

    def all(self) -> tuple[str | Promise, ...]:
        """At most fifty, then how many more there were; still to be said in a language."""
        if not self._unsaid:
            return tuple(self._notes)
        return (*self._notes, filled(_("… and %(count)s more remarks."), {"count": self._unsaid}))
