"""Every address of the content origin: listed, closed without its token, unaware of sessions (S05, S12, S16, S20)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from tests import factories as make
from tests.security.routes import SAMPLES, routes

CONTENT = "127.0.0.1:8000"
# What answers without a token in the path, and how it knows its callers.
KNOWN_BY_OTHER_MEANS = {
    "health:live": "anyone",
    "health:ready": "anyone",
    "content:cmi5_fetch": "a secret that works once",
}
METHODS = ("get", "post", "put", "patch", "delete")


def content_routes():
    return list(routes(get_resolver("config.urls_content")))


@pytest.fixture
def content(db, settings) -> Client:
    settings.SITE_URL, settings.CONTENT_ORIGIN = "http://localhost:8000", f"http://{CONTENT}"
    client = Client(headers={"host": CONTENT}, enforce_csrf_checks=True)
    client.force_login(make.a_user())
    return client


def test_every_route_needs_a_token_or_is_known():
    unknown = {
        route.name
        for route in content_routes()
        if SAMPLES["ticket"] not in route.path
        and route.name not in KNOWN_BY_OTHER_MEANS
        # The record store asks for credentials of its own; tests/lrs tries them.
        and not route.path.startswith("/xapi/")
    }

    assert unknown == set()


@pytest.mark.parametrize("method", METHODS)
def test_without_a_genuine_token_nothing_is_there_and_nothing_is_written(content, method):
    opened = {}
    for route in content_routes():
        if SAMPLES["ticket"] not in route.path:
            continue
        with CaptureQueriesContext(connection) as queries:
            answer = getattr(content, method)(route.path)
        if answer.status_code != 404 or len(queries) or answer.cookies:
            opened[route.name] = (answer.status_code, [query["sql"] for query in queries])

    assert opened == {}


def test_no_answer_of_the_content_origin_knows_of_a_session(content):
    told = {}
    for route in content_routes():
        answer = content.get(route.path)
        if hasattr(answer.wsgi_request, "session") or answer.cookies or "Cookie" in answer.headers.get("Vary", ""):
            told[route.name] = dict(answer.headers)

    assert told == {}
