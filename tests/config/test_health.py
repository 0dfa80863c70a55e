"""Probes for load balancers."""

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection


def test_a_live_process_says_so_without_the_database(client):
    answer = client.get("/health/live")

    assert (answer.status_code, answer.content) == (200, b"live\n")


@pytest.mark.django_db
def test_it_is_ready_when_database_and_cache_answer(client):
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "cache": "ok"})


@pytest.mark.django_db
def test_it_is_not_ready_without_the_database(client, monkeypatch):
    def refuse() -> None:
        raise OperationalError("connection refused: password=secret")

    monkeypatch.setattr(connection, "cursor", refuse)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"database": "down", "cache": "ok"})


@pytest.mark.django_db
def test_it_is_not_ready_without_the_cache(client, monkeypatch):
    def refuse(*args: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "set", refuse)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "cache": "down"})
