"""A folder that a personnel system puts its lists into: each is applied, reported on and moved away.

A run that is killed anywhere loses nothing: the list is applied in one transaction, and a list still in the folder is
simply taken again, which changes nothing that was already saved.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from learning.errors import LearningError

from .applying import Outcome
from .errors import RowsWrong

DONE, REFUSED, LOCK = "done", "refused", ".kopa-lock"
# What programs call a file that they are still writing.
UNFINISHED = {".part", ".tmp", ".filepart", ".crdownload"}

Apply = Callable[[str, bytes], Outcome]
"""File name and contents; raises a LearningError when the list is refused whole."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file. `summary` is one line, `lines` say more."""

    name: str
    is_done: bool
    summary: str
    lines: tuple[str, ...] = ()


class FolderBusy(LearningError):
    """Another run is still at work in the folder."""


def take(folder: Path, apply: Apply, *, settle_s: float) -> Iterator[Taken]:
    """Apply every file that nobody has touched for `settle_s` seconds, by name, and move it with a report beside it.

    Raises FolderBusy.
    """
    with _alone(folder):
        for name in (DONE, REFUSED):
            (folder / name).mkdir(exist_ok=True)
        for file in _settled(folder, settle_s):
            content = file.read_bytes()
            taken = _apply(file.name, content, apply)
            _put_away(file, content, taken)
            yield taken


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderBusy from None
        # Closing the file gives the lock back, also when the process is killed.
        yield


def _settled(folder: Path, settle_s: float) -> list[Path]:
    newest = time.time() - settle_s
    files = (file for file in folder.iterdir() if file.is_file() and not file.is_symlink())
    finished = (file for file in files if not file.name.startswith((".", "~")) and file.suffix not in UNFINISHED)
    return sorted(file for file in finished if file.stat().st_mtime <= newest)


def _apply(name: str, content: bytes, apply: Apply) -> Taken:
    try:
        outcome = apply(name, content)
    except RowsWrong as wrong:
        rows = tuple(f"row {problem.row}, {problem.title}: {problem.message}" for problem in wrong.problems)
        return Taken(name, False, str(wrong.message), rows)
    except LearningError as refusal:
        return Taken(name, False, str(refusal.message))
    return Taken(name, True, ", ".join(f"{what}: {count}" for what, count in outcome.counts().items()))


def _put_away(file: Path, content: bytes, taken: Taken) -> None:
    """The report first: a file that has left the folder has one. The same list has the same place."""
    digest = hashlib.sha256(content).hexdigest()
    place = file.parent / (DONE if taken.is_done else REFUSED) / f"{file.stem}.{digest[:12]}{file.suffix}"
    report = place.with_name(f"{place.name}.report.txt")
    draft = report.with_name(f".{report.name}")
    lines = (f"{taken.name}, sha256 {digest}, {timezone.localtime():%Y-%m-%d %H:%M:%S}", taken.summary, *taken.lines)
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(draft, report)
    os.replace(file, place)
