"""What every resource does the same way: versions, credentials, alternate syntax, errors, headers (part 3, 1 and 3)."""

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.datastructures import CaseInsensitiveMapping

from lrs.errors import Busy, Invalid, NotAllowed, StoreError, TooLarge, Unauthorised
from lrs.principals import Action, Asked, Principal, principal_of
from lrs.selectors.consistency import recently_consistent_through
from lrs.services.statements import moment_text
from lrs.validation.atoms import Edition

VERSION = "X-Experience-API-Version"
CONSISTENT_THROUGH = "X-Experience-API-Consistent-Through"
FORM = "application/x-www-form-urlencoded"
# Part 3, 1.3: form fields that stand for headers; Content-Length is not needed to read the content.
HEADER_FIELDS = {
    name.lower(): name
    for name in (
        *("Authorization", "X-Experience-API-Version", "Content-Type", "Content-Length"),
        *("If-Match", "If-None-Match", "Accept", "Accept-Language"),
    )
}
# SQLSTATE of a serialisation failure, a deadlock, and a lock that was waited for too long.
_PASSING = {"40001", "40P01", "55P03"}
_EDITIONS = {re.compile(r"1\.0(\.\d+)?"): Edition.FIRST, re.compile(r"2\.0(\.\d+)?"): Edition.SECOND}
# A client chooses the type of its documents, and a form may ask for one: it must never run as a page of this origin.
_INERT = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "HEAD, GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": ", ".join(HEADER_FIELDS.values()),
    "Access-Control-Expose-Headers": f"ETag, Last-Modified, Content-Length, {VERSION}, {CONSISTENT_THROUGH}",
    "Access-Control-Max-Age": "600",
}


@dataclass(slots=True)
class Call:
    """A request as the specification means it, whichever syntax it came in."""

    method: str
    parameters: dict[str, str]
    headers: Mapping[str, str]
    content: bytes
    edition: Edition = Edition.FIRST
    principal: Principal | None = None
    # Up to when the answer is complete, if the handler had to know; otherwise the frame finds out.
    through: datetime | None = None

    def header(self, name: str) -> str:
        return self.headers.get(name) or ""

    def only(self, allowed: set[str], required: tuple[str, ...] = ()) -> None:
        """Raises Invalid for a parameter that is missing, or that the resource does not know."""
        if unknown := self.parameters.keys() - allowed:
            raise Invalid(f"{len(unknown)} parameters are not known here.")
        for name in required:
            if name not in self.parameters:
                raise Invalid(f"The parameter {name} is needed.")

    def ask(self, action: Action, **more: object) -> None:
        """Whether the caller may. Raises Forbidden."""
        self.principal.check(Asked(action=action, method=self.method, **more))


Handler = Callable[[Call], HttpResponse]


def resource(*, is_open: bool = False, **handlers: Handler) -> Callable[..., HttpResponse]:
    """A view that answers `handlers` by lower-case method name; HEAD answers like GET.

    `is_open`: neither credentials nor a version are asked for.
    """
    methods = tuple(sorted({name.upper() for name in handlers} | ({"HEAD"} if "get" in handlers else set())))

    def view(request: HttpRequest, **names: str) -> HttpResponse:
        if request.method == "OPTIONS":
            return _framed(HttpResponse(status=204, headers={"Allow": ", ".join([*methods, "OPTIONS"])}), Edition.FIRST)
        edition, through = _edition(request.headers.get(VERSION), default=Edition.FIRST), None
        try:
            call = _call(request, methods)
            edition = call.edition = _required_edition(call, is_open=is_open)
            if not is_open:
                call.principal = principal_of(call.headers.get("Authorization"))
            response = handlers[call.method.lower().replace("head", "get")](call, **names)
            through = call.through
        except StoreError as refused:
            response = _refusal(refused, request)
        except OperationalError as problem:
            if not _is_passing(problem):
                raise
            response = _refusal(Busy(), request)
        response = _framed(response, edition, through)
        return _without_body(response) if request.method == "HEAD" else response

    return view


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """Whatever the specification does not name, with the headers that every answer has."""
    if request.method == "OPTIONS":
        return _framed(HttpResponse(status=204), Edition.FIRST)
    return _framed(JsonResponse({"error": "There is no such resource."}, status=404), Edition.FIRST)


def _call(request: HttpRequest, methods: tuple[str, ...]) -> Call:
    query = _pairs(request.META.get("QUERY_STRING", ""))
    is_alternate = request.method == "POST" and "method" in query
    method = query["method"] if is_alternate else request.method
    if method not in methods:
        raise NotAllowed(methods)
    content = _read(request)
    if not is_alternate:
        return Call(method, query, request.headers, content)
    if query.keys() != {"method"}:
        raise Invalid("A request in alternate syntax has its parameters in the form.")
    return _unfolded(request, method, content)


def _unfolded(request: HttpRequest, method: str, content: bytes) -> Call:
    """A request in alternate syntax as the request it stands for (part 3, 1.3)."""
    if request.content_type != FORM:
        raise Invalid(f"A request in alternate syntax has the Content-Type {FORM}.")
    try:
        form = _pairs(content.decode())
    except UnicodeDecodeError:
        raise Invalid("The form is not in UTF-8.") from None
    if method in {"PUT", "POST"} and "content" not in form:
        raise Invalid("The form field content is needed.")
    inner = form.pop("content", "").encode()
    # Without a word about it the content is JSON, which a form can hold.
    headers = {**request.headers, "Content-Type": "application/json"}
    for name in [name for name in form if name.lower() in HEADER_FIELDS]:
        headers[HEADER_FIELDS[name.lower()]] = form.pop(name)
    if Edition.SECOND in {_edition(named.get(VERSION), default=None) for named in (request.headers, headers)}:
        raise Invalid("Version 2.0 has no alternate syntax.")
    return Call(method, form, CaseInsensitiveMapping(headers), inner)


def _pairs(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise Invalid("The parameters cannot be read.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Invalid("A parameter is given twice.")
    return found


def _read(request: HttpRequest) -> bytes:
    """The body, never more than the store takes. Raises TooLarge."""
    limit = settings.XAPI_MAX_BYTES
    content = request.read(limit + 1)
    if len(content) > limit:
        raise TooLarge(f"A request may have {limit} bytes.")
    return content


def _edition(version: str | None, *, default: Edition | None) -> Edition | None:
    for pattern, edition in _EDITIONS.items():
        if version and pattern.fullmatch(version.strip()):
            return edition
    return default


def _required_edition(call: Call, *, is_open: bool) -> Edition:
    found = _edition(call.headers.get(VERSION), default=Edition.FIRST if is_open else None)
    if found is None:
        raise Invalid(f"The header {VERSION} must name version 1.0.x or 2.0.x.")
    return found


def _refusal(refused: StoreError, request: HttpRequest) -> HttpResponse:
    response = JsonResponse({"error": refused.message}, status=refused.status)
    if isinstance(refused, Unauthorised):
        # A browser that reads Basic asks its user for a password, in the middle of a training whose session ended.
        is_script = not request.headers.keys().isdisjoint({"Origin", "Sec-Fetch-Mode"})
        response.headers["WWW-Authenticate"] = f'{"xBasic" if is_script else "Basic"} realm="xAPI"'
    if isinstance(refused, NotAllowed):
        response.headers["Allow"] = ", ".join(refused.allowed)
    if isinstance(refused, Busy):
        response.headers["Retry-After"] = str(refused.retry_after_s)
    return response


def _is_passing(problem: OperationalError) -> bool:
    """Whether the same, sent again, may well be stored."""
    cause = problem.__cause__
    return (
        getattr(cause, "sqlstate", None) in _PASSING or getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    )


def _framed(response: HttpResponse, edition: Edition, through: datetime | None = None) -> HttpResponse:
    # A plain string: the development server refuses its subclasses.
    response.headers[VERSION] = edition.value
    response.headers[CONSISTENT_THROUGH] = moment_text(through or recently_consistent_through())
    if response.status_code != HTTPStatus.NO_CONTENT:
        response.headers["Content-Length"] = str(len(response.content))
    for name, value in (_INERT | _CORS).items():
        response.headers[name] = value
    return response


def _without_body(response: HttpResponse) -> HttpResponse:
    """Part 3, 1.1: like GET, length included, with nothing in it."""
    response.content = b""
    return response
