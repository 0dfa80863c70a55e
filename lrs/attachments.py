"""Bytes of attachments: one file per hash, on the disk before the row says so."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from lrs.models import Attachment

# SHA-2 in hexadecimal digits -> the function that makes it (part 2, 2.4.11).
_HASHES = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}


def matches(content: bytes, sha2: str) -> bool:
    make = _HASHES.get(len(sha2))
    return make is not None and make(content).hexdigest() == sha2.lower()


def path_of(sha2: str) -> Path:
    return Path(settings.ATTACHMENT_ROOT) / sha2[:2].lower() / sha2.lower()


def keep(files: Mapping[str, bytes]) -> None:
    """Files by their hash, which the caller has checked. The same bytes are kept once."""
    for sha2, content in files.items():
        _write(path_of(sha2), content)
    Attachment.objects.bulk_create(
        (Attachment(sha2=sha2.lower(), size=len(content)) for sha2, content in files.items()), ignore_conflicts=True
    )


def read(sha2: str) -> bytes | None:
    """None: the store never had the bytes, only their address."""
    try:
        return path_of(sha2).read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the disk is full or the power goes."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
