"""Pages for when something is wrong, in the reader's language and with a way on."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tests import factories


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


def overloaded(request: HttpRequest) -> HttpResponse:
    raise OperationalError("too many connections")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("fail/", fail),
    path("overloaded/", overloaded),
    path("forbidden/", forbidden),
    path("", include("config.urls")),
]
handler500 = "cms.views.server_error"


@pytest.fixture
def reader(client, settings):
    """Someone signed in, who sees the page a browser would see."""
    settings.ROOT_URLCONF = __name__
    client.force_login(factories.a_user())
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "latvian", "english"),
    [
        ("/no-such-page/", 404, "Šādas lapas nav", "There is no such page"),
        ("/forbidden/", 403, "Šī lapa nav paredzēta tavai lomai", "This page is not meant for your role"),
        ("/fail/", 500, "Kaut kas neizdevās mūsu pusē", "Something failed on our side"),
        ("/overloaded/", 503, "Īss pārtraukums", "A short pause"),
    ],
)
def test_an_error_is_told_in_the_readers_language(reader, address, status, latvian, english):
    for language, words in (("lv", latvian), ("en", english)):
        reader.cookies["kopa_language"] = language

        answer = reader.get(address)

        assert answer.status_code == status
        assert f'<html lang="{language}"' in answer.content.decode()
        assert f'<h1 id="title">{words}</h1>' in answer.content.decode()
        assert 'class="ds-button"' in answer.content.decode()


@pytest.mark.django_db
def test_the_page_of_a_failure_needs_no_database(reader, django_assert_num_queries):
    reader.get("/fail/")

    with django_assert_num_queries(1):  # the person, before the view
        reader.get("/fail/")


@pytest.mark.django_db
def test_overload_says_when_to_come_back(reader):
    assert reader.get("/overloaded/").headers["Retry-After"] == "60"


def test_a_request_that_cannot_be_read_gets_a_page_too(client):
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert 'class="ds-button"' in answer.content.decode()
