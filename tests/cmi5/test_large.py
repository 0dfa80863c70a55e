"""6.1: course structures of more than 1000 units; 14: packages in the zip64 format."""

import io
import zipfile
from time import monotonic

import pytest
from django.utils import timezone

from courses.packages.services import import_package
from runtime.cmi5 import registrations
from tests.packages import build

from .ground import ANNA, Unit, verbs

pytestmark = pytest.mark.django_db

UNIT = """<au id="https://publisher.example.test/au/{n}" moveOn="NotApplicable">
<title><langstring lang="en">Unit {n}</langstring></title>
<description><langstring lang="en">-</langstring></description>
<url>http://content.example.test/{n}</url></au>"""
COURSE = """<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
<course id="https://publisher.example.test/course"><title><langstring lang="en">Large</langstring></title>
<description><langstring lang="en">-</langstring></description></course>{units}</courseStructure>"""


def test_6_1_a_course_of_1001_units_is_imported_registered_and_launched_soon(tmp_path):
    file = tmp_path / "cmi5.xml"
    file.write_text(COURSE.format(units="".join(UNIT.format(n=n) for n in range(1001))))

    package = import_package(file=file, name="cmi5.xml", series=None, by=None)
    begun = monotonic()
    unit = Unit(package, index=1000)

    assert package.activities.count() == 1001
    assert verbs(unit.course) == ["satisfied", "launched"]
    assert unit.course.units.count() == 0
    assert monotonic() - begun < 5


def test_14_a_package_in_zip64_is_imported(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in build.files_of_cmi5("single").items():
            with target.open(name, "w", force_zip64=True) as member:
                member.write(body)
    file = tmp_path / "package.zip"
    file.write_bytes(packed.getvalue())

    package = import_package(file=file, name="package.zip", series=None, by=None)

    assert registrations.register(package=package, actor=ANNA, number=None, at=timezone.now()).package == package
