"""Calendar files (RFC 5545): one event or due date, for a letter or to download. Pure: no database, no clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE_OCTETS = 75  # RFC 5545 3.1: longer lines are folded.
CONTENT_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What stands in a calendar. `starts` and `ends` are aware moments, or days (both included) for all-day entries.

    The same `uid` with a higher `sequence` replaces what a calendar holds; `is_cancelled` takes it out.
    """

    uid: str
    title: str
    starts: datetime | date
    ends: datetime | date
    made_at: datetime
    place: str = ""
    description: str = ""
    url: str = ""
    sequence: int = 0
    is_cancelled: bool = False


def ics(event: Event) -> bytes:
    """The file, UTF-8 with CRLF line ends."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kopa//Training//LV",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if event.is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_moment(event.made_at)}",
        _bound("DTSTART", event.starts),
        _bound("DTEND", event.ends, is_end=True),
        f"SUMMARY:{_text(event.title)}",
        *([f"LOCATION:{_text(event.place)}"] if event.place else []),
        *([f"DESCRIPTION:{_text(event.description)}"] if event.description else []),
        *([f"URL:{_address(event.url)}"] if event.url else []),
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(_folded(line) for line in lines).encode()


def _bound(name: str, value: datetime | date, *, is_end: bool = False) -> str:
    if isinstance(value, datetime):
        return f"{name}:{_moment(value)}"
    # RFC 5545 3.6.1: the end of an all-day event is the day after its last.
    day = value + timedelta(days=1) if is_end else value
    return f"{name};VALUE=DATE:{day:%Y%m%d}"


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """RFC 5545 3.3.11; control characters could begin a line of their own and are left out."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    escaped = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    spaced = (" " if character.isspace() else character for character in escaped)
    return "".join(character for character in spaced if character.isprintable())


def _address(value: str) -> str:
    return "".join(character for character in value if character.isprintable() and character != " ")


def _folded(line: str) -> str:
    """RFC 5545 3.1: at most 75 octets a line, never inside a character; what follows begins with a blank."""
    parts, part, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LINE_OCTETS:
            parts.append(part)
            part, octets = "", 1
        part += character
        octets += size
    return "\r\n ".join([*parts, part])
