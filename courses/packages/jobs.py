"""Uploads on their way to become packages: kept, worked off by one process at a time, tried again, tidied away."""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from courses.models import PackageImport, PackageSeries

from . import storage
from .errors import DiskFull, ImportFailed, PackageRefused, ReadingStopped
from .services import import_package

log = logging.getLogger(__name__)

Status = PackageImport.Status
LONGEST_NAME = PackageImport._meta.get_field("file_name").max_length
# Longer than the reading of any package may take: whoever worked on it is gone.
SILENT_FOR = timedelta(minutes=10)
# What an interrupted import left may be of use to nobody after a day; an upload that failed may be tried for a week.
STRAY_AFTER = timedelta(days=1)
KEEP_UPLOADS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many imports were started again, how many were given up, how many folders and files were removed."""

    started: int
    given_up: int
    removed: int


def begin(
    *, name: str, chunks: Iterable[bytes], series: PackageSeries | None, by: AbstractBaseUser | None
) -> PackageImport:
    """Keep an uploaded file and have it imported after the commit. Raises DiskFull."""
    number = uuid.uuid4()
    try:
        storage.keep_upload(number, chunks)
    except OSError as error:
        if error.errno in storage.DISK_IS_FULL:
            raise DiskFull from error
        raise
    try:
        with transaction.atomic():
            job = PackageImport.objects.create(
                number=number, series=series, file_name=name[-LONGEST_NAME:], uploaded_by=by
            )
            _start_after_commit(number)
    except BaseException:
        storage.drop_upload(number)
        raise
    return job


def run(number: uuid.UUID) -> None:
    """Import one upload, if it waits. Safe to call twice and at once: one call works, the others do nothing."""
    jobs = PackageImport.objects.filter(number=number)
    claimed = jobs.filter(_waits()).update(status=Status.RUNNING, percent=0, problem={}, touched_at=timezone.now())
    if not claimed:
        return
    job = jobs.select_related("series", "uploaded_by").get()
    try:
        package = import_package(
            file=storage.upload_of(number),
            name=job.file_name,
            series=job.series,
            by=job.uploaded_by,
            progress=partial(_tell, number),
        )
    except PackageRefused as refused:
        _finish(number, Status.REFUSED, problem=problem_of(refused))
    except ImportFailed as failed:
        _finish(number, Status.FAILED, problem=problem_of(failed))
    except Exception:
        # The outermost edge: whatever happened, whoever waits is told, and the file stays for another try.
        log.exception("package import broke number=%s", number)
        _finish(number, Status.FAILED, problem=problem_of(ReadingStopped()))
    else:
        _finish(number, Status.DONE, package=package, percent=100)


def retry(*, job: PackageImport) -> bool:
    """Try an import again that failed or was left lying. False when there is nothing to try again."""
    with transaction.atomic():
        again = PackageImport.objects.filter(pk=job.pk).filter(Q(status=Status.FAILED) | _waits())
        if not storage.upload_of(job.number).exists() or not again.update(
            status=Status.WAITING, percent=0, problem={}, finished_at=None
        ):
            return False
        _start_after_commit(job.number)
    return True


def tidy() -> Tidied:
    """Start what waits and was forgotten, give up what is silent, remove what nobody will ask for."""
    now = timezone.now()
    silent = PackageImport.objects.filter(status=Status.RUNNING, touched_at__lt=now - SILENT_FOR)
    given_up = silent.update(status=Status.FAILED, problem=problem_of(ReadingStopped()), finished_at=now)
    waiting = PackageImport.objects.filter(status=Status.WAITING, uploaded_at__lt=now - SILENT_FOR)
    numbers = list(waiting.values_list("number", flat=True))
    for number in numbers:
        run(number)
    strays = [*storage.stray_folders(older_than=STRAY_AFTER), *storage.stray_uploads(older_than=KEEP_UPLOADS)]
    for path in strays:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return Tidied(started=len(numbers), given_up=given_up, removed=len(strays))


def is_silent(job: PackageImport) -> bool:
    """Whoever worked on it is gone."""
    return job.status == Status.RUNNING and job.touched_at < timezone.now() - SILENT_FOR


def problem_of(error: PackageRefused | ImportFailed) -> dict[str, Any]:
    """For PackageImport.problem: `where`, and `what` and `mend` per language of the site."""
    return {
        "where": getattr(error, "where", ""),
        "what": in_languages(error.message),
        "mend": in_languages(getattr(error, "mend", "")),
    }


def in_languages(text: str | Promise) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = str(text)
    return found


def _waits() -> Q:
    return Q(status=Status.WAITING) | Q(status=Status.RUNNING, touched_at__lt=timezone.now() - SILENT_FOR)


def _tell(number: uuid.UUID, percent: int) -> None:
    PackageImport.objects.filter(number=number).update(percent=percent, touched_at=timezone.now())


def _finish(number: uuid.UUID, status: str, **values: Any) -> None:
    PackageImport.objects.filter(number=number).update(status=status, finished_at=timezone.now(), **values)
    if status != Status.FAILED:
        storage.drop_upload(number)


def _start_after_commit(number: uuid.UUID) -> None:
    # Robust: with the broker gone the upload still waits, and `tidy_packages` finds it. Django names what it called
    # when that broke, and a partial has no name.
    transaction.on_commit(lambda: _start(number), robust=True)


def _start(number: uuid.UUID) -> None:
    """With no broker a thread works beside the request: an editor must not look at a blank page for minutes."""
    from courses.tasks import run_import  # tasks imports this module

    if settings.CELERY_TASK_ALWAYS_EAGER:
        Thread(target=_alone, args=[partial(run, number)], name=f"import {number}", daemon=True).start()
    else:
        run_import.delay(str(number))


def _alone(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()
