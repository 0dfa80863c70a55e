"""Ways in: only the listed routes make a session, and none of them passes over the second step (S27, S20)."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import SESSION_KEY
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import resolve

from config.middleware import PUBLIC_ROUTES
from tests import factories
from tests.security.routes import routes

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture
def person():
    user = factories.a_user("ilze@example.test")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def doors_that_open(email: str) -> set[str]:
    """The routes that sign someone in who knows the password and nothing else."""
    names = set()
    for route in routes():
        client = Client()
        client.post(route.path, {"login": email, "username": email, "email": email, "password": PASSWORD})
        if SESSION_KEY in client.session:
            names.add(resolve(route.path).view_name)
    return names


def test_the_sign_in_page_is_the_only_door_for_a_password(person):
    assert doors_that_open(person.email) == {"account_login"}


def test_no_door_opens_to_a_password_alone_when_the_second_step_is_on(person):
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    assert Authenticator.objects.filter(user=person).exists()

    assert doors_that_open(person.email) == set()


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_route_not_listed_as_public_asks_a_visitor_to_sign_in(client, method):
    sign_in = resolve_url("account_login")

    open_routes = set()
    for route in routes():
        answer = getattr(client, method)(route.path)
        asked = answer.status_code == 302 and answer.headers["Location"].startswith(f"{sign_in}?next=")
        if not asked and answer.status_code != 404:
            open_routes.add(resolve(route.path).view_name)

    assert open_routes <= PUBLIC_ROUTES


def test_no_route_is_listed_as_public_that_does_not_exist():
    assert {resolve(route.path).view_name for route in routes()} >= PUBLIC_ROUTES


def test_the_editor_does_not_exist_for_those_who_may_not_enter_it(client):
    client.force_login(factories.a_user())

    statuses = {
        client.get(path).status_code for path in ("/cms/", "/cms/pages/", "/cms/users/", "/cms/api/main/pages/")
    }

    assert statuses == {404}


def test_the_door_of_the_editor_leads_to_ours_and_back(client):
    answer = client.get("/cms/pages/")

    assert answer.headers["Location"] == "/accounts/login/?next=/cms/pages/"
    assert client.get("/cms/login/?next=/cms/pages/").headers["Location"] == "/accounts/login/?next=/cms/pages/"
