"""Addresses from which letters came back."""

from django.db import transaction
from django.utils import timezone

from learning.people.models import Institution, User
from learning.records.models import AuditEvent
from learning.reminders.models import ReminderLetter


@transaction.atomic
def write_again(*, person: User, institution: Institution, by: User) -> int:
    """Somebody checked the address: bounces so far count no more. How many there were."""
    forgiven = ReminderLetter.objects.bounced().filter(recipient=person).update(bounce_forgiven_at=timezone.now())
    if forgiven:
        AuditEvent.objects.create(
            actor=by,
            action="reminder-address-checked",
            institution=institution,
            subject=str(person.number),
            facts={"bounces": forgiven},
        )
    return forgiven
