"""Every address as every role, with own and with foreign ids, against the written matrix (S12, S13, S15)."""

import pytest
from django.db import connection, transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.security.ground import Ground
from tests.security.matrix import ACCOUNTS, API, EDITOR, MATRIX, ROLES, SITE
from tests.security.routes import routes

METHODS = ("get", "post")
# Refused before anything is looked for, or as if nothing were there.
SHUT = {404, 405}
# The session, and the count of guesses at codes, are kept for whoever asks.
OWN_TRACES = ("django_session",)


@pytest.fixture
def ground(db) -> Ground:
    ground = Ground()
    ground.clients = {role: Client() for role in ROLES}
    for role, client in ground.clients.items():
        client.force_login(ground.people[role])
    return ground


def test_every_route_stands_in_the_matrix():
    unlisted = {
        route.name
        for route in routes()
        if route.name not in MATRIX
        and not route.name.startswith((*ACCOUNTS, *API, *SITE))
        and not route.path.startswith(EDITOR)
        and route.name != "cms_login"
    }

    assert unlisted == set()


def test_the_matrix_names_only_routes_that_exist_and_roles_that_are_tried():
    assert set(MATRIX) - {route.name for route in routes()} == set()
    assert {role for line in MATRIX.values() for role in line.opens} <= set(ROLES)


def address(name: str, ids: dict[str, object]) -> str:
    return reverse(name, kwargs={parameter: ids[thing] for parameter, thing in MATRIX[name].ids.items()})


def asked(client: Client, method: str, path: str, sent: dict[str, object] | None = None) -> tuple[int, list[str]]:
    """The status, and what was written; the writing itself is taken back."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(path, sent or {}) if method == "post" else client.get(path)
            if answer.streaming:
                answer.getvalue()
        transaction.set_rollback(True)
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    status = answer.status_code
    if status == 302 and answer.headers["Location"].startswith(resolve_url("account_login")):
        status = "sign in"
    return status, [sql for sql in writes if not any(f'"{table}"' in sql for table in OWN_TRACES)]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_matrix_says_and_nothing_else(ground, role):
    client, wrong = ground.clients[role], {}
    for name, line in MATRIX.items():
        path = address(name, ground.near.ids)
        got = {method: asked(client, method, path, line.sent) for method in METHODS}
        opened = [status for status, _ in got.values() if status not in SHUT]
        if role in line.opens:
            fits = opened and not set(opened) & {403, "sign in"}
        else:
            fits = not opened and not any(writes for _, writes in got.values())
        if not fits:
            wrong[name] = {method: status for method, (status, _) in got.items()}

    assert wrong == {}


def test_without_an_account_only_public_routes_answer(ground):
    client, wrong = Client(), {}
    for name, line in MATRIX.items():
        got = {asked(client, method, address(name, ground.near.ids), line.sent)[0] for method in METHODS}
        fits = "sign in" not in got if line.public else got == {"sign in"}
        if not fits:
            wrong[name] = got

    assert wrong == {}


def test_an_own_address_with_one_foreign_id_in_it_is_not_found(ground):
    wrong = {}
    for name, line in MATRIX.items():
        for parameter, thing in line.ids.items():
            if len(line.ids) < 2 or ground.far.ids[thing] == ground.near.ids[thing]:
                continue
            path = address(name, {**ground.near.ids, thing: ground.far.ids[thing]})
            for role in line.opens:
                for method in METHODS:
                    status, writes = asked(ground.clients[role], method, path, line.sent)
                    if status not in SHUT or writes:
                        wrong[name, parameter, role, method] = status

    assert wrong == {}


@pytest.mark.parametrize("role", ["learner", "hr", "coordinator"])
def test_nobody_but_editors_gets_past_the_door_of_the_editor(ground, role):
    opened = {}
    for route in routes():
        if route.path.startswith(EDITOR):
            status, _ = asked(ground.clients[role], "get", route.path)
            if status not in {302, 403, 404, 405, "sign in"}:
                opened[route.name] = status

    assert opened == {}
