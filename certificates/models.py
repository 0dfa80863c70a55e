"""What is proven: issued papers, never edited, never deleted."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates import codes
from certificates.snapshot import Snapshot
from learning.models import Completion, User

# "Expiring soon" everywhere on the platform.
SOON = timedelta(days=60)


class SerialSeries(models.Model):
    """The last serial number given in a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.year)


class CertificateQuerySet(models.QuerySet):
    def of(self, user: User) -> CertificateQuerySet:
        return self.filter(user=user)

    def with_standing(self) -> CertificateQuerySet:
        """With the dates that `Certificate.state` asks about, as columns of the same query."""
        return self.annotate(
            revoked_at=F("revocation__revoked_at"),
            revocation_reason=F("revocation__reason"),
            completion_withdrawn_on=F("completion__withdrawal__withdrawn_on"),
            replaced_at=F("superseded_by__issued_at"),
            replaced_from=F("superseded_by__valid_from"),
        )

    def with_renewal(self) -> CertificateQuerySet:
        """With what the version studied says about renewing."""
        return self.annotate(renewal_window_days=F("completion__version__renewal_window_days"))


class Certificate(models.Model):
    """A paper as issued: `snapshot` holds all it says; the PDF is its rendering, stored once."""

    code = models.CharField(max_length=20, unique=True, help_text="Crockford base 32 without separators")
    serial = models.CharField(max_length=20, unique=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="certificates")
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="certificates")
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    snapshot = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    pdf_path = models.CharField(max_length=200, blank=True, help_text="Below DOCUMENT_ROOT")
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size_bytes = models.PositiveIntegerField(null=True)

    class State(models.TextChoices):
        """What holds on a day; the first that fits, from the bottom up."""

        VALID = "valid", _("Valid")
        NOT_YET = "not_yet", _("Not yet valid")
        EXPIRED = "expired", _("Expired")
        SUPERSEDED = "superseded", _("Replaced")
        REVOKED = "revoked", _("Revoked")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["completion"], condition=Q(supersedes=None), name="certificates_first_paper_once"
            )
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def printed_code(self) -> str:
        return codes.printed(self.code)

    @property
    def facts(self) -> Snapshot:
        return Snapshot.from_json(self.snapshot)

    def state(self, *, on: date) -> State:
        """The standing on a day, of a row `with_standing()`.

        A renewal that begins later leaves the paper it renews valid until then.
        """
        if self.revoked_at:
            withdrawn = self.revocation_reason == Revocation.Reason.WITHDRAWN
            return self.State.WITHDRAWN if withdrawn else self.State.REVOKED
        if self.completion_withdrawn_on:
            return self.State.REVOKED
        if self.replaced_from and self.replaced_from <= on:
            return self.State.SUPERSEDED
        if self.valid_until and self.valid_until < on:
            return self.State.EXPIRED
        return self.State.VALID if self.valid_from <= on else self.State.NOT_YET

    def expires_soon(self, *, on: date) -> bool:
        """Valid on that day and for at most `SOON` longer."""
        return self.valid_until is not None and self.valid_until - on <= SOON and self.state(on=on) is self.State.VALID


class Revocation(models.Model):
    """A paper declared void. The paper's row stays as it was."""

    class Reason(models.TextChoices):
        ERROR = "error", _("A mistake at issue")
        MISCONDUCT = "misconduct", _("The rules of the programme were not followed")
        WITHDRAWN = "withdrawn", _("The holder asked for it")

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    note = models.CharField(max_length=300, blank=True)
    revoked_at = models.DateTimeField(default=timezone.now)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"revocation of {self.certificate_id}"
