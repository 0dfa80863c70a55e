"""The administrators' screen of tokens: who may open it, what it shows and what it never shows."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms import services as cms
from learning.models import AuditEvent, User
from runtime.access.models import ApiToken
from runtime.access.services import create_token
from tests import factories as make

pytestmark = pytest.mark.django_db

SENT = {"name": "HR system", "scopes": ["cmi5", "statements/read"], "days": 30}


@pytest.fixture
def editor() -> User:
    cms.ensure_site()
    user = make.a_user("editor@example.test")
    user.groups.add(Group.objects.get(name=cms.EDITORS))
    return user


@pytest.fixture
def admin() -> Client:
    return signed_in(User.objects.create_superuser("admin@example.test", first_name="Ada", last_name="Admin"))


def signed_in(user: User) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(user)
    return client


def a_token(name: str = "HR system", lasts: timedelta = timedelta(days=30)) -> ApiToken:
    return create_token(name=name, scopes=["cmi5"], lasts=lasts, by=None, at=timezone.now())[0]


def shown(client: Client) -> str:
    return " ".join(client.get(reverse("runtime_tokens")).content.decode().split())


def test_the_screen_and_its_entry_exist_for_those_with_the_right_alone(editor):
    token, client = a_token(), signed_in(editor)
    address, revoke = reverse("runtime_tokens"), reverse("runtime_token_revoke", args=[token.pk])
    asked = (client.get(address), client.post(address, SENT), client.post(revoke))
    assert [one.status_code for one in asked] == [404, 404, 404]
    assert address not in client.get("/cms/").content.decode()
    assert (ApiToken.objects.count(), ApiToken.objects.get().revoked_at) == (1, None)

    editor.user_permissions.add(Permission.objects.get(codename="change_apitoken", content_type__app_label="runtime"))

    assert client.get(address).status_code == 200
    assert address in client.get("/cms/").content.decode()


def test_a_token_is_shown_once_and_opens_what_it_says(admin):
    answer = admin.post(reverse("runtime_tokens"), SENT)

    token, secret = answer.context["made"]
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in shown(admin)
    assert (token.scopes, token.expires_at - token.created_at) == (["cmi5", "statements/read"], timedelta(days=30))
    asked = Client(headers={"Authorization": f"Bearer {secret}"}).get(
        "/api/v1/cmi5/courses/" + "0" * 8 + "-0000-4000-8000-" + "0" * 12
    )
    assert asked.status_code == 404
    (event,) = AuditEvent.objects.all()
    assert (event.actor.email, event.action, event.subject) == ("admin@example.test", "api-token-made", "HR system")


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"days": 0}, {"days": 731}, {"days": ""}, {"name": "a" * 101}],
    ids=["no name", "no right", "an unknown right", "no day", "too long", "days left out", "a long name"],
)
def test_what_is_no_token_makes_none(admin, changes):
    answer = admin.post(reverse("runtime_tokens"), {**SENT, **changes})

    assert (answer.status_code, answer.context["made"], ApiToken.objects.count()) == (422, None, 0)


def test_a_name_is_given_once(admin):
    a_token()

    answer = admin.post(reverse("runtime_tokens"), SENT)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert ApiToken.objects.count() == 1


def test_of_two_requests_for_one_name_the_later_is_told_so(admin, monkeypatch):
    def taken(**_said):
        raise IntegrityError

    monkeypatch.setattr("runtime.access.editor.create_token", taken)

    answer = admin.post(reverse("runtime_tokens"), SENT)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


def test_a_token_is_revoked_once_and_stays_in_the_list(admin):
    token = a_token()

    for _ in range(2):
        assert admin.post(reverse("runtime_token_revoke", args=[token.pk])).status_code == 302

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert AuditEvent.objects.filter(action="api-token-revoked").count() == 1
    assert reverse("runtime_token_revoke", args=[token.pk]) not in shown(admin)
    assert "HR system" in shown(admin)


def test_the_list_tells_when_a_token_was_used_and_which_have_ended(admin):
    used, ended = a_token("Used"), a_token("Ended")
    ApiToken.objects.filter(pk=used.pk).update(last_used_at=timezone.now())
    ApiToken.objects.filter(pk=ended.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(days=1)
    )

    rows = {row["token"].name: row for row in admin.get(reverse("runtime_tokens")).context["rows"]}

    assert (rows["Ended"]["has_ended"], rows["Used"]["has_ended"]) == (True, False)
    page = shown(admin)
    assert ("nekad" in page, "beigusies" in page) == (True, True)
    assert reverse("runtime_token_revoke", args=[ended.pk]) not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many_as_for_one(admin, count, django_assert_num_queries):
    for number in range(count):
        a_token(f"System {number}")
    address = reverse("runtime_tokens")
    admin.get(address)

    with django_assert_num_queries(6):
        admin.get(address)
