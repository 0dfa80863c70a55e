from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from learning.models import AuditEvent, Membership, Scope, StaffImport, User
from learning.people.staff_import import services
from tests.factories import a_membership, a_position, a_user, an_institution

pytestmark = pytest.mark.django_db
HEADING = "institution,first name,surname,e-mail,position,start\n"
ANNA = "school,Anna,Ozola,anna@school.example,teacher,2020-09-01\n"


@pytest.fixture
def school():
    a_position("teacher")
    return an_institution("school")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(HEADING + ANNA)
    return path


def test_a_list_is_applied_and_a_second_time_changes_nothing(school, file, capsys):
    call_command("import_staff", file)
    call_command("import_staff", file)

    assert Membership.objects.get().institution == school
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("joined: 1, changed: 0, left: 0, unchanged: 0")
    assert second.startswith("joined: 0, changed: 0, left: 0, unchanged: 1")


def test_a_dry_run_says_what_would_change_and_changes_nothing(school, file, capsys):
    call_command("import_staff", file, "--dry-run")

    assert "Would join: 1" in capsys.readouterr().out
    assert not Membership.objects.exists()
    assert StaffImport.objects.get().cells is None


def test_wrong_rows_are_named_and_nothing_is_changed(school, file, capsys):
    file.write_text(HEADING + ANNA + "nowhere,Jānis,Bērziņš,,teacher,2020-09-01\n")

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_staff", file)

    assert "row 3" in capsys.readouterr().err
    assert not Membership.objects.exists()

    call_command("import_staff", file, "--skip-wrong")
    assert Membership.objects.count() == 1


def test_one_institution_is_named_by_its_code(school, file):
    file.write_text("first name,surname,position,start\nAnna,Ozola,teacher,2020-09-01\n")

    call_command("import_staff", file, "--institution", "school")

    assert Membership.objects.get().institution == school


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/no/such/file.csv"], "cannot be read"),
        ([__file__, "--institution", "nowhere"], "no institution"),
        ([__file__], "columns"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(school, arguments, words, settings):
    settings.LANGUAGE_CODE = "en"

    with pytest.raises(CommandError, match=words):
        call_command("import_staff", *arguments)


def test_a_complete_list_that_sends_many_away_has_to_be_meant(school, file):
    for number in range(8):
        a_membership(a_user(last_name=f"Kalniņa{number}"), school, position=a_position("teacher"))

    with pytest.raises(CommandError, match="--many-leave"):
        call_command("import_staff", file, "--complete")
    call_command("import_staff", file, "--complete", "--many-leave")

    assert Membership.objects.filter(ends_on=None).count() == 1


def test_lists_that_nobody_saved_are_forgotten_after_a_week(school, file, capsys):
    old, new = (
        services.keep_upload(
            institution=school, content=file.read_bytes(), file_name="staff.csv", complete=False, by=None
        )
        for _turn in range(2)
    )
    StaffImport.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=7, seconds=1))

    call_command("drop_unsaved_lists")

    assert capsys.readouterr().out == "1 put aside.\n"
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.cells, new.state) == ("dropped", None, "waiting")
    assert new.cells is not None


def test_a_scope_is_given_and_taken_once(school, capsys):
    inga = a_user("inga@school.example")

    call_command("grant_scope", "Inga@school.example", "school", "hr")
    call_command("grant_scope", "inga@school.example", "school", "hr")
    assert Scope.objects.values_list("user", "institution", "role").get() == (inga.pk, school.pk, "hr")
    call_command("grant_scope", "inga@school.example", "school", "hr", "--revoke")
    call_command("grant_scope", "inga@school.example", "school", "hr", "--revoke")

    assert not Scope.objects.exists()
    assert sorted(AuditEvent.objects.values_list("action", flat=True)) == ["scope-granted", "scope-revoked"]
    assert capsys.readouterr().out.count("Nothing to do") == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["x@school.example", "school", "hr"], "Nobody"), (["inga@school.example", "nowhere", "hr"], "no institution")],
)
def test_a_scope_needs_a_person_and_an_institution(school, arguments, words):
    a_user("inga@school.example")

    with pytest.raises(CommandError, match=words):
        call_command("grant_scope", *arguments)

    assert User.objects.count() == 1
