"""Certificates in a browser: the holder's pages, and a verifier with and without scripts."""

import pytest

from certificates import services
from tests import factories
from tests.browser.audit import LOOKS, audit, axe, no_sideways_scroll, speak
from tests.certificates.factories import a_certificate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def holder():
    return factories.a_user(first_name="Anna Elizabete", last_name="Krūmiņa-Šķiltere-Grasmane")


def test_the_holders_pages_pass_the_audit(page, sign_in, holder):
    certificate = a_certificate(holder)
    sign_in(page, holder)

    assert audit(page, "/certificates/") == []
    assert audit(page, f"/certificates/{certificate.printed_code}/") == []


def test_the_empty_list_passes_the_audit(page, sign_in, holder):
    sign_in(page, holder)

    assert audit(page, "/certificates/") == []


def test_the_public_pages_pass_the_audit(page):
    valid, revoked = a_certificate(), a_certificate()
    services.ensure_pdf(valid)
    services.revoke(certificate=revoked, reason="error", note="", by=None)

    for path in ("/v/", f"/v/{valid.printed_code}/", f"/v/{revoked.printed_code}/"):
        assert audit(page, path) == []


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_an_unknown_code_passes_the_audit(page, width, scheme, language):
    speak(page, language)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto("/v/nonsense/")

    assert axe(page) + no_sideways_scroll(page) == []


def test_a_verifier_types_the_code_and_the_surname_with_no_script_and_no_mouse(chromium, live_server):
    certificate = a_certificate()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    speak(page, "en")

    def answer(label: str, words: str, heading: str) -> None:
        """Tab to the field, replace what is in it, press Enter."""
        field = page.get_by_label(label)
        while not field.evaluate("field => field === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Control+A")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=heading, level=1, exact=True).wait_for()

    page.goto("/v/")
    answer("Code from the document", certificate.printed_code.lower(), "Valid")
    answer("Whom was it issued to?", "Kalnina", "Valid, the surname does not match")
    assert "Attempts left: 4." in page.locator("#id_surname_error").inner_text()
    answer("Whom was it issued to?", "kalniņa", "Valid, the surname matches")

    assert page.locator(".verdict strong").inner_text() == "Ilze Kalniņa"
    context.close()


def test_a_file_is_compared_in_the_browser_and_sent_nowhere(page, tmp_path):
    certificate = a_certificate()
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(services.ensure_pdf(certificate))
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(paper.read_bytes() + b"\n")
    speak(page, "en")
    page.goto(f"/v/{certificate.printed_code}/")
    page.get_by_text("Is the PDF file the one that was issued?").click()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    chooser = page.get_by_label("Choose or drop the file")
    chooser.set_input_files(paper)
    page.get_by_text("The file is the one that was issued").wait_for()
    chooser.set_input_files(forged)
    page.get_by_text("The file differs from the one that was issued.").wait_for()

    assert sent == []
