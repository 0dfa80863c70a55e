import fcntl
import os
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from learning.models import Membership, StaffImport, User
from learning.people.staff_import import folder as watched
from tests.factories import a_position, an_institution
from tests.learning.people.test_staff_import import everything

pytestmark = pytest.mark.django_db
LIST = (
    "institution,first name,surname,e-mail,position,start\nschool,Anna,Ozola,anna@school.example,teacher,2020-09-01\n"
)
WRONG = LIST.replace("anna@school.example", "anna.school.example")


@pytest.fixture(autouse=True)
def _school():
    a_position("teacher")
    an_institution("school")


def put(folder: Path, name: str, content: str = LIST, *, seconds_ago: float = 60) -> Path:
    file = folder / name
    file.write_text(content)
    at = file.stat().st_mtime - seconds_ago
    os.utime(file, (at, at))
    return file


def names(folder: Path) -> list[str]:
    """Files below the folder, by the beginnings of their names."""
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return sorted(str(file.parent / file.name.split(".")[0]) for file in files if file.name != watched.LOCK)


def test_a_list_is_applied_and_moved_with_a_report_beside_it(tmp_path, capsys):
    put(tmp_path, "night.csv")

    call_command("import_staff", watch=tmp_path)

    assert Membership.objects.get().starts_on == date(2020, 9, 1)
    assert names(tmp_path) == ["done/night", "done/night"]
    (report,) = tmp_path.glob("done/*.report.txt")
    assert "joined: 1" in report.read_text()
    assert capsys.readouterr().out.startswith("night.csv: joined: 1")


def test_a_run_without_files_does_nothing(tmp_path, capsys):
    call_command("import_staff", watch=tmp_path)

    assert capsys.readouterr().out == ""
    assert not StaffImport.objects.exists()


def test_a_wrong_list_is_refused_with_its_rows_and_the_next_one_still_taken(tmp_path, capsys):
    put(tmp_path, "1-wrong.csv", WRONG)
    put(tmp_path, "2-right.csv")

    with pytest.raises(CommandError, match="1 refused"):
        call_command("import_staff", watch=tmp_path)

    assert names(tmp_path) == ["done/2-right", "done/2-right", "refused/1-wrong", "refused/1-wrong"]
    (report,) = tmp_path.glob("refused/*.report.txt")
    assert "row 2" in report.read_text()
    assert User.objects.count() == 1
    assert not StaffImport.objects.waiting().exists()
    assert "1-wrong.csv" in capsys.readouterr().err


def test_a_file_that_is_no_list_is_refused(tmp_path):
    put(tmp_path, "notes.txt", "Sveiki")

    with pytest.raises(CommandError):
        call_command("import_staff", watch=tmp_path)

    assert names(tmp_path) == ["refused/notes", "refused/notes"]


@pytest.mark.parametrize("name", ["night.csv.part", ".night.csv", "~night.csv", "night.tmp"])
def test_unfinished_files_are_left_alone(tmp_path, name):
    put(tmp_path, name)

    call_command("import_staff", watch=tmp_path)

    assert (tmp_path / name).exists()
    assert not User.objects.exists()


def test_a_file_somebody_still_writes_waits_for_the_next_run(tmp_path):
    put(tmp_path, "night.csv", seconds_ago=0)

    call_command("import_staff", watch=tmp_path)

    assert (tmp_path / "night.csv").exists()


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    outside = put(tmp_path, "secret.csv")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "night.csv").symlink_to(outside)

    call_command("import_staff", watch=folder)

    assert outside.exists()
    assert not User.objects.exists()


def test_the_same_list_again_changes_nothing(tmp_path):
    put(tmp_path, "night.csv")
    call_command("import_staff", watch=tmp_path)
    before = everything()
    put(tmp_path, "night.csv")

    call_command("import_staff", watch=tmp_path)

    assert everything() == before
    assert names(tmp_path) == ["done/night", "done/night"]


class Killed(BaseException):
    """What no handler survives."""


@pytest.mark.parametrize("at", ["done/.night", "done/night"])
def test_a_run_killed_before_a_file_is_moved_takes_it_again(tmp_path, monkeypatch, at):
    put(tmp_path, "night.csv")
    replace = os.replace

    def die(source: Path, target: Path) -> None:
        if at in (str(source), str(target))[0] or at.split("/")[1] == Path(source).name.split(".")[0]:
            raise Killed
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", die)
        with pytest.raises(Killed):
            call_command("import_staff", watch=tmp_path)
    assert (tmp_path / "night.csv").exists()
    before = everything()

    call_command("import_staff", watch=tmp_path)

    assert everything() == before
    assert [name for name in names(tmp_path) if "/." not in name] == ["done/night", "done/night"]


def test_a_run_killed_while_it_applies_leaves_nothing(tmp_path, monkeypatch):
    put(tmp_path, "night.csv")

    def die(*args, **kwargs) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("learning.people.staff_import.services.undoing.forget_earlier", die)
        with pytest.raises(Killed):
            call_command("import_staff", watch=tmp_path)

    assert not User.objects.exists()
    assert not StaffImport.objects.exists()
    call_command("import_staff", watch=tmp_path)
    assert User.objects.count() == 1


def test_two_runs_do_not_meet(tmp_path):
    put(tmp_path, "night.csv")
    with (tmp_path / watched.LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(CommandError, match="at work"):
            call_command("import_staff", watch=tmp_path)

    assert not User.objects.exists()


def test_the_options_of_one_file_count_for_the_folder(tmp_path):
    put(tmp_path, "night.csv", WRONG + LIST.splitlines()[1].replace("Anna", "Jana").replace("anna@", "jana@") + "\n")

    call_command("import_staff", watch=tmp_path, skip_wrong=True, institution="school")

    assert User.objects.get().first_name == "Jana"


@pytest.mark.parametrize("options", [{}, {"file": "x.csv", "watch": Path("x")}], ids=["neither", "both"])
def test_a_file_or_a_folder_is_named(options):
    with pytest.raises(CommandError):
        call_command("import_staff", *([options.pop("file")] if "file" in options else []), **options)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="not a folder"):
        call_command("import_staff", watch=tmp_path / "nowhere")
