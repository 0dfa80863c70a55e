"""multipart/mixed: statements with the bytes of their attachments beside them (part 3, 1.5.2)."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

from lrs.errors import Invalid

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")


@dataclass(frozen=True, slots=True)
class Part:
    """`headers` by lower-case name."""

    headers: dict[str, str]
    content: bytes


def media_type(header: str) -> tuple[str, dict[str, str]]:
    """Type in lower case, and its parameters, of a Content-Type header."""
    message = Message()
    message["content-type"] = header or "application/octet-stream"
    parameters = {name.lower(): value for name, value in message.get_params(failobj=[])[1:] if isinstance(value, str)}
    return message.get_content_type(), parameters


def split(content: bytes, boundary: str) -> list[Part]:
    """The parts of a body in order. Raises Invalid for what RFC 2046, 5.1 does not allow."""
    if not _BOUNDARY.fullmatch(boundary):
        raise Invalid("The boundary of multipart/mixed is missing or not allowed.")
    mark = re.escape(f"--{boundary}".encode())
    # Lines end with CRLF; a body kept as a file on Unix has LF, and its hashes say whether it was read as it was meant.
    first = re.search(rb"(?:\A|\n)" + mark + rb"[ \t]*(\r?\n)", content)
    line = first[1] if first else b"\r\n"
    pieces = re.split(rb"(?:\A|" + line + rb")" + mark + rb"(--)?[ \t]*(?=" + line + rb"|\Z)", content)
    # What stands before the first boundary and after the last means nothing; every second piece is a closing mark.
    closings = pieces[1::2]
    if not closings or closings[-1] is None or any(closings[:-1]):
        raise Invalid("The content is not closed by its boundary.")
    parts = [_part(piece, line) for piece in pieces[2:-1:2]]
    if not parts:
        raise Invalid("The content has no parts.")
    return parts


def _part(piece: bytes, line: bytes) -> Part:
    piece = piece.removeprefix(line)
    if piece.startswith(line):
        return Part({}, piece.removeprefix(line))
    head, gap, body = piece.partition(line + line)
    if not gap:
        raise Invalid("A part has no end of its headers.")
    headers = {}
    for field in head.decode("latin-1").split(line.decode()):
        name, colon, value = field.partition(":")
        if not colon:
            raise Invalid("A part has a header that is none.")
        headers[name.strip().lower()] = value.strip()
    return Part(headers, body)


def joined(statements: bytes, files: Iterable[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    """A body and its Content-Type; `files` are content type, hash and bytes."""
    boundary = secrets.token_hex(16)
    opening = f"--{boundary}\r\n".encode()
    pieces = [opening, b"Content-Type: application/json\r\n\r\n", statements, b"\r\n"]
    for content_type, sha2, content in files:
        head = (
            f"Content-Type: {_one_line(content_type)}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {sha2}\r\n\r\n"
        )
        pieces += [opening, head.encode(), content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return b"".join(pieces), f"multipart/mixed; boundary={boundary}"


def _one_line(value: str) -> str:
    return re.sub(r"[\r\n]+", " ", value)
