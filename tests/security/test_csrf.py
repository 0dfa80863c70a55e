"""Unsafe requests need a token; safe ones change nothing (S16)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from learning.models import User
from tests.security.routes import routes

pytestmark = pytest.mark.django_db

# What opening a page may write: the session, and that a unit was opened.
WRITTEN_BY_READING = {"django_session", "learning_unitstate"}


@pytest.fixture
def admin():
    return User.objects.create_superuser("admin@example.test", first_name="Ada", last_name="Admin")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_every_unsafe_request_without_a_token_is_refused(admin, method):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)

    accepted = {}
    for route in routes():
        status = getattr(client, method)(route.path).status_code
        # 401: the API, which knows no session; 405: there, too, a method that its address has not.
        if status not in {403, 404} and not (route.name.startswith("api:") and status in {401, 405}):
            accepted[resolve(route.path).view_name] = status

    assert accepted == {}


@pytest.mark.parametrize(("language", "words"), [("lv", "Nekas nav mainīts"), ("en", "Nothing was changed")])
def test_the_refusal_says_that_nothing_is_lost_and_how_to_go_on(admin, language, words):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    client.cookies["kopa_language"] = language

    answer = client.post("/profile/", {"language": "en"}, headers={"referer": "http://testserver/profile/?a=1"})

    assert answer.status_code == 403
    page = answer.content.decode()
    assert words in page
    assert '<a class="ds-button" href="/profile/?a=1">' in page


def test_reading_outside_the_editor_writes_nothing(admin, client):
    client.force_login(admin)

    writes = {}
    for route in (route for route in routes() if not route.path.startswith("/cms/")):
        with CaptureQueriesContext(connection) as queries:
            client.get(route.path)
        if changed := {_table(query["sql"]) for query in queries} - WRITTEN_BY_READING - {""}:
            writes[route.path] = changed

    assert writes == {}


def _table(sql: str) -> str:
    """The table a statement changes; '' when it changes none."""
    words = sql.split()
    place = {"INSERT": 2, "UPDATE": 1, "DELETE": 2}.get(words[0])
    return words[place].strip('"') if place else ""
