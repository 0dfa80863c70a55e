from datetime import date, timedelta

import pytest
from django.utils import timezone

from courses.models import Course
from learning.models import AuditEvent, CoverageDirt, Enrolment, Invitation, Membership, User
from learning.people import invitations
from tests.factories import (
    a_completion,
    a_membership,
    a_position,
    a_requirement,
    a_scope,
    a_user,
    a_version,
    an_institution,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
POST = {"position": "teacher", "starts_on": "01.09.2020.", "department": "", "staff_number": "", "manager": ""}
EXTRA = dict.fromkeys(
    ("institution", "institution_id", "user", "id", "is_staff", "is_superuser", "employed_since", "password"), "1"
)


@pytest.fixture
def school():
    a_position("teacher")
    a_position("deputy")
    return an_institution("school", name="Centra pamatskola")


@pytest.fixture
def officer(school, client):
    officer = a_user("inga@school.example", first_name="Inga", last_name="Liepiņa")
    a_scope(officer, school)
    client.force_login(officer)
    return officer


@pytest.fixture
def anna(school):
    anna = User.objects.create_user("anna@school.example", first_name="Anna", last_name="Ozola")
    a_membership(anna, school, starts_on=date(2020, 9, 1), staff_number="017")
    return anna


def page(person: User, *more: object) -> str:
    return "/".join(map(str, ("/institutions/school/people", person.number, *more, "")))


def held(person: User) -> list[tuple]:
    posts = person.memberships.order_by("starts_on", "pk")
    return list(posts.values_list("position__key", "starts_on", "ends_on", "employed_since"))


def test_a_name_is_corrected(client, anna, officer):
    said = {"first_name": "Anna", "last_name": "Lapsa", "email": "Anna.Lapsa@school.example", "language": "en"}

    assert client.post(page(anna, "edit"), {**said, **EXTRA}).status_code == 302

    anna.refresh_from_db()
    assert (anna.last_name, anna.email, anna.language) == ("Lapsa", "anna.lapsa@school.example", "en")
    assert (anna.is_staff, anna.is_superuser, anna.has_account) == (False, False, False)
    event = AuditEvent.objects.get(action="person-corrected")
    assert (event.actor, event.facts) == (officer, {"fields": ["last_name", "email", "language"]})


def test_a_corrected_address_closes_the_invitation_to_the_old_one(client, school, anna, officer):
    invitations.invite(users=[anna], institution=school, by=officer)

    client.post(page(anna, "edit"), {"first_name": "Anna", "last_name": "Ozola", "email": "", "language": "lv"})

    assert Invitation.objects.get().void_reason == "address"
    anna.refresh_from_db()
    assert anna.email is None


def test_whoever_signs_in_keeps_the_address(client, anna, officer):
    anna.set_password("three words in a row")
    anna.save()
    said = {"first_name": "Anna", "last_name": "Ozola", "email": "evil@school.example", "language": "lv"}

    assert client.post(page(anna, "edit"), said).status_code == 422

    anna.refresh_from_db()
    assert anna.email == "anna@school.example"


def test_a_colleague_of_another_institution_is_not_renamed(client, anna, officer):
    a_membership(anna, an_institution("police"))
    said = {"first_name": "Anna", "last_name": "Lapsa", "email": "anna@school.example", "language": "lv"}

    assert client.post(page(anna, "edit"), said).status_code == 422

    anna.refresh_from_db()
    assert anna.last_name == "Ozola"


def test_an_address_of_somebody_else_is_refused(client, anna, officer):
    said = {"first_name": "Anna", "last_name": "Ozola", "email": "Inga@school.example", "language": "lv"}

    assert client.post(page(anna, "edit"), said).status_code == 422


def test_a_post_is_added_beside_the_first(client, school, anna, officer):
    version = a_version(Course.objects.create(key="course"))
    a_requirement(version.course, school, due_days=60).positions.set([a_position("deputy")])
    post = {**POST, "position": "deputy", "starts_on": "01.09.2021.", "department": "=cmd|A1"}

    assert client.post(page(anna, "posts", "new"), {**post, **EXTRA}).status_code == 302

    assert held(anna) == [
        ("teacher", date(2020, 9, 1), None, None),
        ("deputy", date(2021, 9, 1), None, date(2020, 9, 1)),
    ]
    assert anna.memberships.last().department == "=cmd|A1"
    assert Enrolment.objects.get().user == anna
    assert AuditEvent.objects.get(action="post-opened").subject == str(anna.number)


def test_a_change_of_post_keeps_the_old_one_and_the_first_day_of_work(client, anna, officer):
    post = anna.memberships.get()

    answer = client.post(
        page(anna, "posts", post.pk),
        {"change": "1", "new-position": "deputy", "new-moves_on": "01.03.2024.", "new-staff_number": "017"},
    )

    assert answer.status_code == 302
    assert held(anna) == [
        ("teacher", date(2020, 9, 1), date(2024, 2, 29), None),
        ("deputy", date(2024, 3, 1), None, date(2020, 9, 1)),
    ]


@pytest.mark.parametrize("day", ["01.09.2020.", "01.01.2019."])
def test_a_change_of_post_comes_after_its_first_day(client, anna, officer, day):
    post = anna.memberships.get()

    answer = client.post(page(anna, "posts", post.pk), {"change": "1", "new-position": "deputy", "new-moves_on": day})

    assert answer.status_code == 422
    assert held(anna) == [("teacher", date(2020, 9, 1), None, None)]


def test_a_leaver_keeps_everything_and_loses_an_open_invitation(client, school, anna, officer):
    proof = a_completion(anna, a_version(), on=date(2025, 1, 10), until=date(2028, 1, 9))
    invitations.invite(users=[anna], institution=school, by=officer)
    post = anna.memberships.get()
    CoverageDirt.objects.all().delete()

    client.post(page(anna, "posts", post.pk), {**POST, "ends_on": str(TODAY - timedelta(days=1))})

    assert held(anna) == [("teacher", date(2020, 9, 1), TODAY - timedelta(days=1), None)]
    proof.refresh_from_db()
    assert (proof.user, proof.valid_until) == (anna, date(2028, 1, 9))
    assert Invitation.objects.get().void_reason == "left"
    assert CoverageDirt.objects.filter(institution=school).exists()
    assert client.get(page(anna, "edit")).status_code == 200


def test_a_returner_begins_anew_with_the_old_proof(client, school, anna, officer):
    version = a_version()
    a_requirement(version.course, school)
    a_completion(anna, version, on=TODAY - timedelta(days=300), until=TODAY + timedelta(days=700))
    anna.memberships.update(ends_on=TODAY - timedelta(days=100))

    client.post(page(anna, "posts", "new"), {**POST, "starts_on": str(TODAY)})

    assert held(anna)[1] == ("teacher", TODAY, None, None)
    assert not Enrolment.objects.open().exists()


def test_a_mover_between_institutions_keeps_the_proof_and_starts_work_there(client, school, anna, officer):
    police = an_institution("police")
    a_scope(officer, police)
    anna.memberships.update(ends_on=TODAY - timedelta(days=1))
    a_membership(anna, police, starts_on=TODAY)

    client.post(
        f"/institutions/police/people/{anna.number}/posts/new/", {**POST, "position": "deputy", "starts_on": str(TODAY)}
    )

    assert [since for *_, since in held(anna)] == [None, None, None]


def test_corrected_days_count_the_work_anew(client, school, anna, officer):
    a_membership(
        anna, school, position=a_position("deputy"), starts_on=date(2022, 1, 1), employed_since=date(2020, 9, 1)
    )
    post = anna.memberships.get(position__key="teacher")

    client.post(page(anna, "posts", post.pk), {**POST, "starts_on": "01.09.2019.", "staff_number": "017"})

    assert [since for *_, since in held(anna)] == [None, date(2019, 9, 1)]
    assert AuditEvent.objects.get(action="post-corrected").facts == {"fields": ["starts_on"]}


@pytest.mark.parametrize("named", ["inga@school.example", "001"])
def test_the_manager_is_named_by_address_or_number(client, school, anna, officer, named):
    a_membership(officer, school, staff_number="001")
    post = anna.memberships.get()

    client.post(page(anna, "posts", post.pk), {**POST, "manager": named})

    assert anna.memberships.get().manager == officer
    assert 'value="inga@school.example"' in client.get(page(anna, "posts", post.pk)).content.decode()


@pytest.mark.parametrize("named", ["017", "anna@school.example", "nobody@school.example", "pēteris@police.example"])
def test_nobody_else_is_a_manager(client, anna, officer, named):
    a_membership(a_user("pēteris@police.example"), an_institution("police"))
    post = anna.memberships.get()

    assert client.post(page(anna, "posts", post.pk), {**POST, "manager": named}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"position": "deputy", "ends_on": "01.01.2019."},
        {"position": "nothing"},
        {"position": "deputy", "starts_on": "01.09.1920."},
        {"starts_on": "01.01.2023."},
    ],
    ids=["ends before start", "unknown position", "unlikely year", "held already"],
)
def test_a_post_that_cannot_be_is_refused(client, anna, officer, wrong):
    assert client.post(page(anna, "posts", "new"), {**POST, **wrong}).status_code == 422
    assert anna.memberships.count() == 1


def test_the_municipality_chooses_the_place(client, school, anna):
    root = an_institution("town")
    branch = an_institution("branch", parent=root)
    a_membership(anna, branch, starts_on=date(2020, 1, 1))
    officer = a_user("hr@town.example")
    root.refresh_from_db()
    a_scope(officer, root)
    client.force_login(officer)
    new = f"/institutions/town/people/{anna.number}/posts/new/"

    assert client.post(new, {**POST, "position": "deputy", "institution": "school"}).status_code == 422
    assert client.post(new, {**POST, "position": "deputy", "institution": "branch"}).status_code == 302

    assert Membership.objects.filter(user=anna, institution=branch).count() == 2


def test_a_post_of_somebody_else_is_not_found(client, school, anna, officer):
    jana = a_user(first_name="Jana")
    other = a_membership(jana, school)
    elsewhere = a_membership(anna, an_institution("police"))

    for post in (other, elsewhere):
        assert client.get(page(anna, "posts", post.pk)).status_code == 404
        assert client.post(page(anna, "posts", post.pk), POST).status_code == 404


def test_saving_what_is_there_changes_nothing(client, anna, officer):
    post = anna.memberships.get()

    client.post(page(anna, "posts", post.pk), {**POST, "staff_number": "017"})
    client.post(
        page(anna, "edit"),
        {"first_name": "Anna", "last_name": "Ozola", "email": "anna@school.example", "language": "lv"},
    )

    assert not AuditEvent.objects.filter(action__in=["post-corrected", "person-corrected"]).exists()


@pytest.mark.parametrize("posts", [1, 3])
def test_queries_do_not_grow_with_the_posts(client, school, anna, officer, django_assert_num_queries, posts):
    for number in range(posts - 1):
        day = date(2010 + number, 1, 1)
        a_membership(anna, school, starts_on=day, ends_on=day, manager=officer)
    client.get(page(anna, "edit"))

    with django_assert_num_queries(5):
        client.get(page(anna, "edit"))
