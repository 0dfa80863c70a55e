"""A learner with a package to play, and saves as a player sends them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from courses.models import Activity, Package, PackageSeries, Unit
from learning.models import Completion, Enrolment, UnitState
from runtime import services
from runtime.models import ActivityState, Commit, Launch, Registration
from runtime.saves import Save, parse
from tests.factories import a_unit, a_user, a_version, an_enrolment

T0 = timezone.now() - timedelta(hours=2)
_numbers = count(1)


def a_package(kind: str = "scorm12", activities: Sequence[dict] = ({},), **settings) -> Package:
    """A package with one activity for each of `activities`: its settings, and `tracked` False for an asset."""
    series = PackageSeries.objects.create(title=f"Package {next(_numbers)}")
    package = Package.objects.create(
        series=series,
        version=1,
        kind=kind,
        title={"lv": "Pakete", "en": "Package"},
        identifier="package",
        sha256="0" * 64,
        size=1,
        file_count=1,
        settings=settings,
    )
    for position, own in enumerate(activities, start=1):
        Activity.objects.create(
            package=package,
            position=position,
            identifier=f"item-{position}",
            title={"und": f"Part {position}"},
            href=f"part{position}.html",
            is_tracked=own.get("tracked", True),
            settings={name: value for name, value in own.items() if name != "tracked"},
        )
    return package


def a_study(package: Package, *, alone: bool = True, user=None, **wish) -> tuple[Enrolment, Unit]:
    """An enrolment whose version holds a unit with the package; `alone`: nothing else is required."""
    version = a_version()
    unit = a_unit(
        version.modules.get(),
        "m1-package",
        kind=Unit.Kind.PACKAGE,
        settings={
            "package": package.pk,
            "done_when": "completed",
            "pass_mark_percent": None,
            "failed_counts": False,
            **wish,
        },
    )
    if alone:
        version.units.exclude(pk=unit.pk).update(required=False)
    return an_enrolment(user or a_user(), version), unit


def a_registration(package: Package | None = None, **fields) -> Registration:
    enrolment, unit = a_study(package or a_package(), **fields)
    return services.open_registration(enrolment=enrolment, unit=unit, at=T0)


def a_launch(package: Package | None = None, *, at: datetime = T0, **fields) -> Launch:
    return services.open_launch(registration=a_registration(package, **fields), at=at)


def part(launch: Launch, position: int = 1) -> int:
    return launch.registration.package.activities.get(position=position).pk


def body(launch: Launch, sequence: int, cmi: dict | None = None, *, position: int = 1, **fields) -> bytes:
    given = {"activity": part(launch, position), "sequence": sequence, "cmi": cmi or {}, **fields}
    return json.dumps(given).encode()


def a_save(launch: Launch, sequence: int, cmi: dict | None = None, **fields) -> Save:
    return parse(body(launch, sequence, cmi, **fields))


def save(launch: Launch, sequence: int, cmi: dict | None = None, *, at: datetime | None = None, **fields):
    at = at or T0 + timedelta(minutes=30)
    return services.commit(launch=launch.number, save=a_save(launch, sequence, cmi, **fields), at=at)


def cmi12(status: str = "incomplete", *, raw: str = "", **fields) -> dict:
    """A cmi of SCORM 1.2; `fields` stand in its core, but suspend_data beside it."""
    beside = {"suspend_data": fields.pop("suspend_data")} if "suspend_data" in fields else {}
    score = {"raw": raw, "min": "", "max": "100"}
    return {"core": {"lesson_status": status, "score": score, **fields}, **beside}


def cmi2004(completion: str = "incomplete", success: str = "unknown", *, scaled: str = "", **fields) -> dict:
    score = {"scaled": scaled, "raw": "", "min": "", "max": ""}
    return {"completion_status": completion, "success_status": success, "score": score, **fields}


def state_of(launch, position=1):
    return ActivityState.objects.get(registration=launch.registration_id, activity__position=position)


def all_rows():
    """Everything a refused save could have touched."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Registration, Launch, ActivityState, Commit, Enrolment, UnitState, Completion)
    ]
