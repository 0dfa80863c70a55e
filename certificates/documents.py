"""Files that are written once and must survive a power cut."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from certificates.errors import StorageUnavailable


def write(path: str, content: bytes) -> None:
    """Put a file below DOCUMENT_ROOT, whole or not at all: temporary file, fsync, rename, fsync of the folder.

    Raises StorageUnavailable; then nothing is left behind.
    """
    target = Path(settings.DOCUMENT_ROOT) / path
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".tmp", delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as problem:
        if temporary:
            temporary.unlink(missing_ok=True)
        raise StorageUnavailable from problem


def read(path: str) -> bytes | None:
    """The file's bytes; None when it is not there."""
    try:
        return (Path(settings.DOCUMENT_ROOT) / path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise StorageUnavailable from problem


def remove(path: str) -> None:
    (Path(settings.DOCUMENT_ROOT) / path).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folders; there the rename itself is journalled.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
