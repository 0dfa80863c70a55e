"""The PDF: promised with the certificate, drawn after the commit, stored once, the same bytes ever after."""

import logging
from datetime import timedelta
from functools import partial
from hashlib import sha256

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from certificates import documents, rendering
from certificates.errors import CertificateError, PaperDiffers
from certificates.models import Certificate
from learning.models import OutboxMessage

log = logging.getLogger(__name__)

TOPIC = "certificate-pdf"
# A promise older than this was lost by its worker. BATCH bounds one sweep; the next goes on.
LOST_AFTER = timedelta(minutes=10)
BATCH = 1000


def promise_pdf(certificate: Certificate) -> None:
    """Write down, in the issuing transaction, that a PDF is owed, and wake the worker after the commit."""
    from certificates.tasks import render_pdf  # The task calls back into this module.

    OutboxMessage.objects.create(
        topic=TOPIC,
        key=certificate.serial,
        payload={"certificate": certificate.pk},
        not_before=timezone.now() + LOST_AFTER,
    )
    # Robust: a broker that is down must not turn a completion that is committed into an error page.
    transaction.on_commit(partial(render_pdf.delay, certificate.pk), robust=True)


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


def make_missing_pdfs() -> tuple[int, int]:
    """Keep every promise that a lost worker left open. Returns how many PDFs were made and how many failed."""
    made = failed = 0
    for message in OutboxMessage.objects.waiting().filter(topic=TOPIC).order_by("not_before")[:BATCH]:
        certificate = Certificate.objects.get(pk=message.payload["certificate"])
        try:
            ensure_pdf(certificate)
        except CertificateError as problem:
            log.error("certificate not printed certificate=%s problem=%s", certificate.pk, type(problem).__name__)
            _put_off(message, problem)
            failed += 1
        else:
            made += 1
    return made, failed


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
    with transaction.atomic():
        won = Certificate.objects.filter(pk=certificate.pk, pdf_sha256="").update(
            pdf_path=path, pdf_sha256=digest, pdf_size_bytes=len(drawn)
        )
        OutboxMessage.objects.filter(topic=TOPIC, key=certificate.serial, done_at=None).update(done_at=timezone.now())
    certificate.refresh_from_db(fields=["pdf_path", "pdf_sha256", "pdf_size_bytes"])
    if won or certificate.pdf_sha256 == digest:
        return drawn
    documents.remove(path)
    return ensure_pdf(certificate)


def _put_off(message: OutboxMessage, problem: CertificateError) -> None:
    """Try again later, each time twice as late, up to a day."""
    delay = min(LOST_AFTER * 2**message.attempts, timedelta(days=1))
    OutboxMessage.objects.filter(pk=message.pk).update(
        attempts=F("attempts") + 1, not_before=timezone.now() + delay, problem=type(problem).__name__
    )
