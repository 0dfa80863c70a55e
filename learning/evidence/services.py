"""Recording training done elsewhere, and the second pair of eyes that makes it count."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from courses.models import Course
from learning.coverage.services import mark_person_dirty
from learning.errors import LearningError
from learning.evidence import files, selectors
from learning.evidence.errors import (
    DecidedAlready,
    NotWithdrawable,
    OwnRecord,
    OwnTraining,
    RecordedAlready,
    RuleBackdated,
    StillToCome,
)
from learning.evidence.files import Document
from learning.evidence.models import EvidenceRule, ExternalEvidence
from learning.people.models import Institution, User
from learning.records.models import AuditEvent, Completion, CompletionWithdrawal
from learning.requirements.models import Enrolment

State = ExternalEvidence.State


@transaction.atomic
def record(
    *,
    user: User,
    course: Course,
    institution: Institution,
    facts: dict[str, Any],
    document: Document | None,
    by: User | None,
    at: datetime,
    corrects: ExternalEvidence | None = None,
) -> ExternalEvidence:
    """Write a document down. It counts for nothing before somebody else has accepted it.

    `facts` are the columns that say what the document says. `by` None: a file that no person handed in. Raises
    RecordedAlready, StillToCome, StorageUnavailable.
    """
    evidence = ExternalEvidence(
        user=user,
        course=course,
        institution=institution,
        recorded_by=by,
        recorded_at=at,
        corrects=corrects,
        **facts,
        **(document.columns() if document else {}),
    )
    if evidence.completed_on > timezone.localdate(at):
        raise StillToCome
    try:
        with transaction.atomic():
            evidence.save(force_insert=True)
    except IntegrityError:
        if is_known(evidence):
            raise RecordedAlready from None
        raise
    if document:
        files.keep(evidence, document)
    _note("evidence-recorded", evidence, by, has_file=bool(document))
    return evidence


def is_known(evidence: ExternalEvidence) -> bool:
    """Whether a document of the same person, programme, day, provider and number is waiting or accepted."""
    return ExternalEvidence.objects.filter(
        user=evidence.user_id,
        course=evidence.course_id,
        completed_on=evidence.completed_on,
        provider=evidence.provider,
        document_number=evidence.document_number,
        state__in=ExternalEvidence.OPEN,
    ).exists()


@transaction.atomic
def accept(*, evidence: ExternalEvidence, by: User, at: datetime) -> Completion:
    """Let it count like a completion from that day on: coverage of days gone by stays as it was.

    A study that a rule asked for and nobody began is no longer asked, unless a valid proof was there and something
    else asked for it. No certificate of ours follows. Raises OwnRecord, OwnTraining, DecidedAlready and what
    `selectors.judge` raises.
    """
    on = timezone.localdate(at)
    _check_eyes(evidence, by)
    rule, last_day = selectors.judge(evidence, on=on)
    _decide(evidence, State.ACCEPTED, by, at, rule=rule)
    had_proof = Completion.objects.valid(on=on).of(evidence.user).filter(course=evidence.course_id).exists()
    completion = Completion.objects.create(
        user_id=evidence.user_id,
        course_id=evidence.course_id,
        external=evidence,
        kind=Completion.Kind.EXTERNAL,
        started_on=evidence.completed_on,
        completed_at=at,
        completed_on=on,
        valid_from=on,
        valid_until=last_day,
        evidence=_frozen(evidence),
    )
    if not had_proof:
        unbegun = Enrolment.objects.open().of(evidence.user).filter(course=evidence.course_id, started_at=None)
        unbegun.update(withdrawn_at=at)
    mark_person_dirty(evidence.user)
    _note("evidence-accepted", evidence, by)
    return completion


@dataclass
class Accepted:
    """What became of several documents: how many count now, and why the others do not."""

    count: int = 0
    refusals: list[tuple[ExternalEvidence, str]] = field(default_factory=list)


def accept_many(*, several: Iterable[ExternalEvidence], by: User, at: datetime) -> Accepted:
    """Accept each that may be accepted; one that may not stops none of the others."""
    result = Accepted()
    for evidence in several:
        try:
            accept(evidence=evidence, by=by, at=at)
        except LearningError as refusal:
            result.refusals.append((evidence, str(refusal.message)))
        else:
            result.count += 1
    return result


@transaction.atomic
def refuse(*, evidence: ExternalEvidence, reason: str, by: User, at: datetime) -> None:
    """Say no, with a reason the person reads. Raises OwnRecord, OwnTraining, DecidedAlready."""
    _check_eyes(evidence, by)
    _decide(evidence, State.REFUSED, by, at, decision_reason=reason)
    _note("evidence-refused", evidence, by)


@transaction.atomic
def withdraw(*, evidence: ExternalEvidence, reason: str, by: User, at: datetime) -> None:
    """Take a wrong record out. If it was accepted it stops counting today; what was true before stays.

    Raises NotWithdrawable.
    """
    open_ = ExternalEvidence.objects.filter(pk=evidence.pk, state__in=ExternalEvidence.OPEN)
    if not open_.update(state=State.WITHDRAWN, withdrawn_by=by, withdrawn_at=at, withdrawal_reason=reason):
        raise NotWithdrawable
    completion = Completion.objects.filter(external=evidence).first()
    if completion:
        CompletionWithdrawal.objects.create(
            completion=completion, withdrawn_on=timezone.localdate(at), reason=reason, withdrawn_by=by, created_at=at
        )
        mark_person_dirty(evidence.user)
    _note("evidence-withdrawn", evidence, by, was_accepted=bool(completion))


@transaction.atomic
def set_rule(*, course: Course, institution: Institution, facts: dict[str, Any], by: User | None) -> EvidenceRule:
    """Make a rule that holds from a day on; the one in force until then ends the day before.

    Decisions made under the old rule stay. Raises RuleBackdated.
    """
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    first_day: date = facts["valid_from"]
    theirs = EvidenceRule.objects.filter(course=course, institution=institution)
    if first_day < timezone.localdate() or theirs.filter(valid_from__gte=first_day).exists():
        raise RuleBackdated
    theirs.filter(Q(valid_until=None) | Q(valid_until__gte=first_day)).update(valid_until=first_day - timedelta(days=1))
    rule = EvidenceRule.objects.create(course=course, institution=institution, created_by=by, **facts)
    AuditEvent.objects.create(
        actor=by,
        action="evidence-rule-set",
        institution=institution,
        subject=str(rule.pk),
        facts={"course": course.key, "valid_from": str(first_day)},
    )
    return rule


def _check_eyes(evidence: ExternalEvidence, by: User) -> None:
    if evidence.user_id == by.pk:
        raise OwnTraining
    if evidence.recorded_by_id == by.pk:
        raise OwnRecord


def _decide(evidence: ExternalEvidence, state: str, by: User, at: datetime, **more: object) -> None:
    """One of two who decide at once comes second and changes nothing."""
    mine = ExternalEvidence.objects.waiting().filter(pk=evidence.pk)
    if not mine.update(state=state, decided_by=by, decided_at=at, **more):
        raise DecidedAlready
    evidence.refresh_from_db()


def _frozen(evidence: ExternalEvidence) -> dict[str, object]:
    """What was true when it was accepted, shaped like that of other completions."""
    return {
        "holder": {
            "number": str(evidence.user.number),
            "first_name": evidence.user.first_name,
            "last_name": evidence.user.last_name,
        },
        "institution": {
            "code": evidence.institution.code,
            "name": evidence.institution.name,
            "registration_number": evidence.institution.registration_number,
        },
        "provider": evidence.provider,
        "document": evidence.document_number,
        "minutes": evidence.minutes,
    }


def _note(action: str, evidence: ExternalEvidence, by: User | None, **facts: object) -> None:
    AuditEvent.objects.create(
        actor=by,
        action=action,
        institution_id=evidence.institution_id,
        subject=str(evidence.number),
        facts={"person": str(evidence.user.number), "course": evidence.course.key, **facts},
    )
