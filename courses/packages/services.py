"""An uploaded file becomes a package, or a reason why it does not."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from courses.models import Activity, Package, PackageSeries

from . import storage
from .errors import DiskFull, PackageRefused
from .manifest import ActivityFacts, Manifest
from .sandbox import Found, read_upload
from .texts import in_language

MOST_ACTIVITIES = 5_000
Progress = Callable[[int], None]


def import_package(
    *,
    file: Path,
    name: str,
    series: PackageSeries | None,
    by: AbstractBaseUser | None,
    progress: Progress = lambda percent: None,
    kind: Package.Kind | None = None,
) -> Package:
    """Check, unpack and record `file`, which its owner called `name`; without a series it begins one.

    The same file again, right after itself in the same series, is the version that is there already.
    `progress` is told per cent, rising. `kind` is what it must be, None: any. Nothing is kept when PackageRefused, or
    DiskFull or ReadingStopped, is raised.
    """
    sha256 = storage.hash_of(file)
    if same := _newest(series, sha256):
        return same
    number = uuid.uuid4()
    try:
        with storage.quarantine() as folder:
            found = read_upload(file=file, name=name, folder=folder, progress=progress)
            _check_kind(found.manifest, kind)
            _check_fits(found.manifest)
            storage.settle(folder, number)
    except OSError as error:
        if error.errno in storage.DISK_IS_FULL:
            raise DiskFull from error
        raise
    try:
        return _record(number, sha256, found, series, by)
    except BaseException:
        storage.drop(number)
        raise


def _newest(series: PackageSeries | None, sha256: str) -> Package | None:
    newest = series and series.versions.order_by("-version").first()
    return newest if newest and newest.sha256 == sha256 else None


@transaction.atomic
def _record(
    number: uuid.UUID, sha256: str, found: Found, series: PackageSeries | None, by: AbstractBaseUser | None
) -> Package:
    manifest = found.manifest
    if series is None:
        title = in_language(manifest.title) or manifest.identifier
        series = PackageSeries.objects.create(title=title[: PackageSeries._meta.get_field("title").max_length])
    # Of two uploads at once, one waits here and counts on from the other.
    PackageSeries.objects.select_for_update().get(pk=series.pk)
    highest = series.versions.aggregate(models.Max("version"))["version__max"] or 0
    package = Package.objects.create(
        number=number,
        series=series,
        version=highest + 1,
        kind=manifest.kind,
        title=dict(manifest.title),
        identifier=manifest.identifier,
        sha256=sha256,
        size=found.size,
        file_count=found.file_count,
        settings=dict(manifest.settings),
        warnings=[dict(warning) for warning in found.warnings],
        imported_by=by,
    )
    Activity.objects.bulk_create(
        Activity(package=package, position=position, **_columns(activity))
        for position, activity in enumerate(manifest.activities, start=1)
    )
    return package


def _columns(activity: ActivityFacts) -> dict[str, Any]:
    return asdict(activity)


def _check_kind(manifest: Manifest, kind: Package.Kind | None) -> None:
    if kind and manifest.kind != kind:
        raise PackageRefused(
            "",
            _("This is a package of another kind: %(kind)s.") % {"kind": Package.Kind(manifest.kind).label},
            _("Upload a package of this kind: %(kind)s.") % {"kind": kind.label},
        )


def _check_fits(manifest: Manifest) -> None:
    """What no database takes is refused here, before any row. Raises PackageRefused."""
    if len(manifest.activities) > MOST_ACTIVITIES:
        raise PackageRefused("", _("The package has too many parts."), _("Split the package."))
    too_long = _("This value is too long.")
    for model, values in [
        (Package, {"identifier": manifest.identifier}),
        *((Activity, {"identifier": one.identifier, "href": one.href}) for one in manifest.activities),
    ]:
        for column, value in values.items():
            if len(value) > model._meta.get_field(column).max_length:
                raise PackageRefused(column, too_long, _("Shorten it in the authoring tool and export again."))
    for place, text in _all_texts(asdict(manifest)):
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise PackageRefused(
                place,
                _("The text holds a character that no text may hold."),
                _("Remove it in the authoring tool and export again."),
            )


def _all_texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text inside `value`, names included, with where it stands."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield place, name
            yield from _all_texts(part, f"{place}.{name}".lstrip("."))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _all_texts(part, place)
