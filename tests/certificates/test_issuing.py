import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates import codes, services
from certificates.errors import AlreadyReplaced, CertificateIsVoid
from certificates.models import Certificate, Revocation, SerialSeries
from certificates.snapshot import Snapshot, Topic
from courses.models import Module
from learning.models import AuditEvent, Completion, Enrolment, OutboxMessage
from learning.records import services as records
from learning.signals import course_completed
from tests.certificates.factories import a_certificate, a_completion, a_programme
from tests.factories import a_unit, a_user, an_enrolment

YEAR = timezone.localdate().year


def serials() -> list[str]:
    return list(Certificate.objects.order_by("serial").values_list("serial", flat=True))


@pytest.mark.django_db
def test_a_completion_becomes_a_certificate_in_its_own_transaction():
    completion = a_completion()

    course_completed.send(sender=Completion, completion=completion)

    certificate = Certificate.objects.get()
    assert certificate.completion == completion
    assert certificate.user == completion.user
    assert (certificate.valid_from, certificate.valid_until) == (completion.valid_from, completion.valid_until)
    assert codes.parse(certificate.code) == certificate.code
    promised = OutboxMessage.objects.get(topic=services.PDF_TOPIC)
    assert promised.payload == {"certificate": certificate.pk}


@pytest.mark.django_db
@given(order=st.permutations(range(4)), done=st.integers(0, 4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_certificate_is_there_exactly_when_every_required_unit_is_done(order, done):
    version = a_programme()
    module = version.modules.get()
    a_unit(module, "required")
    a_unit(module, "optional", required=False)
    units = list(version.units.all())
    enrolment = an_enrolment(a_user(), version)

    for place in order[:done]:
        records.finish_unit(enrolment=enrolment, unit=units[place], at=timezone.now())

    all_done = {0, 1, 2} <= set(order[:done])
    assert Certificate.objects.filter(user=enrolment.user).count() == int(all_done)


@pytest.mark.django_db
def test_a_completion_that_is_rolled_back_leaves_no_certificate_and_no_gap():
    with transaction.atomic():
        course_completed.send(sender=Completion, completion=a_completion())
        transaction.set_rollback(True)
    assert serials() == []

    a_certificate()
    a_certificate()

    assert serials() == [f"KP-{YEAR}-000001", f"KP-{YEAR}-000002"]


@pytest.mark.django_db
def test_issuing_twice_returns_the_same_certificate():
    completion = a_completion()

    assert services.issue(completion=completion) == services.issue(completion=completion)

    assert SerialSeries.objects.get().last == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_the_snapshot_holds_everything_the_paper_says():
    version = a_programme(title={"lv": "Pamanīt", "en": "Notice"}, published_at=timezone.now() - timedelta(days=40))
    Module.objects.filter(version=version).update(objectives=[{"lv": "Prast.", "en": "Know."}])
    completion = a_completion(a_user(first_name="  Ilze\u200b  Anna ", last_name="Kalnin\u0327a"), version)

    certificate = services.issue(completion=completion)

    today = timezone.localdate()
    assert certificate.facts == Snapshot(
        language="lv",
        number=f"KP-{YEAR}-000001",
        code=certificate.code,
        verification_address=f"http://localhost:8000/v/{certificate.printed_code}/",
        given_names="Ilze Anna",
        surname="Kalniņa",
        programme="Pamanīt",
        programme_kind="Starpnozaru programma",
        version="1.0",
        version_in_force_on=today - timedelta(days=40),
        minutes=20,
        academic_hour_min=45,
        studied_from=completion.started_on,
        studied_to=today,
        form="Tiešsaistē",
        completed_on=today,
        issued_on=today,
        valid_from=today,
        valid_until=completion.valid_until,
        validity_basis="programmas noteikumi",
        topics=(Topic(title="Modulis", outcomes=("Prast.",)),),
        issuer="Demo novada pašvaldība",
        issuer_registration_number="90000000000",
        issuer_contact="macibas@demonovads.example",
        signatory="Signe Vītola",
        signatory_post="programmas koordinatore",
        legal_status="Neapliecina speciālās zināšanas.",
    )


@pytest.mark.django_db
def test_the_certificate_speaks_its_holders_language():
    certificate = a_certificate(a_user(language="en"))

    assert certificate.facts.issuer == "Demo Municipality"
    assert certificate.facts.topics == (Topic(title="Module", outcomes=()),)


@pytest.mark.django_db
def test_a_programme_that_says_nothing_of_special_knowledge_denies_it():
    certificate = a_certificate(version=a_programme(certificate_terms={}))

    assert certificate.facts.legal_status == (
        "Šis dokuments neapliecina speciālo zināšanu apguvi bērnu tiesību aizsardzības jomā."
    )


@pytest.mark.django_db
def test_what_changes_later_changes_no_certificate():
    certificate = a_certificate()
    before = Certificate.objects.values().get()

    certificate.user.last_name = "Cita"
    certificate.user.save()
    Module.objects.update(title={"lv": "Cits", "en": "Other"})

    assert Certificate.objects.values().get() == before


@pytest.mark.django_db
def test_a_renewal_by_refresher_replaces_the_paper_and_says_its_own_hours():
    version = a_programme()
    refresher = Module.objects.create(
        version=version, key="r", path="refresher", position=9, title={"lv": "Atkārtojums"}, content_note={}
    )
    a_unit(refresher, "r-one", minutes=15)
    first = a_completion(version=version)
    old = services.issue(completion=first)
    renewal = a_completion(first.user, version, path=Enrolment.Path.REFRESHER, kind="renewal", renews=first)

    new = services.issue(completion=renewal)

    assert new.supersedes == old
    assert new.facts.replaces == old.serial
    assert (new.facts.path, new.facts.minutes) == ("refresher", 15)
    assert [topic.title for topic in new.facts.topics] == ["Atkārtojums"]
    old = Certificate.objects.with_standing().get(pk=old.pk)
    assert old.state(on=timezone.localdate()) == Certificate.State.SUPERSEDED


@pytest.mark.django_db
def test_a_certificate_has_one_successor():
    first = a_completion()
    services.issue(completion=first)
    second, third = (a_completion(first.user, first.version, kind="renewal", renews=first) for _ in range(2))

    papers = [services.issue(completion=completion) for completion in (second, third)]

    assert [paper.supersedes is not None for paper in papers] == [True, False]


@pytest.mark.django_db
def test_a_corrected_name_is_a_new_certificate_with_the_same_dates():
    old = a_certificate(on=date(2026, 1, 15))
    officer = a_user()

    new = services.reissue(certificate=old, given_names="Ilze", surname=" Ozola ", reason="married", by=officer)

    assert new.supersedes == old
    assert new.facts.holder == "Ilze Ozola"
    assert new.facts.replaces == old.serial
    assert new.code != old.code
    assert new.code in new.facts.verification_address.replace("-", "")
    assert (new.valid_from, new.valid_until) == (old.valid_from, old.valid_until)
    assert Certificate.objects.get(pk=old.pk).facts.holder == "Ilze Kalniņa"
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.subject) == ("certificate-reissued", officer, new.serial)


@pytest.mark.django_db
def test_a_replaced_certificate_cannot_be_corrected():
    old = a_certificate()
    services.reissue(certificate=old, given_names="Ilze", surname="Ozola", reason="", by=None)

    with pytest.raises(AlreadyReplaced):
        services.reissue(certificate=old, given_names="Ilze", surname="Liepa", reason="", by=None)

    assert Certificate.objects.count() == 2
    assert AuditEvent.objects.count() == 1
    assert SerialSeries.objects.get().last == 2


@pytest.mark.django_db
def test_a_completion_keeps_its_newest_paper_when_issued_again():
    old = a_certificate()
    new = services.reissue(certificate=old, given_names="Ilze", surname="Ozola", reason="", by=None)

    assert services.issue(completion=old.completion) == new


@pytest.mark.django_db
def test_revoking_twice_keeps_the_first_reason():
    certificate = a_certificate()
    officer = a_user()

    for reason in (Revocation.Reason.MISCONDUCT, Revocation.Reason.ERROR):
        services.revoke(certificate=certificate, reason=reason, note="", by=officer)

    revocation = Revocation.objects.get()
    assert (revocation.reason, revocation.revoked_by) == ("misconduct", officer)
    event = AuditEvent.objects.get()
    assert (event.action, event.facts) == ("certificate-revoked", {"reason": "misconduct"})


@pytest.mark.django_db
def test_a_revoked_certificate_cannot_be_corrected():
    certificate = a_certificate()
    services.revoke(certificate=certificate, reason=Revocation.Reason.ERROR, note="", by=None)

    with pytest.raises(CertificateIsVoid):
        services.reissue(certificate=certificate, given_names="Ilze", surname="Ozola", reason="", by=None)


@pytest.mark.django_db
def test_issuing_costs_the_same_whatever_the_programme(django_assert_num_queries):
    completion = a_completion()
    services.issue(completion=a_completion(version=completion.version))

    # Look, savepoint, counter twice, certificate, promise, release.
    with django_assert_num_queries(7):
        services.issue(completion=completion)


def together(work, times: int = 16) -> list:
    """Run the same work in threads that start at once, each with its own connection."""
    barrier = threading.Barrier(times)
    outcomes: list = []

    def run(number: int) -> None:
        try:
            barrier.wait()
            outcomes.append(work(number))
        except Exception as problem:
            outcomes.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_completions_at_once_issue_one_certificate():
    completion = a_completion()

    def complete(_: int) -> int:
        mine = Completion.objects.get(pk=completion.pk)
        with transaction.atomic():
            course_completed.send(sender=Completion, completion=mine)
            return Certificate.objects.get(completion=mine).pk

    assert set(together(complete)) == {Certificate.objects.get().pk}
    assert SerialSeries.objects.get().last == 1
    promised = OutboxMessage.objects.values_list("topic", flat=True).order_by("topic")
    assert list(promised) == ["certificate-letter", "certificate-pdf"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_people_at_once_get_numbers_without_gaps():
    completions = [a_completion() for _ in range(16)]

    together(lambda number: services.issue(completion=completions[number]))

    assert serials() == [f"KP-{YEAR}-{number:06d}" for number in range(1, 17)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_corrections_at_once_replace_a_certificate_once():
    certificate = a_certificate()

    def correct(number: int) -> Certificate:
        return services.reissue(certificate=certificate, given_names="Ilze", surname=f"N{number}", reason="", by=None)

    outcomes = together(correct)

    assert sum(isinstance(outcome, Certificate) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyReplaced) for outcome in outcomes) == 15
    assert serials() == [f"KP-{YEAR}-000001", f"KP-{YEAR}-000002"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_last_clicks_at_once_issue_one_certificate():
    version = a_programme()
    enrolment = an_enrolment(a_user(), version)
    first, last = version.units.all()
    records.finish_unit(enrolment=enrolment, unit=first, at=timezone.now())

    outcomes = together(lambda _: records.finish_unit(enrolment=enrolment, unit=last, at=timezone.now()))

    assert sum(outcome.completion is not None for outcome in outcomes) == 1
    assert serials() == [f"KP-{YEAR}-000001"]
