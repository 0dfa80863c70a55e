"""Names of members inside an archive from somebody's computer: trusted in nothing, then made plain."""

from __future__ import annotations

import unicodedata
import zipfile

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .errors import PackageRefused

DEEPEST = 20
LONGEST_PART_BYTES = 255
LONGEST_PATH_BYTES = 1_000
LONGEST_SHOWN = 200
UTF8_FLAG = 0x800
# Control characters, halves of characters, line ends of Unicode.
UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
# They make a name look like another one.
DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Left by operating systems beside the files a person packed.
LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})

RENAME = _("Rename it and pack the archive again.")
REPACK = _("Pack the archive again with a common program.")


def shown(name: str) -> str:
    """A name from an archive, short and harmless in a message."""
    plain = "".join(char if _is_visible(char) else f"\\x{ord(char):02x}" for char in name)
    return plain if len(plain) <= LONGEST_SHOWN else plain[:LONGEST_SHOWN] + "…"


def plain_name(member: zipfile.ZipInfo) -> str:
    """The path of a member below the root, in NFC, without empty and `.` parts. Raises PackageRefused."""
    name = _decoded(member)
    where = shown(name)
    if problem := _problem(name):
        raise PackageRefused(where, *problem)
    parts = [part for part in unicodedata.normalize("NFC", name).split("/") if part not in ("", ".")]
    if len(parts) > DEEPEST:
        raise PackageRefused(
            where,
            format_lazy(_("The file lies in more than {most} folders inside each other."), most=DEEPEST),
            _("Move it up and pack the archive again."),
        )
    if any(len(part.encode()) > LONGEST_PART_BYTES for part in parts) or len(name.encode()) > LONGEST_PATH_BYTES:
        raise PackageRefused(where, _("The name of the file is too long."), RENAME)
    return "/".join(parts)


def is_litter(path: str) -> bool:
    parts = path.split("/")
    return not LITTER.isdisjoint(parts) or parts[-1].startswith("._")


def raw_name(member: zipfile.ZipInfo) -> bytes:
    """The bytes of a name as the directory holds them."""
    return member.orig_filename.encode("utf-8" if member.flag_bits & UTF8_FLAG else "cp437")


def _decoded(member: zipfile.ZipInfo) -> str:
    """zipfile reads a name without the UTF-8 mark as that of an old DOS; most such names are UTF-8 all the same."""
    try:
        return raw_name(member).decode("utf-8")
    except UnicodeDecodeError:
        raise PackageRefused(
            shown(member.orig_filename),
            _("The name of the file is not written in UTF-8."),
            _("Pack the archive again with a program that writes names in UTF-8, or use names without diacritics."),
        ) from None


def _problem(name: str) -> tuple[str | Promise, str | Promise] | None:
    if any(not _is_visible(char) for char in name):
        return _("The name of the file holds a character that cannot be seen."), RENAME
    if "\\" in name:
        return _("The name of the file holds a backslash; folders are told apart by /."), REPACK
    if ":" in name:
        return _("The name of the file holds a colon, as names of drives do."), RENAME
    if name.startswith("/"):
        return _("The name of the file begins at the root of a disk and leads outside the archive."), REPACK
    if ".." in name.split("/"):
        return _("The name of the file leads outside the archive."), REPACK
    if not name.strip("/. "):
        return _("A member of the archive has no name."), REPACK
    return None


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in UNPRINTABLE and char not in DIRECTION_MARKS
