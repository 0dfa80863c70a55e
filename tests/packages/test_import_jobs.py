"""Uploads on their way: worked off once, told how far, tried again, tidied away."""

import errno
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from courses import tasks
from courses.models import Package, PackageImport
from courses.packages import jobs, sandbox, storage
from courses.packages.errors import DiskFull
from tests.packages import build
from tests.packages.hostile import HOSTILE
from tests.packages.uploads import says

pytestmark = pytest.mark.django_db
Status = PackageImport.Status


def begun(body: bytes, name: str = "kurss.zip", **fields) -> PackageImport:
    return jobs.begin(**{"name": name, "chunks": [body], "series": None, "by": None, **fields})


def after(job: PackageImport) -> PackageImport:
    jobs.run(job.number)
    job.refresh_from_db()
    return job


def uploads(settings) -> list[Path]:
    return list(Path(settings.PACKAGE_ROOT).glob(".uploads/*"))


def test_an_upload_waits_until_it_is_run_and_then_is_a_package(settings):
    job = begun(build.scorm12())
    assert (job.status, len(uploads(settings))) == (Status.WAITING, 1)

    after(job)

    assert (job.status, job.percent, job.package) == (Status.DONE, 100, Package.objects.get())
    assert job.finished_at
    assert uploads(settings) == []


def test_a_refusal_is_kept_with_where_what_and_mend_in_every_language(settings):
    job = after(begun(HOSTILE["link"]()))

    assert job.status == Status.REFUSED
    assert job.problem == {
        "where": "link.html",
        "what": {"lv": "Tā ir saite uz citu datni.", "en": "This is a link to another file."},
        "mend": {
            "lv": "Ieliec saites vietā pašu datni un sapako arhīvu vēlreiz.",
            "en": "Put the file itself in its place and pack the archive again.",
        },
    }
    assert uploads(settings) == []


def test_running_it_again_changes_nothing():
    job = after(begun(build.scorm12()))
    finished_at = job.finished_at

    after(job)

    assert job.finished_at == finished_at
    assert Package.objects.count() == 1


def test_the_percentage_is_told_on_the_way(monkeypatch):
    seen = []
    monkeypatch.setattr(sandbox, "WORKER", says("answer(percent=12)\nanswer(percent=60)\nanswer(full=True)"))
    tell = jobs._tell

    def told(number, percent):
        tell(number, percent)
        seen.append(PackageImport.objects.get(number=number).percent)

    monkeypatch.setattr(jobs, "_tell", told)

    after(begun(build.scorm12()))

    assert seen == [12, 60]


def test_a_failure_keeps_the_file_and_may_be_tried_again(settings, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "WORKER", says("sys.exit(9)"))
        job = after(begun(build.scorm12()))
    assert (job.status, len(uploads(settings))) == (Status.FAILED, 1)
    assert "try again" in job.problem["what"]["en"].lower()

    assert jobs.retry(job=job)
    after(job)

    assert (job.status, job.problem, job.package.version) == (Status.DONE, {}, 1)


@pytest.mark.parametrize("status", [Status.DONE, Status.REFUSED])
def test_what_is_decided_is_not_tried_again(status):
    job = begun(build.scorm12())
    PackageImport.objects.update(status=status)

    assert not jobs.retry(job=job)
    assert PackageImport.objects.get().status == status


def test_without_its_file_nothing_is_tried_again(settings):
    job = begun(build.scorm12())
    PackageImport.objects.update(status=Status.FAILED)
    storage.drop_upload(job.number)

    assert not jobs.retry(job=job)


def test_somebody_else_at_work_is_left_alone():
    job = begun(build.scorm12())
    PackageImport.objects.update(status=Status.RUNNING, touched_at=timezone.now())

    assert after(job).status == Status.RUNNING
    assert Package.objects.count() == 0


def test_whoever_fell_silent_is_taken_over():
    job = begun(build.scorm12())
    PackageImport.objects.update(status=Status.RUNNING, touched_at=timezone.now() - jobs.SILENT_FOR * 2)

    assert after(job).status == Status.DONE


def test_anything_unexpected_is_told_too(monkeypatch, caplog):
    def broken(**_arguments):
        raise RuntimeError("unheard of")

    monkeypatch.setattr(jobs, "import_package", broken)

    job = after(begun(build.scorm12()))

    assert (job.status, bool(job.problem["what"]["lv"])) == (Status.FAILED, True)
    assert "unheard of" in caplog.text


def test_a_disk_that_cannot_take_the_upload_keeps_neither_file_nor_row(settings):
    def chunks():
        yield b"some"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull):
        jobs.begin(name="a.zip", chunks=chunks(), series=None, by=None)

    assert uploads(settings) == []
    assert PackageImport.objects.count() == 0


def test_the_next_version_goes_into_its_series():
    first = after(begun(build.scorm12())).package

    second = after(begun(build.scorm12("Otrā"), series=first.series)).package

    assert (second.series, second.version) == (first.series, 2)


def test_a_task_takes_the_number_as_text():
    job = begun(build.scorm12())

    tasks.run_import(str(job.number))

    job.refresh_from_db()
    assert job.status == Status.DONE


def test_with_a_broker_the_upload_is_given_to_a_worker_after_the_commit(
    settings, monkeypatch, django_capture_on_commit_callbacks
):
    given = []
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setattr(tasks.run_import, "delay", given.append)

    with django_capture_on_commit_callbacks(execute=True):
        job = begun(build.scorm12())
        assert given == []

    assert given == [str(job.number)]


def test_with_the_broker_gone_the_upload_still_waits(settings, monkeypatch, django_capture_on_commit_callbacks):
    def gone(_number):
        raise ConnectionError

    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setattr(tasks.run_import, "delay", gone)

    with django_capture_on_commit_callbacks(execute=True):
        job = begun(build.scorm12())

    assert PackageImport.objects.get() == job
    assert job.status == Status.WAITING


def test_tidying_takes_up_what_was_lost_and_gives_up_what_is_silent(capsys):
    long_ago = timezone.now() - jobs.SILENT_FOR * 2
    lost, silent, fresh = (begun(build.scorm12(name)) for name in ("lost", "silent", "fresh"))
    PackageImport.objects.exclude(pk=fresh.pk).update(uploaded_at=long_ago)
    PackageImport.objects.filter(pk=silent.pk).update(status=Status.RUNNING, touched_at=long_ago)

    call_command("tidy_packages")

    assert capsys.readouterr().out == "Started 1, given up 1, removed 0\n"
    assert {job.pk: job.status for job in PackageImport.objects.all()} == {
        lost.pk: Status.DONE,
        silent.pk: Status.FAILED,
        fresh.pk: Status.WAITING,
    }


def test_tidying_removes_what_interrupted_imports_left_and_nothing_else(settings):
    package = after(begun(build.scorm12())).package
    waiting = begun(build.scorm12("waiting"))
    root = Path(settings.PACKAGE_ROOT)
    old = [root / ".quarantine" / "left", root / "0b0e7a52-0000-4000-8000-000000000000"]
    new, foreign = root / ".quarantine" / "at-work", root / "lost+found"
    for folder in (*old, new, foreign):
        folder.mkdir(parents=True)
        (folder / "file.html").touch()
    abandoned = root / ".uploads" / "abandoned"
    abandoned.touch()
    past = time.time() - timedelta(days=30).total_seconds()
    for path in (*old, abandoned, foreign, storage.root(package)):
        os.utime(path, (past, past))

    assert jobs.tidy().removed == 3

    assert not any(path.exists() for path in (*old, abandoned))
    assert (storage.root(package) / "imsmanifest.xml").exists()
    assert storage.upload_of(waiting.number).exists()
    assert new.exists()
    assert foreign.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_one_upload_make_one_package(settings, monkeypatch):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setattr(tasks.run_import, "delay", lambda number: None)
    job = begun(build.scorm12())
    ready = Barrier(8)

    def work(_number):
        try:
            ready.wait(timeout=30)
            jobs.run(job.number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert Package.objects.count() == 1
    job.refresh_from_db()
    assert job.status == Status.DONE
