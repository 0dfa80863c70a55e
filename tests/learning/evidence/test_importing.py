"""A list of documents: every row judged, nothing twice, nothing counted before somebody else has looked."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.translation import override

from learning.evidence import services
from learning.evidence.columns import TITLES, recognise
from learning.evidence.importing import Imported, import_list
from learning.evidence.models import ExternalEvidence
from learning.evidence.sample import csv_of
from learning.models import AuditEvent, Completion
from learning.people.staff_import.errors import ColumnsMissing, ColumnTwice, FileEmpty
from tests import factories as make

pytestmark = pytest.mark.django_db

HEAD = ["E-pasts", "Tabeles numurs", "Programma", "Mācību nosaukums", "Rīkotājs", "Dokumenta numurs", "Stundas"]
HEAD += ["Pabeigts", "Derīgs līdz"]


class Ground:
    def __init__(self) -> None:
        self.town = make.an_institution("town")
        self.school = make.an_institution("school", parent=self.town)
        self.other = make.an_institution("other")
        self.course = make.a_version().course
        self.anna = make.a_user("anna@example.test", first_name="Anna", last_name="Zīle")
        self.janis = make.a_user("janis@example.test", first_name="Jānis", last_name="Roze")
        self.stranger = make.a_user("stranger@example.test")
        make.a_membership(self.anna, self.school, staff_number="001")
        make.a_membership(self.janis, self.school, staff_number="002")
        make.a_membership(self.stranger, self.other, staff_number="003")
        self.hr = make.a_user("hr@example.test")

    def row(self, **cells: str) -> list[str]:
        usual = {"E-pasts": "anna@example.test", "Programma": self.course.key, "Mācību nosaukums": "Tiesības"}
        usual |= {"Rīkotājs": "Centrs", "Dokumenta numurs": "BT-1", "Stundas": "8,5", "Pabeigts": "15.05.2026."}
        return [{**usual, **cells}.get(title, "") for title in HEAD]

    def take(self, *rows: list[str], leave_out_wrong: bool = False, by=None, where=None) -> Imported:
        return import_list(
            institution=where or self.school,
            content=written(HEAD, *rows),
            leave_out_wrong=leave_out_wrong,
            by=by or self.hr,
            at=timezone.now(),
        )


@pytest.fixture
def ground() -> Ground:
    return Ground()


def written(*rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()


def test_each_row_waits_for_somebody_else(ground):
    result = ground.take(ground.row(), ground.row(**{"E-pasts": "", "Tabeles numurs": "002", "Stundas": "6"}))

    assert (result.new, result.known, result.problems) == (2, 0, [])
    of_anna = ExternalEvidence.objects.get(user=ground.anna)
    assert (of_anna.hours, of_anna.minutes_per_hour, of_anna.completed_on) == (Decimal("8.5"), 45, date(2026, 5, 15))
    assert (of_anna.institution, of_anna.recorded_by, of_anna.state) == (ground.school, ground.hr, "proposed")
    assert ExternalEvidence.objects.filter(user=ground.janis).count() == 1
    assert Completion.objects.count() == 0


def test_the_same_list_twice_changes_nothing_even_what_was_refused(ground):
    rows = ground.row(), ground.row(**{"Dokumenta numurs": "BT-2"})
    ground.take(*rows)
    first = ExternalEvidence.objects.get(document_number="BT-1")
    services.refuse(evidence=first, reason="x", by=make.a_user(), at=timezone.now())

    again = ground.take(*rows)

    assert (again.new, again.known) == (0, 2)
    assert ExternalEvidence.objects.count() == 2
    assert AuditEvent.objects.filter(action="evidence-imported").count() == 1


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"E-pasts": ""}, "email", "person_unnamed"),
        ({"E-pasts": "stranger@example.test"}, "email", "person_unknown"),
        ({"E-pasts": "", "Tabeles numurs": "003"}, "staff_number", "person_unknown"),
        ({"Programma": "nav"}, "programme", "programme_unknown"),
        ({"Stundas": "astoņas"}, "hours", "hours_wrong"),
        ({"Stundas": "-1"}, "hours", "hours_wrong"),
        ({"Stundas": "NaN"}, "hours", "hours_wrong"),
        ({"Stundas": "1e9"}, "hours", "hours_wrong"),
        ({"Pabeigts": "pavasarī"}, "completed_on", "date_wrong"),
        ({"Pabeigts": "01.01.2099."}, "completed_on", "date_to_come"),
        ({"Derīgs līdz": "01.01.2020."}, "stated_until", "ends_before"),
        ({"Rīkotājs": ""}, "provider", "missing"),
        ({"Dokumenta numurs": "x" * 101}, "document_number", "too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_row_is_named_and_nothing_is_written(ground, cells, column, code):
    result = ground.take(ground.row(**{"Dokumenta numurs": "BT-9"}), ground.row(**cells))

    assert [(problem.row, problem.field, problem.code) for problem in result.problems] == [(3, column, code)]
    assert result.problems[0].message
    assert ExternalEvidence.objects.count() == 0


def test_the_other_rows_are_written_when_that_is_wanted(ground):
    result = ground.take(ground.row(), ground.row(Stundas="?"), leave_out_wrong=True)

    assert (result.new, result.wrong_rows) == (1, 1)


def test_a_row_that_says_the_same_as_an_earlier_one_is_told(ground):
    result = ground.take(ground.row(), ground.row())

    assert [(problem.row, problem.code) for problem in result.problems] == [(3, "row_twice")]


def test_a_name_that_differs_is_told_and_diacritics_are_not_a_difference(ground):
    head = [*HEAD, "Uzvārds"]
    content = written(head, [*ground.row(), "Zile"], [*ground.row(**{"Dokumenta numurs": "2"}), "Ozola"])

    result = import_list(
        institution=ground.school, content=content, leave_out_wrong=False, by=ground.hr, at=timezone.now()
    )

    assert [(problem.row, problem.code) for problem in result.problems] == [(3, "name_differs")]


def test_a_programme_may_be_left_out_where_there_is_only_one(ground):
    assert ground.take(ground.row(Programma="")).new == 1

    make.a_version()
    assert [problem.code for problem in ground.take(ground.row(Programma="")).problems] == ["missing"]


def test_a_file_without_the_columns_or_with_one_twice_is_refused(ground):
    for content, refusal in [
        (written(["Vārds", "Uzvārds"], ["a", "b"]), ColumnsMissing),
        (written(HEAD[2:], ground.row()[2:]), ColumnsMissing),
        (written([*HEAD, "Mail"], ground.row()), ColumnTwice),
        (written(HEAD), FileEmpty),
        (b"", FileEmpty),
    ]:
        with pytest.raises(refusal):
            import_list(institution=None, content=content, leave_out_wrong=False, by=None, at=timezone.now())


def test_cells_that_look_like_formulas_stay_text(ground):
    ground.take(ground.row(Rīkotājs="=HYPERLINK(1)"))

    assert ExternalEvidence.objects.get().provider == "=HYPERLINK(1)"


@pytest.mark.parametrize("language", ["lv", "en"])
def test_a_column_is_found_by_the_name_the_page_gives_it(language):
    with override(language):
        assert {recognise(str(title)): str(title) for title in TITLES.values()} == {
            name: str(title) for name, title in TITLES.items()
        }


@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_sample_is_read_as_it_was_written(ground, language):
    make.a_membership(
        make.a_user("anna.paraugs@iestade.example", first_name="Anna", last_name="Paraugs"), ground.school
    )
    second = make.a_user(first_name="Jānis", last_name="Paraugs")
    make.a_membership(second, ground.school, staff_number="0002")
    content = csv_of(programmes=[(ground.course.key, "")], language=language)

    result = import_list(institution=ground.school, content=content, leave_out_wrong=False, by=None, at=timezone.now())

    assert (result.problems, result.new) == ([], 2)


def test_a_long_list_needs_as_many_queries_as_a_short_one(ground, django_assert_max_num_queries):
    rows = [ground.row(**{"Dokumenta numurs": f"BT-{number}"}) for number in range(400)]

    # SQLite takes fewer rows in one statement than PostgreSQL.
    with django_assert_max_num_queries(25):
        assert ground.take(*rows).new == 400


def test_the_command_does_the_same_without_a_browser(ground, tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_bytes(written(HEAD, ground.row()))

    call_command("import_evidence", str(file), institution="school")
    call_command("import_evidence", str(file))

    assert capsys.readouterr().out.splitlines() == ["new: 1, known: 0, wrong: 0", "new: 0, known: 1, wrong: 0"]
    assert ExternalEvidence.objects.get().recorded_by is None


def test_the_command_names_wrong_rows_and_writes_nothing(ground, tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_bytes(written(HEAD, ground.row(Stundas="?")))

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_evidence", str(file))

    assert "row 2, " in capsys.readouterr().err
    for arguments in (["nowhere.csv"], [str(file), "--institution", "nowhere"]):
        with pytest.raises(CommandError):
            call_command("import_evidence", *arguments)
