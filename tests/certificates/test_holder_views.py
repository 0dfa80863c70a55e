from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates import documents, services
from certificates.models import Certificate
from tests.certificates.factories import a_certificate, a_completion
from tests.factories import a_membership, a_user, an_institution

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def holder():
    return a_user()


@pytest.fixture
def signed_in(client, holder):
    client.force_login(holder)
    client.cookies["kopa_language"] = "en"
    return client


def address(certificate: Certificate, page: str = "detail") -> str:
    return reverse(f"certificates:{page}", args=[certificate.printed_code])


def test_the_empty_list_says_how_a_certificate_comes(signed_in):
    page = signed_in.get("/certificates/")

    assert page.status_code == 200
    assert "No certificate yet" in page.text
    assert 'href="/learn/"' in page.text


def test_the_list_names_every_state(signed_in, holder):
    old = a_completion(holder, on=TODAY - timedelta(days=1000))
    services.issue(completion=old)
    services.issue(completion=a_completion(holder, old.version, renews=old, kind="renewal"))
    a_certificate(holder, on=TODAY - timedelta(days=1000), valid_until=TODAY - timedelta(days=1))
    a_certificate(holder, on=TODAY - timedelta(days=1000), valid_until=TODAY + timedelta(days=60))
    a_certificate(holder, valid_from=TODAY + timedelta(days=1))
    for reason in ("error", "withdrawn"):
        services.revoke(certificate=a_certificate(holder), reason=reason, note="", by=None)

    page = signed_in.get("/certificates/")

    assert [standing.state.value for standing in page.context["papers"]] == [
        "withdrawn",
        "revoked",
        "not_yet",
        "valid",
        "valid",
        "expired",
        "superseded",
    ]
    assert page.text.count("Expiring soon") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(signed_in, holder, count, django_assert_num_queries):
    for _ in range(count):
        a_certificate(holder)
    signed_in.get("/certificates/")

    # Person, certificates.
    with django_assert_num_queries(2):
        signed_in.get("/certificates/")


def test_the_page_shows_the_paper_and_who_sees_it(signed_in, holder):
    a_membership(holder, an_institution(name="Demo vidusskola"))
    a_membership(holder, an_institution(name="Bijusī skola"), ends_on=TODAY - timedelta(days=1))
    certificate = a_certificate(holder)

    page = signed_in.get(address(certificate))

    for words in [
        "Apliecinājums par mācību apguvi",
        f"Nr. {certificate.serial}",
        "Ilze Kalniņa",
        "Demo novada pašvaldība, reģ. nr. 90000000000",
        certificate.printed_code,
        "Demo vidusskola",
        address(certificate, "pdf"),
        address(certificate, "verify"),
    ]:
        assert words in page.text
    assert "Bijusī skola" not in page.text


def test_the_page_costs_a_fixed_number_of_queries(signed_in, holder, django_assert_num_queries):
    certificate = a_certificate(holder)
    signed_in.get(address(certificate))

    # Person, certificate, institutions.
    with django_assert_num_queries(3):
        signed_in.get(address(certificate))


@pytest.mark.parametrize(
    ("days_left", "words"),
    [
        (200, "You can renew it from"),
        (90, "You can renew it now, and no day is lost"),
        (-1, "The training has to be renewed"),
    ],
)
def test_the_page_says_when_to_renew(signed_in, holder, days_left, words):
    until = TODAY + timedelta(days=days_left)
    certificate = a_certificate(holder, on=TODAY - timedelta(days=900), valid_until=until)

    assert words in signed_in.get(address(certificate)).text


@pytest.mark.parametrize("page", ["detail", "pdf"])
def test_a_stranger_finds_nothing(client, page):
    certificate = a_certificate()
    client.force_login(a_user())

    assert client.get(address(certificate, page)).status_code == 404


@pytest.mark.parametrize("page", ["detail", "pdf"])
def test_a_visitor_is_asked_to_sign_in(client, page):
    answer = client.get(address(a_certificate(), page))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("code", ["nonsense", "00000-00000-00000", "7K4M2-XQD9C-0VRTV"])
def test_a_code_that_leads_nowhere_is_not_found(signed_in, code):
    assert signed_in.get(f"/certificates/{code}/").status_code == 404
    assert signed_in.get(f"/certificates/{code}/pdf/").status_code == 404


def test_the_pdf_is_made_on_the_first_download_and_never_changes(signed_in, holder):
    certificate = a_certificate(holder)

    first, second = (signed_in.get(address(certificate, "pdf")) for _ in range(2))

    assert first.content == second.content
    assert first.content[:5] == b"%PDF-"
    assert Certificate.objects.get().pdf_sha256 == sha256(first.content).hexdigest()
    assert first["Content-Type"] == "application/pdf"
    assert first["Cache-Control"] == "private, no-store"
    assert first["Content-Disposition"] == (
        f'attachment; filename="apliecinajums-{certificate.serial}.pdf"; '
        f"filename*=UTF-8''apliecin%C4%81jums-{certificate.serial}.pdf"
    )


def test_a_client_that_has_the_pdf_is_not_sent_it_again(signed_in, holder):
    url = address(a_certificate(holder), "pdf")
    etag = signed_in.get(url)["ETag"]

    answer = signed_in.get(url, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


def test_a_full_disk_is_said_in_words_and_the_next_try_works(signed_in, holder, monkeypatch):
    url = address(a_certificate(holder), "pdf")

    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(documents.os, "fsync", refuse)
        page = signed_in.get(url)
    assert page.status_code == 503
    assert "Try again in a few minutes" in page.text

    assert signed_in.get(url).status_code == 200


def test_a_name_that_no_font_has_is_said_in_words(client):
    holder = a_user(first_name="李", last_name="小龙", language="en")
    client.force_login(holder)

    page = client.get(address(a_certificate(holder), "pdf"))

    assert page.status_code == 503
    assert "its fonts do not have “李”" in page.text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"])
def test_a_name_is_never_markup(signed_in, holder, name):
    holder.last_name = name
    holder.save()

    page = signed_in.get(address(a_certificate(holder)))

    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "14" not in page.context["paper"].holder
