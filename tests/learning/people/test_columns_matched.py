from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from learning.models import Membership, StaffColumns, StaffImport
from learning.people.staff_import import choosing, services
from learning.people.staff_import.errors import ColumnsMissing, ColumnTwice
from tests.factories import a_position, a_scope, a_user, an_institution

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
# The names that some personnel system gives its columns.
FILE = "Vārds 1;Uzvārds;Kods;Štata vieta;Pieņemts\nAnna;Ozola;010180-12345;teacher;01.09.2020.\n"
MEANINGS = {"column-0": "first_name", "column-1": "last_name", "column-3": "position", "column-4": "starts_on"}


@pytest.fixture
def school():
    a_position("teacher")
    return an_institution("school", name="Centra pamatskola")


@pytest.fixture
def officer(school, client):
    officer = a_user("inga@school.example")
    a_scope(officer, school)
    client.force_login(officer)
    return officer


def upload(client, content: str = FILE):
    file = SimpleUploadedFile("darbinieki.csv", content.encode())
    return client.post("/institutions/school/import/", {"file": file, "kind": "changes"})


def test_unknown_columns_are_matched_and_the_list_goes_on(client, officer):
    asked = upload(client).url
    assert asked.endswith("/columns/")
    page = client.get(asked).content.decode()
    assert "Štata vieta" in page
    assert "01.09.2020." in page

    preview = client.post(asked, MEANINGS)

    kept = StaffImport.objects.get()
    assert preview.url == f"/institutions/school/import/{kept.number}/"
    assert kept.cells == {
        "2": {"first_name": "Anna", "last_name": "Ozola", "position": "teacher", "starts_on": "01.09.2020."}
    }
    assert services.confirm(staff_import=kept, on=TODAY, by=None).joined == 1


def test_the_next_list_is_read_the_same_way(client, officer):
    client.post(upload(client).url, MEANINGS)

    again = upload(client, FILE.replace("Anna", "Jana"))

    kept = StaffImport.objects.first()
    assert again.url == f"/institutions/school/import/{kept.number}/"
    assert (kept.state, kept.ignored) == ("waiting", ["Kods"])


def test_the_nightly_feed_reads_like_this_too(client, officer, school):
    client.post(upload(client).url, MEANINGS)

    kept = services.keep_upload(institution=school, content=FILE.encode(), file_name="a.csv", complete=False, by=None)

    assert services.confirm(staff_import=kept, on=TODAY, by=None).joined == 1


def test_another_institution_has_names_of_its_own(client, officer):
    client.post(upload(client).url, MEANINGS)

    with pytest.raises(ColumnsMissing):
        services.keep_upload(
            institution=an_institution("police"), content=FILE.encode(), file_name="a.csv", complete=False, by=None
        )


def test_what_is_remembered_can_be_changed(client, officer, school):
    client.post(upload(client).url, MEANINGS)
    page = client.get("/institutions/school/import/columns/").content.decode()
    assert "Štata vieta" in page
    titles = [column.title for column in choosing.known_headings(school)]

    client.post(
        "/institutions/school/import/columns/",
        {f"column-{place}": "department" if title == "Štata vieta" else "" for place, title in enumerate(titles)},
    )

    assert choosing.chosen_for(school) == {"stata vieta": "department"}


def test_what_the_words_say_anyway_is_not_remembered(client, officer, school):
    client.post(upload(client).url, MEANINGS)

    assert choosing.chosen_for(school) == {
        "vards 1": "first_name",
        "stata vieta": "position",
        "pienemts": "starts_on",
    }
    assert StaffColumns.objects.get().changed_by == officer


def test_a_needed_column_has_to_be_among_them(client, officer):
    asked = upload(client).url

    answer = client.post(asked, {**MEANINGS, "column-3": ""})

    assert answer.status_code == 422
    assert StaffImport.objects.get().state == "columns"
    assert not StaffColumns.objects.exists()


def test_two_columns_cannot_mean_the_same(client, officer):
    answer = client.post(upload(client).url, {**MEANINGS, "column-2": "position"})

    assert answer.status_code == 422
    assert StaffImport.objects.get().state == "columns"


def test_two_columns_that_seem_the_same_are_told_apart(client, officer, school):
    twice = "Vārds;Uzvārds;Skola;Iestāde;Amats;No\nAnna;Ozola;x;school;teacher;01.09.2020.\n"
    with pytest.raises(ColumnTwice):
        services.keep_upload(institution=school, content=twice.encode(), file_name="a", complete=False, by=None)

    answer = client.post(
        upload(client, twice).url,
        {
            "column-0": "first_name",
            "column-1": "last_name",
            "column-3": "institution",
            "column-4": "position",
            "column-5": "starts_on",
        },
    )

    assert answer.status_code == 302
    assert choosing.chosen_for(school) == {"skola": ""}


def test_a_file_whose_columns_are_all_clear_but_one_is_missing_is_refused(client, officer):
    answer = upload(client, "Vārds;Uzvārds;Amats\nAnna;Ozola;teacher\n")

    assert answer.status_code == 422
    assert not StaffImport.objects.exists()


def test_personal_codes_are_not_kept_even_while_columns_are_unclear(client, officer):
    upload(client)

    assert "010180" not in str(StaffImport.objects.get().cells)


def test_columns_nobody_matched_are_forgotten_after_a_day(client, officer):
    upload(client)
    StaffImport.objects.update(created_at=timezone.now() - timedelta(days=2))

    assert services.drop_unsaved() == 1

    assert list(StaffImport.objects.values_list("state", "cells")) == [("dropped", None)]


def test_what_is_posted_sets_no_column_that_lists_do_not_have(client, officer):
    answer = client.post(upload(client).url, {**MEANINGS, "column-2": "is_staff"})

    assert answer.status_code == 422
    assert not Membership.objects.exists()


def test_formulas_in_headings_stay_text(client, officer):
    hostile = FILE.replace("Kods", "=HYPERLINK(1)").replace("Vārds 1", "<script>x</script>")

    page = client.get(upload(client, hostile).url).content.decode()

    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_a_matched_list_goes_on_from_the_import_page(client, officer):
    asked = upload(client).url

    assert asked in client.get("/institutions/school/import/").content.decode()
    assert client.get(asked.removesuffix("columns/")).url == asked
