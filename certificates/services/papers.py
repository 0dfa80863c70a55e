"""The PDF: promised with the certificate, drawn after the commit, stored once, the same bytes ever after."""

import logging
from hashlib import sha256

from certificates import documents, rendering
from certificates.errors import PaperDiffers
from certificates.models import Certificate
from certificates.services.letters import promise_letter
from learning.records import outbox

log = logging.getLogger(__name__)

TOPIC = "certificate-pdf"


def promise_pdf(certificate: Certificate) -> None:
    """Write down, in the issuing transaction, that a PDF is owed."""
    outbox.promise(topic=TOPIC, key=certificate.serial, payload={"certificate": certificate.pk})


def keep_pdf_promise(payload: dict) -> None:
    certificate = Certificate.objects.select_related("supersedes").get(pk=payload["certificate"])
    ensure_pdf(certificate)
    promise_letter(certificate)


def ensure_pdf(certificate: Certificate) -> bytes:
    """Return the certificate's PDF, drawing and storing it when it is not there.

    Safe to call at any time and by several processes at once: the first to store wins and all return its bytes.
    Raises PaperDiffers when a lost file cannot be drawn again byte for byte, StorageUnavailable, and what
    `rendering.pdf` raises.
    """
    if (stored := _stored(certificate)) is not None:
        return stored
    drawn = rendering.pdf(certificate.facts)
    digest = sha256(drawn).hexdigest()
    if certificate.pdf_sha256:
        if digest != certificate.pdf_sha256:
            log.error("certificate file lost and not reproducible certificate=%s", certificate.pk)
            raise PaperDiffers(certificate.serial)
        documents.write(certificate.pdf_path, drawn)
        return drawn
    # Named by its contents, so that no other process can overwrite it with different bytes.
    path = f"certificates/{certificate.snapshot['issued_on'][:4]}/{certificate.serial}-{digest[:16]}.pdf"
    documents.write(path, drawn)
    return _claim(certificate, path=path, digest=digest, drawn=drawn)


def _stored(certificate: Certificate) -> bytes | None:
    """The bytes on the disk; None when there are none or they are not those that were stored."""
    if not certificate.pdf_sha256:
        return None
    found = documents.read(certificate.pdf_path)
    if found is None or sha256(found).hexdigest() != certificate.pdf_sha256:
        log.warning("certificate file missing or damaged certificate=%s", certificate.pk)
        return None
    return found


def _claim(certificate: Certificate, *, path: str, digest: str, drawn: bytes) -> bytes:
    won = Certificate.objects.filter(pk=certificate.pk, pdf_sha256="").update(
        pdf_path=path, pdf_sha256=digest, pdf_size_bytes=len(drawn)
    )
    certificate.refresh_from_db(fields=["pdf_path", "pdf_sha256", "pdf_size_bytes"])
    if won or certificate.pdf_sha256 == digest:
        return drawn
    documents.remove(path)
    return ensure_pdf(certificate)
