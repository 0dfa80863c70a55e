"""A programme's folder inside a zip archive from somebody's computer: trusted in nothing."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from .node import shown
from .problems import Problem, ProgrammeInvalid
from .reader import LONGEST_FILE_BYTES, MOST_MODULES

LARGEST_ARCHIVE_BYTES = 5 * 1024 * 1024
MOST_FILES = MOST_MODULES + 20
# Left by operating systems beside the files a person zipped.
IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def read_archive(file: BinaryIO) -> dict[str, bytes]:
    """The files by name, without the folder they may lie in. Raises ProgrammeInvalid.

    Nothing is written to disk; sizes are counted while unpacking, not believed.
    """
    file.seek(0, 2)
    if file.tell() > LARGEST_ARCHIVE_BYTES:
        raise _refused("", _("The archive is larger than {size} MB").format(size=LARGEST_ARCHIVE_BYTES // 1024**2))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_ignored(entry.filename)]
            if len(entries) > MOST_FILES:
                raise _refused("", _("The archive holds more than {most} files").format(most=MOST_FILES))
            return _unpacked(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        # Damaged, encrypted, or packed in a way nobody needs for text.
        raise _refused("", _("The file is not a zip archive that can be read")) from error


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    paths = [PurePosixPath(entry.filename) for entry in entries]
    folders = {path.parent for path in paths}
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for entry, path in zip(entries, paths, strict=True):
        name = shown(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename:
            problems.append(Problem(name, "", "", _("The name of the file leads outside the archive")))
        elif len(folders) > 1 or len(path.parts) > 2:
            problems.append(Problem(name, "", "", _("All files must lie in one folder")))
        elif path.suffix != ".json":
            problems.append(Problem(name, "", "", _("Only .json files belong to a programme")))
        elif path.name in files:
            problems.append(Problem(name, "", "", _("The file stands in the archive twice")))
        else:
            with archive.open(entry) as packed:
                # One byte more than allowed is enough to know that it is too large.
                files[path.name] = packed.read(LONGEST_FILE_BYTES + 1)
    if problems:
        raise ProgrammeInvalid(problems)
    return files


def _is_ignored(name: str) -> bool:
    return name.startswith(IGNORED[0]) or PurePosixPath(name).name in IGNORED[1:]


def _refused(name: str, message: object) -> ProgrammeInvalid:
    return ProgrammeInvalid([Problem(name, "", "", message)])
