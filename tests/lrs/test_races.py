"""Many at once, each in a thread with a connection of its own (S23)."""

import threading
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from lrs.models import AgentProfile, Statement, StatementRelation, Term
from lrs.selectors.consistency import consistent_through
from lrs.services.statements import Recorder, store
from lrs.telling import tell
from tests.assessments.test_races import MANY, at_once
from tests.lrs.ground import ANNA, BEN, STATEMENTS, Store, a_number, a_statement, a_voiding, address
from tests.lrs.test_telling import finish

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PROFILE = address("/xapi/agents/profile", agent=ANNA, profileId="one")


def statuses(answers) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_the_same_statement_many_times_is_stored_once():
    client, number = Store(), a_number()

    answers = at_once(lambda _: client.put(f"{STATEMENTS}?statementId={number}", a_statement()))

    assert statuses(answers) == [204] * MANY
    assert Statement.objects.count() == 1
    assert StatementRelation.objects.count() == 3


def test_of_different_statements_with_one_id_the_first_wins():
    client, number = Store(), a_number()
    actors = [{"mbox": f"mailto:{one}@example.test"} for one in range(MANY)]

    answers = at_once(lambda one: client.put(f"{STATEMENTS}?statementId={number}", a_statement(actor=actors[one])))

    assert statuses(answers) == [204] + [409] * (MANY - 1)
    assert client.read(number)["actor"] in actors


def test_batches_that_share_a_statement_are_each_whole():
    client, shared = Store(), a_number()

    answers = at_once(lambda _: client.post([a_statement(), a_statement(id=shared), a_statement()]))

    assert statuses(answers) == [200] * MANY
    assert Statement.objects.count() == 2 * MANY + 1


def test_new_words_are_learnt_once():
    client = Store()
    batch = [
        a_statement(object={"id": f"http://example.test/{one}", "definition": {"name": {"lv": "a"}}})
        for one in range(5)
    ]

    answers = at_once(lambda one: client.post(batch if one % 2 else batch[::-1]))

    assert statuses(answers) == [200] * MANY
    assert Term.objects.count() == 6


def test_many_voidings_of_one_statement_are_all_kept():
    client = Store()
    [number] = client.stored(a_statement())

    answers = at_once(lambda _: client.post(a_voiding(number)))

    assert statuses(answers) == [200] * MANY
    assert Statement.objects.voided().count() == 1


def test_one_of_many_makes_a_document():
    client = Store()

    answers = at_once(lambda one: client.put(PROFILE, {"one": one}, If_None_Match="*"))

    assert statuses(answers) == [204] + [412] * (MANY - 1)
    assert AgentProfile.objects.count() == 1


def test_one_of_many_replaces_the_document_it_read():
    client = Store()
    client.post({}, PROFILE)
    tag = client.get(PROFILE).headers["ETag"]

    answers = at_once(lambda one: client.put(PROFILE, {"one": one}, If_Match=tag))

    assert statuses(answers) == [204] + [412] * (MANY - 1)


def test_merges_at_once_lose_nothing():
    client = Store()

    answers = at_once(lambda one: client.post({f"key-{one}": one}, PROFILE))

    assert statuses(answers) == [204] * MANY
    assert client.get(PROFILE).json() == {f"key-{one}": one for one in range(MANY)}


def test_telling_at_once_tells_each_fact_once():
    from tests.assessments.ground import a_study

    enrolment, _ = a_study()
    finish(enrolment)

    results = at_once(lambda _: tell())

    assert not [result for result in results if isinstance(result, Exception)]
    assert Statement.objects.count() == 1


@contextmanager
def under_way(*statements):
    """Store the statements in another thread, and do what is within before that transaction ends."""
    stored, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                store(statements=statements, principal=Recorder(BEN, None))
                stored.set()
                go_on.wait(timeout=30)
        finally:
            connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    try:
        assert stored.wait(timeout=30)
        yield
    finally:
        go_on.set()
        writer.join()


@pytest.mark.parametrize("is_first", ["the target", "the voiding"])
def test_2_3_2_a_statement_and_its_voiding_at_once_leave_it_void(is_first):
    """Neither writer sees what the other stores."""
    client, number = Store(), a_number()
    # A word that is new would make the second writer wait for the first.
    client.stored(a_statement(), a_voiding(a_number()))
    slow, fast = a_statement(id=number), a_voiding(number)
    if is_first == "the voiding":
        slow, fast = fast, slow

    with under_way(slow):
        client.stored(fast)

    assert client.get(f"{STATEMENTS}?voidedStatementId={number}").status_code == 200
    assert client.get(f"{STATEMENTS}?statementId={number}").status_code == 404
    assert number not in client.found()


def test_3_2_whoever_waits_too_long_for_a_new_word_stores_nothing_and_may_try_again():
    client, word = Store(), {"id": "http://example.test/new", "display": {"lv": "jauns"}}
    batch = [a_statement(), a_statement(verb=word)]

    with under_way(a_statement(verb=word)), impatiently():
        answer = client.post(batch)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "X-Experience-API-Consistent-Through" in answer.headers
    assert Statement.objects.count() == 1
    assert client.post(batch).status_code == 200
    assert Statement.objects.count() == 3


@contextmanager
def impatiently():
    """Wait for no lock longer than a moment, in this thread."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")


def test_a_list_ends_before_what_is_still_under_way():
    """Whoever reads on from the last statement seen must not miss one that was stored before it and seen after it."""
    client = Store()
    # A word that is new would make the second writer wait for the first.
    client.stored(a_statement())

    with under_way(a_statement()):
        client.stored(a_statement())
        held_back = client.get(STATEMENTS)
        through = held_back.headers["X-Experience-API-Consistent-Through"]

    moments = [statement["stored"] for statement in client.get(STATEMENTS).json()["statements"]]
    assert len(moments) == 3
    assert len(held_back.json()["statements"]) <= 1
    assert all(moment > through for moment in moments[:2])
    assert consistent_through() <= timezone.now()


def test_a_writer_in_a_copy_of_the_database_holds_no_list_back():
    """There the table has the same number."""
    with a_copy_of_the_database() as copy, psycopg.connect(**copy) as other:
        other.execute("LOCK TABLE lrs_statement IN ROW EXCLUSIVE MODE")
        since = timezone.now()

        assert consistent_through() > since


@contextmanager
def a_copy_of_the_database():
    """How to reach a database made from the same template."""
    ours = connection.settings_dict
    name = connection.ops.quote_name(f"{ours['NAME']}_copy")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {connection.ops.quote_name(ours['TEST']['TEMPLATE'])}")
        try:
            who = {"host": ours["HOST"], "port": ours["PORT"], "user": ours["USER"], "password": ours["PASSWORD"]}
            yield {**{key: value for key, value in who.items() if value}, "dbname": f"{ours['NAME']}_copy"}
        finally:
            cursor.execute(f"DROP DATABASE {name}")
