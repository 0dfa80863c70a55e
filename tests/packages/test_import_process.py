"""A full disk, a killed or greedy process: nothing half is left, and the reason is said (F22, F30)."""

import errno
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from django.utils.translation import override

from courses.models import Activity, Package
from courses.packages import sandbox, storage, worker
from courses.packages.errors import DiskFull, PackageRefused, ReadingStopped
from tests.packages import build
from tests.packages.hostile import member, packed
from tests.packages.uploads import kept, says, taken

pytestmark = pytest.mark.django_db


# ---- The disk


def test_a_full_disk_leaves_nothing_and_says_so(upload, settings, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "settle", full)

    with pytest.raises(DiskFull) as raised:
        taken(upload(build.scorm12()))

    with override("en"):
        assert "too little room" in str(raised.value.message)
    assert kept(settings) == set()


def test_an_archive_larger_than_the_room_is_not_even_begun(upload, settings, monkeypatch):
    monkeypatch.setattr(sandbox, "WORKER", says("answer(full=True)"))

    with pytest.raises(DiskFull):
        taken(upload(build.scorm12()))

    assert kept(settings) == set()


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists() or os.getuid() != 0, reason="mounts a file system")
def test_a_disk_that_fills_while_unpacking_is_survived(upload, settings, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if os.system(f"mount -t tmpfs -o size=1m tmpfs {small} 2>/dev/null"):  # noqa: S605
        pytest.skip("may not mount")
    try:
        settings.PACKAGE_ROOT = small / "packages"
        noise = os.urandom(3 * 1024**2)

        with pytest.raises(DiskFull):
            # Without looking at the room first.
            run_worker_without_asking(packed(member("film.bin", noise)), upload)
        with pytest.raises(DiskFull):
            taken(upload(packed(member("film.bin", noise))))

        assert kept(settings) == set()
        assert Package.objects.count() == 0
    finally:
        os.system(f"umount {small}")  # noqa: S605


def run_worker_without_asking(raw, upload):
    before = sandbox.WORKER
    sandbox.WORKER = (
        sys.executable,
        "-c",
        "import sys; from courses.packages import worker; worker.SPARE_BYTES = -2**40; worker.main(sys.argv[1])",
    )
    try:
        taken(upload(raw))
    finally:
        sandbox.WORKER = before


def test_rows_that_cannot_be_written_take_their_files_back(upload, settings, monkeypatch):
    def broken(*_arguments, **_fields):
        raise RuntimeError("database gone")

    monkeypatch.setattr(Activity.objects, "bulk_create", broken)

    with pytest.raises(RuntimeError):
        taken(upload(build.scorm12()))

    assert kept(settings) == set()


# ---- The process


def children() -> list[int]:
    return [
        int(child) for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()
    ]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for child processes")
def test_a_process_killed_from_outside_leaves_nothing(upload, settings, monkeypatch):
    monkeypatch.setattr(sandbox, "WORKER", says("answer(percent=10)\ntime.sleep(60)"))

    def kill(_percent):
        os.kill(children()[0], signal.SIGKILL)

    with pytest.raises(ReadingStopped):
        taken(upload(build.scorm12()), progress=kill)

    assert kept(settings) == set()
    assert children() == []


def test_a_process_that_does_not_end_is_ended(upload, settings, monkeypatch):
    monkeypatch.setattr(sandbox, "WORKER", says("time.sleep(60)"))
    monkeypatch.setattr(sandbox, "MOST_CLOCK_S", 1)
    began = time.monotonic()

    with pytest.raises(ReadingStopped):
        taken(upload(build.scorm12()))

    assert time.monotonic() - began < 10
    assert kept(settings) == set()


@pytest.mark.parametrize("code", ["print('nonsense')", "sys.exit(3)", "answer(percent=3)", "print('{')"])
def test_a_process_that_speaks_nonsense_is_no_package(code, upload, settings, monkeypatch):
    monkeypatch.setattr(sandbox, "WORKER", says(code))

    with pytest.raises(ReadingStopped):
        taken(upload(build.scorm12()))

    assert kept(settings) == set()


def test_a_process_is_ended_when_whoever_waits_gives_up(upload, settings, monkeypatch):
    monkeypatch.setattr(sandbox, "WORKER", says("answer(percent=1)\ntime.sleep(60)"))

    def give_up(_percent):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taken(upload(build.scorm12()), progress=give_up)

    assert kept(settings) == set()
    assert children() == []


@pytest.mark.parametrize(
    ("limits", "code", "error"),
    [
        ({"MOST_PROCESSOR_S": 1}, "while True: pass", ReadingStopped),
        ({"MOST_MEMORY_BYTES": 400 * 1024**2}, "bytearray(2**30)", PackageRefused),
    ],
    ids=["processor", "memory"],
)
def test_a_process_that_takes_too_much_is_stopped(limits, code, error, upload, settings, monkeypatch):
    """The real process with its real limits, reading something that takes too much."""
    greedy = f"""
import sys
from courses.packages import worker
def greedy(order):
    {code}
worker._package = greedy
worker.main(sys.argv[1])
"""
    monkeypatch.setattr(sandbox, "WORKER", (sys.executable, "-c", greedy))
    for name, value in limits.items():
        monkeypatch.setattr(sandbox, name, value)

    with pytest.raises(error):
        taken(upload(build.scorm12()))

    assert kept(settings) == set()


def test_the_process_gets_no_secret_and_no_settings(upload, monkeypatch):
    monkeypatch.setenv("KOPA_SECRET_KEY", "very secret")
    show = "import os\nanswer(refused={'where': ' '.join(sorted(os.environ)), 'what': {}, 'mend': {}})"
    monkeypatch.setattr(sandbox, "WORKER", says(show))

    with pytest.raises(PackageRefused) as refused:
        taken(upload(build.scorm12()))

    assert "KOPA" not in refused.value.where
    assert "DJANGO" not in refused.value.where


def test_files_of_the_package_are_never_imported_as_code(upload, settings):
    evil = b"raise SystemExit('run')"
    raw = packed(*(member(name, evil) for name in ("json.py", "django.py", "defusedxml.py", "json/__init__.py")))

    assert taken(upload(raw)).file_count == len(build.files_of_scorm12())


def test_the_order_has_no_limit_left_open():
    order = sandbox._order(Path("a"), "a", Path("b"))

    assert all(0 < value < 2**31 for value in (order.memory, order.processor_s, order.clock_s, order.file_size))
    assert worker.MOST_STRUCTURE_BYTES == 5 * 1024**2
