"""Promises are kept at least once, survive failures, and two sweepers do not keep the same one together."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from learning.models import OutboxMessage
from learning.records import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(monkeypatch):
    payloads = []
    monkeypatch.setitem(outbox.handlers, "test", payloads.append)
    return payloads


def promise(key="one", **fields):
    outbox.promise(topic="test", key=key, payload={"id": 7}, **fields)


def test_a_promise_made_twice_is_written_once(kept):
    promise(wake=False)
    promise(wake=False)

    assert OutboxMessage.objects.count() == 1


def test_with_the_broker_gone_a_promise_still_stands(monkeypatch, django_capture_on_commit_callbacks):
    def gone(*_arguments):
        raise ConnectionError("no broker")

    monkeypatch.setattr("learning.tasks.deliver.delay", gone)

    with django_capture_on_commit_callbacks(execute=True):
        promise()

    assert OutboxMessage.objects.get().done_at is None


def test_a_promise_is_kept_after_the_commit(kept, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        promise()
        assert kept == []

    assert kept == [{"id": 7}]
    assert OutboxMessage.objects.get().done_at is not None


def test_a_promise_of_a_rolled_back_transaction_is_never_kept(kept):
    with transaction.atomic():
        promise()
        transaction.set_rollback(True)

    assert outbox.sweep() == (0, 0)
    assert kept == []


def test_the_sweeper_keeps_what_was_lost_and_only_once(kept, capsys):
    promise(wake=False)

    call_command("sweep")
    call_command("sweep")

    assert kept == [{"id": 7}]
    assert capsys.readouterr().out == "1 done, 0 put off.\n0 done, 0 put off.\n"


def test_the_sweeper_stops_at_its_limit(kept):
    for key in ("one", "two", "three"):
        promise(key, wake=False)

    assert outbox.sweep(limit=2) == (2, 0)
    assert len(kept) == 2


def test_work_for_later_waits(kept):
    promise(not_before=timezone.now() + timedelta(hours=1))

    assert outbox.sweep() == (0, 0)


def test_a_failing_promise_is_put_off_longer_each_time_and_names_only_the_kind_of_problem(monkeypatch, caplog):
    def fail(payload):
        raise ValueError("ilze@example.test refused")

    monkeypatch.setitem(outbox.handlers, "test", fail)
    promise(wake=False)

    pauses = []
    for _ in range(3):
        OutboxMessage.objects.update(not_before=timezone.now())
        before = timezone.now()
        assert outbox.sweep() == (0, 1)
        message = OutboxMessage.objects.get()
        pauses.append((message.not_before - before) // timedelta(minutes=1))

    assert pauses == [1, 2, 4]
    assert (message.problem, message.attempts, message.done_at) == ("ValueError", 3, None)
    assert "ilze" not in caplog.text


def test_a_topic_nobody_handles_waits_for_its_handler(kept):
    outbox.promise(topic="unknown", key="one", payload={}, wake=False)

    assert outbox.sweep() == (0, 1)
    assert OutboxMessage.objects.get().problem == "KeyError"


def test_a_failure_does_not_hold_up_the_others(kept, monkeypatch):
    def fail(payload):
        raise ValueError

    monkeypatch.setitem(outbox.handlers, "broken", fail)
    outbox.promise(topic="broken", key="one", payload={}, wake=False)
    promise(wake=False)

    assert outbox.sweep() == (1, 1)


def test_a_worker_that_died_gives_its_message_back_after_the_lease(kept):
    promise(wake=False)
    OutboxMessage.objects.update(attempts=1, not_before=timezone.now() + outbox.LEASE)

    assert outbox.sweep() == (0, 0)

    OutboxMessage.objects.update(not_before=timezone.now())
    assert outbox.sweep() == (1, 0)


def test_a_message_leased_by_somebody_else_meanwhile_is_left_alone(kept):
    promise(wake=False)
    stale = OutboxMessage.objects.get()
    OutboxMessage.objects.update(not_before=timezone.now() + outbox.LEASE)

    assert outbox._keep(stale) is None
    assert kept == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_keep_each_promise_once(kept):
    for number in range(40):
        promise(f"key-{number}", wake=False)

    def sweep():
        outbox.sweep()
        connection.close()

    sweepers = [threading.Thread(target=sweep) for _ in range(4)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()

    assert len(kept) == 40
    assert OutboxMessage.objects.filter(done_at=None).count() == 0
