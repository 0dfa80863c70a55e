"""Who may look after which institutions. Each change leaves a trace."""

from django.db import transaction

from learning.people.models import Institution, Scope, User
from learning.records.models import AuditEvent


@transaction.atomic
def grant(*, user: User, institution: Institution, role: str, by: User | None) -> bool:
    """Give a role on this institution and everything below it. False when the person has it already."""
    _scope, created = Scope.objects.get_or_create(user=user, institution=institution, role=role)
    if created:
        _note("scope-granted", user, institution, role, by)
    return created


@transaction.atomic
def revoke(*, user: User, institution: Institution, role: str, by: User | None) -> bool:
    """Take a role away. False when the person did not have it."""
    deleted, _rows = Scope.objects.filter(user=user, institution=institution, role=role).delete()
    if deleted:
        _note("scope-revoked", user, institution, role, by)
    return bool(deleted)


def _note(action: str, user: User, institution: Institution, role: str, by: User | None) -> None:
    AuditEvent.objects.create(
        actor=by, action=action, institution=institution, subject=str(user.number), facts={"role": role}
    )
