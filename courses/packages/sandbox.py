"""Have an upload checked, unpacked and read by a process of its own, which may neither run away nor take us along."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from django.conf import settings
from django.utils.functional import lazy

from cms.i18n import Texts, pick

from .errors import DiskFull, PackageRefused, ReadingStopped
from .manifest import ActivityFacts, Manifest
from .worker import Order

log = logging.getLogger(__name__)

MOST_MEMORY_BYTES = 768 * 1024**2
MOST_PROCESSOR_S = 180
MOST_CLOCK_S = 480
MOST_FILE_BYTES = 1024**3 + 4096
MOST_ANSWER_BYTES = 64 * 1024**2
WORKER = (sys.executable, "-m", "courses.packages.worker")


@dataclass(frozen=True, slots=True)
class Found:
    """What the process found. `warnings` are texts per language of the site; `size` is in bytes, unpacked."""

    manifest: Manifest
    warnings: tuple[Texts, ...]
    size: int
    file_count: int


def read_upload(*, file: Path, name: str, folder: Path, progress: Callable[[int], None]) -> Found:
    """Unpack `file` into the empty `folder` and read its manifest.

    Raises PackageRefused, DiskFull, or ReadingStopped when the process was stopped or broke.
    """
    answer: dict[str, Any] = {}
    for message in _messages(_order(file, name, folder)):
        answer = message
        if "percent" in message:
            progress(message["percent"])
    if "refused" in answer:
        raise refusal(answer["refused"])
    if "full" in answer:
        raise DiskFull
    if "package" not in answer:
        raise ReadingStopped
    return _found(answer["package"])


def refusal(problem: dict[str, Any]) -> PackageRefused:
    """A refusal with texts per language, as the process and PackageImport.problem keep it."""
    return PackageRefused(problem["where"], _told(problem["what"]), _told(problem["mend"]))


_told = lazy(lambda texts: pick(texts), str)


def _order(file: Path, name: str, folder: Path) -> Order:
    return Order(
        file=str(file.resolve()),
        name=name,
        folder=str(folder.resolve()),
        languages=[code for code, _name in settings.LANGUAGES],
        locale_paths=[str(path) for path in settings.LOCALE_PATHS],
        memory=MOST_MEMORY_BYTES,
        processor_s=MOST_PROCESSOR_S,
        clock_s=MOST_CLOCK_S,
        file_size=MOST_FILE_BYTES,
    )


def _messages(order: Order) -> Iterator[dict[str, Any]]:
    """What the process says, line by line. It is gone afterwards, whatever happened."""
    with tempfile.TemporaryFile() as complaints:
        # Its folder is ours, never the quarantine: Python looks there first for what it imports.
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the order is one argument
            [*WORKER, json.dumps(asdict(order))],
            cwd=settings.BASE_DIR,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        clock = Timer(order.clock_s, _kill, [process])
        clock.daemon = True
        clock.start()
        try:
            while line := process.stdout.readline(MOST_ANSWER_BYTES):
                yield json.loads(line)
            process.wait()
        except ValueError:
            log.warning("package reader spoke nonsense")
        finally:
            _kill(process)
            clock.cancel()
            process.stdout.close()
            if code := process.wait():
                complaints.seek(0)
                said = complaints.read()[-1_000:].decode(errors="replace")
                log.warning("package reader stopped code=%s %s", code, said)


def _kill(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _found(answer: dict[str, Any]) -> Found:
    facts = answer["manifest"]
    warnings = tuple(facts.pop("warnings"))
    activities = tuple(ActivityFacts(**activity) for activity in facts.pop("activities"))
    return Found(
        manifest=Manifest(activities=activities, **facts),
        warnings=warnings,
        size=answer["size"],
        file_count=answer["file_count"],
    )
