"""A certificate declared void; its row stays as it was."""

from django.db import transaction

from certificates.models import Certificate, Revocation
from learning.models import AuditEvent, User


@transaction.atomic
def revoke(*, certificate: Certificate, reason: Revocation.Reason, note: str, by: User | None) -> Revocation:
    """Declare a certificate void and return the revocation. A second call changes nothing: the first one stands.

    `note` is for the issuer's own records and is shown to nobody else.
    """
    revocation, created = Revocation.objects.get_or_create(
        certificate=certificate, defaults={"reason": reason, "note": note, "revoked_by": by}
    )
    if created:
        AuditEvent.objects.create(
            actor=by, action="certificate-revoked", subject=certificate.serial, facts={"reason": revocation.reason}
        )
    return revocation
