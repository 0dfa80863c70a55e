"""The packages that other tests build on are whole: the same each time, titles escaped, no file missing."""

import io
import json
import zipfile

import pytest
from defusedxml import ElementTree

from tests.packages import build

HOSTILE = "<b>\"Nosaukums\" & 'citi'</b>"
ZIPPED = [
    build.scorm12,
    build.scorm12_multi,
    build.scorm2004,
    build.scorm2004_ordered,
    build.h5p,
    build.cmi5_single,
    build.cmi5_multi,
]


def texts(xml: bytes) -> list[str]:
    return [element.text for element in ElementTree.fromstring(xml).iter() if element.text]


@pytest.mark.parametrize("make", ZIPPED)
def test_a_package_is_the_same_each_time_and_holds_its_manifest_at_the_top(make):
    packed = zipfile.ZipFile(io.BytesIO(make()))

    assert packed.testzip() is None
    assert {"imsmanifest.xml", "h5p.json", "cmi5.xml"} & set(packed.namelist())
    assert make() == make()


@pytest.mark.parametrize("make", ZIPPED)
def test_a_title_with_markup_stays_a_title(make):
    packed = zipfile.ZipFile(io.BytesIO(make(HOSTILE)))
    name = next(name for name in ("imsmanifest.xml", "cmi5.xml", "h5p.json") if name in packed.namelist())
    body = packed.read(name)

    assert HOSTILE in ([json.loads(body)["title"]] if name == "h5p.json" else texts(body))


def test_the_bare_course_structure_escapes_its_title_too():
    assert HOSTILE in texts(build.cmi5_bare(HOSTILE))
