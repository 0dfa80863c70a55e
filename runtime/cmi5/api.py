"""cmi5 for systems of the staff: import, launch, look, waive, abandon. Documented in docs/api.md."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from courses.models import Package
from courses.packages.errors import DiskFull
from courses.packages.services import import_package
from courses.packages.storage import DISK_IS_FULL
from courses.packages.texts import in_language
from runtime.access.auth import Bearer, PerToken
from runtime.access.models import ApiToken
from runtime.cmi5 import registrations, selectors, sessions
from runtime.cmi5.errors import LengthNeeded, TooLarge
from runtime.cmi5.schemas import (
    BlockStandingOut,
    CourseOut,
    LaunchIn,
    LaunchOut,
    ProblemOut,
    RefusedPackageOut,
    RegistrationOut,
    SessionOut,
    UnitOut,
    UnitStandingOut,
    WaiveIn,
)
from runtime.cmi5.structure import Unit, structure_of

router = Router(tags=["cmi5"], auth=Bearer(ApiToken.Scope.CMI5), throttle=[PerToken("1200/m")])

PROBLEMS = {frozenset({401, 403, 404, 409, 422, 429}): ProblemOut}
CHUNK_BYTES = 1024 * 1024
# The body is the file itself, so that a package of any size is read once and never held in memory.
PACKAGE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("application/zip", "text/xml")
        },
    }
}


@router.post(
    "/packages",
    response={201: CourseOut, 422: RefusedPackageOut, frozenset({401, 403, 411, 413, 429, 503, 507}): ProblemOut},
    url_name="cmi5_packages",
    openapi_extra=PACKAGE_BODY,
)
def import_course(request: HttpRequest, name: str = "") -> Status:
    """Import a course: the body is a zip package or a bare course structure. `name` is shown to editors."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upload"
        try:
            _receive(request, file)
        except OSError as error:
            if error.errno in DISK_IS_FULL:
                raise DiskFull from error
            raise
        package = import_package(
            file=file, name=_name(request, name), series=None, by=request.auth.created_by, kind=Package.Kind.CMI5
        )
    return Status(201, _course(package))


@router.get("/courses/{uuid:number}", response={200: CourseOut, **PROBLEMS}, url_name="cmi5_course")
def show_course(request: HttpRequest, number: UUID) -> CourseOut:
    """A course and its assignable units."""
    return _course(selectors.course(number))


@router.post(
    "/courses/{uuid:number}/launch-url/{int:unit}", response={200: LaunchOut, **PROBLEMS}, url_name="cmi5_launch_url"
)
def make_launch_url(request: HttpRequest, number: UUID, unit: int, body: LaunchIn) -> LaunchOut:
    """The address that launches a unit, counted from 0, for an actor. It works once; a session that is open in the
    same registration is abandoned."""
    package = selectors.course(number)
    at = timezone.now()
    registration, launched = sessions.register_and_launch(
        package=package,
        actor=registrations.fit_actor(body.actor),
        number=body.registration,
        index=unit,
        wanted=sessions.Wanted(mode=body.launchMode, return_url=body.returnUrl or ""),
        at=at,
    )
    return LaunchOut(
        url=launched.url,
        session=launched.session.number,
        registration=registration.number,
        launchMethod=launched.method,
    )


@router.get("/registrations/{uuid:number}", response={200: RegistrationOut, **PROBLEMS}, url_name="cmi5_registration")
def show_registration(request: HttpRequest, number: UUID) -> RegistrationOut:
    """How far a registration is: its units, blocks and sessions."""
    return _registration(selectors.standing(selectors.registration(number)))


@router.post("/registrations/{uuid:number}/waive", response={200: RegistrationOut, **PROBLEMS}, url_name="cmi5_waive")
def waive_unit(request: HttpRequest, number: UUID, body: WaiveIn) -> RegistrationOut:
    """Count a unit as satisfied for a reason outside it; once per registration."""
    found = selectors.registration(number)
    sessions.waive(registration=found, index=body.unit, reason=body.reason, at=timezone.now())
    return _registration(selectors.standing(selectors.registration(number)))


@router.post(
    "/registrations/{uuid:number}/abandon", response={200: RegistrationOut, **PROBLEMS}, url_name="cmi5_abandon"
)
def abandon_open_session(request: HttpRequest, number: UUID) -> RegistrationOut:
    """End the session that is open in a registration."""
    found = selectors.registration(number)
    sessions.abandon(session=selectors.live_session(found), at=timezone.now())
    return _registration(selectors.standing(found))


@router.post("/sessions/{uuid:number}/abandon", response={204: None, **PROBLEMS}, url_name="cmi5_abandon_session")
def abandon_session(request: HttpRequest, number: UUID) -> Status:
    """End a session by its id."""
    sessions.abandon(session=selectors.session(number), at=timezone.now())
    return Status(204, None)


def _receive(request: HttpRequest, file: Path) -> None:
    """Raises LengthNeeded, TooLarge."""
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        raise LengthNeeded
    most = settings.PACKAGE_MAX_MB * 1024 * 1024
    with file.open("wb") as target:
        for chunk in _chunks(request):
            if target.tell() + len(chunk) > most:
                raise TooLarge
            target.write(chunk)


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(CHUNK_BYTES):
        yield chunk


def _name(request: HttpRequest, name: str) -> str:
    """The ending decides how the file is read, and the type that was sent decides the ending."""
    ending = ".xml" if request.content_type in ("text/xml", "application/xml") else ".zip"
    return (name.rsplit(".", 1)[0] or "cmi5") + ending


def _course(package: Package) -> CourseOut:
    structure = structure_of(package.number)
    return CourseOut(
        id=package.number,
        courseId=structure.identifier,
        activityId=structure.iri,
        title=package.title,
        units=[_unit(unit) for unit in structure.units],
        warnings=[in_language(warning) for warning in package.warnings],
    )


def _unit(unit: Unit) -> UnitOut:
    return UnitOut(
        index=unit.index,
        id=unit.identifier,
        activityId=unit.iri,
        title=unit.title,
        moveOn=unit.settings["move_on"],
        launchMethod=unit.settings["launch_method"],
        masteryScore=unit.settings.get("mastery_score"),
    )


def _registration(standing: selectors.RegistrationStanding) -> RegistrationOut:
    places = {one.unit.activity: one.unit.index for one in standing.units}
    found = standing.registration
    return RegistrationOut(
        id=found.number,
        course=found.package.number,
        actor=found.actor,
        satisfiedAt=found.satisfied_at,
        units=[_unit_standing(one) for one in standing.units],
        blocks=[
            BlockStandingOut(id=one.block.identifier, activityId=one.iri, satisfiedAt=one.satisfied_at)
            for one in standing.blocks
        ],
        sessions=[SessionOut.of(session, places[session.activity_id]) for session in standing.sessions],
    )


def _unit_standing(one: selectors.UnitStanding) -> UnitStandingOut:
    return UnitStandingOut(
        index=one.unit.index,
        id=one.unit.identifier,
        activityId=one.unit.iri,
        satisfied=one.is_satisfied,
        completedAt=one.progress.completed_at,
        passedAt=one.progress.passed_at,
        failedAt=one.progress.failed_at,
        waivedAt=one.progress.waived_at,
        score=one.progress.score,
    )
