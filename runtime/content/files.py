"""Files of packages, by token: fixed types, parts of them for seeking in media, cached for as long as a token lives."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.packages.allowing import sources_of
from courses.packages.media_types import media_type
from runtime.cmi5 import sessions
from runtime.content.ranges import Unsatisfiable, asked_part
from runtime.errors import LaunchGone
from runtime.tokens import LIVES, Ticket, launch_of

CHUNK_BYTES = 64 * 1024
# Whether a learner may still read is asked again after this time; a page of a package is often a hundred files.
ASKED_AGAIN_AFTER_S = 60
CACHING = f"private, max-age={int(LIVES.total_seconds())}, immutable"


@require_safe
def package_file(request: HttpRequest, ticket: Ticket, name: str) -> HttpResponseBase:
    """A file of the package of the token. Whatever is not a plain file of an allowed type in it is 404 (S02, S05)."""
    # The import keeps names in this spelling, whichever the pages of the package write.
    name = unicodedata.normalize("NFC", name)
    kind = media_type(name)
    file = _file_in(ticket.package, name)
    if kind is None or file is None or not may_read(ticket):
        raise Http404
    # A package never changes and the address names the file, so its size is enough to tell a truncated copy.
    etag = f'"{ticket.package.hex}-{file.stat().st_size:x}"'
    if settings.PACKAGE_ACCEL_PREFIX:
        response = _by_web_server(ticket.package, name, kind)
    elif _is_known(request, etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = _by_us(request, file, kind, etag)
    response.headers.setdefault("ETag", etag)
    response.headers["Cache-Control"] = CACHING
    response.sources = sources_of(ticket.package)
    return response


def may_read(ticket: Ticket) -> bool:
    """Whether the learner of the launch or session may still study, kept for a minute. A look without either may."""
    launch_or_session = ticket.launch or ticket.session
    if launch_or_session is None:
        return True
    key = f"runtime.may_read.{launch_or_session.hex}.{ticket.package.hex}"
    answer = cache.get(key)
    if answer is None:
        answer = _has_launch(ticket) if ticket.launch else _has_session(ticket)
        cache.set(key, answer, ASKED_AGAIN_AFTER_S)
    return answer


def _has_launch(ticket: Ticket) -> bool:
    try:
        launch_of(ticket)
    except LaunchGone:
        return False
    return True


def _has_session(ticket: Ticket) -> bool:
    return sessions.may_read(ticket.session, package=ticket.package, at=timezone.now())


def _file_in(package: UUID, name: str) -> Path | None:
    """The plain file of that name below the folder of the package; None for any other way of writing a path."""
    parts = name.split("/")
    root = (settings.PACKAGE_ROOT / str(package)).resolve()
    if any(part in {"", ".", ".."} or "\\" in part or "\0" in part for part in parts):
        return None
    wanted = root.joinpath(*parts)
    try:
        # A link inside the folder, wherever it leads, makes the two differ.
        return wanted if wanted.resolve(strict=True) == wanted and wanted.is_file() else None
    except OSError:
        return None


def _is_known(request: HttpRequest, etag: str) -> bool:
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    return etag in known or known == ["*"]


def _by_web_server(package: UUID, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content_type=kind)
    response.headers["X-Accel-Redirect"] = settings.PACKAGE_ACCEL_PREFIX + quote(f"{package}/{name}")
    return response


def _by_us(request: HttpRequest, file: Path, kind: str, etag: str) -> HttpResponseBase:
    size = file.stat().st_size
    try:
        part = _part(request, size, etag)
    except Unsatisfiable:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}, content_type=kind)
    else:
        response = _whole(request, file, size, kind) if part is None else _slice(file, size, part, kind)
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _part(request: HttpRequest, size: int, etag: str) -> range | None:
    wanted, condition = request.headers.get("Range"), request.headers.get("If-Range", etag)
    if wanted is None or request.method != "GET" or condition != etag:
        return None
    return asked_part(wanted, size)


def _whole(request: HttpRequest, file: Path, size: int, kind: str) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(content_type=kind, headers={"Content-Length": str(size)})
    return FileResponse(file.open("rb"), content_type=kind)


def _slice(file: Path, size: int, part: range, kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_bytes(file, part), status=206, content_type=kind)
    response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    response.headers["Content-Length"] = str(len(part))
    return response


def _bytes(file: Path, part: range) -> Iterator[bytes]:
    with file.open("rb") as opened:
        opened.seek(part.start)
        left = len(part)
        while left and (chunk := opened.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
