"""What every resource does: xAPI 1.0.3, part 3, 1.1–1.4, 2.8, 3.2, 3.3 and 4."""

import base64
import logging
import re
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client

from lrs.models import Term
from lrs.services import revoke_credential
from tests import factories as make
from tests.lrs.ground import (
    ACTIVITY,
    ANNA,
    STATEMENTS,
    Store,
    a_number,
    a_statement,
    address,
    authorization,
)

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
RESOURCES = {
    "/xapi/statements": {"GET", "HEAD", "PUT", "POST"},
    "/xapi/activities/state": {"GET", "HEAD", "PUT", "POST", "DELETE"},
    "/xapi/activities/profile": {"GET", "HEAD", "PUT", "POST", "DELETE"},
    "/xapi/agents/profile": {"GET", "HEAD", "PUT", "POST", "DELETE"},
    "/xapi/activities": {"GET", "HEAD"},
    "/xapi/agents": {"GET", "HEAD"},
    "/xapi/about": {"GET", "HEAD"},
}
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


@pytest.fixture
def store():
    return Store()


@pytest.mark.parametrize("path", RESOURCES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
def test_every_answer_names_version_and_moment_and_lets_scripts_read_them(store, path, method):
    for headers in ({}, {"Authorization": None}, {"X-Experience-API-Version": None}):
        answer = store.call(method, path, **{name.replace("-", "_"): value for name, value in headers.items()})

        assert answer.headers["X-Experience-API-Version"] == "1.0.3"
        assert MOMENT.fullmatch(answer.headers["X-Experience-API-Consistent-Through"])
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Experience-API-Consistent-Through" in answer.headers["Access-Control-Expose-Headers"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        # Python's own server refuses even subclasses of strings.
        assert {type(value) for value in answer.headers.values()} == {str}


@pytest.mark.parametrize(("path", "methods"), RESOURCES.items(), ids=RESOURCES)
def test_3_2_other_methods_are_405_even_without_credentials(path, methods):
    for method in {"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"} - methods:
        answer = Client().generic(method, path, headers={"X-Experience-API-Version": "1.0.3"})

        assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, methods)


@pytest.mark.parametrize("path", RESOURCES)
def test_options_need_no_credentials_and_allow_what_clients_send(path):
    answer = Client().options(path, headers={"Origin": "https://elsewhere.test"})

    assert answer.status_code == 204
    assert {"Authorization", "X-Experience-API-Version", "If-Match"} <= set(
        answer.headers["Access-Control-Allow-Headers"].split(", ")
    )


def test_an_address_that_nobody_knows_is_404_with_the_same_headers(store):
    answer = store.get("/xapi/nothing/here")

    assert (answer.status_code, "X-Experience-API-Consistent-Through" in answer.headers) == (404, True)


class TestVersions:
    """3.3."""

    @pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.3", "1.0.32"])
    def test_of_1_0_are_served(self, version):
        answer = Store(version=version).get(STATEMENTS)

        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (200, "1.0.3")

    @pytest.mark.parametrize("version", ["2.0", "2.0.0", "2.0.1"])
    def test_of_2_0_are_served(self, version):
        answer = Store(version=version).get(STATEMENTS)

        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (200, "2.0.0")

    @pytest.mark.parametrize("version", [None, "", "0.9", "0.95", "1", "1.1.0", "2.1.0", "BAD", "1.0.x"])
    def test_of_anything_else_are_refused(self, version):
        assert Store(version=version).get(STATEMENTS).status_code == 400

    def test_of_a_statement_follow_the_request(self):
        store = Store(version="2.0.0")

        assert store.read(store.stored(a_statement())[0])["version"] == "2.0.0"

    def test_are_told_to_whoever_asks_and_those_of_its_time_to_an_older_client(self):
        first = ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]

        assert Client().get("/xapi/about").json() == {"version": [*first, "2.0.0"]}
        assert Store(version="2.0.0").get("/xapi/about").json() == {"version": [*first, "2.0.0"]}
        assert Store().get("/xapi/about").json() == {"version": first}


class TestCredentials:
    """4."""

    @pytest.mark.parametrize(
        "header",
        [None, "", "Basic", "Basic:abc", "Basic !!!", "Basic YQ==", "Bearer abc", authorization("a", "b")],
    )
    def test_that_are_none_are_401(self, store, header):
        answer = store.get(STATEMENTS, Authorization=header)

        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="xAPI"')

    def test_of_a_script_in_a_browser_do_not_make_it_ask_for_a_password(self, store):
        for said in ({"Origin": "https://content.example.test"}, {"Sec-Fetch-Mode": "cors"}):
            answer = store.get(STATEMENTS, Authorization="", **said)
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'xBasic realm="xAPI"')

    def test_with_the_wrong_secret_or_characters_are_401(self, store):
        for secret in ("wrong", "\0", "ā"):
            assert store.get(STATEMENTS, Authorization=authorization(store.credential.key, secret)).status_code == 401
        assert store.get(STATEMENTS, Authorization=authorization("\0", "a")).status_code == 401

    def test_that_were_revoked_are_401(self, store):
        assert revoke_credential(credential=store.credential, by=None)
        assert not revoke_credential(credential=store.credential, by=None)

        assert store.get(STATEMENTS).status_code == 401

    def test_keep_no_secret(self, store):
        secret = store.headers["Authorization"]

        assert secret not in str(vars(store.credential))

    def test_of_a_signed_in_person_mean_nothing(self, client):
        client.force_login(make.a_user())

        assert client.get(STATEMENTS, headers={"X-Experience-API-Version": "1.0.3"}).status_code == 401

    @pytest.mark.parametrize(
        ("scopes", "allowed"),
        [
            (["statements/write"], {"write"}),
            (["statements/read"], {"read", "agent"}),
            (["statements/read/mine"], {"read"}),
            (["state"], {"state"}),
            (["profile"], {"profile"}),
            (["all"], {"write", "read", "agent", "state", "profile"}),
        ],
        ids=lambda value: str(value) if isinstance(value, list) else "",
    )
    def test_open_what_their_scopes_say_and_nothing_else(self, scopes, allowed):
        store = Store(*scopes)
        state = address("/xapi/activities/state", activityId=ACTIVITY, agent=ANNA, stateId="a")
        statuses = {
            "write": store.post(a_statement()).status_code,
            "read": store.get(STATEMENTS).status_code,
            "agent": store.get(address("/xapi/agents", agent=ANNA)).status_code,
            "state": store.put(state, {}).status_code,
            "profile": store.post({}, address("/xapi/agents/profile", agent=ANNA, profileId="a")).status_code,
        }

        assert {name for name, status in statuses.items() if status in {200, 204}} == allowed
        assert {status for name, status in statuses.items() if name not in allowed} <= {403}

    def test_that_may_not_write_are_403_only_for_what_is_valid(self):
        assert Store("state").post({"actor": {}}).status_code == 400


class TestAlternateSyntax:
    """1.3."""

    def send(self, store, method: str, headers=(), path: str = STATEMENTS, **form):
        body = urlencode(form).encode()
        return store.call("POST", f"{path}?method={method}", body, content_type=FORM, **dict(headers))

    def test_carries_headers_parameters_and_content_in_the_form(self, store):
        number = a_number()
        content = '{"actor": {"mbox": "mailto:a@example.test"}, "verb": {"id": "a:b"}, "object": {"id": "a:c"}}'
        bare = {"Authorization": None, "X_Experience_API_Version": None}

        answer = self.send(
            store,
            "PUT",
            bare,
            statementId=number,
            content=content,
            **{"Content-Type": "application/json", "Content-Length": "1"},
            **store.headers,
        )

        assert answer.status_code == 204
        found = self.send(store, "GET", bare, statementId=number, **store.headers)
        assert found.json()["verb"] == {"id": "a:b"}

    def test_of_documents_heeds_if_match(self, store):
        where = {"agent": '{"mbox": "mailto:a@example.test"}', "profileId": "a"}
        path = "/xapi/agents/profile"

        assert self.send(store, "PUT", path=path, content="{}", **where).status_code == 400
        assert self.send(store, "PUT", path=path, content="{}", **where, **{"If-None-Match": "*"}).status_code == 204
        assert self.send(store, "DELETE", path=path, **where).status_code == 204

    def test_of_get_answers_a_list(self, store):
        assert self.send(store, "GET", limit="1").json() == {"statements": [], "more": ""}

    @pytest.mark.parametrize(
        ("form", "query"),
        [
            ({"statementId": "7a3a0a53-5d2c-4a6e-9f0e-0a5f6c2d9a01"}, ""),
            ({"content": "{}", "statementId": "7a3a0a53-5d2c-4a6e-9f0e-0a5f6c2d9a01"}, "&statementId=a"),
            ({"content": "{}", "X-Experience-API-Version": "0.8"}, ""),
        ],
        ids=["no content", "a parameter in the address", "another version in the form"],
    )
    def test_that_is_broken_is_refused(self, store, form, query):
        body = urlencode(form).encode()

        answer = store.call("POST", f"{STATEMENTS}?method=PUT{query}", body, content_type=FORM)

        assert answer.status_code == 400

    def test_needs_a_form_a_post_and_a_method_of_the_resource(self, store):
        assert store.call("POST", f"{STATEMENTS}?method=GET", b"{}").status_code == 400
        assert store.call("PUT", f"{STATEMENTS}?method=POST", a_statement()).status_code == 400
        assert self.send(store, "DELETE").status_code == 405
        assert self.send(store, "get").status_code == 405

    def test_is_gone_in_version_2_wherever_that_is_named(self, store):
        assert self.send(Store(version="2.0.0"), "GET").status_code == 400
        assert self.send(store, "GET", **{"X-Experience-API-Version": "2.0.0"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/xapi/about", STATEMENTS, address("/xapi/activities", activityId=ACTIVITY), address("/xapi/agents", agent=ANNA)],
)
def test_1_1_head_is_get_without_a_body(store, path):
    read, head = store.get(path), store.call("HEAD", path)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(read.content))
    assert head.headers["Content-Type"] == read.headers["Content-Type"]


def test_1_1_head_of_what_has_an_id_is_get_without_a_body(store):
    [number] = store.stored(a_statement())
    paths = [address(STATEMENTS, statementId=number)]
    for path, owner, name in (
        ("/xapi/activities/state", {"activityId": ACTIVITY, "agent": ANNA}, "stateId"),
        ("/xapi/activities/profile", {"activityId": ACTIVITY}, "profileId"),
        ("/xapi/agents/profile", {"agent": ANNA}, "profileId"),
    ):
        paths += [address(path, **owner, **{name: "a"}), address(path, **owner)]
        store.post({"a": 1}, paths[-2])

    for path in paths:
        read, head = store.get(path), store.call("HEAD", path)

        assert (head.status_code, head.content) == (200, b"")
        names = ("Content-Length", "Content-Type", "ETag", "Last-Modified")
        assert [head.headers.get(name) for name in names] == [read.headers.get(name) for name in names]


@pytest.mark.parametrize("path", [path for path in RESOURCES if path != "/xapi/about"])
def test_3_3_a_request_without_a_version_is_400_whatever_else_it_lacks(store, path):
    answer = store.get(path, X_Experience_API_Version=None)

    assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (400, "1.0.3")


def test_3_2_a_request_that_is_too_large_is_413(store, settings):
    settings.XAPI_MAX_BYTES = 1000

    assert store.post([a_statement()] * 20).status_code == 413


def test_3_2_a_batch_of_too_many_is_413_and_a_large_one_is_taken(store, monkeypatch):
    monkeypatch.setattr("lrs.services.terms.SLICE", 2)
    monkeypatch.setattr("lrs.services.statements.MOST", 3)
    batch = [a_statement(verb={"id": f"http://example.test/{number}"}) for number in range(4)]

    assert store.post(batch).status_code == 413
    assert store.post(batch[:3]).status_code == 200
    assert store.post(batch[:3]).status_code == 200
    assert Term.objects.count() == 3


def test_s37_no_credentials_reach_a_log(store, caplog):
    caplog.set_level(logging.DEBUG)
    secret = store.headers["Authorization"].partition(" ")[2]
    plain = base64.b64decode(secret).decode().partition(":")[2]

    store.post(a_statement())
    store.get(STATEMENTS)
    store.get(STATEMENTS, Authorization=f"Basic {secret}x")
    store.call("POST", f"{STATEMENTS}?method=GET", urlencode(store.headers).encode(), content_type=FORM)

    assert not [word for word in (secret, plain) if word in caplog.text]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b'{"actor": NaN}',
        b'{"a": 1, "a": 2}',
        b'"text"',
        b"null",
        b"[" * 100_000,
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
    ids=range(11),
)
def test_what_is_no_json_of_a_statement_is_400(store, content):
    assert store.post(content).status_code == 400


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=a", "application/xml", FORM])
def test_1_5_other_types_are_400(store, content_type):
    assert store.post(b"{}", content_type=content_type).status_code == 400


def test_a_refusal_never_repeats_what_was_sent(store):
    answer = store.post(a_statement(verb={"id": "secret <script>"}))

    assert answer.status_code == 400
    assert b"secret" not in answer.content


def test_3_2_a_database_at_fault_is_no_matter_of_waiting(store, monkeypatch):
    def fail(**_):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr("lrs.views.statements.store", fail)

    with pytest.raises(OperationalError):
        store.post(a_statement())
