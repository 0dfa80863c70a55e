"""Training elsewhere counts when a second person has accepted it, and like a completion from then on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates.models import Certificate
from learning.coverage.person import sheet
from learning.coverage.reports import report
from learning.coverage.standing import State
from learning.evidence import services
from learning.evidence.errors import (
    DecidedAlready,
    NotWithdrawable,
    OwnRecord,
    OwnTraining,
    RanOut,
    RecordedAlready,
    RuleBackdated,
    StillToCome,
    TooOld,
    TooShort,
)
from learning.models import AuditEvent, Completion, CoverageDirt, Enrolment, EvidenceRule, ExternalEvidence
from learning.records.desk import Desk
from learning.requirements.asking import enrol_required
from learning.requirements.renewals import apply_version, start_refresher
from learning.requirements.selectors import last_completions, period_of
from lrs.native import tellers
from tests import factories as make
from tests.learning.staff import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return School()


@pytest.fixture
def colleague(school):
    return make.a_user("second@school.example")


def proposed(school: School, standing: str = "not_started", **facts) -> ExternalEvidence:
    return make.an_evidence(school.people[standing], school.course, school.institution, by=school.hr, **facts)


def accepted(school: School, by, standing: str = "not_started", **facts) -> Completion:
    return services.accept(evidence=proposed(school, standing, **facts), by=by, at=timezone.now())


def figures(school: School, on: date):
    return report(school.institution, on=on, course_key=school.course.key).figures


def test_it_counts_for_nothing_until_it_is_accepted_and_then_like_a_completion(school, colleague):
    before = figures(school, school.today)
    evidence = proposed(school)
    assert figures(school, school.today) == before

    completion = services.accept(evidence=evidence, by=colleague, at=timezone.now())

    after = figures(school, school.today)
    assert (after.valid, after.required) == (before.valid + 1, before.required)
    assert after.not_started == before.not_started - 1
    assert (completion.kind, completion.external, completion.version, completion.enrolment) == (
        "external",
        evidence,
        None,
        None,
    )
    assert completion.valid_from == school.today
    assert CoverageDirt.objects.filter(institution=school.institution).exists()


def test_coverage_of_earlier_days_stays_what_it_was(school, colleague):
    yesterday = school.today - timedelta(days=1)
    before = figures(school, yesterday)

    accepted(school, colleague, completed_on=date(2025, 1, 10), stated_until=school.today + timedelta(days=500))

    assert figures(school, yesterday) == before


def test_no_certificate_and_no_statement_of_ours_follows(school, colleague):
    accepted(school, colleague)

    assert Certificate.objects.count() == 0
    told = list(tellers.completions(timezone.now() - timedelta(days=1)))
    assert [fact for fact in told if fact.statement] == []


def test_who_recorded_it_and_whom_it_concerns_may_not_decide(school, colleague):
    evidence = proposed(school)

    with pytest.raises(OwnRecord):
        services.accept(evidence=evidence, by=school.hr, at=timezone.now())
    with pytest.raises(OwnTraining):
        services.accept(evidence=evidence, by=evidence.user, at=timezone.now())
    with pytest.raises(OwnRecord):
        services.refuse(evidence=evidence, reason="x", by=school.hr, at=timezone.now())
    assert Completion.objects.filter(kind="external").count() == 0


@pytest.mark.parametrize("who", ["recorder", "person"])
def test_the_database_refuses_one_pair_of_eyes_too(school, who):
    evidence = proposed(school)
    decider = school.hr if who == "recorder" else evidence.user
    own = ExternalEvidence.objects.filter(pk=evidence.pk)

    with pytest.raises(IntegrityError, match="second_pair_of_eyes"), transaction.atomic():
        own.update(state="accepted", decided_by=decider, decided_at=timezone.now())


def test_the_database_refuses_a_completion_that_is_neither_here_nor_elsewhere(school, colleague):
    completion = accepted(school, colleague)
    own = Completion.objects.filter(pk=completion.pk)

    with pytest.raises(IntegrityError, match="here_or_elsewhere"), transaction.atomic():
        own.update(version=school.version)
    with pytest.raises(IntegrityError, match="here_or_elsewhere"), transaction.atomic():
        own.update(external=None)
    with pytest.raises(IntegrityError, match="here_or_elsewhere"), transaction.atomic():
        Completion.objects.filter(kind="first").update(kind="external")


def test_nobody_decides_twice(school, colleague):
    evidence = proposed(school)
    services.accept(evidence=evidence, by=colleague, at=timezone.now())

    with pytest.raises(DecidedAlready):
        services.accept(evidence=evidence, by=colleague, at=timezone.now())
    with pytest.raises(DecidedAlready):
        services.refuse(evidence=evidence, reason="x", by=colleague, at=timezone.now())
    assert Completion.objects.filter(kind="external").count() == 1


def test_one_document_is_recorded_once_and_again_after_it_was_refused(school, colleague):
    first = proposed(school, document_number="BT-1", completed_on=date(2026, 1, 5))
    again = {"document_number": "BT-1", "completed_on": date(2026, 1, 5)}

    with pytest.raises(RecordedAlready):
        proposed(school, **again)
    services.refuse(evidence=first, reason="Nesalasāms", by=colleague, at=timezone.now())
    second = proposed(school, **again)

    assert second.state == "proposed"


def test_what_is_still_to_come_is_not_recorded(school):
    with pytest.raises(StillToCome):
        proposed(school, completed_on=school.today + timedelta(days=1))


def test_a_refusal_keeps_the_reason_and_counts_for_nothing(school, colleague):
    evidence = proposed(school)

    services.refuse(evidence=evidence, reason="Nav paraksta", by=colleague, at=timezone.now())

    evidence.refresh_from_db()
    assert (evidence.state, evidence.decision_reason, evidence.decided_by) == ("refused", "Nav paraksta", colleague)
    assert not Completion.objects.filter(external=evidence).exists()


def test_a_withdrawn_one_stops_counting_today_and_the_correct_one_points_to_it(school, colleague):
    start = figures(school, school.today).valid
    completion = accepted(school, colleague)
    evidence = completion.external

    services.withdraw(evidence=evidence, reason="Nepareizs datums", by=school.hr, at=timezone.now())
    right = make.an_evidence(evidence.user, school.course, school.institution, by=school.hr)
    ExternalEvidence.objects.filter(pk=right.pk).update(corrects=evidence)

    assert figures(school, school.today).valid == start
    assert completion.withdrawal.reason == "Nepareizs datums"
    assert list(evidence.corrected_by.all()) == [right]
    with pytest.raises(NotWithdrawable):
        services.withdraw(evidence=evidence, reason="x", by=school.hr, at=timezone.now())


def test_what_a_rule_asked_for_and_nobody_began_is_no_longer_asked(school, colleague):
    person = school.people["not_started"]
    enrol_required(on=school.today, users=[person])
    assert Enrolment.objects.open().of(person).count() == 1

    accepted(school, colleague)

    assert Enrolment.objects.open().of(person).count() == 0
    assert enrol_required(on=school.today, users=[person]) == 0


def test_what_was_begun_goes_on(school, colleague):
    accepted(school, colleague, "in_progress")

    assert Enrolment.objects.open().of(school.people["in_progress"]).count() == 1


def test_a_retake_asked_of_a_holder_stays_asked(school, colleague):
    person = school.people["valid"]
    make.an_enrolment(person, school.version)

    accepted(school, colleague, "valid")

    assert Enrolment.objects.open().of(person).count() == 1


def test_the_nearest_rule_in_force_decides(school, colleague):
    today = school.today
    basis = {"legal_basis_lv": "Pamats", "legal_basis_en": "Basis", "valid_from": date(2020, 1, 1)}
    EvidenceRule.objects.create(course=school.course, institution=school.municipality, oldest_months=6, **basis)
    near = EvidenceRule.objects.create(
        course=school.course, institution=school.institution, oldest_months=48, counts_months=60, **basis
    )
    EvidenceRule.objects.create(
        course=make.a_version().course, institution=school.institution, oldest_months=1, **basis
    )

    completion = accepted(school, colleague, completed_on=date(today.year - 3, today.month, 1))

    assert completion.external.rule == near
    assert completion.valid_until == date(today.year + 2, today.month, 1)


def test_a_rule_refuses_what_is_too_old_too_short_or_has_run_out(school, colleague):
    services.set_rule(
        course=school.course,
        institution=school.municipality,
        facts={
            "valid_from": school.today,
            "oldest_months": 12,
            "counts_months": 6,
            "least_minutes": 300,
            "legal_basis_lv": "Pamats",
            "legal_basis_en": "Basis",
        },
        by=school.coordinator,
    )

    for refusal, facts in [
        (TooOld, {"completed_on": school.today - timedelta(days=400)}),
        (TooShort, {"hours": Decimal(6)}),
        (RanOut, {"completed_on": school.today - timedelta(days=250)}),
    ]:
        with pytest.raises(refusal):
            accepted(school, colleague, **facts)
    assert Completion.objects.filter(kind="external").count() == 0


def test_a_new_rule_ends_the_old_one_and_none_begins_in_the_past(school):
    facts = {"legal_basis_lv": "a", "legal_basis_en": "b"}

    def rule(day: date) -> EvidenceRule:
        where = {"course": school.course, "institution": school.municipality}
        return services.set_rule(**where, facts={**facts, "valid_from": day}, by=school.coordinator)

    first = rule(school.today)
    rule(school.today + timedelta(days=30))
    first.refresh_from_db()

    assert first.valid_until == school.today + timedelta(days=29)
    for day in (school.today - timedelta(days=1), school.today, school.today + timedelta(days=30)):
        with pytest.raises(RuleBackdated):
            rule(day)


def test_renewal_goes_by_the_newest_version_s_terms(school, colleague):
    until = school.today + timedelta(days=40)
    completion = accepted(school, colleague, stated_until=until)
    person = completion.user
    make.a_version(school.course, major=2, renewal_window_days=45, grace_days=10, refresher_minutes=20)

    held = last_completions(person, on=school.today)[school.course.pk]
    period = period_of(held)
    enrolment, _new = start_refresher(user=person, course=school.course, at=timezone.now())

    assert (period.opens_on, period.grace_until) == (until - timedelta(days=45), until + timedelta(days=10))
    assert (enrolment.path, enrolment.institution, enrolment.due_on) == ("refresher", school.institution, until)


def test_a_retake_is_asked_of_holders_from_elsewhere_and_what_changed_is_not(school, colleague):
    completion = accepted(school, colleague)
    Completion.objects.exclude(pk=completion.pk).delete()
    delta = make.a_version(school.course, minor=1, change="delta")
    delta.units.update(changed=True)

    assert apply_version(version=delta) == 0
    retake = make.a_version(school.course, major=2, change="retake", retake_by=school.today + timedelta(days=60))
    assert apply_version(version=retake) == 1

    enrolment = Enrolment.objects.open().of(completion.user).get()
    assert (enrolment.role_key, enrolment.institution) == ("teacher", school.institution)


def test_the_desk_and_the_sheet_show_it_as_training_elsewhere(school, colleague):
    completion = accepted(school, colleague)

    desk = Desk.of(completion.user, on=school.today, language="lv")
    told = sheet(completion.user, school.institution, on=school.today)

    assert [held.completion for held in desk.held] == [completion]
    assert told.programmes[0].standing.state == State.VALID
    assert told.programmes[0].records[0].completion.external.source == completion.external.source


def test_each_step_leaves_a_trace_without_contents(school, colleague):
    completion = accepted(school, colleague, title="CANARY", provider="CANARY")
    services.withdraw(evidence=completion.external, reason="CANARY", by=school.hr, at=timezone.now())

    events = AuditEvent.objects.filter(action__startswith="evidence-").order_by("pk")
    assert [event.action for event in events] == ["evidence-recorded", "evidence-accepted", "evidence-withdrawn"]
    assert "CANARY" not in str([(event.subject, event.facts) for event in events])
