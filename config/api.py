"""`/api/v1/`: for systems of the staff, by token; everything is answered in JSON. See docs/api.md."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from courses.packages.errors import DiskFull, ImportFailed, PackageRefused, ReadingStopped
from runtime.cmi5.api import router as cmi5
from runtime.cmi5.errors import Cmi5Error

log = logging.getLogger(__name__)

IMPORT_FAILURES = {DiskFull: (507, "disk-full"), ReadingStopped: (503, "reading-stopped")}

api = NinjaAPI(
    title="Kopā",
    version="1",
    description="For systems of the staff. Every request carries `Authorization: Bearer <token>`.",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/cmi5", cmi5)


def problem(request: HttpRequest, status: int, code: str, message: object, **more: object) -> HttpResponse:
    """Systems are answered in one language, whatever the cookies say."""
    with override("en"):
        return api.create_response(request, {"code": code, "message": str(message), **more}, status=status)


@api.exception_handler(Cmi5Error)
def _cmi5(request: HttpRequest, error: Cmi5Error) -> HttpResponse:
    return problem(request, error.status, error.code, error.message)


@api.exception_handler(PackageRefused)
def _package(request: HttpRequest, error: PackageRefused) -> HttpResponse:
    with override("en"):
        said = error.as_json()
    return problem(request, 422, "package-refused", said["what"], where=said["where"], mend=said["mend"])


@api.exception_handler(ImportFailed)
def _import(request: HttpRequest, error: ImportFailed) -> HttpResponse:
    status, code = IMPORT_FAILURES.get(type(error), (503, "import-failed"))
    return problem(request, status, code, error.message)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _busy(request: HttpRequest, error: OperationalError | InterfaceError) -> HttpResponse:
    """As `cms.views.server_error` says it to people."""
    log.error("the database did not answer: path=%s", request.path_info, exc_info=error)
    response = problem(request, 503, "busy", "The platform is busy. Nothing was kept; send the same again in a minute.")
    response.headers["Retry-After"] = "60"
    return response


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(request, 401, "token-needed", "A usable token is needed: Authorization: Bearer <token>.")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Throttled)
def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    response = problem(request, 429, "too-many-requests", "Too many requests of this token; try again in a minute.")
    response.headers["Retry-After"] = str(int(error.wait or 60))
    return response


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, "forbidden" if error.status_code == 403 else "refused", error)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [{"where": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors]
    return problem(request, 422, "invalid", "Something in the request does not fit.", fields=fields)
