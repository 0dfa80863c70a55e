"""Two origins in one process: whose request it is, what each serves, and what each refuses (S02, S07, S26)."""

import pytest
from django.conf import settings as platform
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.test import Client

from tests import factories as make
from tests.security.routes import routes

CONTENT = "127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _two_origins(settings):
    settings.SITE_URL, settings.CONTENT_ORIGIN = "http://localhost:8000", f"http://{CONTENT}"


@pytest.fixture
def content() -> Client:
    return Client(headers={"host": CONTENT})


def protection(answer) -> dict[str, str]:
    return {
        name: answer.headers.get(name)
        for name in (
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cross-Origin-Resource-Policy",
            "Cross-Origin-Opener-Policy",
        )
    }


def test_the_content_origin_answers_none_of_the_platforms_addresses(db, content):
    answers = {route.path: content.get(route.path).status_code for route in routes()}

    assert {path for path, status in answers.items() if status != 404} == {"/health/live", "/health/ready"}


def test_the_platform_answers_none_of_the_content_origins_addresses(db, client):
    client.force_login(make.a_user())

    paths = ["/play/x/", "/p/x/index.html", "/rt/x/commit/", "/static/player/player.js"]

    assert [client.get(path).status_code for path in paths] == [404] * len(paths)


def test_static_files_are_kept_apart(content):
    assert content.get("/static/player/player.js").status_code == 200
    assert content.get("/static/kopa/css/kopa-theme.css").status_code == 200
    assert content.get("/static/wagtailadmin/css/core.css").status_code == 404


@pytest.mark.parametrize("path", ["/health/live", "/nothing/", "/static/player/player.js", "/static/none.js"])
def test_every_answer_of_the_content_origin_is_protected_and_sets_no_cookie(content, path):
    answer = content.get(path)

    assert protection(answer) == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "unsafe-none",
    }
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "connect-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'self' http://localhost:8000" in policy
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert answer.cookies == {}


def test_the_content_origin_reads_no_session(db, content, django_assert_num_queries):
    content.force_login(make.a_user())

    with django_assert_num_queries(0):
        answer = content.get("/nothing/")

    assert answer.status_code == 404
    assert not hasattr(answer.wsgi_request, "session")
    assert not hasattr(answer.wsgi_request, "user")


def test_what_is_missing_there_is_said_in_both_languages(content):
    page = content.get("/nothing/").content.decode()

    assert "Šādas lapas nav" in page
    assert "There is no such page" in page
    assert 'href="http://localhost:8000/learn/"' in page


def test_no_package_can_install_a_worker_that_outlives_it(content):
    assert content.get("/health/live", headers={"Service-Worker": "script"}).status_code == 404


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("cross-site", "cors", "empty", 403),
        ("cross-site", "no-cors", "image", 403),
        ("same-site", "cors", "empty", 403),
        ("same-site", "no-cors", "script", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "navigate", "object", 403),
        ("cross-site", "websocket", "empty", 403),
        ("cross-site", "navigate", "document", 200),
        ("same-origin", "cors", "empty", 200),
        ("none", "navigate", "document", 200),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_platform_refuses_what_is_no_navigation_and_comes_from_another_site(
    client, site, mode, dest, status, method
):
    sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}

    answer = getattr(client, method)("/robots.txt", headers=sent)

    assert (answer.status_code == 403) is (status == 403)
    assert answer.headers["Content-Security-Policy"] == platform.CONTENT_SECURITY_POLICY


def test_a_client_without_fetch_metadata_is_served(client):
    assert client.get("/robots.txt").status_code == 200


def ids(settings) -> set[str]:
    return {problem.id for problem in run_checks(include_deployment_checks=True)}


@pytest.mark.parametrize(
    ("origin", "wrong"),
    [
        ("", {"config.E008"}),
        ("https://kopa-content.example/", {"config.E008"}),
        ("http://kopa-content.example", {"config.E008"}),
        ("https://kopa.example", {"config.E009"}),
        ("https://content.kopa.example", {"config.E009"}),
        ("https://kopa-content.example", set()),
    ],
)
def test_the_deployment_check_wants_a_content_origin_on_another_site(settings, origin, wrong):
    settings.SITE_URL, settings.CONTENT_ORIGIN = "https://kopa.example", origin

    assert ids(settings) & {"config.E008", "config.E009"} == wrong


@pytest.mark.parametrize("origin", ["", "https://kopa.example", "https://content.kopa.example"])
def test_production_does_not_start_without_one(settings, origin):
    settings.PRODUCTION, settings.SITE_URL, settings.CONTENT_ORIGIN = True, "https://kopa.example", origin

    with pytest.raises(ImproperlyConfigured, match="KOPA_CONTENT_ORIGIN"):
        get_wsgi_application()


def test_production_starts_with_one(settings):
    settings.PRODUCTION, settings.SITE_URL = True, "https://kopa.example"
    settings.CONTENT_ORIGIN = "https://kopa-content.example"

    assert get_wsgi_application()
