"""The kind of a package is found by its manifest, and every kind comes to the same facts."""

import pytest

from courses.models import Package
from courses.packages.reading import read_course_structure
from tests.packages import build
from tests.packages.reading import changed, read, refusal


@pytest.mark.parametrize(
    ("files", "kind", "hrefs"),
    [
        (build.files_of_scorm12(), Package.Kind.SCORM_12, ["sco.html"]),
        (
            build.files_of_scorm12_multi(),
            Package.Kind.SCORM_12,
            [
                "content/about.html",
                "content/sco.html?part=ievads",
                "content/sco.html?part=nodarbiba",
                "content/sco.html?part=parbaude",
            ],
        ),
        (build.files_of_scorm2004(), Package.Kind.SCORM_2004, ["sco.html"]),
        (
            build.files_of_scorm2004_ordered(),
            Package.Kind.SCORM_2004,
            [f"content/sco.html?part={part}" for part in ("pretest", "lesson-1", "lesson-2", "posttest", "closing")],
        ),
        (build.files_of_h5p(), Package.Kind.H5P, ["content/content.json"]),
        (build.files_of_cmi5("single"), Package.Kind.CMI5, ["au.html"]),
        (
            build.files_of_cmi5("multi"),
            Package.Kind.CMI5,
            [f"au.html?part={part}" for part in ("intro", "lesson", "quiz", "window")],
        ),
    ],
)
def test_our_own_packages_are_read(files, kind, hrefs, tmp_path):
    manifest = read(files, tmp_path)

    assert manifest.kind == kind
    assert [activity.href for activity in manifest.activities] == hrefs


def test_a_bare_course_structure_is_read():
    manifest = read_course_structure(build.cmi5_bare("Nosaukums"))

    assert (manifest.kind, manifest.title) == ("cmi5", {"lv": "Nosaukums"})
    assert [activity.href for activity in manifest.activities] == ["https://content.example.test/au/index.html?part=1"]


@pytest.mark.parametrize(
    ("files", "where", "word"),
    [
        ({}, "imsmanifest.xml", "no imsmanifest.xml"),
        ({"index.html": b"x"}, "imsmanifest.xml", "no imsmanifest.xml"),
        ({"course/imsmanifest.xml": b"x"}, "imsmanifest.xml", "top level"),
        ({"IMSmanifest.XML": b"x"}, "IMSmanifest.XML", "named imsmanifest.xml"),
        ({"tincan.xml": b"x"}, "tincan.xml", "Tin Can"),
        ({"imsmanifest.xml": b"<html/>"}, "imsmanifest.xml: html", "not a manifest of SCORM"),
        ({"imsmanifest.xml": b"<manifest/>"}, "imsmanifest.xml: metadata/schemaversion", "which version"),
        ({"cmi5.xml": b"<courseStructure/>"}, "cmi5.xml: courseStructure", "not a course structure"),
    ],
)
def test_what_is_no_package_is_told_so(files, where, word, tmp_path):
    refused = refusal(files, tmp_path)

    assert refused.where == where
    assert word in refused.message


def test_the_second_manifest_of_a_package_is_mentioned(tmp_path):
    manifest = read({**build.files_of_scorm12(), **build.files_of_cmi5()}, tmp_path)

    assert manifest.kind == "scorm12"
    assert manifest.warnings == ("imsmanifest.xml — The package also holds cmi5.xml; this one is used.",)


@pytest.mark.parametrize(
    ("version", "kind", "edition"),
    [
        ("1.2", "scorm12", None),
        ("SCORM 1.2", "scorm12", None),
        ("CAM 1.3", "scorm2004", "2nd"),
        ("2004 3rd Edition", "scorm2004", "3rd"),
        ("2004 4th Edition", "scorm2004", "4th"),
        ("2004", "scorm2004", "4th"),
    ],
)
def test_the_edition_is_told_by_the_schema_version(version, kind, edition, tmp_path):
    files = changed(build.files_of_scorm2004(), "imsmanifest.xml", "2004 4th Edition", version)

    manifest = read(files, tmp_path)

    assert (manifest.kind, manifest.settings.get("edition")) == (kind, edition)


@pytest.mark.parametrize(
    ("files", "old", "kind"),
    [
        (build.files_of_scorm12(), "<schemaversion>1.2</schemaversion>", "scorm12"),
        (build.files_of_scorm2004(), "<schemaversion>2004 4th Edition</schemaversion>", "scorm2004"),
    ],
)
def test_without_a_schema_version_the_namespaces_tell(files, old, kind, tmp_path):
    manifest = read(changed(files, "imsmanifest.xml", old, ""), tmp_path)

    assert manifest.kind == kind
    assert manifest.warnings == (
        "imsmanifest.xml: metadata/schemaversion — It is missing; the version was told by the namespaces.",
    )


@pytest.mark.parametrize("version", ["1.1", "1.3.4", "Common Cartridge 1.1"])
def test_other_versions_are_refused(version, tmp_path):
    refused = refusal(changed(build.files_of_scorm12(), "imsmanifest.xml", ">1.2<", f">{version}<"), tmp_path)

    assert refused.where == "imsmanifest.xml: metadata/schemaversion"
    assert version in refused.message


HOSTILE = "<script>alert(1)</script>\u202e“\"' {{ x }} %(x)s =cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    "files",
    [
        build.files_of_scorm12(HOSTILE),
        build.files_of_scorm12_multi(HOSTILE),
        build.files_of_scorm2004(HOSTILE),
        build.files_of_scorm2004_ordered(HOSTILE),
        build.files_of_h5p(HOSTILE),
        build.files_of_cmi5("multi", HOSTILE),
    ],
)
def test_titles_stay_what_they_are_but_for_what_turns_the_page(files, tmp_path):
    manifest = read(files, tmp_path)

    assert HOSTILE.replace("\u202e", "") in manifest.title.values()


def test_long_titles_are_cut(tmp_path):
    manifest = read(build.files_of_scorm12("ā" * 100_000), tmp_path)

    assert manifest.title == {"und": "ā" * 499 + "…"}
