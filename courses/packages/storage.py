"""Where the files of packages lie: below `PACKAGE_ROOT`, which no web server may publish.

A package is a folder named by its number. Folders with a dot hold what is no package yet: uploads that wait, and the
quarantine where an archive is unpacked. They stand inside the root, because a rename is at once and whole only within
one file system, and the root may be a disk of its own.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from courses.models import Package

from .archive import sync

DISK_IS_FULL = {errno.ENOSPC, errno.EDQUOT}


def root(package: Package) -> Path:
    """The folder of a package's files."""
    return folder_of(package.number)


def folder_of(number: uuid.UUID) -> Path:
    return Path(settings.PACKAGE_ROOT) / str(number)


def upload_of(number: uuid.UUID) -> Path:
    """Where the uploaded file of an import waits."""
    return Path(settings.PACKAGE_ROOT) / ".uploads" / str(number)


def keep_upload(number: uuid.UUID, chunks: Iterable[bytes]) -> Path:
    """Put an uploaded file where its import finds it. Leaves nothing behind when the disk is full (OSError)."""
    target = upload_of(number)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_suffix(".part")
    try:
        with part.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def drop_upload(number: uuid.UUID) -> None:
    upload_of(number).unlink(missing_ok=True)


@contextmanager
def quarantine() -> Iterator[Path]:
    """An empty folder for one archive; whatever is in it afterwards is removed."""
    folder = Path(settings.PACKAGE_ROOT) / ".quarantine" / uuid.uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(folder: Path, number: uuid.UUID) -> None:
    """Make the unpacked files those of a package, at once."""
    target = folder_of(number)
    folder.chmod(0o755)
    folder.rename(target)
    sync(target.parent)


def drop(number: uuid.UUID) -> None:
    shutil.rmtree(folder_of(number), ignore_errors=True)


def stray_folders(*, older_than: timedelta) -> Iterator[Path]:
    """What an interrupted import left: old folders in quarantine, and folders of packages that have no row."""
    base = Path(settings.PACKAGE_ROOT)
    limit = time.time() - older_than.total_seconds()
    known = {str(number) for number in Package.objects.values_list("number", flat=True)}
    numbered = [folder for folder in base.glob("*") if _is_number(folder.name) and folder.name not in known]
    for folder in [*base.glob(".quarantine/*"), *numbered]:
        if folder.is_dir() and folder.stat().st_mtime < limit:
            yield folder


def stray_uploads(*, older_than: timedelta) -> Iterator[Path]:
    limit = time.time() - older_than.total_seconds()
    for file in (Path(settings.PACKAGE_ROOT) / ".uploads").glob("*"):
        if file.stat().st_mtime < limit:
            yield file


def _is_number(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def hash_of(file: Path) -> str:
    """SHA-256 of a file, in hex, read in pieces."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
