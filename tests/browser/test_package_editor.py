"""An editor imports a package: with scripts the page follows the work by itself, without them it loads anew."""

import pytest

from cms.services import ensure_editors, ensure_site
from courses.models import Package
from tests.browser.audit import add_cookie, axe, no_sideways_scroll
from tests.factories import a_user
from tests.packages import build
from tests.packages.hostile import HOSTILE
from tests.packages.rows import a_package

pytestmark = pytest.mark.django_db(transaction=True)
UPLOAD = "/cms/packages/upload/"
LONG_MS = 60_000


@pytest.fixture
def editor(live_server):
    user = a_user("editor@example.test")
    user.groups.add(ensure_editors(ensure_site()))
    return user


@pytest.fixture
def without_scripts(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def upload(page, file, body):
    file.write_bytes(body)
    page.goto(UPLOAD)
    page.set_input_files("#id_file", file)
    page.click("main form button[type=submit]")


def test_the_page_follows_the_import_and_says_when_it_is_done(page, editor, sign_in, tmp_path):
    sign_in(page, editor)
    add_cookie(page, "kopa_language", "en")

    upload(page, tmp_path / "kurss.zip", build.scorm12_multi())
    page.wait_for_selector("#import dl", timeout=LONG_MS)

    assert page.inner_text("#import h2") == "Imported: Vairāki objekti, version 1"
    said = page.inner_text("#import-said")
    assert said in ("", "Imported: Vairāki objekti, version 1")  # Empty when it was done before the page came.
    assert axe(page) == []
    page.click("text=Versions and use")
    page.wait_for_selector("#version-1")
    assert axe(page) == []


def test_without_scripts_it_works_as_well(without_scripts, editor, sign_in, tmp_path):
    sign_in(without_scripts, editor)

    upload(without_scripts, tmp_path / "kurss.zip", build.h5p())
    without_scripts.wait_for_selector("#import dl", timeout=LONG_MS)

    assert "1. versija" in without_scripts.inner_text("#import h2")
    assert Package.objects.get().kind == "h5p"


def test_a_refusal_is_read_in_place_and_another_file_is_one_step_away(page, editor, sign_in, tmp_path):
    sign_in(page, editor)

    upload(page, tmp_path / "kurss.zip", HOSTILE["parent folder"]())
    page.wait_for_selector("#import dl", timeout=LONG_MS)

    assert page.inner_text("#import code") == "../outside.html"
    assert axe(page) == []
    page.click("text=Augšupielādēt citu datni")
    page.wait_for_url(f"**{UPLOAD}")
    assert axe(page) == []


def test_a_file_above_the_cap_ends_on_a_readable_page(page, editor, sign_in, tmp_path, settings):
    settings.PACKAGE_MAX_MB = 1
    sign_in(page, editor)

    upload(page, tmp_path / "film.zip", bytes(20 * 1024**2))
    page.wait_for_selector("[role=alert]", timeout=LONG_MS)

    assert "Datne ir lielāka par 1 MB." in page.inner_text("[role=alert]")
    assert page.locator("#id_file").count() == 1


def test_the_list_is_searched_and_reads_well(page, editor, sign_in):
    sign_in(page, editor)
    add_cookie(page, "kopa_language", "en")
    for title in ("Drošība tīklā", "Cits"):
        a_package(title)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/cms/packages/")

        page.fill("#id_q", "tīkl")
        page.press("#id_q", "Enter")
        page.wait_for_url("**q=t*")

        assert page.locator("td.title").all_inner_texts() == ["Drošība tīklā"]
        assert axe(page) + no_sideways_scroll(page) == []
