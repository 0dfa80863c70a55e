"""Which policy holds where, and changing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from learning.people.models import Institution, User
from learning.records.models import AuditEvent
from learning.reminders.models import ReminderPolicy
from learning.reminders.policy import DEFAULT, Policy, Step


@dataclass(frozen=True, slots=True)
class Policies:
    """Every policy that was set, by the path of its institution."""

    by_path: Mapping[str, Policy]

    @classmethod
    def load(cls) -> Policies:
        rows = ReminderPolicy.objects.select_related("institution")
        return cls({row.institution.path: policy_of(row) for row in rows})

    @classmethod
    def around(cls, paths: Iterable[str]) -> Policies:
        """Those that can hold at these places, for a letter alone."""
        step = Institution.steplen
        above = {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
        rows = ReminderPolicy.objects.filter(institution__path__in=above).select_related("institution")
        return cls({row.institution.path: policy_of(row) for row in rows})

    def at(self, path: str) -> Policy:
        """The nearest one at or above, else the one that comes with the platform."""
        return self.by_path.get(self.source(path) or "", DEFAULT)

    def source(self, path: str) -> str | None:
        """The path of the institution whose policy holds; None when none was set."""
        while path and path not in self.by_path:
            path = path[: -Institution.steplen]
        return path or None

    def replaced(self, path: str, policy: Policy) -> Policies:
        """As if this policy were set there."""
        return Policies({**self.by_path, path: policy})


def policy_of(row: ReminderPolicy) -> Policy:
    return Policy(
        steps=tuple(Step(kind, days, to) for kind, days, to in row.steps),
        is_on=row.is_on,
        per_week=row.per_week,
        weekdays=frozenset(row.weekdays),
        earliest=row.earliest,
        latest=row.latest,
        digest_weekday=row.digest_weekday,
    )


@transaction.atomic
def set_policy(*, institution: Institution, policy: Policy, by: User) -> ReminderPolicy:
    """From now on this policy holds here and below; letters planned already are judged by it when they leave."""
    steps = sorted(set(policy.steps))
    row, _created = ReminderPolicy.objects.update_or_create(
        institution=institution,
        defaults={
            "is_on": policy.is_on,
            "steps": [[step.kind, step.days, step.to] for step in steps],
            "per_week": policy.per_week,
            "weekdays": sorted(policy.weekdays),
            "earliest": policy.earliest,
            "latest": policy.latest,
            "digest_weekday": policy.digest_weekday,
            "updated_by": by,
            "updated_at": timezone.now(),
        },
    )
    _note("reminder-policy-set", institution, by, is_on=policy.is_on, steps=row.steps, per_week=policy.per_week)
    return row


@transaction.atomic
def drop_policy(*, institution: Institution, by: User) -> bool:
    """Let the policy from above hold again. False when there was none of its own."""
    deleted, _rows = ReminderPolicy.objects.filter(institution=institution).delete()
    if deleted:
        _note("reminder-policy-dropped", institution, by)
    return bool(deleted)


def _note(action: str, institution: Institution, by: User, **facts: object) -> None:
    AuditEvent.objects.create(actor=by, action=action, institution=institution, facts=facts)
