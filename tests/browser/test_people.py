"""Invitations and staff lists in a browser: audits of every page, and both journeys from end to end."""

import pytest
from django.utils import timezone

from cms import services
from learning.models import Enrolment, Invitation, Membership, Scope, User
from learning.people import invitations
from tests import factories
from tests.browser.audit import audit

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "zils kaķis lēni peld"
LIST = """vārds;uzvārds;e-pasts;amats;sākums;personas kods
Anna;Ozola;anna@school.example;teacher;01.09.2020.;010190-11111
Elīna;Priedīte;elina.school.example;teacher;01.09.2020.;
Raimonds;Sproģis;raimonds@school.example;soc. ped.;01.09.2020.;
"""


@pytest.fixture
def school():
    services.ensure_site()
    factories.a_position("teacher")
    return factories.an_institution("school", name="Centra pamatskola")


@pytest.fixture
def officer(school):
    officer = factories.a_user(first_name="Inga", last_name="Liepiņa")
    factories.a_scope(officer, school, Scope.Role.HR)
    return officer


@pytest.fixture
def link(school):
    """The address of an invitation to one programme."""
    ilze = User.objects.create_user("ilze@school.example", None, first_name="Ilze", last_name="Kalniņa")
    factories.a_membership(ilze, school)
    version = factories.a_version()
    requirement = factories.a_requirement(version.course, school)
    factories.an_enrolment(ilze, version, institution=school, requirement=requirement, due_on=timezone.localdate())
    invitations.invite(users=[ilze], institution=school, by=None)
    return f"/invitation/{invitations.token_of(Invitation.objects.get().number)}/"


def test_invitation_pages_pass_the_audit(page, link):
    for path in (link, f"{link}not-me/"):
        assert audit(page, path) == []

    Invitation.objects.update(expires_at=timezone.now())
    assert audit(page, link, status=410) == []


def test_an_invitation_is_accepted_by_keyboard_alone(page, link):
    page.goto(link)
    page.focus("#id_password")

    page.keyboard.type("īsa")
    page.keyboard.press("Enter")
    page.locator("#id_password_error").wait_for()
    page.focus("#id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    study = Enrolment.objects.get()
    page.wait_for_url(f"**/learn/{study.number}/m1-one/")
    assert User.objects.get(email="ilze@school.example").check_password(PASSWORD)


def test_hr_pages_pass_the_audit(page, officer, link, sign_in):
    sign_in(page, officer)

    for name in ("import/", "invitations/", "people/new/"):
        assert audit(page, f"/institutions/school/{name}") == []


def test_a_list_is_handed_in_mended_and_saved(page, officer, sign_in, tmp_path):
    file = tmp_path / "darbinieki.csv"
    file.write_text(LIST, encoding="cp1257")
    sign_in(page, officer)
    page.goto("/institutions/school/import/")
    page.set_input_files("#id_file", file)
    page.check("input[value=changes]")
    page.click("main form button[type=submit]")
    assert page.locator(".ds-error-summary li").count() == 2
    assert audit(page, page.url) == []

    page.fill("#cell-3-email", "elina@school.example")
    page.select_option("#cell-4-position", "teacher")
    page.click("main form.section button:not([name])")

    page.wait_for_url("**/institutions/school/import/")
    assert sorted(Membership.objects.values_list("user__email", flat=True)) == [
        *("anna@school.example", "elina@school.example", "raimonds@school.example"),
    ]
    assert Invitation.objects.count() == 3
    assert audit(page, page.url) == []
