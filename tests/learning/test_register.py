"""What the state register is told: applicants, completions and attestations, and nothing else about anybody."""

import csv
import io
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from certificates import services as certificates
from certificates.models import Revocation
from learning.evidence import services as evidence
from learning.models import AuditEvent, Completion
from learning.records.register import COLUMNS, PARTS, Register
from tests import factories as make
from tests.learning.staff import School

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).resolve().parents[2] / "docs" / "register-export.md"


@pytest.fixture
def school() -> School:
    return School()


def register(school: School, *, since: date | None = None, until: date | None = None) -> Register:
    return Register(school.institution, since or date(2020, 1, 1), until or school.today)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def at(name: str, code: str = "school") -> str:
    return reverse(f"institutions:{name}", args=[code])


def test_the_columns_never_change_and_each_is_described():
    text = DOCS.read_text()

    assert ";".join(COLUMNS) == (
        "record;record_number;person_number;surname;given_name;institution_code;institution_name;"
        "institution_registration_number;position;law_point;programme_key;programme_title;programme_version;"
        "enrolled_on;path;due_on;status;status_on;kind;source;completed_on;valid_from;valid_until;withdrawn_on;"
        "hours;minutes_per_hour;provider;provider_registration_number;document_number;completion_number;issued_on;"
        "revoked_on;replaces"
    )
    assert [name for name in COLUMNS if f"| `{name}` |" not in text] == []


def test_each_part_tells_its_facts_of_the_days_asked_for(school):
    person = school.people["valid"]
    completion = Completion.objects.get(user=person)
    certificate = certificates.issue(completion=completion)
    day = completion.completed_on
    shown = register(school, since=day, until=day)

    parts = {part: list(shown.rows(part)) for part in PARTS}

    of_person = {part: [row for row in rows if row["surname"] == "Ābele"] for part, rows in parts.items()}
    applicant, done, paper = (rows[0] for rows in of_person.values())
    assert (applicant["enrolled_on"], applicant["status"], applicant["path"]) == (day, "completed", "full")
    assert applicant["record_number"] == str(completion.enrolment.number)
    assert (done["source"], done["completed_on"], done["valid_until"]) == ("platform", day, completion.valid_until)
    assert (paper["record_number"], paper["completion_number"]) == (certificate.serial, str(completion.number))
    assert (paper["issued_on"], paper["revoked_on"], paper["replaces"]) == (day, None, "")
    assert (done["position"], done["law_point"], done["institution_code"]) == ("teacher lv", "18", "school")
    assert {row["surname"] for row in parts["completion"]} == {"Ābele", "Bērziņš"}
    assert list(register(school, until=day - timedelta(days=391)).rows("completion")) == []


def test_training_elsewhere_is_told_as_such_and_has_no_attestation_of_ours(school):
    person = school.people["not_started"]
    paper = make.an_evidence(person, school.course, school.institution, by=person)
    evidence.accept(evidence=paper, by=school.hr, at=timezone.now())

    (row,) = (row for row in register(school, since=school.today).rows("completion"))

    assert (row["kind"], row["source"], row["programme_version"]) == ("external", "external", "")
    assert (row["completed_on"], row["valid_from"]) == (paper.completed_on, school.today)
    assert (row["provider"], row["document_number"], row["hours"]) == (paper.provider, paper.document_number, 8)
    assert list(register(school).rows("attestation")) == []


def test_what_was_revoked_or_withdrawn_says_so(school):
    completion = Completion.objects.get(user=school.people["valid"])
    certificate = certificates.issue(completion=completion)
    Revocation.objects.create(certificate=certificate, reason="error", revoked_at=timezone.now())

    (row,) = register(school).rows("attestation")

    assert row["revoked_on"] == school.today


def test_people_of_other_places_and_of_other_times_are_not_told(school):
    other = School(code="elsewhere")
    left = school.people["expired"]
    left.memberships.update(ends_on=school.today - timedelta(days=500))
    everyone = {row["surname"] for part in PARTS for row in register(school).rows(part)}

    assert "Celms" not in everyone
    assert {row["institution_code"] for row in register(school).rows("completion")} == {"school"}
    above = Register(school.municipality, date(2020, 1, 1), school.today)
    assert {row["institution_code"] for row in above.rows("completion")} == {"school"}
    assert len(list(Register(other.municipality, date(2020, 1, 1), school.today).rows("completion"))) == 3


def test_the_file_is_one_table_whatever_the_reader_s_language(client, school):
    client.force_login(school.hr)
    files = []
    for language in ("lv", "en"):
        client.cookies["kopa_language"] = language
        files.append(client.get(at("register_csv"), {"since": "2020-01-01"}).getvalue())

    rows = table(files[0])
    assert files[0] == files[1]
    assert tuple(rows[0]) == COLUMNS
    assert {row["record"] for row in rows} == {"applicant", "completion"}
    assert all(not row["status"] for row in rows if row["record"] == "completion")


def test_the_workbook_has_a_sheet_for_each_part_and_days_are_days(client, school):
    client.force_login(school.coordinator)

    answer = client.get(at("register_xlsx", school.municipality.code), {"since": "2020-01-01"})

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert len(sheets) == 4
    for sheet, names in zip(sheets, PARTS.values(), strict=False):
        assert sheet[0] == ["record_number", *names]
    enrolled = sheets[0][0].index("enrolled_on")
    assert isinstance(sheets[0][1][enrolled], date)


def test_formulas_in_names_stay_text(client, school):
    person = school.people["valid"]
    person.last_name = '=HYPERLINK("http://x")'
    person.save()
    client.force_login(school.hr)

    rows = table(client.get(at("register_csv"), {"since": "2020-01-01"}).getvalue())

    assert {row["surname"] for row in rows} >= {'\'=HYPERLINK("http://x")'}


def test_who_took_which_days_is_recorded_and_nothing_of_the_contents(client, school):
    client.force_login(school.hr)

    client.get(at("register_csv"), {"since": "2026-01-01", "until": "2026-06-30"})

    event = AuditEvent.objects.get(action="exported-register")
    assert (event.actor, event.institution) == (school.hr, school.institution)
    assert event.facts == {"since": "2026-01-01", "until": "2026-06-30", "format": "csv"}


@pytest.mark.parametrize(
    "asked",
    [{"since": "x"}, {"until": "2099-01-01"}, {"since": "2026-05-02", "until": "2026-05-01"}, {"since": "1900-01-01"}],
    ids=["no day", "to come", "backwards", "long ago"],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_taken(client, school, asked):
    client.force_login(school.hr)

    assert client.get(at("register_csv"), asked).status_code == 422
    assert not AuditEvent.objects.filter(action="exported-register").exists()


def test_an_auditor_gets_no_list_of_names(client, school):
    auditor = make.a_user()
    make.a_scope(auditor, school.institution, "auditor")
    client.force_login(auditor)

    assert client.get(at("register")).status_code == 404
    assert client.get(at("register_csv")).status_code == 404


def test_the_page_offers_both_files(client, school):
    client.force_login(school.hr)

    page = client.get(at("register")).content.decode()

    assert at("register_csv") in page
    assert at("register_xlsx") in page


def test_the_command_writes_the_same_file(client, school, tmp_path):
    client.force_login(school.hr)
    files = {extension: tmp_path / f"r.{extension}" for extension in ("csv", "xlsx")}

    for file in files.values():
        call_command("export_register", "--institution", "school", "--from", "2020-01-01", "--output", str(file))

    assert files["csv"].read_bytes() == client.get(at("register_csv"), {"since": "2020-01-01"}).getvalue()
    assert CalamineWorkbook.from_path(str(files["xlsx"])).sheet_names[0] == "Pieteikumi"
    for wrong in (
        ["nowhere"],
        ["school", "--output", "a.pdf"],
        ["school", "--from", "2026-02-01", "--to", "2026-01-01"],
    ):
        with pytest.raises(CommandError):
            call_command("export_register", "--institution", *wrong)


@pytest.mark.parametrize("count", [1, 3])
def test_more_people_need_no_more_queries(school, django_assert_num_queries, count):
    for number in range(count):
        person = make.a_user(last_name=f"Vītols {number}")
        make.a_membership(person, school.institution)
        certificates.issue(completion=make.a_completion(person, school.version, on=school.today, until=None))

    with django_assert_num_queries(14):
        for part in PARTS:
            list(register(school).rows(part))


def test_memory_does_not_grow_with_the_people(school, monkeypatch):
    """Twice as many people in portions of a few take no more at their peak; a list kept whole would take twice."""
    monkeypatch.setattr("learning.records.register.PEOPLE_AT_A_TIME", 20)

    def peak() -> int:
        tracemalloc.start()
        for _piece in register(school).csv():
            pass
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    def more(count: int) -> None:
        for _number in range(count):
            person = make.a_user()
            make.a_membership(person, school.institution)
            make.a_completion(person, school.version, on=school.today, until=None)

    more(100)
    peak()
    few = peak()
    more(300)

    assert peak() < few * 2
