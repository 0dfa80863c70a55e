"""The smallest things: IRIs, UUIDs, moments, durations, language tags, maps."""

import re
import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from lrs.errors import Invalid

Check = Callable[[Any, str], None]


class Edition(StrEnum):
    """Which text of the specification a request is held against; the value is the latest patch served."""

    FIRST = "1.0.3"
    SECOND = "2.0.0"


# RFC 3987, with the characters that no IRI may hold left out; the scheme makes it absolute.
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x20\x7f<>"{}|\\^`]+')
# RFC 4122 variant, any version that is defined.
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
_MAILBOX = re.compile(r"mailto:[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)*", re.IGNORECASE)
_SHA1 = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)
# RFC 5646, 2.1: langtag, private use, and the grandfathered tags that do not fit the pattern.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+"
    r"|en-GB-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)"
    r"|sgn-(?:BE-FR|BE-NL|CH-DE)|art-lojban|cel-gaulish|no-(?:bok|nyn)|zh-(?:guoyu|hakka|min|min-nan|xiang)",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?", re.IGNORECASE
)
# ISO 8601, 4.4.3.2: only the smallest part may have a fraction.
_DURATION = re.compile(
    r"P(?=.)(?:\d+(?:[.,]\d+)?W|(?:(\d+(?:[.,]\d+)?)Y)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?=.)(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?)"
)


def must(condition: object, at: str, what: str) -> None:
    if not condition:
        raise Invalid(f"{at} {what}.")


def check_object(value: Any, at: str, allowed: Collection[str] | None = None, required: Collection[str] = ()) -> None:
    """`allowed` None: any key."""
    must(isinstance(value, dict), at, "must be an object")
    if allowed is not None and not value.keys() <= set(allowed):
        raise Invalid(f"{at} has properties the specification does not know.")
    for name in required:
        must(name in value, at, f"needs {name}")


def check_list(value: Any, at: str) -> None:
    must(isinstance(value, list), at, "must be an array")


def check_text(value: Any, at: str) -> None:
    must(isinstance(value, str), at, "must be a string")


def check_flag(value: Any, at: str) -> None:
    must(isinstance(value, bool), at, "must be true or false")


def check_number(value: Any, at: str) -> None:
    must(isinstance(value, int | float) and not isinstance(value, bool), at, "must be a number")


def check_iri(value: Any, at: str) -> None:
    must(isinstance(value, str) and _IRI.fullmatch(value), at, "must be an absolute IRI")


def check_uuid(value: Any, at: str) -> None:
    must(isinstance(value, str) and _UUID.fullmatch(value), at, "must be a UUID")


def check_mailbox(value: Any, at: str) -> None:
    must(isinstance(value, str) and _MAILBOX.fullmatch(value), at, "must be mailto: and an e-mail address")


def check_sha1(value: Any, at: str) -> None:
    must(isinstance(value, str) and _SHA1.fullmatch(value), at, "must be a SHA-1 in hexadecimal digits")


def check_language(value: Any, at: str) -> None:
    must(isinstance(value, str) and _LANGUAGE.fullmatch(value), at, "must be a language tag of RFC 5646")
    # RFC 5646, 2.2.6: an extension is announced by its letter once.
    letters = [part for part in value.lower().partition("-x-")[0].split("-")[1:] if len(part) == 1]
    must(len(set(letters)) == len(letters), at, "must be a language tag of RFC 5646")


def check_language_map(value: Any, at: str) -> None:
    check_object(value, at)
    for tag, text in value.items():
        check_language(tag, f"a key of {at}")
        check_text(text, f"a value of {at}")


def check_extensions(value: Any, at: str) -> None:
    """Part 2, 4.1: keys are IRIs, values anything."""
    check_object(value, at)
    for key in value:
        check_iri(key, f"a key of {at}")


def check_moment(value: Any, at: str) -> None:
    moment(value, at)


def check_strict_moment(value: Any, at: str) -> None:
    """With the capital letters of ISO 8601; version 2.0 also takes what else RFC 3339 allows."""
    moment(value, at)
    must("T" in value and "z" not in value, at, "must be a timestamp of ISO 8601")


def moment(value: Any, at: str) -> datetime:
    """The moment a timestamp names, in UTC; without an offset it is UTC already (part 2, 4.5)."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise Invalid(f"{at} must be a timestamp of ISO 8601.")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    microseconds = int(f"{fraction or 0:0<6}"[:6])
    # A leap second is the last moment of its minute.
    seconds = 59 if second == "60" else int(second or 0)
    try:
        naive = datetime(int(year), int(month), int(day), int(hour), int(minute), seconds, microseconds)
        return naive.replace(tzinfo=_zone(offset, at)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{at} names a moment that does not exist.") from None


def _zone(offset: str | None, at: str) -> timezone:
    if offset is None or offset in "Zz":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    # Part 2, 4.5: an offset of -00 says "unknown", which a timestamp must not.
    must(not (offset[0] == "-" and digits == "0000"), at, "must not have a negative offset of zero")
    must(int(digits[2:]) < 60, at, "has an offset that does not exist")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-length if offset[0] == "-" else length)


def check_duration(value: Any, at: str) -> None:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    must(found, at, "must be a duration of ISO 8601")
    parts = [part for part in found.groups() if part]
    must(all(part.isdigit() for part in parts[:-1]), at, "may have a fraction only in its smallest part")


def as_uuid(value: Any, at: str) -> uuid.UUID:
    check_uuid(value, at)
    return uuid.UUID(value)


def check_each(value: Any, at: str, check: Check) -> None:
    check_list(value, at)
    for item in value:
        check(item, f"a member of {at}")
