import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.utils import timezone

from learning.models import AuditEvent, Invitation, User
from learning.people import invitations
from learning.people.errors import InvitationUnusable
from tests.factories import (
    a_membership,
    a_position,
    a_requirement,
    a_user,
    a_version,
    an_enrolment,
    an_institution,
)

pytestmark = pytest.mark.django_db
PASSWORD = "zils kaķis lēni peld"
EXTRA = dict.fromkeys(
    ("institution", "role", "is_staff", "is_superuser", "score", "state", "user", "id", "pass_mark", "email"), "1"
)


@pytest.fixture
def school():
    return an_institution("school", name="Centra pamatskola")


@pytest.fixture
def ilze(school):
    user = User.objects.create_user("ilze@school.example", None, first_name="Ilze", last_name="Kalniņa")
    a_membership(user, school, position=a_position("teacher"))
    version = a_version()
    requirement = a_requirement(version.course, school)
    an_enrolment(user, version, institution=school, requirement=requirement, due_on=timezone.localdate())
    return user


@pytest.fixture
def address(ilze, school):
    invitations.invite(users=[ilze], institution=school, by=None)
    return f"/invitation/{invitations.token_of(Invitation.objects.get().number)}/"


def test_the_page_says_who_invites_to_what_how_long_by_when_and_why(client, address):
    page = client.get(address).content.decode()

    for words in ("Centra pamatskola", "Ilze", "Programma", "20", "ilze@school.example", "Pamats", "teacher lv"):
        assert words in page
    assert timezone.localdate().strftime("%d.%m.%Y.") in page


def test_accepting_signs_in_with_a_fresh_session_and_leads_to_learning(client, address, ilze):
    client.get("/accounts/login/")
    before = client.session.session_key

    response = client.post(address, {"password": PASSWORD, **EXTRA})

    study = ilze.enrolments.get()
    assert (response.status_code, response.url) == (302, f"/learn/{study.number}/m1-one/")
    assert get_user(client) == ilze
    assert client.session.session_key != before
    ilze.refresh_from_db()
    assert (ilze.is_staff, ilze.is_superuser, ilze.email, ilze.first_name) == (
        *(False, False),
        *("ilze@school.example", "Ilze"),
    )
    assert ilze.check_password(PASSWORD)


def test_programs_that_follow_links_use_nothing_up(client, address, ilze):
    for method in (client.get, client.head, client.get):
        assert method(address).status_code == 200
    assert client.options(address).status_code == 405

    assert client.post(address, {"password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("password", ["", "īsa", "password1234", "ilze@school.example", "123456789012", " "])
def test_a_weak_password_is_explained_and_nothing_is_used_up(client, address, ilze, password):
    response = client.post(address, {"password": password})

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert not User.objects.get(pk=ilze.pk).has_account
    assert client.post(address, {"password": PASSWORD}).status_code == 302


def test_a_password_is_never_shown_again(client, address):
    assert "par īsu" not in client.post(address, {"password": "par īsu"}).content.decode()


def test_the_address_is_told_to_nobody(client, address):
    response = client.get(address)

    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_page_speaks_the_language_of_the_staff_list_unless_the_browser_chose(client, address, ilze, settings):
    User.objects.filter(pk=ilze.pk).update(language="en")

    assert client.get(address).headers["Content-Language"] == "en"

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "lv"
    assert client.get(address).headers["Content-Language"] == "lv"


def test_somebody_else_signed_in_is_signed_out(client, address, ilze):
    client.force_login(a_user(first_name="Inga", last_name="Liepiņa"))
    assert "Inga Liepiņa" in client.get(address).content.decode()

    client.post(address, {"password": PASSWORD})

    assert get_user(client) == ilze


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"accepted_at": timezone.now()}, 410),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, 410),
        ({"voided_at": timezone.now(), "void_reason": "newer"}, 410),
        ({"token_sha256": "0" * 64}, 404),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_no_longer_works_says_what_to_do_and_not_whose_it_was(client, address, method, change, status):
    Invitation.objects.update(**change)

    response = getattr(client, method)(address, {"password": PASSWORD})

    page = response.content.decode()
    assert response.status_code == status
    assert "/accounts/login/" in page
    assert not any(words in page for words in ("Ilze", "Kalniņa", "ilze@", "Centra pamatskola", "Programma"))
    assert not get_user(client).is_authenticated


def test_an_invited_person_with_an_account_is_sent_to_sign_in(client, address, ilze):
    ilze.set_password("set by a password reset")
    ilze.save()

    assert client.post(address, {"password": PASSWORD}).status_code == 410
    ilze.refresh_from_db()
    assert ilze.check_password("set by a password reset")


def test_this_is_not_me_asks_first_and_then_closes_the_link(client, address):
    assert client.get(f"{address}not-me/").status_code == 200
    assert client.get(address).status_code == 200

    assert client.post(f"{address}not-me/").status_code == 200

    assert client.get(address).status_code == 410
    assert client.post(f"{address}not-me/").status_code == 410
    assert Invitation.objects.get().void_reason == "not-me"


def test_an_invitation_form_from_another_site_is_refused(address):
    client = Client(enforce_csrf_checks=True)

    assert client.post(address, {"password": PASSWORD}).status_code == 403


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_clicks_accept_once(address, ilze):
    token = address.split("/")[2]
    outcomes = []
    barrier = threading.Barrier(16)

    def click(number: int) -> None:
        try:
            barrier.wait()
            invitations.accept(token=token, password=f"{PASSWORD} {number}")
            outcomes.append(number)
        except InvitationUnusable:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[number]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [winner] = outcomes
    ilze.refresh_from_db()
    assert ilze.check_password(f"{PASSWORD} {winner}")
    assert AuditEvent.objects.filter(action="invitation-accepted").count() == 1
