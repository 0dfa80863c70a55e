"""A completion becomes a certificate, in the same transaction."""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from certificates import codes, selectors
from certificates.errors import AlreadyReplaced, CertificateIsVoid
from certificates.models import Certificate, Revocation, SerialSeries
from certificates.services.papers import promise_pdf
from certificates.snapshot import Snapshot
from learning.models import AuditEvent, Completion, User


def issue(*, completion: Completion) -> Certificate:
    """Return the certificate of a completion, making it if it is the first call; it is issued when that was completed.

    The row holds all the paper says; the PDF is promised, and made after the commit. A renewal replaces the paper of
    the completion it renews.
    """
    if existing := selectors.latest_paper(completion.pk):
        return existing
    try:
        with transaction.atomic():
            return _first_paper(completion)
    except IntegrityError:
        # Another request issued it between our look and our insert.
        if existing := selectors.latest_paper(completion.pk):
            return existing
    # Or the renewed paper was replaced meanwhile, or 70 random bits fell as once before: a second try sees it.
    with transaction.atomic():
        return _first_paper(completion)


def reissue(*, certificate: Certificate, given_names: str, surname: str, reason: str, by: User | None) -> Certificate:
    """Return a new certificate with the corrected name; the old code goes on answering "replaced".

    Hours, dates and programme stay what they were. Raises CertificateIsVoid for a revoked one and AlreadyReplaced when
    another took its place.
    """
    if Revocation.objects.filter(certificate=certificate).exists():
        raise CertificateIsVoid
    corrected = {"given_names": selectors.printable(given_names), "surname": selectors.printable(surname)}
    with transaction.atomic():
        try:
            with transaction.atomic():
                paper = _corrected_paper(certificate, corrected)
        except IntegrityError as problem:
            raise AlreadyReplaced from problem
        AuditEvent.objects.create(
            actor=by,
            action="certificate-reissued",
            subject=paper.serial,
            facts={"replaces": certificate.serial, "reason": reason},
        )
    return paper


def _first_paper(completion: Completion) -> Certificate:
    renewed = selectors.latest_paper(completion.renews_id) if completion.renews_id else None
    issued_on = completion.completed_on
    snapshot = selectors.snapshot_of(
        completion,
        number=next_serial(issued_on.year),
        code=codes.new_code(),
        issued_on=issued_on,
        replaces=renewed.serial if renewed else "",
    )
    return _store(snapshot, completion=completion, supersedes=renewed, issued_at=completion.completed_at)


def _corrected_paper(certificate: Certificate, corrected: dict[str, str]) -> Certificate:
    issued_at = timezone.now()
    issued_on = timezone.localdate(issued_at)
    code = codes.new_code()
    snapshot = replace(
        certificate.facts,
        **corrected,
        number=next_serial(issued_on.year),
        code=code,
        verification_address=selectors.verification_address(code),
        issued_on=issued_on,
        replaces=certificate.serial,
    )
    return _store(snapshot, completion=certificate.completion, supersedes=certificate, issued_at=issued_at)


def _store(
    snapshot: Snapshot, *, completion: Completion, supersedes: Certificate | None, issued_at: datetime
) -> Certificate:
    certificate = Certificate.objects.create(
        code=snapshot.code,
        serial=snapshot.number,
        user_id=completion.user_id,
        completion=completion,
        supersedes=supersedes,
        snapshot=snapshot.as_json(),
        issued_at=issued_at,
        valid_from=snapshot.valid_from,
        valid_until=snapshot.valid_until,
    )
    promise_pdf(certificate)
    return certificate


def next_serial(year: int) -> str:
    """The next number of the year, without gaps: `KP-2026-000123`.

    The counter's row stays locked until the surrounding transaction ends, so two issues of one year wait for each
    other for the rest of their transactions, and a rolled back one gives its number back. It is the last lock taken
    on the way, hence no deadlock.
    """
    series = SerialSeries.objects.filter(year=year)
    if not series.update(last=F("last") + 1):
        SerialSeries.objects.get_or_create(year=year)
        series.update(last=F("last") + 1)
    return f"KP-{year}-{series.values_list('last', flat=True).get():06d}"
