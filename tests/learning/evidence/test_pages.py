"""Recording, checking and showing training elsewhere in a browser."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from learning.evidence import services
from learning.evidence.models import ExternalEvidence
from learning.models import AuditEvent, Completion, EvidenceRule
from tests import factories as make
from tests.learning.pages import html_of
from tests.learning.staff import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return School()


@pytest.fixture
def second(school):
    """Another HR officer, of the municipality."""
    officer = make.a_user("second@school.example", first_name="Otra", last_name="Aina")
    make.a_scope(officer, school.municipality)
    return officer


@pytest.fixture
def person(school):
    return school.people["not_started"]


def at(name: str, *more: object) -> str:
    return reverse(f"institutions:{name}", args=["school", *more])


def said(school: School, **more: object) -> dict[str, object]:
    """What a form sends."""
    return {
        "programme": school.course.key,
        "title": "Bērnu tiesības",
        "provider": "Mācību centrs",
        "document_number": "BT-1",
        "hours": "8,5",
        "minutes_per_hour": 45,
        "completed_on": str(school.today - timedelta(days=30)),
        **more,
    }


def a_file(content: bytes = b"%PDF-1.7 canary", name: str = "a.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_hr_records_and_another_officer_accepts(client, school, second, person):
    client.force_login(school.hr)
    answer = client.post(at("evidence_new", person.number), said(school, file=a_file()))
    evidence = ExternalEvidence.objects.get()
    assert answer.headers["Location"] == at("evidence_detail", evidence.number)
    assert "pārbauda cits" in html_of(client.get(at("evidence")))
    client.post(at("evidence_decide", evidence.number), {"decision": "accept"})
    evidence.refresh_from_db()
    assert evidence.state == "proposed"

    client.force_login(second)
    page = html_of(client.get(at("evidence_detail", evidence.number)))
    answer = client.post(at("evidence_decide", evidence.number), {"decision": "accept"})

    assert 'value="accept"' in page
    assert answer.status_code == 302
    assert Completion.objects.get(user=person).external == evidence
    assert (evidence.user, evidence.institution, evidence.recorded_by) == (person, school.institution, school.hr)


def test_who_recorded_it_is_told_kindly_that_somebody_else_decides(client, school, person):
    evidence = make.an_evidence(person, school.course, school.institution, by=school.hr)
    client.force_login(school.hr)

    page = client.get(at("evidence_detail", evidence.number))
    answer = client.post(at("evidence_decide", evidence.number), {"decision": "accept"})

    assert 'value="accept"' not in html_of(page)
    assert answer.status_code == 422


def test_a_refusal_needs_a_reason_and_the_person_reads_it(client, school, person):
    evidence = make.an_evidence(person, school.course, school.institution, by=person)
    client.force_login(school.hr)

    assert client.post(at("evidence_decide", evidence.number), {"decision": "refuse"}).status_code == 422
    client.post(at("evidence_decide", evidence.number), {"decision": "refuse", "reason": "Trūkst zīmoga"})

    client.force_login(person)
    assert "Trūkst zīmoga" in html_of(client.get("/learn/evidence/"))


def test_several_are_accepted_at_once_and_own_ones_are_left(client, school, second):
    theirs = [
        make.an_evidence(school.people[name], school.course, school.institution, by=school.hr)
        for name in ("not_started", "expired")
    ]
    own = make.an_evidence(school.people["exempt"], school.course, school.institution, by=second)
    client.force_login(second)

    answer = client.post(at("evidence"), {"evidence": [one.number for one in [*theirs, own]]}, follow=True)

    assert Completion.objects.filter(kind="external").count() == 2
    assert own.source not in [one.external.source for one in Completion.objects.filter(kind="external")]
    assert "Atis Grīva" in html_of(answer)
    assert client.post(at("evidence"), {}).status_code == 422


def test_somebody_else_s_documents_cannot_be_ticked(client, school, second):
    other = School(code="elsewhere")
    foreign = make.an_evidence(other.people["valid"], other.course, other.institution, by=other.hr)
    client.force_login(school.hr)

    assert client.post(at("evidence"), {"evidence": [foreign.number]}).status_code == 422
    assert client.get(at("evidence_document", foreign.number)).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "proposed"


def test_a_withdrawn_record_is_corrected_by_a_new_one_that_points_to_it(client, school, second, person):
    evidence = make.an_evidence(person, school.course, school.institution, by=school.hr)
    services.accept(evidence=evidence, by=second, at=timezone.now())
    client.force_login(school.hr)

    client.post(at("evidence_withdraw", evidence.number), {"reason": "Cits datums"})
    client.post(at("evidence_new", person.number), said(school, corrects=evidence.number))

    assert ExternalEvidence.objects.get(corrects=evidence).state == "proposed"
    assert "Cits datums" in html_of(client.get(at("evidence_detail", evidence.number)))


def test_a_correction_points_to_no_record_of_somebody_else(client, school, person):
    other = make.an_evidence(school.people["valid"], school.course, school.institution, by=school.hr)
    services.withdraw(evidence=other, reason="x", by=school.hr, at=timezone.now())
    client.force_login(school.hr)

    client.post(at("evidence_new", person.number), said(school, corrects=other.number))

    assert ExternalEvidence.objects.filter(user=person, corrects__isnull=False).count() == 0


def test_more_fields_than_the_form_has_change_nothing(client, school, person):
    client.force_login(school.hr)
    more = {"state": "accepted", "decided_by": school.coordinator.pk, "user": school.hr.pk, "institution": 1}
    more |= {"number": "00000000-0000-4000-8000-000000000000", "recorded_by": school.coordinator.pk, "rule": 1}

    client.post(at("evidence_new", person.number), said(school, **more))

    evidence = ExternalEvidence.objects.get()
    assert (evidence.state, evidence.decided_by, evidence.user) == ("proposed", None, person)
    assert (evidence.institution, evidence.recorded_by, evidence.rule) == (school.institution, school.hr, None)
    assert str(evidence.number) != more["number"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hours", "0"),
        ("hours", "abc"),
        ("completed_on", "2099-01-01"),
        ("completed_on", "1900-01-01"),
        ("stated_until", "2000-01-01"),
        ("programme", "nav"),
        ("title", ""),
        ("minutes_per_hour", "0"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(client, school, person, field, value):
    client.force_login(school.hr)

    answer = client.post(at("evidence_new", person.number), said(school, **{field: value}))

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in html_of(answer)
    assert ExternalEvidence.objects.count() == 0


def test_a_file_of_another_kind_is_refused_and_one_too_large_is_not_even_read(client, school, person):
    client.force_login(school.hr)

    html = client.post(at("evidence_new", person.number), said(school, file=a_file(b"<html>", "a.pdf")))
    large = client.post(at("evidence_new", person.number), said(school, file=a_file(b"%PDF-".ljust(10_200_000))))

    assert (html.status_code, large.status_code) == (422, 413)
    assert ExternalEvidence.objects.count() == 0


def test_the_file_is_saved_and_never_shown_by_the_site_and_that_is_recorded(client, school, person):
    evidence = make.an_evidence(person, school.course, school.institution, by=person, file=b"%PDF-1.7 canary")
    client.force_login(school.hr)

    answer = client.get(at("evidence_document", evidence.number))

    assert answer.getvalue() == b"%PDF-1.7 canary"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{evidence.number}.pdf"'
    assert AuditEvent.objects.filter(action="evidence-file-read", subject=str(evidence.number)).count() == 1


def test_without_a_file_there_is_none_to_save(client, school, person):
    evidence = make.an_evidence(person, school.course, school.institution, by=person, file=b"")
    client.force_login(school.hr)

    assert client.get(at("evidence_document", evidence.number)).status_code == 404


def test_a_learner_sends_a_document_and_sees_it_accepted(client, school, person):
    client.force_login(person)
    assert client.post("/learn/evidence/", said(school)).status_code == 422

    client.post("/learn/evidence/", said(school, file=a_file()))
    evidence = ExternalEvidence.objects.get()
    services.accept(evidence=evidence, by=school.hr, at=timezone.now())

    assert (evidence.user, evidence.recorded_by, evidence.institution) == (person, person, school.institution)
    assert "Bērnu tiesības" in html_of(client.get("/learn/evidence/"))
    assert evidence.source in html_of(client.get("/learn/"))
    own = reverse("learning:evidence_document", args=[evidence.number])
    assert client.get(own).getvalue() == b"%PDF-1.7 canary"
    client.force_login(school.hr)
    assert client.get(own).status_code == 404


def test_without_a_workplace_nothing_can_be_sent(client, school):
    client.force_login(make.a_user())

    answer = client.post("/learn/evidence/", said(school, file=a_file()))

    assert answer.status_code == 422
    assert ExternalEvidence.objects.count() == 0


def test_the_person_s_page_shows_it_as_training_elsewhere(client, school, second, person):
    evidence = make.an_evidence(person, school.course, school.institution, by=school.hr)
    services.accept(evidence=evidence, by=second, at=timezone.now())
    client.force_login(school.hr)

    page = html_of(client.get(at("person", person.number)))

    assert f"Mācības citur: {evidence.source}" in page


def test_a_list_is_imported_and_wrong_rows_are_shown(client, school, person):
    client.force_login(school.hr)
    head = "E-pasts;Mācību nosaukums;Rīkotājs;Dokumenta numurs;Stundas;Pabeigts\n"
    row = f"{person.email};Tiesības;Centrs;BT-1;8;15.05.2026.\n"

    wrong = client.post(at("evidence_import"), {"file": a_file((head + row + row).encode(), "a.csv")})
    assert wrong.status_code == 422
    assert '<th scope="row" class="number">3</th>' in html_of(wrong)
    assert ExternalEvidence.objects.count() == 0

    client.post(at("evidence_import"), {"file": a_file((head + row).encode(), "a.csv")})
    assert ExternalEvidence.objects.get().user == person
    assert client.post(at("evidence_import"), {"file": a_file(b"\x00\x01", "a.csv")}).status_code == 422


def test_the_coordinator_sets_a_rule_and_hr_reads_it_beside_the_decision(client, school, person):
    client.force_login(school.coordinator)
    rule = {"programme": school.course.key, "valid_from": str(school.today), "oldest_months": 24, "least_minutes": 0}
    rule |= {"legal_basis_lv": "Noteikumi par vecumu", "legal_basis_en": "Rules on age"}
    where = reverse("institutions:evidence_rules", args=[school.municipality.code])

    assert client.post(where, rule).status_code == 302
    assert client.post(where, rule).status_code == 422
    assert client.post(where, {**rule, "legal_url": "javascript:alert(1)"}).status_code == 422
    assert EvidenceRule.objects.get().created_by == school.coordinator

    evidence = make.an_evidence(person, school.course, school.institution, by=person)
    client.force_login(school.hr)
    assert "Noteikumi par vecumu" in html_of(client.get(at("evidence_detail", evidence.number)))
    assert client.get(where).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_document_and_for_three(
    client, school, second, django_assert_num_queries, count
):
    for name in ("valid", "expired", "exempt")[:count]:
        make.an_evidence(school.people[name], school.course, school.institution, by=school.hr)
        done = make.an_evidence(school.people[name], school.course, school.institution, by=school.hr)
        services.accept(evidence=done, by=second, at=timezone.now())
    client.force_login(second)

    with django_assert_num_queries(11):
        client.get(at("evidence"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_learner_s_own_list_costs_the_same_for_one_document_and_for_three(
    client, school, person, django_assert_num_queries, count
):
    for _number in range(count):
        evidence = make.an_evidence(person, school.course, school.institution, by=person)
        services.accept(evidence=evidence, by=school.hr, at=timezone.now())
    client.force_login(person)

    with django_assert_num_queries(7):
        client.get("/learn/evidence/")


def test_the_staff_list_and_its_file_say_what_counts_by_training_elsewhere(client, school, second, person):
    for one in (person, school.people["valid"]):
        paper = make.an_evidence(one, school.course, school.institution, by=school.hr)
        services.accept(evidence=paper, by=second, at=timezone.now())
    client.force_login(school.hr)

    page = html_of(client.get(at("people")))
    lines = b"".join(client.get(at("export_people_csv")).streaming_content).decode().splitlines()

    assert page.count("mācības citur") == 1
    sources = {line.split(";")[0]: line.split(";")[-1] for line in lines[1:8]}
    assert (sources["Ēriks"], sources["Ābele"], sources["Celms"]) == ("mācības citur", "šī platforma", "")


def test_the_coverage_page_says_how_many_count_by_training_elsewhere_alone(client, school, second, person):
    client.force_login(school.hr)
    assert "citur" not in html_of(client.get(at("coverage")))

    for one in (person, school.people["valid"]):
        paper = make.an_evidence(one, school.course, school.institution, by=school.hr)
        services.accept(evidence=paper, by=second, at=timezone.now())

    assert "Tikai mācības citur šeit ir spēkā 1 cilvēkam." in html_of(client.get(at("coverage")))
