"""Documents are told apart by what is in them and kept where no address leads."""

import hashlib
from pathlib import Path

import pytest

from learning.evidence import files
from learning.evidence.errors import FileOfOtherKind, FileTooLarge, StorageUnavailable
from tests import factories as make

PNG = b"\x89PNG\r\n\x1a\n rest"
JPEG = b"\xff\xd8\xff\xe0 rest"


@pytest.mark.parametrize(
    ("content", "kind"), [(b"%PDF-1.7", "pdf"), (PNG, "png"), (JPEG, "jpeg")], ids=["pdf", "png", "jpeg"]
)
def test_the_content_decides_whatever_the_name_says(content, kind):
    assert files.looked_at(name="virus.exe", content=content).kind == kind


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"<svg onload=alert(1)>", b"PK\x03\x04", b"\n%PDF-1.7", b"GIF89a", b"MZ"],
    ids=["empty", "html", "svg", "zip", "pdf later", "gif", "program"],
)
def test_anything_else_is_refused(content):
    with pytest.raises(FileOfOtherKind):
        files.looked_at(name="apliecība.pdf", content=content)


def test_ten_megabytes_are_the_most():
    files.looked_at(name="a.pdf", content=b"%PDF-".ljust(files.MOST_BYTES, b"0"))
    with pytest.raises(FileTooLarge):
        files.looked_at(name="a.pdf", content=b"%PDF-".ljust(files.MOST_BYTES + 1, b"0"))


@pytest.mark.django_db
def test_a_file_is_kept_below_the_documents_with_its_hash_and_a_name_of_our_own(settings):
    school = make.an_institution()
    evidence = make.an_evidence(make.a_user(), make.a_version().course, school, file=b"%PDF-1.7 canary")

    kept = files.path_of(evidence)
    assert kept.read_bytes() == b"%PDF-1.7 canary"
    assert kept.is_relative_to(settings.DOCUMENT_ROOT)
    assert not kept.is_relative_to(settings.MEDIA_ROOT)
    assert evidence.file_sha256 == hashlib.sha256(b"%PDF-1.7 canary").hexdigest()
    assert files.download_name(evidence) == f"{evidence.number}.pdf"


@pytest.mark.django_db
def test_a_disk_that_refuses_leaves_neither_row_nor_file(settings, tmp_path):
    in_the_way = tmp_path / "full"
    in_the_way.write_text("a file where the folder should be")
    settings.DOCUMENT_ROOT = in_the_way
    person, school = make.a_user(), make.an_institution()

    with pytest.raises(StorageUnavailable):
        make.an_evidence(person, make.a_version().course, school)

    assert person.external_evidence.count() == 0
    assert list(Path(tmp_path).rglob("*.tmp")) == []
