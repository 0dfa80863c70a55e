"""The editor's screens for packages (S06, S09)."""

import time

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from cms.services import ensure_editors, ensure_site
from courses.models import ModulePage, Package, PackageImport, PackageSeries, Unit
from courses.packages import jobs, sandbox, storage
from tests import factories as make
from tests.courses.pages import a_course_page
from tests.packages import build
from tests.packages.hostile import HOSTILE
from tests.packages.rows import a_package, a_package_page
from tests.packages.uploads import says

pytestmark = pytest.mark.django_db
LIST, UPLOAD = "/cms/packages/", "/cms/packages/upload/"
QUERIES_OF_LIST = 13
CANARY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def person():
    user = make.a_user()
    user.groups.add(ensure_editors(ensure_site()))
    return user


@pytest.fixture
def editor(client, person):
    client.force_login(person)
    client.cookies["kopa_language"] = "en"
    return client


def file(body: bytes | None = None, name: str = "kurss.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, build.scorm12() if body is None else body)


def uploaded(editor, body=None, address=UPLOAD, **fields):
    """The page of the import, once it ran."""
    answer = editor.post(address, {"file": file(body, **fields)})
    assert answer.status_code == 302
    jobs.run(PackageImport.objects.first().number)
    return editor.get(answer.headers["Location"]).content.decode()


def test_an_upload_leads_to_its_report(editor, person):
    page = uploaded(editor)

    package = Package.objects.get()
    assert package.imported_by == person
    for words in ("Imported: Viens objekts, version 1", "SCORM 1.2", "5 files", "Viens objekts"):
        assert words in page
    assert 'http-equiv="refresh"' not in page


def test_while_it_is_under_way_the_page_looks_again_by_itself_with_and_without_scripts(editor):
    answer = editor.post(UPLOAD, {"file": file()})
    PackageImport.objects.update(status="running", percent=42, touched_at=jobs.timezone.now())

    page = editor.get(answer.headers["Location"]).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "package-import.js" in page
    assert '<progress id="percent" value="42" max="100">' in page
    assert "42 per cent" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["The package was refused", "link.html", "This is a link", "Put the file itself in its place"]),
        ("lv", ["Pakotne ir noraidīta", "link.html", "Tā ir saite", "Ieliec saites vietā pašu datni"]),
    ],
)
def test_a_refusal_says_where_what_and_how_to_mend_it(editor, language, words):
    editor.cookies["kopa_language"] = language

    page = uploaded(editor, HOSTILE["link"]())

    for word in words:
        assert word in page


def test_a_failure_offers_another_try_and_the_try_works(editor, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "WORKER", says("sys.exit(9)"))
        page = uploaded(editor)
    job = PackageImport.objects.get()
    retry = reverse("courses_package_retry", args=[job.number])
    assert "took too long or was interrupted" in page
    assert retry in page

    editor.post(retry)
    jobs.run(job.number)

    assert Package.objects.count() == 1


def test_a_next_version_is_uploaded_into_its_series(editor):
    uploaded(editor)
    series = PackageSeries.objects.get()

    page = uploaded(editor, build.scorm12("Otrā"), f"/cms/packages/{series.pk}/upload/")

    assert "Imported: Viens objekts, version 2" in page
    assert [package.version for package in series.versions.all()] == [2, 1]


# ---- Who may, and how much (S06)


@pytest.mark.parametrize("address", [LIST, UPLOAD, "/cms/packages/1/", "/cms/packages/1/upload/"])
def test_without_an_account_the_way_leads_to_the_sign_in_page(client, address):
    for answer in (client.get(address), client.post(address, {"file": file()})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")
    assert PackageImport.objects.count() == 0


def test_learners_and_officers_find_nothing(client):
    client.force_login(make.a_user())

    assert client.get(LIST).status_code == 404
    assert client.post(UPLOAD, {"file": file()}).status_code == 404
    assert PackageImport.objects.count() == 0


def test_whoever_enters_the_editor_but_may_not_write_pages_cannot_upload(client):
    ensure_site()
    visitor = make.a_user()
    group = Group.objects.create(name="Visitors")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    visitor.groups.add(group)
    client.force_login(visitor)

    for address in (LIST, UPLOAD):
        assert client.get(address).status_code in (302, 403)
    client.post(UPLOAD, {"file": file()})

    assert PackageImport.objects.count() == 0
    assert 'href="/cms/packages/"' not in client.get("/cms/").content.decode()


def test_an_upload_without_a_token_is_refused(person):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)

    assert strict.post(UPLOAD, {"file": file()}).status_code == 403
    assert PackageImport.objects.count() == 0


@pytest.mark.parametrize(("language", "words"), [("lv", "Datne ir lielāka par 1 MB."), ("en", "larger than 1 MB")])
def test_more_than_the_cap_is_answered_with_413_and_a_page(editor, settings, language, words):
    settings.PACKAGE_MAX_MB = 1
    editor.cookies["kopa_language"] = language

    answer = editor.post(UPLOAD, {"file": file(bytes(1024**2 + 100_000))})

    assert answer.status_code == 413
    assert words in answer.content.decode()
    assert 'type="file"' in answer.content.decode()
    assert PackageImport.objects.count() == 0


def test_the_cap_is_met_before_the_token_is_looked_for(person, settings):
    settings.PACKAGE_MAX_MB = 1
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)

    assert strict.post(UPLOAD, {"file": file(bytes(2 * 1024**2))}).status_code == 413


def test_a_byte_more_than_the_cap_inside_the_envelope_is_refused_too(editor, settings):
    settings.PACKAGE_MAX_MB = 1

    answer = editor.post(UPLOAD, {"file": file(bytes(1024**2 + 1))})

    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()
    assert PackageImport.objects.count() == 0


def test_an_upload_without_a_file_asks_for_one(editor):
    assert editor.post(UPLOAD, {}).status_code == 422
    assert editor.post(UPLOAD, {"file": file(b"")}).status_code == 422


def test_a_full_disk_is_said_on_the_page(editor, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "keep_upload", full)

    answer = editor.post(UPLOAD, {"file": file()})

    assert answer.status_code == 507
    assert "too little room on the disk" in answer.content.decode()


@pytest.mark.parametrize("address", ["/cms/packages/77/", "/cms/packages/77/upload/"])
def test_what_does_not_exist_is_not_found(editor, address):
    assert editor.get(address).status_code == 404


# ---- What stands on the pages


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_often_for_one_package_as_for_three(editor, number, django_assert_num_queries):
    for one in range(number):
        a_package(f"Pakotne {one}")
    editor.get(LIST)

    with django_assert_num_queries(QUERIES_OF_LIST):
        page = editor.get(LIST).content.decode()
    assert page.count("Versions and use") == number


@pytest.mark.parametrize(
    ("asked", "shown"), [("", 50), ("?p=2", 10), ("?q=pakotne&kind=scorm12&p=2", 10), ("?p=99", 10)]
)
def test_pages_of_the_list_and_of_a_search_ask_as_often(editor, asked, shown, django_assert_num_queries):
    for one in range(60):
        a_package(f"Pakotne {one:02}")
    editor.get(LIST)

    with django_assert_num_queries(QUERIES_OF_LIST):
        page = editor.get(LIST + asked).content.decode()

    assert page.count("Versions and use") == shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?q=tīkl", ["Drošība tīklā"]),
        ("?q=DRO", ["Drošība tīklā"]),
        ("?kind=h5p", ["Cits"]),
        ("?kind=scorm12", ["Cits", "Drošība tīklā"]),
        ("?kind=h5p&q=tīkl", []),
        ("?kind=nothing", ["Cits", "Drošība tīklā"]),
        ("?q=%25", []),
        ("?q=" + "x" * 300, ["Cits", "Drošība tīklā"]),
    ],
)
def test_packages_are_found_by_title_and_by_the_kind_of_any_version(editor, asked, found):
    a_package("Drošība tīklā")
    a_package(series=a_package("Cits").series, kind=Package.Kind.H5P)

    page = editor.get(LIST + asked).content.decode()

    assert [title for title in ("Cits", "Drošība tīklā") if f">{title}</a>" in page] == found
    assert ("No package is like that." in page) is (not found)


def test_the_search_stays_while_paging_and_is_shown_as_text(editor):
    for one in range(60):
        a_package(f"Pakotne {one:02}")

    page = editor.get(LIST + "?q=Pakotne&kind=scorm12").content.decode()

    assert 'value="Pakotne"' in page
    assert "q=Pakotne&amp;kind=scorm12&amp;p=2" in page
    assert CANARY not in editor.get(LIST, {"q": CANARY}).content.decode()


def test_the_list_names_uploads_that_are_no_package_yet(editor):
    editor.post(UPLOAD, {"file": file(name="gaida.zip")})

    page = editor.get(LIST).content.decode()

    assert "gaida.zip" in page
    assert "Waiting" in page


def test_a_package_lists_where_it_is_used(editor):
    module = ModulePage.objects.descendant_of(a_course_page("calm")).get()
    package = a_package()
    page = a_package_page(module, package=package)
    version = make.a_version()
    make.a_unit(version.modules.get(), "u", kind=Unit.Kind.PACKAGE, settings={"package": package.pk})

    shown = editor.get(f"/cms/packages/{package.series_id}/").content.decode()

    assert f'<a href="/cms/pages/{page.pk}/edit/">m1-package en</a>, calm en' in shown
    assert "Version of a programme: Programme 1.0" in shown


def test_versions_that_nobody_uses_say_so(editor):
    package = a_package()

    assert "Nowhere yet." in editor.get(f"/cms/packages/{package.series_id}/").content.decode()


def test_titles_names_and_warnings_of_packages_are_shown_as_text(editor):
    package = a_package(CANARY, warnings=[{"lv": CANARY, "en": CANARY}], identifier=CANARY)
    job = PackageImport.objects.create(
        file_name=CANARY, status="refused", problem={"where": CANARY, "what": {"en": CANARY}, "mend": {"en": CANARY}}
    )

    for address in (LIST, f"/cms/packages/{package.series_id}/", f"/cms/packages/imports/{job.number}/"):
        page = editor.get(address).content.decode()
        assert CANARY not in page
        assert "&lt;img src=x" in page


def test_the_chooser_offers_the_newest_upload_first(editor):
    old = a_package("Vecā")
    new = a_package("Jaunā")

    shown = editor.get("/cms/package-chooser/").json()["html"]

    with override("en"):
        assert shown.index(str(new)) < shown.index(str(old))


@pytest.mark.django_db(transaction=True)
def test_with_no_broker_a_thread_does_the_work_beside_the_request(editor):
    answer = editor.post(UPLOAD, {"file": file()})

    until = time.monotonic() + 60
    while (job := PackageImport.objects.get()).status in ("waiting", "running") and time.monotonic() < until:
        time.sleep(0.1)

    assert job.status == "done"
    assert "Imported: Viens objekts, version 1" in editor.get(answer.headers["Location"]).content.decode()
