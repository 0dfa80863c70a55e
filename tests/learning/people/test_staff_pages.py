from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from learning.models import Institution, Invitation, Membership, Scope, StaffImport, User
from learning.people.staff_import import reading
from tests.factories import a_membership, a_position, a_scope, a_user, an_institution

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HEADING = "first name,surname,e-mail,position,start\n"
ANNA = "Anna,Ozola,anna@school.example,teacher,2020-09-01\n"
WRONG = "Elīna,Priedīte,elina.school.example,teacher,2020-09-01\n"
EXTRA = dict.fromkeys(
    ("institution", "institution_id", "role", "is_staff", "is_superuser", "score", "state", "user", "id", "created_by"),
    "1",
)


@pytest.fixture
def school():
    a_position("teacher")
    return an_institution("school", name="Centra pamatskola")


@pytest.fixture
def officer(school, client):
    officer = a_user("inga@school.example", first_name="Inga", last_name="Liepiņa")
    a_scope(officer, school)
    client.force_login(officer)
    return officer


def upload(client, content: str, *, kind="changes", code="school", name="darbinieki.csv", **more):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(f"/institutions/{code}/import/", {"file": file, "kind": kind, **more})


def confirm(client, address: str, **answers):
    shown = client.get(address).content.decode()
    fingerprint = shown.split('name="fingerprint" value="')[1].split('"')[0]
    return client.post(address, {"fingerprint": fingerprint, **answers}, follow=True)


def test_a_list_is_looked_at_before_it_is_saved(client, officer):
    preview = upload(client, HEADING + ANNA)
    assert preview.status_code == 302
    page = client.get(preview.url).content.decode()
    assert "darbinieki.csv" in page
    assert "Anna Ozola, teacher lv" in page
    assert not Membership.objects.exists()

    saved = confirm(client, preview.url, invite="on")

    assert saved.redirect_chain[-1][0] == "/institutions/school/import/"
    assert Membership.objects.get().user.email == "anna@school.example"
    assert Invitation.objects.get().created_by == officer
    assert StaffImport.objects.get().created_by == officer


def test_wrong_cells_are_mended_in_place(client, officer):
    preview = upload(client, HEADING + ANNA + WRONG).url
    page = client.get(preview).content.decode()
    assert 'name="cell-3-email" value="elina.school.example"' in page

    confirm(client, preview, **{"cell-3-email": "elina@school.example"})

    assert set(User.objects.exclude(pk=officer.pk).values_list("email", flat=True)) == {
        "anna@school.example",
        "elina@school.example",
    }


def test_a_cell_mended_wrongly_keeps_what_was_typed(client, officer):
    preview = upload(client, HEADING + WRONG).url

    response = confirm(client, preview, **{"cell-2-email": "elina@"})

    assert response.status_code == 422
    assert 'value="elina@"' in response.content.decode()
    assert not Membership.objects.exists()


def test_wrong_rows_are_left_out_only_when_ticked(client, officer):
    preview = upload(client, HEADING + ANNA + WRONG).url
    assert confirm(client, preview).status_code == 422
    assert not Membership.objects.exists()

    confirm(client, preview, leave_out_wrong="on")

    assert Membership.objects.get().user.first_name == "Anna"


def test_an_import_is_cancelled_without_a_trace_of_its_people(client, officer):
    preview = upload(client, HEADING + ANNA).url

    client.post(preview, {"cancel": "1"})

    assert StaffImport.objects.get().cells is None
    assert client.get(preview).status_code == 302
    assert not Membership.objects.exists()


def test_a_double_click_saves_once(client, officer):
    preview = upload(client, HEADING + ANNA).url
    shown = client.get(preview).content.decode()
    answers = {"fingerprint": shown.split('name="fingerprint" value="')[1].split('"')[0], "invite": "on"}

    assert client.post(preview, answers).status_code == 302
    assert client.post(preview, answers).status_code == 302

    assert (Membership.objects.count(), Invitation.objects.count()) == (1, 1)


def test_a_staff_that_changed_meanwhile_is_shown_once_more(client, officer, school):
    preview = upload(client, HEADING + ANNA).url
    shown = client.get(preview).content.decode()
    fingerprint = shown.split('name="fingerprint" value="')[1].split('"')[0]
    anna = User.objects.create_user("anna@school.example", None, first_name="Anna", last_name="Ozola")
    a_membership(anna, school, position=a_position("teacher"), starts_on=TODAY - timedelta(days=400))

    response = client.post(preview, {"fingerprint": fingerprint})

    assert response.status_code == 422
    assert Membership.objects.get().starts_on == TODAY - timedelta(days=400)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "rows"),
        ("name,mail\nAnna,a@b.example\n", "lacks"),
        (b"\x89PNG\r\n\x1a\n\x00", "neither"),
        ("a,b\n" * 60_000, "more than"),
    ],
)
def test_a_file_that_is_no_list_says_why_and_keeps_the_choice(client, officer, content, words, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    response = upload(client, content, kind="complete")

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert page.count('value="complete" ') == 1
    assert "checked" in page.split('value="complete"')[1].split(">")[0]
    assert not StaffImport.objects.exists()


def test_a_file_too_large_is_413(client, officer, monkeypatch):
    monkeypatch.setattr("learning.people.import_views.MOST_BYTES", 1_000)

    assert upload(client, "x" * 200_000).status_code == 413


def test_a_file_just_too_large_is_explained(client, officer, monkeypatch):
    monkeypatch.setattr("learning.people.forms.MOST_BYTES", 1_000)

    assert upload(client, "x" * 2_000).status_code == 422
    assert reading.MOST_BYTES == 10_000_000


def test_names_and_files_that_hold_markup_stay_text(client, officer):
    hostile = '<img src=x onerror=alert(1)>,"<script>alert(2)</script>",a@b.example,teacher,2020-09-01\n'
    preview = upload(client, HEADING + hostile + hostile, name="<svg onload=alert(3)>.csv").url

    page = client.get(preview).content.decode()

    assert not [tag for tag in ("<img src=x", "<script>alert", "<svg onload") if tag in page]


def test_the_sample_can_be_handed_in_as_it_is(client, officer):
    sample = client.get("/institutions/school/import/sample.csv")
    assert sample.headers["Content-Disposition"] == 'attachment; filename="school-sample.csv"'

    preview = upload(client, sample.content).url

    confirm(client, preview)
    assert Membership.objects.count() == 2


def test_one_person_is_added_and_invited(client, officer, school):
    answers = {
        "first_name": "Anna",
        "last_name": "Ozola",
        "email": "Anna@School.example",
        "position": "teacher",
        "starts_on": "01.09.2026.",
    }

    response = client.post("/institutions/school/people/new/", {**answers, **EXTRA})

    assert response.status_code == 302
    post = Membership.objects.select_related("user").get()
    assert (post.user.email, post.institution, post.starts_on.isoformat()) == (
        "anna@school.example",
        school,
        "2026-09-01",
    )
    assert (post.user.is_staff, post.user.has_account, post.user.scopes.count()) == (False, False, 0)
    assert Invitation.objects.get().email == "anna@school.example"


def test_a_form_with_mistakes_loses_nothing_typed(client, officer):
    answers = {
        "first_name": "Anna",
        "last_name": "",
        "email": "anna",
        "position": "nothing",
        "starts_on": "31.02.2026.",
    }

    response = client.post("/institutions/school/people/new/", answers)

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count('aria-invalid="true"') == 4
    for typed in ("Anna", "anna", "31.02.2026."):
        assert f'value="{typed}"' in page


def test_an_address_of_somebody_else_is_refused_without_saying_whose(client, officer):
    a_user("taken@police.example", first_name="Slepens", last_name="Policists")
    answers = {
        "first_name": "Anna",
        "last_name": "Ozola",
        "email": "taken@police.example",
        "position": "teacher",
        "starts_on": "01.09.2026.",
    }

    response = client.post("/institutions/school/people/new/", answers)

    assert response.status_code == 422
    assert "Slepens" not in response.content.decode()
    assert not Membership.objects.exists()


def without_account(school: Institution, first: str, email: str | None) -> User:
    user = User.objects.create_user(email, None, first_name=first, last_name="Ozola")
    a_membership(user, school, position=a_position("teacher"))
    return user


def test_people_without_an_account_are_listed_and_invited_again(client, officer, school):
    anna = without_account(school, "Anna", "anna@school.example")
    without_account(school, "Bez", None)
    a_membership(officer, school, position=a_position("teacher"))
    page = client.get("/institutions/school/invitations/").content.decode()
    assert "Anna Ozola" in page
    assert "Bez Ozola" in page
    assert "inga@school.example" not in page

    client.post("/institutions/school/invitations/", {"person": str(anna.number), **EXTRA})
    client.post("/institutions/school/invitations/", {"everyone": "1"})

    assert Invitation.objects.get().user == anna


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_of_invitations_takes_the_same_queries_for_any_number(
    client, officer, school, people, django_assert_num_queries
):
    for number in range(people):
        without_account(school, f"Anna{number}", f"anna{number}@school.example")
    client.get("/institutions/school/invitations/")

    with django_assert_num_queries(5):
        client.get("/institutions/school/invitations/")


ADDRESSES = (
    "/institutions/{code}/import/",
    "/institutions/{code}/import/sample.csv",
    "/institutions/{code}/import/{number}/",
    "/institutions/{code}/invitations/",
    "/institutions/{code}/people/new/",
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", [None, *Scope.Role.values])
def test_other_institutions_do_not_exist_for_an_officer(client, school, address, role):
    police = an_institution("police")
    kept = StaffImport.objects.create(institution=police, file_name="x", file_sha256="0" * 64, complete=False, cells={})
    visitor = a_user()
    if role:
        a_scope(visitor, school, role)
    client.force_login(visitor)
    path = address.format(code="police", number=kept.number)

    assert client.get(path).status_code == 404
    assert client.post(path, {"cancel": "1", "everyone": "1"}).status_code in {404, 405}
    kept.refresh_from_db()
    assert kept.state == "waiting"


@pytest.mark.parametrize("role", [role for role in Scope.Role.values if role != Scope.Role.HR])
def test_only_the_hr_role_opens_these_pages(client, school, role):
    visitor = a_user()
    a_scope(visitor, school, role)
    client.force_login(visitor)

    assert client.get("/institutions/school/import/").status_code == 404


def test_an_import_of_another_institution_is_not_found_under_ones_own(client, officer):
    police = an_institution("police")
    kept = StaffImport.objects.create(institution=police, file_name="x", file_sha256="0" * 64, complete=False, cells={})

    assert client.get(f"/institutions/school/import/{kept.number}/").status_code == 404
    assert client.get(f"/institutions/school/import/{uuid4()}/").status_code == 404


def test_people_of_another_institution_cannot_be_invited(client, officer):
    stranger = without_account(an_institution("police"), "Anna", "anna@police.example")

    response = client.post("/institutions/school/invitations/", {"person": str(stranger.number)})

    assert response.status_code == 404
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("answers", [{}, {"person": "1"}, {"person": str(uuid4()), "everyone": "1"}])
def test_an_invitation_to_nobody_in_particular_is_not_found(client, officer, answers):
    assert client.post("/institutions/school/invitations/", answers).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_are_asked_to_sign_in(client, school, address):
    response = client.get(address.format(code="school", number=uuid4()))

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/?next=")
