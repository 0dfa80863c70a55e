"""The staff API of cmi5: packages that come in, and why some do not."""

import errno

import pytest
from django.utils.translation import override

from courses.models import Package
from courses.packages.errors import DiskFull, ImportFailed, ReadingStopped
from tests.packages import build

from .test_api import Api, a_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    return Api(a_token())


@pytest.mark.parametrize(
    ("content", "kind", "units"),
    [
        (build.cmi5_single, "application/zip", 1),
        (build.cmi5_multi, "application/zip", 4),
        (build.cmi5_bare, "text/xml", 1),
    ],
)
def test_13_and_14_a_package_or_a_bare_structure_is_imported(api, content, kind, units):
    answer = api.post("packages", content(), kind)

    assert answer.status_code == 201, answer.content
    course = answer.json()
    assert len(course["units"]) == units
    assert course == api.get(f"courses/{course['id']}").json()
    assert [unit["index"] for unit in course["units"]] == list(range(units))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"# not a package", "text/markdown; charset=UTF-8"),
        (b"PK not a zip", "application/zip"),
        (b"", "application/zip"),
        (b"<courseStructure/>", "text/xml"),
        (build.archive({"readme.txt": b"no cmi5.xml"}), "application/zip"),
        (build.scorm12(), "application/zip"),
        (build.cmi5_bare().replace(b"https://content.example.test/au/", b""), "text/xml"),
    ],
)
def test_a_bad_package_is_refused_with_a_reason(api, content, kind):
    answer = api.post("packages", content, kind)

    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "package-refused"
    assert problem["message"]
    assert Package.objects.count() == 0


def test_a_package_that_is_too_large_is_413(api, settings):
    settings.PACKAGE_MAX_MB = 0

    answer = api.post("packages", build.cmi5_single(), "application/zip")

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [(DiskFull, 507, "disk-full"), (ReadingStopped, 503, "reading-stopped"), (ImportFailed, 503, "import-failed")],
)
def test_a_package_that_cannot_be_taken_now_is_no_bad_package(api, monkeypatch, failure, status, code):
    def fail(**_said):
        raise failure

    monkeypatch.setattr("runtime.cmi5.api.import_package", fail)

    answer = api.post("packages", build.cmi5_single(), "application/zip")

    with override("en"):
        assert (answer.status_code, answer.json()) == (status, {"code": code, "message": str(failure.message)})
    assert Package.objects.count() == 0


def test_a_disk_that_fills_up_while_a_package_is_received_is_507(api, monkeypatch):
    def fill(request, file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("runtime.cmi5.api._receive", fill)

    answer = api.post("packages", build.cmi5_single(), "application/zip")

    assert (answer.status_code, answer.json()["code"]) == (507, "disk-full")


@pytest.mark.parametrize("length", [{}, {"CONTENT_LENGTH": ""}], ids=["none", "as the server of the demo says it"])
def test_a_package_in_pieces_without_its_length_is_411_and_not_taken_for_an_empty_one(api, length):
    pieces = {"HTTP_TRANSFER_ENCODING": "chunked", **length}

    answer = api.client.generic("POST", "/api/v1/cmi5/packages", b"", "application/zip", **pieces)

    assert (answer.status_code, answer.json()["code"]) == (411, "length-needed")


def test_the_same_package_is_imported_as_often_as_it_is_sent(api):
    first, second = [api.post("packages", build.cmi5_single(), "application/zip").json() for _ in range(2)]

    assert first["id"] != second["id"]
    assert first["courseId"] == second["courseId"]
