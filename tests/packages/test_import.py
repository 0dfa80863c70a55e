"""A file becomes a package by way of a limited process of its own, whole or not at all (S01, S04, F30)."""

import hashlib
import io
import zipfile
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.translation import override

from courses.models import Package, PackageSeries
from courses.packages import sandbox, storage
from courses.packages.errors import PackageRefused
from tests.packages import build
from tests.packages.hostile import HOSTILE, member, packed
from tests.packages.uploads import kept, says, taken

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make", "kind", "activities"),
    [
        (build.scorm12, "scorm12", 1),
        (build.scorm12_multi, "scorm12", 4),
        (build.scorm2004, "scorm2004", 1),
        (build.scorm2004_ordered, "scorm2004", 5),
        (build.h5p, "h5p", 1),
        (build.cmi5_single, "cmi5", 1),
        (build.cmi5_multi, "cmi5", 4),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_kind_is_taken_with_its_files_and_activities(make, kind, activities, upload, settings):
    raw = make()
    told = []

    package = taken(upload(raw), progress=told.append)

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    root = storage.root(package)
    assert {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()} == files
    assert (package.kind, package.version, package.activities.count()) == (kind, 1, activities)
    assert (package.size, package.file_count) == (sum(map(len, files.values())), len(files))
    assert package.sha256 == hashlib.sha256(raw).hexdigest()
    assert all((root / activity.href.partition("?")[0]).is_file() for activity in package.activities.all())
    assert told == sorted(told)
    assert told[-1] == 95


def test_a_course_structure_alone_is_taken_too(upload):
    package = taken(upload(build.cmi5_bare(), "cmi5.xml"))

    assert (package.kind, package.file_count) == ("cmi5", 1)
    assert (storage.root(package) / "cmi5.xml").read_bytes() == build.cmi5_bare()


def test_the_series_takes_its_title_from_the_first_upload_and_counts_versions(upload):
    first = taken(upload(build.scorm12("Pirmā")))
    second = taken(upload(build.scorm12("Otrā")), series=first.series)

    assert first.series.title == "Pirmā"
    assert (second.series, second.version) == (first.series, 2)
    assert storage.root(first) != storage.root(second)
    assert (storage.root(first) / "imsmanifest.xml").exists()


def test_the_same_file_again_is_the_version_that_is_there(upload):
    file = upload(build.scorm12())
    first = taken(file)

    assert taken(file, series=first.series) == first
    assert Package.objects.count() == 1


def test_warnings_are_kept_in_every_language(upload):
    package = taken(upload(packed(member("tool.exe"))))

    assert package.warnings == [
        {
            "lv": "Izlaistas datnes, kuru veidus neizsniedz: .exe (1).",
            "en": "Files of types that are not served were left out: .exe (1).",
        }
    ]


# Each of them meets the reading itself in test_archive; here are some that it meets at different moments.
@pytest.mark.parametrize(
    "name",
    [
        "parent folder",
        "link",
        "bomb",
        "overlapped",
        "larger than it says",
        "huge directory",
        "no archive",
        "no manifest",
    ],
)
def test_a_hostile_archive_leaves_neither_row_nor_file(name, upload, settings):
    with pytest.raises(PackageRefused) as refused:
        taken(upload(HOSTILE[name]()))

    assert kept(settings) == set()
    assert (Package.objects.count(), PackageSeries.objects.count()) == (0, 0)
    with override("lv"):
        latvian = refused.value.as_json()
    with override("en"):
        english = refused.value.as_json()
    assert latvian["what"] != english["what"]


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"<manifest/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><manifest>&b;</manifest>',
        b"<manifest>" * 20_000,
        b"\xff\xfe\x00" * 100,
    ],
)
def test_a_manifest_that_cannot_be_read_is_refused_and_nothing_kept(manifest, upload, settings):
    raw = build.archive(build.files_of_scorm12() | {"imsmanifest.xml": manifest})

    with pytest.raises(PackageRefused) as refused:
        taken(upload(raw))

    assert "imsmanifest.xml" in refused.value.where
    assert kept(settings) == set()


@pytest.mark.parametrize("facts", ['{"identifier": "a\\u0000b"}', '{"identifier": "a\\ud800b"}'])
def test_texts_that_no_database_takes_are_refused_before_any_row(facts, upload, settings, monkeypatch):
    code = f"""
package = {{"manifest": {{"kind": "h5p", "title": {{}}, "activities": [], "settings": {{}}, "warnings": []}}}}
package["manifest"].update(json.loads({facts!r}))
answer(package={{**package, "size": 1, "file_count": 1}})
"""
    monkeypatch.setattr(sandbox, "WORKER", says(code))

    with pytest.raises(PackageRefused) as refused:
        taken(upload(b"x"))

    assert refused.value.where == "identifier"
    assert kept(settings) == set()


# ---- The command


def test_the_command_reports_what_it_imported(upload, capsys):
    with override("en"):
        call_command("import_package", upload(packed(member("tool.exe"))))

    said = capsys.readouterr().out
    package = Package.objects.get()
    assert f"(--series {package.series_id})" in said
    for words in ("SCORM 1.2", "Viens objekts", "Activities  1", package.sha256, "Warning: Files of types"):
        assert words in said


def test_the_command_makes_the_next_version_of_a_series(upload):
    first = taken(upload(build.scorm12()))

    call_command("import_package", upload(build.scorm12("Otrā")), series=first.series_id)

    assert list(first.series.versions.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_the_command_says_why_it_refuses_and_ends_with_two(upload):
    with override("en"), pytest.raises(CommandError) as refused:
        call_command("import_package", upload(HOSTILE["link"]()))

    assert refused.value.returncode == 2
    assert str(refused.value).splitlines() == [
        "Refused: link.html",
        "This is a link to another file.",
        "Put the file itself in its place and pack the archive again.",
    ]


def test_the_command_ends_with_three_when_the_file_may_be_tried_again(upload, monkeypatch):
    monkeypatch.setattr(sandbox, "WORKER", says("sys.exit(1)"))

    with pytest.raises(CommandError) as failed:
        call_command("import_package", upload(build.scorm12()))

    assert failed.value.returncode == 3


@pytest.mark.parametrize("arguments", [("absent.zip",), (__file__, "--series", "77")])
def test_the_command_names_what_is_not_there(arguments):
    with pytest.raises(CommandError):
        call_command("import_package", *arguments)


# ---- At once


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_uploads_at_once_are_eight_versions(upload):

    series = PackageSeries.objects.create(title="Kopā")
    files = [upload(build.scorm12(f"Nr. {number}"), f"{number}.zip") for number in range(8)]
    problems = []

    def work(file):
        try:
            taken(file, series=series)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=work, args=[file]) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert sorted(series.versions.values_list("version", flat=True)) == list(range(1, 9))
    assert len({package.sha256 for package in series.versions.all()}) == 8
    assert all((storage.root(package) / "imsmanifest.xml").exists() for package in series.versions.all())
