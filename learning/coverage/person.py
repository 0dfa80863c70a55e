"""One person's standing with the reasons: the rule of `standing` applied to the rows of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from learning.coverage.programmes import Clause, Programme, programmes_at
from learning.coverage.standing import Pause, Post, Proof, Standing, Study, standing
from learning.models import Completion, Enrolment, Exemption, Institution, Membership, User
from learning.papers import numbers_of


@dataclass(frozen=True)
class Reason:
    """A post that a clause asks something of."""

    membership: Membership
    clause: Clause
    due_on: date


@dataclass(frozen=True)
class Record:
    """A completion with the number of its paper, "" before it is printed or where none is."""

    completion: Completion
    number: str


@dataclass(frozen=True)
class OfProgramme:
    programme: Programme
    standing: Standing
    reasons: Sequence[Reason]
    exemptions: Sequence[Exemption]
    records: Sequence[Record]


@dataclass(frozen=True)
class Sheet:
    """What an HR officer sees of a person: posts and standings, never answers, attempts, times or scores."""

    person: User
    memberships: Sequence[Membership]
    programmes: Sequence[OfProgramme]


def sheet(person: User, institution: Institution, *, on: date) -> Sheet | None:
    """None when the person is not employed at the institution or below it on that day."""
    memberships = list(
        Membership.objects.employed(on=on)
        .filter(user=person, institution__path__startswith=institution.path)
        .select_related("position", "institution")
    )
    if not memberships:
        return None
    completions = list(
        Completion.objects.of(person)
        .filter(completed_on__lte=on)
        .select_related("withdrawal", "version", "external")
        .defer("evidence")
        .order_by("-completed_on", "-pk")
    )
    enrolments = list(Enrolment.objects.of(person).filter(started_at__isnull=False))
    exemptions = list(Exemption.objects.filter(user=person).select_related("institution"))
    numbers = numbers_of([completion.pk for completion in completions])
    told = [
        _of_programme(
            programme,
            memberships,
            [Record(item, numbers.get(item.pk, "")) for item in completions if item.course_id == programme.course_id],
            [item for item in enrolments if item.course_id == programme.course_id],
            [item for item in exemptions if item.course_id == programme.course_id],
            on,
        )
        for programme in programmes_at(institution, on=on)
    ]
    return Sheet(person, memberships, [item for item in told if item.reasons or item.records])


def _of_programme(
    programme: Programme,
    memberships: Sequence[Membership],
    records: Sequence[Record],
    enrolments: Sequence[Enrolment],
    exemptions: Sequence[Exemption],
    on: date,
) -> OfProgramme:
    posts = [_post(membership) for membership in memberships]
    pauses = [Pause(item.institution.path, item.starts_on, item.ends_on) for item in exemptions]
    reasons = [
        Reason(membership, clause, clause.rule.deadline(membership.starts_on))
        for membership, post in zip(memberships, posts, strict=True)
        for clause in programme.clauses
        if clause.rule.asks(post)
    ]
    found = standing(
        posts,
        rules=programme.rules,
        proofs=[_proof(record.completion) for record in records],
        studies=[_study(enrolment) for enrolment in enrolments],
        pauses=pauses,
        on=on,
    )
    running = [
        exemption
        for exemption, pause in zip(exemptions, pauses, strict=True)
        if any(pause.covers(post, on) for post in posts)
    ]
    return OfProgramme(programme, found, sorted(reasons, key=lambda reason: reason.due_on), running, records)


def _post(membership: Membership) -> Post:
    return Post(
        path=membership.institution.path,
        sector_id=membership.institution.sector_id,
        position_id=membership.position_id,
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
    )


def _proof(completion: Completion) -> Proof:
    withdrawal = getattr(completion, "withdrawal", None)
    return Proof(
        completed_on=completion.completed_on,
        valid_from=completion.valid_from,
        valid_until=completion.valid_until,
        withdrawn_on=withdrawal and withdrawal.withdrawn_on,
    )


def _study(enrolment: Enrolment) -> Study:
    ended_at = enrolment.completed_at or enrolment.withdrawn_at
    return Study(timezone.localdate(enrolment.started_at), ended_at and timezone.localdate(ended_at))
