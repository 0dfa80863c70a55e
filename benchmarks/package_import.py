"""A package of 200 MB in 5,000 files, imported in one pass: how long it takes and how much memory.

Run `.venv/bin/python -m benchmarks.package_import`. It works on the database that the settings name and in a folder of
its own; the package it made is removed again. It fails above 200 MB of memory, of this process and of the one that
reads the package, each.
"""

import argparse
import os
import random
import tempfile
import zipfile
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from courses.models import Package  # noqa: E402
from courses.packages.services import import_package  # noqa: E402

MOST_MB = 200
MB = 1024**2
MANIFEST = """<?xml version="1.0"?>
<manifest identifier="benchmark" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Benchmark</title>
<item identifier="i" identifierref="r"><title>Part</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html">
<file href="index.html"/></resource></resources></manifest>"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mb", type=int, default=200)
    arguments.add_argument("--files", type=int, default=5_000)
    asked = arguments.parse_args()
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        settings.PACKAGE_ROOT = Path(folder, "packages")
        file = _package(Path(folder, "benchmark.zip"), asked.mb * MB, asked.files)
        before = _peak_mb("self")
        seconds, package, reader_mb = _imported(file)
        floor = _plain_copy(file, Path(folder, "plain"))
        size = f"{package.size / MB:.0f} MB in {package.file_count:,} files"
    here_mb = _peak_mb("self")
    print(f"{connection.vendor}, {size}: {seconds:.1f} s; unzipped plainly, without checks and fsync: {floor:.1f} s")
    print(f"peak memory: {here_mb:.0f} MB here ({before:.0f} MB before it began), {reader_mb:.0f} MB in the reader")
    if max(here_mb, reader_mb) > MOST_MB:
        raise SystemExit(f"More than {MOST_MB} MB of memory.")


def _package(file: Path, size: int, files: int) -> Path:
    """Noise, as films and pictures are: hardly to be packed."""
    noise = random.Random(4).randbytes(size // files)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("index.html", "<p>Benchmark</p>")
        for number in range(files - 2):
            archive.writestr(f"media/{number // 100:03}/{number:05}.mp4", noise)
    return file


def _imported(file: Path) -> tuple[float, Package, float]:
    """Seconds, the package, and the most memory its reading process had, in MB. Its rows are taken back."""
    watching, peaks = Event(), [0.0]
    watcher = Thread(target=_watch, args=[watching, peaks], daemon=True)
    watcher.start()
    with transaction.atomic():
        began = perf_counter()
        package = import_package(file=file, name=file.name, series=None, by=None)
        seconds = perf_counter() - began
        transaction.set_rollback(True)
    watching.set()
    watcher.join()
    return seconds, package, max(peaks)


def _watch(stop: Event, peaks: list[float]) -> None:
    while not stop.wait(0.02):
        for task in Path("/proc/self/task").iterdir():
            for child in (task / "children").read_text().split():
                if _is_reader(child):
                    peaks.append(_peak_mb(child))


def _is_reader(process: str) -> bool:
    """False for a child that is still a copy of this process."""
    try:
        return b"courses.packages.worker" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def _peak_mb(process: str) -> float:
    """The most resident memory a process had so far; 0 when it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    found = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0].split()[1]) / 1024 if found else 0.0


def _plain_copy(file: Path, folder: Path) -> float:
    began = perf_counter()
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return perf_counter() - began


if __name__ == "__main__":
    main()
