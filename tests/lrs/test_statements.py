"""The statement resource: xAPI 1.0.3, part 3, 2.1, and what a store adds, part 2, 2.3 and 2.4."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lrs.models import Statement
from lrs.selectors import consistency
from tests.lrs.ground import (
    ACTIVITY,
    ANNA,
    ATTENDED,
    BEN,
    STATEMENTS,
    Store,
    a_number,
    a_statement,
    a_voiding,
    address,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return Store()


def test_a_statement_comes_back_with_what_a_store_adds(store):
    [number] = store.stored(a_statement())

    found = store.read(number)

    assert found == {
        **a_statement(),
        "id": number,
        "stored": found["stored"],
        "timestamp": found["stored"],
        "version": "1.0.0",
        "authority": {
            "objectType": "Agent",
            "name": "Tests",
            "account": {"homePage": "http://localhost:8000/xapi/", "name": store.credential.key},
        },
    }


def test_2_4_8_stored_and_2_4_9_authority_of_the_client_are_not_believed(store):
    [number] = store.stored(a_statement(stored="2001-01-01T00:00:00Z", authority=BEN))

    found = store.read(number)

    assert found["stored"] > "2026"
    assert found["authority"]["account"]["name"] == store.credential.key


def test_2_4_7_the_timestamp_and_2_4_10_the_version_stay_as_sent(store):
    [number] = store.stored(a_statement(timestamp="2020-02-29T12:00:00.123456+05:30", version="1.0.2"))

    found = store.read(number)

    assert (found["timestamp"], found["version"]) == ("2020-02-29T12:00:00.123456+05:30", "1.0.2")


def test_2_4_6_2_a_context_activity_alone_comes_back_as_an_array(store):
    inner = {**a_statement(context={"contextActivities": {"other": {"id": ACTIVITY}}}), "objectType": "SubStatement"}
    [number] = store.stored(a_statement(context={"contextActivities": {"parent": {"id": ACTIVITY}}}, object=inner))

    found = store.read(number)

    assert found["context"]["contextActivities"] == {"parent": [{"id": ACTIVITY}]}
    assert found["object"]["context"]["contextActivities"] == {"other": [{"id": ACTIVITY}]}


def test_2_1_1_put_stores_under_the_id_of_the_address(store):
    number = a_number()

    answer = store.put(f"{STATEMENTS}?statementId={number}", a_statement())

    assert (answer.status_code, answer.content) == (204, b"")
    assert store.read(number)["id"] == number


@pytest.mark.parametrize(
    ("query", "content"),
    [
        ("", a_statement()),
        ("?statementId=true", a_statement()),
        (f"?statementId={a_number()}", a_statement(id=a_number())),
        (f"?statementId={a_number()}", [a_statement()]),
        (f"?statementId={a_number()}&foo=bar", a_statement()),
        (f"?StatementId={a_number()}", a_statement()),
    ],
    ids=["no id", "no UUID", "another id", "a batch", "an unknown parameter", "another case"],
)
def test_2_1_1_put_needs_the_one_id(store, query, content):
    assert store.put(f"{STATEMENTS}{query}", content).status_code == 400
    assert not Statement.objects.exists()


def test_2_1_1_the_same_statement_again_changes_nothing(store):
    number = a_number()
    statement = a_statement(id=number, timestamp="2020-01-01T00:00:00Z")
    store.put(f"{STATEMENTS}?statementId={number}", statement)
    before = store.read(number)

    assert store.put(f"{STATEMENTS}?statementId={number}", statement).status_code == 204
    assert store.post(statement).status_code == 204
    assert store.read(number) == before


@pytest.mark.parametrize(
    "change",
    [
        {"verb": {"id": "http://example.test/other"}},
        {"actor": BEN},
        {"object": {"id": "http://example.test/other"}},
        {"result": {"success": True}},
        {"context": {"language": "lv"}},
        {"timestamp": "2021-01-01T00:00:00Z"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_2_1_1_another_statement_under_a_taken_id_is_a_conflict(store, change):
    number = a_number()
    statement = a_statement(id=number, timestamp="2020-01-01T00:00:00Z")
    store.stored(statement)
    before = store.read(number)

    assert store.put(f"{STATEMENTS}?statementId={number}", {**statement, **change}).status_code == 409
    assert store.post([a_statement(), {**statement, **change}]).status_code == 409
    assert store.read(number) == before
    assert Statement.objects.count() == 1


def test_4_6_a_duration_is_the_same_to_the_hundredth_of_a_second_and_otherwise_a_text(store):
    number = a_number()
    sent = [a_statement(id=number, result={"duration": one}) for one in ("PT1.2345S", "PT1.23S", "PT1.24S", "PT1M")]

    assert [store.post(one).status_code for one in sent] == [200, 204, 409, 409]
    assert store.read(number)["result"] == {"duration": "PT1.2345S"}


@pytest.mark.parametrize(
    "change",
    [
        {"actor": {"mbox": ANNA["mbox"]}},
        {"verb": {"id": ATTENDED, "display": {"en": "attended"}}},
        {"object": {"objectType": "Activity", "id": ACTIVITY, "definition": {"name": {"en": "Meeting"}}}},
        {"timestamp": "2020-01-01T02:00:00+02:00"},
        {"version": "1.0.1"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_2_3_1_what_a_store_may_change_makes_no_other_statement(store, change):
    number = a_number()
    statement = a_statement(id=number, timestamp="2020-01-01T00:00:00Z")
    store.stored(statement)

    assert store.put(f"{STATEMENTS}?statementId={number}", {**statement, **change}).status_code == 204


def test_2_1_2_a_batch_is_taken_whole_and_answered_in_order(store):
    numbers = [a_number() for _ in range(5)]

    assert store.stored(*(a_statement(id=number) for number in numbers)) == numbers
    assert Statement.objects.count() == 5


@pytest.mark.parametrize(
    "batch",
    [
        [a_statement(), a_statement(verb={"id": "no IRI"})],
        [a_statement(id="12345678-1234-4234-8234-123456789012")] * 2,
        [a_statement(), "no statement"],
    ],
    ids=["an invalid one", "an id twice", "no statement"],
)
def test_2_1_2_a_batch_with_a_fault_is_refused_whole(store, batch):
    assert store.post(batch).status_code == 400
    assert not Statement.objects.exists()


def test_2_1_2_an_empty_batch_is_answered_empty(store):
    assert store.post([]).json() == []


class TestVoiding:
    """Part 2, 2.3.2."""

    def test_a_voided_statement_is_found_by_its_own_parameter_alone(self, store):
        [number] = store.stored(a_statement())
        [voiding] = store.stored(a_voiding(number))

        assert store.get(f"{STATEMENTS}?statementId={number}").status_code == 404
        assert store.get(f"{STATEMENTS}?voidedStatementId={number}").json()["id"] == number
        assert store.get(f"{STATEMENTS}?voidedStatementId={voiding}").status_code == 404
        assert store.found() == [voiding]

    def test_a_statement_that_comes_after_its_voiding_is_void(self, store):
        number = a_number()
        store.stored(a_voiding(number))
        store.stored(a_statement(id=number))

        assert store.get(f"{STATEMENTS}?voidedStatementId={number}").status_code == 200

    def test_both_in_one_batch(self, store):
        number = a_number()
        _, voiding = store.stored(a_statement(id=number), a_voiding(number))

        assert store.found() == [voiding]

    def test_a_voiding_is_not_voided(self, store):
        [number] = store.stored(a_statement())
        [voiding] = store.stored(a_voiding(number))

        assert store.post(a_voiding(voiding)).status_code == 400
        assert store.read(voiding)["id"] == voiding

    def test_a_voiding_needs_a_reference(self, store):
        assert store.post({**a_voiding(a_number()), "object": {"id": ACTIVITY}}).status_code == 400

    def test_a_client_voids_its_own_statements_only(self, store):
        [foreign] = store.stored(a_statement())
        other = Store("statements/write", "statements/read")
        [own] = other.stored(a_statement())

        assert other.post(a_voiding(foreign)).status_code == 403
        assert other.post(a_voiding(own)).status_code == 200
        assert [str(one.number) for one in Statement.objects.voided()] == [own]


class TestReading:
    def test_own_statements_only_with_that_scope(self, store):
        store.stored(a_statement())
        other = Store("statements/write", "statements/read/mine")
        [own] = other.stored(a_statement())

        assert other.found() == [own]

    def test_a_link_of_another_client_shows_what_the_caller_may_read(self, store):
        store.stored(*(a_statement() for _ in range(3)))
        other = Store("statements/write", "statements/read/mine")

        link = store.get(address(limit=1)).json()["more"]

        assert other.get(link).json()["statements"] == []

    def test_last_modified_is_when_it_was_stored(self, store):
        [number] = store.stored(a_statement())
        Statement.objects.update(stored="2026-03-01T12:00:00Z")

        answer = store.get(f"{STATEMENTS}?statementId={number}")

        assert answer.headers["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


class TestCosts:
    """What every statement costs, when nothing about it is new but itself."""

    @pytest.mark.parametrize("size", [1, 3])
    def test_few_queries_however_many_come_at_once(self, store, size):
        store.stored(a_statement())
        batch = [a_statement(id=a_number()) for _ in range(size)]

        with CaptureQueriesContext(connection) as asked:
            store.stored(*batch)

        # Who asks, the statements, what they mention, the words they use; PostgreSQL says before that somebody writes.
        assert len(without_savepoints(asked)) == 4 + (connection.vendor == "postgresql")

    def test_one_more_for_what_is_there_already(self, store):
        again = a_statement(id=a_number())
        store.stored(again, a_statement())

        with CaptureQueriesContext(connection) as asked:
            assert store.post(again).status_code == 204

        assert sum("INSERT" in one for one in without_savepoints(asked)) == 1
        assert len(without_savepoints(asked)) == 3 + 2 * (connection.vendor == "postgresql")

    def test_up_to_when_all_is_known_is_asked_once_a_second_and_for_every_list(self, store, monkeypatch):
        moments = iter(datetime(2026, 1, 1, 12, 0, second, tzinfo=UTC) for second in range(9))
        monkeypatch.setattr(consistency, "consistent_through", lambda: next(moments))
        monkeypatch.setattr("lrs.views.statements.consistent_through", lambda: next(moments))
        monkeypatch.setattr(consistency, "_recent", None)

        def told(path: str) -> str:
            return store.get(path).headers["X-Experience-API-Consistent-Through"][17:19]

        assert [told("/xapi/about"), told("/xapi/about"), told(STATEMENTS), told("/xapi/about")] == [
            "00",
            "00",
            "01",
            "00",
        ]
        monkeypatch.setattr(consistency, "FRESH_S", 0)
        assert [told("/xapi/about"), told("/xapi/about")] == ["02", "03"]


def without_savepoints(asked) -> list[str]:
    """Nor the question up to when all is known, which is asked once a second."""
    return [one["sql"] for one in asked.captured_queries if not {"SAVEPOINT", "pg_locks"} & set(one["sql"].split())]
