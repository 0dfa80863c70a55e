"""Places elsewhere that a package may load from, as an editor writes them and a content policy has them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from publicsuffixlist import PublicSuffixList

MOST = 20
# Nothing else can stand in a content policy by mistake: no path, no quotes, no second directive (S11).
ORIGIN = re.compile(r"https://(?P<any>\*\.)?(?P<host>[^\s/:@?#*\\]+)(?::(?P<port>\d{1,5}))?/?", re.IGNORECASE)
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def parsed(text: str, *, ours: Collection[str]) -> list[str]:
    """The origins of a text with one in each line, sorted, each once.

    `ours`: host names of the platform itself, which no package may be let into. Raises ValidationError, a problem for
    each line.
    """
    origins, problems = set(), []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            origins.add(origin_of(line, ours=ours))
        except ValidationError as problem:
            problems.append(problem)
    if len(origins) > MOST:
        problems.append(ValidationError(_("At most {most} places.").format(most=MOST)))
    if problems:
        raise ValidationError(problems)
    return sorted(origins)


def origin_of(line: str, *, ours: Collection[str]) -> str:
    """One origin, with its host in small letters and ASCII. Raises ValidationError."""
    match = ORIGIN.fullmatch(line)
    host = _host(match["host"]) if match else None
    port = int(match["port"]) if match and match["port"] else 443
    if host is None or not 0 < port < 65536:
        raise ValidationError(
            _("“{line}” is not a place of the form https://host or https://host:port, with nothing after it.").format(
                line=line
            )
        )
    if _suffixes().privatesuffix(host) is None:
        raise ValidationError(_("“{line}” belongs to nobody in particular: name the site itself.").format(line=line))
    covers = match["any"] is not None
    if any(own == host or (covers and own.endswith(f".{host}")) for own in ours):
        raise ValidationError(_("“{line}” is this platform, which packages are kept away from.").format(line=line))
    suffix = "" if port == 443 else f":{port}"
    return f"https://{'*.' if covers else ''}{host}{suffix}"


def _host(text: str) -> str | None:
    """A name in the DNS with at least two labels; None for numbers, local names and whatever is no name."""
    try:
        host = text.lower().encode("idna").decode()
    except UnicodeError:
        return None
    labels = host.split(".")
    if len(host) > 253 or len(labels) < 2 or labels[-1] in {"localhost", "local", "internal"}:
        return None
    # Browsers read a name whose last label is a number, also a hexadecimal one, as an address.
    return host if all(LABEL.fullmatch(label) for label in labels) and labels[-1][0].isalpha() else None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
