"""One person's standing with the reasons: the rule of `standing` applied to the rows of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from learning.coverage.programmes import Clause, Programme, programmes_at
from learning.coverage.standing import Leave as LeaveFact
from learning.coverage.standing import Pause, Post, Proof, Standing, Study, WhyNot, standing
from learning.models import Completion, Enrolment, Exemption, Institution, Leave, Membership, User
from learning.papers import numbers_of


@dataclass(frozen=True)
class Reason:
    """A post that a clause asks something of."""

    membership: Membership
    clause: Clause
    due_on: date


@dataclass(frozen=True)
class NotAsked:
    """A post that a clause leaves out, and why."""

    membership: Membership
    clause: Clause
    why: WhyNot


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
    not_asked: Sequence[NotAsked]
    exemptions: Sequence[Exemption]
    records: Sequence[Record]


@dataclass(frozen=True)
class Sheet:
    """What an HR officer sees of a person: posts and standings, never answers, attempts, times or scores.

    `programmes` are those required or completed, `others` those that no rule asks of this person.
    """

    person: User
    memberships: Sequence[Membership]
    leaves: Sequence[Leave]
    programmes: Sequence[OfProgramme]
    others: Sequence[OfProgramme]

    def open_leave(self, institution: Institution, *, on: date) -> Leave | None:
        """Leave that is not over yet and that this institution, or one below it, noted."""
        mine = [leave for leave in self.leaves if leave.institution.path.startswith(institution.path)]
        return next((leave for leave in mine if leave.ends_on is None or leave.ends_on >= on), None)


@dataclass(frozen=True)
class _Rows:
    """What is known of a person on a day."""

    on: date
    memberships: Sequence[Membership]
    leaves: Sequence[Leave]
    exemptions: Sequence[Exemption]
    enrolments: Sequence[Enrolment]
    records: Sequence[Record]


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
    numbers = numbers_of([completion.pk for completion in completions])
    rows = _Rows(
        on=on,
        memberships=memberships,
        leaves=list(Leave.objects.filter(user=person).select_related("institution")),
        exemptions=list(Exemption.objects.filter(user=person).select_related("institution")),
        enrolments=list(Enrolment.objects.of(person).filter(started_at__isnull=False)),
        records=[Record(completion, numbers.get(completion.pk, "")) for completion in completions],
    )
    told = [_of_programme(programme, rows) for programme in programmes_at(institution, on=on)]
    return Sheet(
        person=person,
        memberships=memberships,
        leaves=[item for item in rows.leaves if any(_away(item).concerns(_post(post)) for post in memberships)],
        programmes=[item for item in told if item.reasons or item.records],
        others=[item for item in told if not item.reasons and not item.records],
    )


def _of_programme(programme: Programme, rows: _Rows) -> OfProgramme:
    mine = programme.course_id
    held = [(membership, _post(membership)) for membership in rows.memberships]
    leaves = [_away(item) for item in rows.leaves]
    exemptions = [item for item in rows.exemptions if item.course_id == mine]
    pauses = [Pause(item.institution.path, item.starts_on, item.ends_on) for item in exemptions]
    records = [item for item in rows.records if item.completion.course_id == mine]
    asked = [(membership, post, clause) for clause in programme.clauses for membership, post in held]
    reasons = [
        Reason(membership, clause, clause.rule.deadline(post, leaves, on=rows.on))
        for membership, post, clause in asked
        if clause.rule.asks(post)
    ]
    found = standing(
        [post for _, post in held],
        rules=programme.rules,
        proofs=[_proof(record.completion) for record in records],
        studies=[_study(item) for item in rows.enrolments if item.course_id == mine],
        pauses=pauses,
        leaves=leaves,
        retakes=programme.retakes,
        on=rows.on,
    )
    return OfProgramme(
        programme=programme,
        standing=found,
        reasons=sorted(reasons, key=lambda reason: reason.due_on),
        not_asked=[
            NotAsked(membership, clause, why)
            for membership, post, clause in asked
            if (why := clause.rule.why_not(post)) is not None
        ],
        exemptions=[
            exemption
            for exemption, pause in zip(exemptions, pauses, strict=True)
            if any(pause.covers(post, rows.on) for _, post in held)
        ],
        records=records,
    )


def _post(membership: Membership) -> Post:
    return Post(
        path=membership.institution.path,
        sector_id=membership.institution.sector_id,
        position_id=membership.position_id,
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
        employed_since=membership.employed_since,
        law_point=membership.position.law_point,
    )


def _away(leave: Leave) -> LeaveFact:
    return LeaveFact(leave.institution.path, leave.starts_on, leave.ends_on)


def _proof(completion: Completion) -> Proof:
    withdrawal = getattr(completion, "withdrawal", None)
    return Proof(
        completed_on=completion.completed_on,
        valid_from=completion.valid_from,
        valid_until=completion.valid_until,
        withdrawn_on=withdrawal and withdrawal.withdrawn_on,
        major=completion.version.major if completion.version else 0,
        is_partial=completion.kind == Completion.Kind.DELTA,
    )


def _study(enrolment: Enrolment) -> Study:
    ended_at = enrolment.completed_at or enrolment.withdrawn_at
    return Study(timezone.localdate(enrolment.started_at), ended_at and timezone.localdate(ended_at))
