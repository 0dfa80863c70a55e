"""Keeping derived figures in step with the facts."""

from collections.abc import Iterable

from learning.coverage.models import CoverageDirt
from learning.people.models import Membership, User


def mark_dirty(institution_ids: Iterable[int]) -> None:
    """Note that facts of these institutions changed. Call inside the transaction that changes them."""
    CoverageDirt.objects.bulk_create(CoverageDirt(institution_id=pk) for pk in sorted(set(institution_ids)))


def mark_person_dirty(user: User) -> None:
    """Note that this person's standing changed wherever they ever worked."""
    mark_dirty(Membership.objects.filter(user=user).values_list("institution_id", flat=True))
