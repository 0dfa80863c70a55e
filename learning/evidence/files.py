"""Documents as files: looked at, kept below DOCUMENT_ROOT, never served but by a view that asks who may."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from learning.evidence.errors import FileOfOtherKind, FileTooLarge, StorageUnavailable
from learning.evidence.models import ExternalEvidence

MOST_BYTES = 10_000_000
LONGEST_NAME = 200
Kind = ExternalEvidence.FileKind
# How files of a kind begin (ISO 32000-1 7.5.2; ISO/IEC 10918-1 B.1.1.3; ISO/IEC 15948 5.2).
BEGINNINGS = {Kind.PDF: b"%PDF-", Kind.JPEG: b"\xff\xd8\xff", Kind.PNG: b"\x89PNG\r\n\x1a\n"}
MEDIA_TYPES = {Kind.PDF: "application/pdf", Kind.JPEG: "image/jpeg", Kind.PNG: "image/png"}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that may be kept."""

    name: str
    kind: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def columns(self) -> dict[str, object]:
        return {
            "file_name": self.name,
            "file_kind": self.kind,
            "file_sha256": self.sha256,
            "file_size_bytes": len(self.content),
        }


def looked_at(*, name: str, content: bytes) -> Document:
    """The file by what is in it, whatever its name says. Raises FileTooLarge, FileOfOtherKind."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    for kind, beginning in BEGINNINGS.items():
        if content.startswith(beginning):
            return Document(name=Path(name).name[-LONGEST_NAME:], kind=kind, content=content)
    raise FileOfOtherKind


def keep(evidence: ExternalEvidence, document: Document) -> None:
    """Write the file whole or not at all. Raises StorageUnavailable; then nothing is left behind."""
    target = path_of(evidence)
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".tmp", delete=False) as file:
            temporary = Path(file.name)
            file.write(document.content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as problem:
        if temporary:
            temporary.unlink(missing_ok=True)
        raise StorageUnavailable from problem


def path_of(evidence: ExternalEvidence) -> Path:
    name = str(evidence.number)
    return Path(settings.DOCUMENT_ROOT) / "evidence" / name[:2] / name


def download_name(evidence: ExternalEvidence) -> str:
    """A name of our own: what somebody typed never reaches a header."""
    return f"{evidence.number}.{evidence.file_kind}"
