import errno
from hashlib import sha256
from pathlib import Path

import pytest

from certificates import documents, rendering, services
from certificates.errors import PaperDiffers, StorageUnavailable
from certificates.models import Certificate
from learning.models import OutboxMessage
from learning.records import outbox
from tests.certificates.factories import a_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(settings) -> Path:
    return Path(settings.DOCUMENT_ROOT)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def full_disk(monkeypatch):
    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(documents.os, "fsync", refuse)


def test_the_pdf_is_drawn_once_and_stored(root, monkeypatch):
    certificate = a_certificate()

    first = services.ensure_pdf(certificate)
    monkeypatch.setattr(rendering, "pdf", lambda snapshot: pytest.fail("drawn again"))
    again = services.ensure_pdf(Certificate.objects.get())

    stored = Certificate.objects.get()
    assert first == again == (root / stored.pdf_path).read_bytes()
    assert stored.pdf_sha256 == sha256(first).hexdigest()
    assert stored.pdf_size_bytes == len(first)
    assert files(root) == [stored.pdf_path]


def test_the_promise_is_kept_right_after_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        a_certificate()

    assert Certificate.objects.get().pdf_size_bytes > 10_000
    assert OutboxMessage.objects.get(topic=services.PDF_TOPIC).done_at is not None


def test_a_lost_worker_is_made_good_by_the_sweeper():
    a_certificate()

    assert outbox.sweep() == (2, 0)  # The PDF, and the letter that it is there.
    assert Certificate.objects.get().pdf_sha256 != ""


def test_a_lost_file_is_drawn_again_byte_for_byte(root):
    certificate = a_certificate()
    first = services.ensure_pdf(certificate)
    (root / certificate.pdf_path).unlink()

    assert services.ensure_pdf(certificate) == first
    assert (root / certificate.pdf_path).read_bytes() == first


def test_a_damaged_file_is_never_served(root):
    certificate = a_certificate()
    first = services.ensure_pdf(certificate)
    (root / certificate.pdf_path).write_bytes(first[:-1])

    assert services.ensure_pdf(certificate) == first
    assert (root / certificate.pdf_path).read_bytes() == first


def test_a_lost_file_that_would_come_out_different_is_refused(root, monkeypatch, caplog):
    certificate = a_certificate()
    services.ensure_pdf(certificate)
    (root / certificate.pdf_path).unlink()
    monkeypatch.setattr(rendering, "pdf", lambda snapshot: b"%PDF-1.7 another")

    with pytest.raises(PaperDiffers) as problem:
        services.ensure_pdf(certificate)

    assert certificate.serial in problem.value.message
    assert files(root) == []
    assert "not reproducible" in caplog.text


def test_a_full_disk_leaves_no_file_and_no_claim_and_a_retry_works(root, monkeypatch):
    certificate = a_certificate()
    with monkeypatch.context() as broken:
        full_disk(broken)
        with pytest.raises(StorageUnavailable):
            services.ensure_pdf(certificate)

        assert files(root) == []
        assert Certificate.objects.get().pdf_sha256 == ""

    assert services.ensure_pdf(certificate)[:5] == b"%PDF-"
    assert len(files(root)) == 1


def test_a_full_disk_puts_the_promise_off_and_keeps_the_certificate(monkeypatch):
    a_certificate()
    full_disk(monkeypatch)

    assert outbox.sweep() == (0, 1)
    assert OutboxMessage.objects.get().problem == "StorageUnavailable"


def test_when_two_versions_of_the_programme_draw_at_once_the_first_to_store_wins(root, monkeypatch):
    certificate, behind = a_certificate(), Certificate.objects.get()
    first = services.ensure_pdf(certificate)
    monkeypatch.setattr(rendering, "pdf", lambda snapshot: b"%PDF-1.7 another")

    assert services.ensure_pdf(behind) == first
    assert files(root) == [certificate.pdf_path]


def test_a_name_that_cannot_be_printed_does_not_stop_the_certificate():
    from tests.factories import a_user

    a_certificate(a_user(first_name="李", last_name="小龙"))

    assert outbox.sweep() == (0, 1)
    assert OutboxMessage.objects.get().problem == "MissingGlyphs"
    assert Certificate.objects.get().facts.holder == "李 小龙"
