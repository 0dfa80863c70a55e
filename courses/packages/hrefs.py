"""Addresses inside a package: relative, inside, existing. Everything else is refused (S11)."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.media_types import media_type
from courses.packages.untrusted import clean, filled

MAX_LENGTH = 4000  # Of courses.models.Activity.href
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# What a path, and after the question mark a query, may hold unquoted (RFC 3986, 3.3 and 3.4).
IN_PATH = "/!$&'()*+,;=:@-._~"
IN_QUERY = "!$&'()*+,;=:@-._~/?%"
URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+([/?#][^\s\x00-\x20\x7f-\x9f<>\"{}|\\^`]*)?")
STILL_ENCODED = re.compile(r"%(2e|2f|5c|00)", re.IGNORECASE)


class Files:
    """The files of an unpacked package, by their paths below its root."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset(names)
        self._composed = {unicodedata.normalize("NFC", name): name for name in names}
        self._folded = {name.casefold(): name for name in self._composed}

    @classmethod
    def below(cls, folder: Path) -> Files:
        """Regular files alone: links are not followed and do not count."""
        found = []
        for place, folders, names in os.walk(folder):
            folders.sort()
            relative = Path(place).relative_to(folder)
            found += [(relative / name).as_posix() for name in names if not (Path(place) / name).is_symlink()]
        return cls(found)

    def find(self, path: str) -> str | None:
        """The file as it is named in the package, whichever way its accents are composed."""
        return path if path in self.names else self._composed.get(unicodedata.normalize("NFC", path))

    def nearly(self, path: str) -> str | None:
        """A file whose name differs in letter case alone."""
        composed = self._folded.get(unicodedata.normalize("NFC", path).casefold())
        return self._composed[composed] if composed else None


def inside(href: str, *, bases: Sequence[str] = (), files: Files, where: str, parameters: str = "") -> str:
    """The address of an existing file below the root of the package, ready to stand in a URL: path, query, fragment.

    `bases` are the xml:base values around it, outermost first. `parameters` are added as SCORM says (CAM 3.4.1.11).
    Raises PackageRefused for schemes, hosts, absolute paths, backslashes, control characters, `..` in any encoding,
    and files that are not there.
    """
    path, query, fragment = _parts(href)
    if not path:
        raise PackageRefused(where, _("The address is empty."), _("Name the file that opens this part."))
    whole = "/".join(_checked(piece, where) for piece in (*bases, path) if piece.strip())
    name = _existing(whole, files, where)
    query, fragment = _with_parameters(query, fragment, parameters, where)
    address = quote(name, safe=IN_PATH) + _suffix("?", query, where) + _suffix("#", fragment, where)
    if len(address) > MAX_LENGTH:
        raise PackageRefused(where, _("The address is longer than 4,000 characters."), _("Shorten it."))
    return address


def _parts(href: str) -> tuple[str, str, str]:
    rest, _hash, fragment = href.strip().partition("#")
    path, _mark, query = rest.partition("?")
    return path, query, fragment


def _checked(path: str, where: str) -> str:
    """A relative path, decoded once, with no way out of the package."""
    plain = _decoded(path.strip(), where)
    if SCHEME.match(plain) or plain.startswith("/"):
        raise PackageRefused(
            where,
            filled(_("“%(address)s” leads outside the package."), {"address": clean(path, 100)}),
            _("Put the file into the package and name it by its path from the top, without a scheme or a first slash."),
        )
    if STILL_ENCODED.search(plain) or not plain.isprintable():
        raise PackageRefused(
            where,
            filled(_("“%(address)s” holds characters that no file name should have."), {"address": clean(path, 100)}),
            _("Rename the file with letters, digits, dots and hyphens, and name it so here."),
        )
    if "\\" in plain or ".." in plain.split("/"):
        raise PackageRefused(
            where,
            filled(
                _("“%(address)s” is not a plain path: it goes up a folder or uses backslashes."),
                {"address": clean(path, 100)},
            ),
            _("Name the file by its path from the top of the package, with slashes (/) only."),
        )
    return "/".join(step for step in plain.split("/") if step not in ("", "."))


def _decoded(path: str, where: str) -> str:
    try:
        return unquote_to_bytes(path).decode()
    except UnicodeError:
        raise PackageRefused(
            where,
            filled(_("“%(address)s” is not encoded as UTF-8."), {"address": clean(path, 100)}),
            _("Rename the file with letters, digits, dots and hyphens, and name it so here."),
        ) from None


def _existing(path: str, files: Files, where: str) -> str:
    if name := files.find(path):
        return name
    if close := files.nearly(path):
        raise PackageRefused(
            where,
            filled(
                _("The package has no file “%(path)s”, but it has “%(close)s”: the letter case differs."),
                {"path": clean(path, 200), "close": clean(close, 200)},
            ),
            _("Write the name exactly as the file is named."),
        )
    if not media_type(path):
        raise PackageRefused(
            where,
            filled(_("“%(path)s” is of a type that is not kept."), {"path": clean(path, 200)}),
            _("Let a page, a picture, a film or a document open instead."),
        )
    raise PackageRefused(
        where,
        filled(_("The package has no file “%(path)s”."), {"path": clean(path, 200)}),
        _("Add the file to the package, or correct its name here."),
    )


def _with_parameters(query: str, fragment: str, parameters: str, where: str) -> tuple[str, str]:
    """SCORM 1.2 CAM 2.3.2.2.2 and SCORM 2004 CAM 3.4.1.11: how `parameters` of an item join the address."""
    rest = parameters.strip().lstrip("?&")
    if not rest:
        return query, fragment
    if rest.startswith("#"):
        return query, fragment or rest[1:]
    more, _hash, more_fragment = rest.partition("#")
    return (f"{query}&{more}" if query else more), fragment or more_fragment


def _suffix(mark: str, part: str, where: str) -> str:
    if not part:
        return ""
    if not part.isprintable():
        raise PackageRefused(
            where,
            _("The address holds control characters."),
            _("Remove them."),
        )
    return mark + quote(part, safe=IN_QUERY)


def is_web_address(address: str) -> bool:
    """A whole http or https address without a user, a space or anything else that has to be escaped."""
    if not URL.fullmatch(address) or not address.isprintable() or len(address) > MAX_LENGTH:
        return False
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
