"""Accounts as people meet them: passwords, reset, second step, what is kept when a form is refused."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.test import Client

from cms.models import SupportContact
from learning.models import User
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
NEW_PASSWORD = "three other words"


@pytest.fixture
def person():
    user = factories.a_user("ilze@example.test", language="en")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def reader(client, person):
    """Signed in through the front door, in English."""
    client.cookies["kopa_language"] = "en"
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def test_a_refused_sign_in_keeps_the_address_and_says_where_to_look(client, person):
    client.cookies["kopa_language"] = "en"

    page = client.post("/accounts/login/", {"login": person.email, "password": "wrong"}).content.decode()

    assert 'value="ilze@example.test"' in page
    assert 'value="wrong"' not in page
    problem = "Password: The password does not fit this e-mail. Check that Caps Lock is off."
    assert f'<a href="#id_password">{problem}</a>' in page
    assert re.search(r'<input type="password"[^>]* aria-invalid="true"[^>]* aria-describedby="id_password_error"', page)


@pytest.mark.parametrize(("remember", "browser_session"), [({}, True), ({"remember": "on"}, False)])
def test_staying_signed_in_is_the_persons_choice(client, person, remember, browser_session):
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, **remember})

    assert client.session.get_expire_at_browser_close() == browser_session


def test_nobody_signs_up_by_themselves(client):
    client.cookies["kopa_language"] = "en"

    page = client.post("/accounts/signup/", {"email": "new@example.test", "password1": NEW_PASSWORD})

    assert "An account comes with an invitation" in page.content.decode()


def test_a_new_password_comes_by_a_link_that_works_once(client, person, mailoutbox, settings):
    settings.SITE_URL = "https://kopa.example"
    client.post("/accounts/password/reset/", {"email": person.email}, headers={"host": "localhost"})
    link = re.search(r"https://kopa\.example(/accounts/password/reset/key/\S+)", mailoutbox[0].body)[1]

    form = client.get(link, follow=True)
    answer = client.post(form.request["PATH_INFO"], {"password1": NEW_PASSWORD})

    person.refresh_from_db()
    assert person.check_password(NEW_PASSWORD)
    assert answer.headers["Location"] == "/accounts/password/reset/done/"
    assert [mail.subject for mail in mailoutbox] == ["A new password for Kopā", "Your password was changed"]
    client.cookies["kopa_language"] = "en"
    assert "This link no longer works" in client.get(link, follow=True).content.decode()


def test_asking_for_a_password_tells_nothing_about_who_has_an_account(client, person):
    answers = [
        client.post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in (person.email, "nobody@example.test")
    ]

    contents = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()) for answer in answers]
    assert contents[0] == contents[1]
    assert [answer.redirect_chain for answer in answers] == [[("/accounts/password/reset/sent/", 302)]] * 2


def test_a_letter_to_a_stranger_says_there_is_no_account_and_where_support_is(client, mailoutbox):
    SupportContact.objects.create(number="116111", description_lv="Bērniem", description_en="For children")
    client.cookies["kopa_language"] = "lv"

    client.post("/accounts/password/reset/", {"email": "nobody@example.test"})

    assert mailoutbox[0].subject == "Ar šo adresi konta nav"
    assert "personāla speciālistam" in mailoutbox[0].body
    assert "Kur saņemt atbalstu:\n116 111 – Bērniem" in mailoutbox[0].body


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "too short"), ("password1234", "too common"), ("ilze@example.test", "too similar")],
)
def test_a_weak_password_is_refused_with_the_reason(reader, password, words):
    answer = reader.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password})

    assert words in answer.content.decode()


def test_changing_the_password_signs_other_devices_out(reader, person):
    elsewhere = Client()
    elsewhere.force_login(person)

    reader.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})

    assert reader.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


def test_the_second_step_is_asked_for_once_it_is_on(reader, person, client):
    door = reader.get("/accounts/two-step/app/activate/").headers["Location"]
    assert reader.post(door, {"password": PASSWORD}).headers["Location"] == "/accounts/two-step/app/activate/"
    page = reader.get("/accounts/two-step/app/activate/").content.decode()
    secret = re.search(r'<code class="number key">(\w+)</code>', page)[1]
    answer = reader.post("/accounts/two-step/app/activate/", {"code": _code(secret)})
    assert answer.headers["Location"] == "/accounts/two-step/codes/"
    codes = re.findall(
        r'<code class="number">([\w-]+)</code>', reader.get("/accounts/two-step/codes/").content.decode()
    )

    reader.post("/accounts/logout/")
    first = reader.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert first.headers["Location"].startswith("/accounts/two-step/authenticate/")
    assert SESSION_KEY not in reader.session
    assert reader.get("/learn/").status_code == 302

    reader.post("/accounts/two-step/authenticate/", {"code": "000000"})
    assert SESSION_KEY not in reader.session

    reader.post("/accounts/two-step/authenticate/", {"code": codes[0]})
    assert SESSION_KEY in reader.session
    assert len(codes) == 10
    assert Authenticator.objects.filter(user=person).count() == 2


def test_the_language_is_kept_on_every_device(reader, person):
    answer = reader.post("/profile/", {"language": "lv"}, follow=True)

    person.refresh_from_db()
    assert person.language == "lv"
    assert '<html lang="lv"' in answer.content.decode()
    assert "Saglabāts. Turpmāk lapas un vēstules būs šajā valodā." in answer.content.decode()


def test_a_language_that_does_not_exist_changes_nothing(reader, person):
    answer = reader.post("/profile/", {"language": "xx"})

    person.refresh_from_db()
    assert person.language == "en"
    assert "To continue, mend one place" in answer.content.decode()


@pytest.mark.parametrize("extra", ["is_superuser", "is_staff", "email", "first_name", "number", "pk"])
def test_the_profile_takes_nothing_but_the_language(reader, extra):
    before = User.objects.values().get()

    reader.post("/profile/", {"language": "en", extra: "1"})

    assert User.objects.values().get() == before


def _code(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
