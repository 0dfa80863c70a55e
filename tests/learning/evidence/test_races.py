"""Several officers and learners at once: one record, one decision, one completion (S23)."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from learning.errors import LearningError
from learning.evidence import services
from learning.evidence.models import ExternalEvidence
from learning.models import Completion, EvidenceRule
from tests import factories as make

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AT_ONCE = 8


class Ground:
    def __init__(self) -> None:
        self.school = make.an_institution("school")
        self.course = make.a_version().course
        self.person = make.a_user()
        make.a_membership(self.person, self.school)
        self.officers = [make.a_user() for _ in range(AT_ONCE)]


@pytest.fixture
def ground() -> Ground:
    return Ground()


def together(*calls) -> list[type]:
    """Each call in a thread of its own; the kinds of errors of ours that came back."""
    raised, start = [], threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait()
            call()
        except LearningError as refusal:
            raised.append(type(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_eight_who_accept_at_once_make_one_completion(ground):
    evidence = make.an_evidence(ground.person, ground.course, ground.school, by=ground.person)

    def accept(officer):
        own = ExternalEvidence.objects.get(pk=evidence.pk)
        return lambda: services.accept(evidence=own, by=officer, at=timezone.now())

    raised = together(*map(accept, ground.officers))

    assert len(raised) == AT_ONCE - 1
    assert Completion.objects.filter(external=evidence).count() == 1


def test_one_who_accepts_and_one_who_withdraws_leave_nothing_that_counts(ground):
    evidence = make.an_evidence(ground.person, ground.course, ground.school, by=ground.person)
    first, second = (ExternalEvidence.objects.get(pk=evidence.pk) for _ in range(2))

    together(
        lambda: services.accept(evidence=first, by=ground.officers[0], at=timezone.now()),
        lambda: services.withdraw(evidence=second, reason="x", by=ground.officers[1], at=timezone.now()),
    )

    evidence.refresh_from_db()
    assert evidence.state == "withdrawn"
    assert not Completion.objects.valid(on=timezone.localdate()).filter(user=ground.person).exists()


def test_one_document_sent_eight_times_at_once_is_recorded_once(ground):
    def record():
        make.an_evidence(ground.person, ground.course, ground.school, by=ground.person, document_number="BT-1")

    raised = together(*[record] * AT_ONCE)

    assert len(raised) == AT_ONCE - 1
    assert ExternalEvidence.objects.count() == 1


def test_eight_who_set_a_rule_at_once_leave_one_in_force(ground):
    today = timezone.localdate()
    facts = {"valid_from": today, "legal_basis_lv": "a", "legal_basis_en": "b"}

    def rule():
        services.set_rule(course=ground.course, institution=ground.school, facts=facts, by=None)

    raised = together(*[rule] * AT_ONCE)

    assert len(raised) == AT_ONCE - 1
    assert EvidenceRule.objects.in_force(on=today).count() == 1
