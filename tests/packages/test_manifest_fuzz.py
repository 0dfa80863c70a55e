"""S03: whatever a manifest holds, reading it ends within a second, in facts that can be stored or in a refusal."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Activity, Package
from courses.packages.errors import PackageRefused
from courses.packages.manifest import Manifest
from courses.packages.reading import read_course_structure, read_package
from tests.packages import build
from tests.packages.clock import within_a_second
from tests.packages.mutations import broken_json, broken_xml

XML = {
    "scorm12": (build.files_of_scorm12_multi(), "imsmanifest.xml"),
    "scorm2004": (build.files_of_scorm2004_ordered(), "imsmanifest.xml"),
    "cmi5": (build.files_of_cmi5("multi"), "cmi5.xml"),
}
H5P = build.files_of_h5p()
JSON = ["h5p.json", "content/content.json", "H5P.KopaTrueFalse-1.0/library.json", "H5P.KopaButton-1.0/library.json"]


def ends_well(read, *given) -> None:
    with within_a_second():
        try:
            manifest = read(*given)
        except PackageRefused as refused:
            can_be_said(refused)
        else:
            can_be_stored(manifest)


def can_be_said(refused: PackageRefused) -> None:
    said = refused.as_json()
    assert all(said.values())
    json.dumps(said, ensure_ascii=False).encode()


def can_be_stored(manifest: Manifest) -> None:
    """Within the fields of courses.models, without what PostgreSQL refuses in a text."""
    stored = json.dumps(
        [
            manifest.title,
            manifest.settings,
            [str(warning) for warning in manifest.warnings],
            [[activity.title, activity.settings] for activity in manifest.activities],
        ],
        ensure_ascii=False,
        allow_nan=False,
    )
    stored.encode()
    assert "\\u0000" not in stored
    assert 0 < len(manifest.identifier) <= Package._meta.get_field("identifier").max_length
    for activity in manifest.activities:
        assert 0 < len(activity.identifier) <= Activity._meta.get_field("identifier").max_length
        assert 0 < len(activity.href) <= Activity._meta.get_field("href").max_length
        assert activity.href.startswith(("https://", "http://")) or ".." not in activity.href.partition("?")[0].split(
            "/"
        )
        assert all(activity.title.values())


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    made = {kind: build.unpacked(files, tmp_path_factory.mktemp(kind)) for kind, (files, _name) in XML.items()}
    return made | {"h5p": build.unpacked(H5P, tmp_path_factory.mktemp("h5p"))}


@pytest.mark.parametrize("kind", XML)
@given(seed=st.integers(0, 2**64))
def test_broken_xml_ends_well(kind, seed, folders):
    files, name = XML[kind]
    (folders[kind] / name).write_bytes(broken_xml(files[name], Random(seed)))

    ends_well(read_package, folders[kind])


@given(seed=st.integers(0, 2**64), name=st.sampled_from(JSON))
def test_broken_json_ends_well(seed, name, folders):
    (folders["h5p"] / name).write_bytes(broken_json(H5P[name], Random(seed)))
    try:
        ends_well(read_package, folders["h5p"])
    finally:
        (folders["h5p"] / name).write_bytes(H5P[name])


@given(seed=st.integers(0, 2**64))
def test_a_broken_bare_structure_ends_well(seed):
    ends_well(read_course_structure, broken_xml(build.cmi5_bare(), Random(seed)))


@given(body=st.binary(max_size=300))
def test_any_bytes_end_well(body):
    ends_well(read_course_structure, body)


@given(text=st.text(max_size=200))
def test_any_text_as_a_title_can_be_stored(text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("title")
    facts = {**json.loads(H5P["h5p.json"]), "title": text}
    build.unpacked({**H5P, "h5p.json": json.dumps(facts).encode()}, folder)

    ends_well(read_package, folder)
