"""Sessions: a new one at sign-in, nothing of them left in caches (S32), guessing is slow (S29)."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY

from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
SIGN_IN = "/accounts/login/"
ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]


@pytest.fixture
def person():
    user = factories.a_user("ilze@example.test", language="en")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_signing_in_makes_a_new_session(client, person):
    client.get(SIGN_IN)
    session = client.session
    session["left by the visitor"] = True
    session.save()
    client.cookies["kopa_session"] = before = session.session_key

    answer = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})

    assert answer.headers["Location"] == "/learn/"
    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_a_signed_in_page_is_stored_nowhere(client, person):
    client.force_login(person)

    assert client.get("/profile/").headers["Cache-Control"] == "private, no-store"


def test_signing_out_ends_the_session_and_empties_the_browsers_cache(client, person):
    client.force_login(person)
    key = client.session.session_key

    answer = client.post("/accounts/logout/")

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert SESSION_KEY not in client.session
    assert not client.session.exists(key)


def test_following_a_link_does_not_sign_out(client, person):
    client.force_login(person)

    client.get("/accounts/logout/")

    assert SESSION_KEY in client.session


def test_after_five_wrong_passwords_the_right_one_waits_too(client, person):
    for _attempt in range(5):
        client.post(SIGN_IN, {"login": person.email, "password": "wrong"})

    answer = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})

    assert SESSION_KEY not in client.session
    assert "Pagaidi piecas minūtes" in answer.content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_signing_in_nobody_is_sent_elsewhere(client, person, target):
    answer = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD, "next": target})

    assert answer.headers["Location"] == "/learn/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_choosing_a_language_sends_nobody_elsewhere(client, target):
    answer = client.post("/language/", {"language": "en", "next": target})

    assert answer.headers["Location"] == "/"
