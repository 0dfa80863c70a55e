"""A window that is open for longer than its token lives goes on while the page around it asks (S12)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cms import services as cms
from runtime.models import Commit, Launch
from runtime.tokens import LIVES, LONGEST, Ticket, token_of
from tests import factories as make
from tests.runtime.clock import put_forward
from tests.runtime.ground import a_launch, a_package, launch_in
from tests.runtime.saving import body, cmi12

HOST = "127.0.0.1:8000"


@pytest.fixture
def launch(db, settings):
    settings.SITE_URL, settings.CONTENT_ORIGIN = "http://localhost:8000", f"http://{HOST}"
    cms.ensure_site()
    cache.clear()
    return a_launch()


@pytest.fixture
def ask(client, launch):
    client.force_login(launch.registration.enrolment.user)

    def ask(number=launch.number, client=client):
        registration = launch.registration
        path = reverse("runtime:renew", args=[registration.enrolment.number, registration.unit.key])
        return client.post(path, {"launch": number}).status_code

    return ask


def answers(token: str, launch: Launch, sequence: int = 1) -> tuple[int, int, int]:
    """Of a file, a save and the player's page."""
    content = Client(headers={"host": HOST})
    saved = content.post(f"/rt/{token}/commit/", body(launch, sequence, cmi12()), content_type="application/json")
    return (
        content.get(f"/p/{token}/index.html").status_code,
        saved.status_code,
        content.get(f"/play/{token}/").status_code,
    )


def test_a_token_runs_out_and_lives_on_once_the_page_asks(launch, ask, monkeypatch):
    token = token_of(launch)
    put_forward(monkeypatch, LIVES + timedelta(minutes=1))
    assert answers(token, launch) == (404, 404, 404)

    assert ask() == 204

    assert answers(token, launch) == (200, 200, 200)
    assert Commit.objects.count() == 1


def test_it_lives_on_for_as_long_again_and_not_for_ever(launch, ask, monkeypatch):
    token = token_of(launch)
    for hours in (10, 20, 30):
        put_forward(monkeypatch, timedelta(hours=hours))
        assert ask() == 204
        assert answers(token, launch, hours) == (200, 200, 200)
    cache.clear()

    put_forward(monkeypatch, timedelta(hours=30) + LIVES + timedelta(minutes=1))
    assert answers(token, launch, 50) == (404, 404, 404)
    put_forward(monkeypatch, LONGEST + timedelta(minutes=1))
    assert ask() == 204
    assert answers(token, launch, 60) == (404, 404, 404)


def test_a_window_that_a_newer_one_closed_is_not_renewed(launch, ask, monkeypatch):
    token = token_of(launch)
    assert ask() == 204
    newer = launch_in(launch.registration.enrolment, launch.registration.unit)

    assert ask() == 409
    put_forward(monkeypatch, LIVES + timedelta(minutes=1))
    assert answers(token, launch) == (404, 404, 404)
    assert ask(newer.number) == 204


@pytest.mark.parametrize("number", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_what_is_no_window_is_not_renewed(launch, ask, number):
    assert ask(number) == 409


def test_nobody_renews_for_somebody_else(launch, ask):
    other = a_launch(user=make.a_user())
    stranger = Client()
    stranger.force_login(other.registration.enrolment.user)

    assert ask(client=stranger) == 404
    assert ask(other.number) == 409
    assert ask(client=Client()) == 302
    assert not Launch.objects.exclude(renewed_at=None).exists()


def test_a_withdrawn_study_is_not_renewed(launch, ask):
    launch.registration.enrolment.withdrawn_at = launch.opened_at
    launch.registration.enrolment.save()

    assert ask() == 404


def test_a_look_without_a_launch_runs_out(launch, monkeypatch):
    token = Ticket(a_package().number, None).token()
    put_forward(monkeypatch, LIVES + timedelta(minutes=1))

    assert Client(headers={"host": HOST}).get(f"/p/{token}/index.html").status_code == 404


def test_a_fresh_token_costs_no_query_of_its_own(launch, django_assert_num_queries):
    from runtime.tokens import ticket_of

    token = token_of(launch)
    with django_assert_num_queries(0):
        ticket_of(token)
