import random
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from certificates import codes, services
from certificates.models import Certificate
from learning.models import CompletionWithdrawal
from tests.certificates.factories import a_certificate, a_completion
from tests.factories import a_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def visitor(client):
    client.cookies["kopa_language"] = "en"
    return client


def address(certificate: Certificate) -> str:
    return f"/v/{certificate.printed_code}/"


def valid() -> Certificate:
    return a_certificate(on=TODAY - 400 * DAY)


def not_yet() -> Certificate:
    return a_certificate(valid_from=TODAY + DAY)


def expired() -> Certificate:
    return a_certificate(on=TODAY - 400 * DAY, valid_until=TODAY - DAY)


def superseded() -> Certificate:
    old = a_completion(on=TODAY - 400 * DAY)
    paper = services.issue(completion=old)
    services.issue(completion=a_completion(old.user, old.version, renews=old, kind="renewal"))
    return paper


def corrected() -> Certificate:
    paper = a_certificate()
    services.reissue(certificate=paper, given_names="Ilze", surname="Ozola", reason="", by=None)
    return paper


def revoked() -> Certificate:
    paper = a_certificate()
    services.revoke(certificate=paper, reason="error", note="", by=None)
    return paper


def completion_withdrawn() -> Certificate:
    paper = a_certificate()
    CompletionWithdrawal.objects.create(completion=paper.completion, withdrawn_on=TODAY, reason="")
    return paper


def withdrawn() -> Certificate:
    paper = a_certificate()
    services.revoke(certificate=paper, reason="withdrawn", note="", by=None)
    return paper


STATES = [
    (valid, "valid", "The certificate is genuine and valid today"),
    (not_yet, "not_yet", "valid from"),
    (expired, "expired", "its last valid day was"),
    (superseded, "superseded", "has a newer certificate of the same programme"),
    (corrected, "superseded", "has a newer certificate of the same programme"),
    (revoked, "revoked", "The issuer revoked this certificate on"),
    (completion_withdrawn, "revoked", "The issuer revoked this certificate on"),
    (withdrawn, "withdrawn", "it is withdrawn since"),
]


@pytest.mark.parametrize(("make", "state", "words"), STATES)
def test_every_state_is_told_apart_and_names_nobody(visitor, make, state, words):
    certificate = make()

    page = visitor.get(address(certificate))

    assert page.status_code == 200
    assert f'data-state="{state}"' in page.text
    assert words in page.text
    for secret in ("Kalniņa", "Ilze", "Ozola"):
        assert secret not in page.text


@pytest.mark.parametrize(("make", "state", "words"), STATES)
@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_state_speaks_both_languages(client, make, state, words, language):
    client.cookies["kopa_language"] = language

    page = client.get(address(make()))

    assert f'<html lang="{language}"' in page.text


def test_a_verifier_sees_what_the_paper_says(visitor):
    certificate = valid()
    services.ensure_pdf(certificate)

    page = visitor.get(address(certificate))

    for words in ["Programma", "1.0", "0.4", certificate.serial, "Demo novada pašvaldība", certificate.pdf_sha256]:
        assert words in page.text


@pytest.mark.parametrize("make", [superseded, revoked, withdrawn])
def test_a_paper_out_of_use_gives_its_holder_to_nobody(visitor, make):
    certificate = make()

    page = visitor.post(address(certificate), {"surname": "Kalniņa"})

    assert page.status_code == 200
    assert "Kalniņa" not in page.text


def test_a_replaced_paper_does_not_lead_to_the_new_one(visitor):
    certificate = superseded()
    successor = Certificate.objects.exclude(pk=certificate.pk).get()

    page = visitor.get(address(certificate))

    assert successor.printed_code not in page.text
    assert successor.serial not in page.text


@pytest.mark.parametrize("make", [valid, not_yet, expired])
def test_who_knows_the_surname_sees_the_holder(visitor, make):
    certificate = make()

    page = visitor.post(address(certificate), {"surname": " kalniņa "})

    assert page.status_code == 200
    assert "The document was issued to <strong>Ilze Kalniņa</strong>" in page.text
    assert "no-store" in page["Cache-Control"]
    assert "Ilze" not in visitor.get(address(certificate)).text


def test_a_wrong_surname_is_kept_in_the_field_with_a_hint(visitor):
    page = visitor.post(address(valid()), {"surname": "Kalnina"})

    assert page.status_code == 200
    assert 'value="Kalnina"' in page.text
    assert "Check the diacritics (ā, č, ķ, ņ, š …). Attempts left: 4." in page.text
    assert "Ilze" not in page.text


def test_no_surname_is_not_an_attempt(visitor):
    certificate = valid()

    page = visitor.post(address(certificate), {"surname": "  "})

    assert page.status_code == 422
    assert "Enter the surname from the document." in page.text
    assert "Attempts left: 4." in visitor.post(address(certificate), {"surname": "x"}).text


def test_after_five_surnames_even_the_right_one_waits(visitor):
    certificate = valid()
    for _ in range(5):
        visitor.post(address(certificate), {"surname": "Ozola"})

    page = visitor.post(address(certificate), {"surname": "Kalniņa"})

    assert page.status_code == 429
    assert "The next attempt is possible in 15 minutes" in page.text
    assert "Ilze" not in page.text
    assert 'data-state="valid"' in visitor.get(address(certificate)).text


def test_other_visitors_and_other_papers_are_not_held_up(visitor):
    certificate, other = valid(), valid()
    for _ in range(6):
        visitor.post(address(certificate), {"surname": "Ozola"})

    elsewhere = visitor.post(address(certificate), {"surname": "Kalniņa"}, REMOTE_ADDR="192.0.2.9")

    assert elsewhere.status_code == 200
    assert visitor.post(address(other), {"surname": "Kalniņa"}).status_code == 200


def test_guessing_from_many_addresses_stops_too(visitor):
    certificate = valid()
    statuses = [
        visitor.post(address(certificate), {"surname": "Ozola"}, REMOTE_ADDR=f"192.0.2.{number}").status_code
        for number in range(52)
    ]

    assert statuses == [200] * 50 + [429] * 2


def test_a_forged_forwarding_header_brings_no_more_attempts(visitor):
    certificate = valid()
    statuses = [
        visitor.post(
            address(certificate), {"surname": "Ozola"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        ).status_code
        for number in range(6)
    ]

    assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize("code", ["00000-00000-00000", "7K4M2-XQD9C-0VRTV"])
def test_a_code_that_was_never_issued_is_unknown(visitor, code):
    page = visitor.get(f"/v/{code}/")

    assert page.status_code == 404
    assert 'data-state="unknown"' in page.text
    assert "We do not find this code" in page.text
    assert f'value="{code}"' in page.text


@pytest.mark.parametrize("code", ["nonsense", "%00", "'; drop table", "a" * 300, '"><b>x', "7K4M2"])
def test_what_is_no_code_is_unknown_too(visitor, code):
    page = visitor.get(f"/v/{code}/")

    assert page.status_code == 404
    assert "We do not find this code" in page.text
    assert "<b>x" not in page.text


def test_a_code_may_be_typed_in_any_way(visitor):
    certificate = valid()
    typed = certificate.printed_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    answer = visitor.get("/v/", {"code": typed})

    assert (answer.status_code, answer["Location"]) == (302, address(certificate))
    assert visitor.get(f"/v/{certificate.code.lower()}/").status_code == 200


def test_a_mistyped_code_stays_in_the_field(visitor):
    page = visitor.get("/v/", {"code": "7K4M2-XQD9C-0VRT9"})

    assert page.status_code == 422
    assert 'value="7K4M2-XQD9C-0VRT9"' in page.text
    assert "one of them seems to differ" in page.text


def test_the_empty_form_says_that_no_account_is_needed(visitor):
    page = visitor.get("/v/")

    assert page.status_code == 200
    assert "You need no account" in page.text


def test_walking_through_codes_finds_nothing_and_is_stopped(visitor):
    certificate = valid()
    near = [codes.ALPHABET.index(letter) for letter in certificate.code[:-1]]
    chance = random.Random(7)
    statuses = []
    for _ in range(70):
        near[chance.randrange(len(near))] = chance.randrange(32)
        body = "".join(codes.ALPHABET[value] for value in near)
        statuses.append(visitor.get(f"/v/{body}{codes._check_character(body)}/").status_code)

    assert statuses == [404] * 60 + [429] * 10
    assert visitor.get(address(certificate)).status_code == 429
    assert visitor.get(address(certificate), REMOTE_ADDR="192.0.2.9").status_code == 200


def test_nothing_is_indexed_or_cached(visitor):
    for path in ("/v/", "/v/nonsense/", address(valid())):
        answer = visitor.get(path)
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in answer.text


def test_a_forged_form_is_refused():
    certificate = valid()

    answer = Client(enforce_csrf_checks=True).post(address(certificate), {"surname": "Kalniņa"})

    assert answer.status_code == 403
    assert "Ilze" not in answer.text


def test_verifying_writes_nothing(visitor, django_assert_num_queries):
    certificate = valid()
    visitor.get(address(certificate))

    for call in (
        lambda: visitor.get(address(certificate)),
        lambda: visitor.post(address(certificate), {"surname": "Kalniņa"}),
        lambda: visitor.post(address(certificate), {"surname": "Ozola"}),
    ):
        with django_assert_num_queries(1) as queries:
            call()
        assert queries.captured_queries[0]["sql"].startswith("SELECT")


def test_a_holder_who_is_signed_in_sees_what_a_verifier_sees(visitor):
    holder = a_user()
    certificate = a_certificate(holder)
    visitor.force_login(holder)

    page = visitor.get(address(certificate))

    assert f"<strong>{holder}</strong>" not in page.text
    assert "Whom was it issued to?" in page.text


def test_the_page_fits_a_slow_line(visitor):
    """At most 30 KB compressed, all that a first visit fetches: page, styles, scripts, icons. No font among them."""
    certificate = valid()
    services.ensure_pdf(certificate)
    page = visitor.get(address(certificate))

    linked = [part.partition('"')[0].partition("#")[0] for part in page.text.split(f'"{settings.STATIC_URL}')[1:]]
    files = {path: finders.find(path) for path in linked}
    sizes = {path: len(brotli.compress(Path(found).read_bytes())) for path, found in files.items()}
    assert {"kopa/css/kopa.css", "kopa/css/light.css", "kopa/icons.svg", "kopa/js/compare-file.js"} <= sizes.keys()
    assert not [path for path in sizes if path.endswith(".woff2")]
    assert sum(sizes.values()) + len(brotli.compress(page.content)) <= 30 * 1024
