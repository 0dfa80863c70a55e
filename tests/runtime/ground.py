"""A learner with a package in their study, its files on disk, and a launch of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from django.conf import settings
from django.utils import timezone

from courses.models import Activity, Package, PackageSeries, Unit
from learning.models import Enrolment, User
from runtime import services
from runtime.models import Launch
from tests import factories as make

_numbers = count(1)
PAGE = "<!doctype html><title>Part</title><h1>Part</h1>"


def a_package(
    kind: str = Package.Kind.SCORM_12,
    *,
    files: Mapping[str, str | bytes] | None = None,
    hrefs: Mapping[str, str] | None = None,
    **fields,
) -> Package:
    """A package with its files unpacked; `hrefs` says which identifier is launched where."""
    number = next(_numbers)
    files = {"index.html": PAGE} if files is None else files
    title = {"lv": f"Pakotne {number}", "en": f"Package {number}"}
    fields = {"title": title, "identifier": f"package-{number}", "version": 1, "sha256": "0" * 64, **fields}
    series = fields.pop("series", None) or PackageSeries.objects.create(title=f"Package {number}")
    package = Package.objects.create(kind=kind, series=series, size=1, file_count=len(files), **fields)
    for position, (identifier, href) in enumerate((hrefs or {"part-1": "index.html"}).items(), start=1):
        texts = {"lv": f"Daļa {position}", "en": f"Part {position}"}
        Activity.objects.create(package=package, position=position, identifier=identifier, title=texts, href=href)
    root = settings.PACKAGE_ROOT / str(package.number)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return package


def a_package_unit(package: Package, *, version=None, **rules) -> Unit:
    """A unit that plays the package, after the two lessons of its module."""
    version = version or make.a_version()
    rules = {"done_when": "completed", "pass_mark_percent": None, "failed_counts": False, **rules}
    return make.a_unit(
        version.modules.get(),
        f"package-{package.pk}",
        kind=Unit.Kind.PACKAGE,
        body=[],
        settings={"package": package.pk, **rules},
    )


def a_launch(package: Package | None = None, *, user: User | None = None, **rules) -> Launch:
    """A live launch of a package, of a learner who is enrolled on a version with it."""
    unit = a_package_unit(package or a_package(), **rules)
    enrolment = make.an_enrolment(user or make.a_user(), unit.version)
    return launch_in(enrolment, unit)


def launch_in(enrolment: Enrolment, unit: Unit) -> Launch:
    now = timezone.now()
    registration = services.open_registration(enrolment=enrolment, unit=unit, at=now)
    return services.open_launch(registration=registration, at=now)
