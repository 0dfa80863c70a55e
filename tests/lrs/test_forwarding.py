"""Copies for a store elsewhere: each statement, in order, whatever happens to the other side; and S33."""

import json
import logging
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone

from learning.models import AuditEvent, OutboxMessage
from learning.records import outbox
from lrs import outbound
from lrs.models import Forwarder, Statement
from lrs.services import forwarding
from tests import factories as make
from tests.lrs.ground import Store, a_number, a_statement, authorization
from tests.lrs.test_attachments import MIXED, TEXT, a_body, a_part, with_files

pytestmark = pytest.mark.django_db


class Target:
    """A record store on this machine that keeps what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict, bytes]] = []
        self.answer = lambda statements: 200
        self.headers: dict[str, str] = {}
        target = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                content = self.rfile.read(int(self.headers["Content-Length"]))
                target.requests.append((self.path, dict(self.headers), content))
                self.send_response(target.answer(target.statements(content)))
                for name, value in target.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/xapi"

    @staticmethod
    def statements(content: bytes) -> list[dict]:
        return json.loads(content) if content.startswith(b"[") else []

    @property
    def kept(self) -> list[str]:
        return [one["id"] for _, _, content in self.requests for one in self.statements(content)]


@pytest.fixture
def target(settings):
    settings.XAPI_FORWARD_TO_LOOPBACK = True
    target = Target()
    Thread(target=target.server.serve_forever, daemon=True).start()
    yield target
    target.server.shutdown()
    target.server.server_close()


@pytest.fixture
def store():
    return Store()


def a_forwarder(target, **fields) -> Forwarder:
    forwarder = Forwarder(name="Elsewhere", endpoint=target.address, key="client", **fields)
    forwarding.save_forwarder(forwarder=forwarder, secret="the secret", from_now=False, by=None)
    return forwarder


def sweep() -> None:
    forwarding.promise_batches()
    outbox.sweep()


def later() -> None:
    """The pause after a failure is over."""
    OutboxMessage.objects.filter(done_at=None).update(not_before=timezone.now() - timedelta(seconds=1))


def test_statements_are_sent_as_they_are_stored_with_the_targets_credentials(store, target):
    forwarder = a_forwarder(target)
    [number] = store.stored(a_statement(timestamp="2020-01-01T00:00:00Z"))

    sweep()

    [(path, headers, content)] = target.requests
    assert path == "/xapi/statements"
    assert headers["Authorization"] == authorization("client", "the secret")
    assert headers["X-Experience-API-Version"] == "1.0.3"
    assert json.loads(content) == [{"id": number, **a_statement(timestamp="2020-01-01T00:00:00Z"), "version": "1.0.0"}]
    forwarder.refresh_from_db()
    assert (forwarder.sent_count, forwarder.refused_count, forwarder.problem) == (1, 0, "")


def test_all_are_sent_once_and_in_order_in_batches(store, target):
    a_forwarder(target)
    numbers = [number for _ in range(3) for number in store.stored(*(a_statement() for _ in range(40)))]

    sweep()
    sweep()

    assert target.kept == numbers
    assert [len(json.loads(content)) for _, _, content in target.requests] == [50, 50, 20]


def test_from_now_on_leaves_out_what_was_there(store, target):
    store.stored(a_statement())
    Statement.objects.update(stored=timezone.now() - timedelta(days=1))
    forwarder = Forwarder(name="New", endpoint=target.address)
    forwarding.save_forwarder(forwarder=forwarder, secret="", from_now=True, by=None)
    Statement.objects.create(
        number=a_number(),
        body=json.dumps({**a_statement(), "id": "x", "version": "1.0.0"}),
        stored=timezone.now(),
        timestamp=timezone.now(),
        verb_key=a_number(),
    )

    sweep()

    assert target.kept == ["x"]


@pytest.mark.parametrize("status", [401, 429, 500, 503, 301, 302, 307])
def test_a_target_that_fails_is_asked_again_and_nothing_is_lost(store, target, status):
    forwarder = a_forwarder(target)
    numbers = store.stored(a_statement(), a_statement())
    target.answer, target.headers = lambda statements: status, {"Location": "http://127.0.0.1:1/"}

    sweep()
    sweep()
    assert len(target.requests) == 1
    forwarder.refresh_from_db()
    assert (forwarder.sent_count, forwarder.problem) == (0, f"status {status}")

    target.answer = lambda statements: 200
    later()
    sweep()
    assert target.kept[2:] == numbers
    forwarder.refresh_from_db()
    assert (forwarder.sent_count, forwarder.problem) == (2, "")


def test_a_target_that_is_gone_is_asked_again(store, target):
    a_forwarder(target)
    store.stored(a_statement())
    Forwarder.objects.update(endpoint="http://127.0.0.1:1/xapi")

    sweep()

    assert OutboxMessage.objects.get(topic=forwarding.TOPIC).problem == "NotTaken"
    assert Forwarder.objects.get().problem == "ConnectionRefusedError"


def test_one_statement_that_is_refused_does_not_hold_up_the_others(store, target):
    forwarder = a_forwarder(target)
    numbers = store.stored(*(a_statement() for _ in range(9)))
    bad = numbers[4]
    taken = []

    def answer(statements):
        if any(one["id"] == bad for one in statements):
            return 400
        taken.extend(one["id"] for one in statements)
        return 200

    target.answer = answer
    sweep()

    assert taken == [number for number in numbers if number != bad]
    forwarder.refresh_from_db()
    assert (forwarder.sent_count, forwarder.refused_count) == (8, 1)


def test_a_paused_target_gets_nothing_and_everything_later(store, target):
    forwarder = a_forwarder(target)
    numbers = store.stored(a_statement())
    forwarding.promise_batches()
    Forwarder.objects.update(is_paused=True)

    outbox.sweep()
    sweep()
    assert target.requests == []

    Forwarder.objects.filter(pk=forwarder.pk).update(is_paused=False)
    sweep()
    assert target.kept == numbers


def test_attachments_go_along(store, target):
    a_forwarder(target)
    store.post(a_body(with_files(TEXT), a_part(TEXT)), content_type=MIXED)

    sweep()

    [(_, headers, content)] = target.requests
    assert headers["Content-Type"].startswith("multipart/mixed; boundary=")
    assert TEXT in content


def test_a_batch_that_was_sent_twice_moves_on_once(store, target):
    forwarder = a_forwarder(target)
    store.stored(a_statement())
    forwarding.promise_batches()
    payload = OutboxMessage.objects.get().payload

    forwarding.keep_promise(payload)
    forwarding.keep_promise(payload)

    assert len(target.requests) == 1
    forwarder.refresh_from_db()
    assert forwarder.sent_count == 1


def test_the_secret_is_kept_sealed_and_never_logged(store, target, caplog):
    caplog.set_level(logging.DEBUG)
    target.answer = lambda statements: 500
    forwarder = a_forwarder(target)
    store.stored(a_statement())

    sweep()

    assert "the secret" not in forwarder.sealed_secret
    assert "the secret" not in caplog.text
    assert "the secret" not in str(list(OutboxMessage.objects.values()) + list(AuditEvent.objects.values()))


def test_a_secret_sealed_under_another_key_is_said_to_be_unreadable(store, target, settings):
    a_forwarder(target)
    store.stored(a_statement())
    settings.SECRET_KEY = "another"

    sweep()

    assert Forwarder.objects.get().problem == "secret unreadable"


def test_changing_a_target_is_noted_and_keeps_its_secret(target):
    by = make.a_user()
    forwarder = a_forwarder(target)
    sealed = forwarder.sealed_secret

    forwarder.is_paused = True
    forwarding.save_forwarder(forwarder=forwarder, secret="", from_now=True, by=by)

    forwarder.refresh_from_db()
    assert (forwarder.sealed_secret, forwarder.sent_stored) == (sealed, None)
    assert list(AuditEvent.objects.filter(actor=by).values_list("action", flat=True)) == ["xapi-forwarder-changed"]


# S33: what a curious editor might try. The listener must hear nothing.
INSIDE = [
    "http://127.0.0.1:{port}/xapi",
    "https://127.0.0.1:{port}/xapi",
    "https://localhost:{port}/xapi",
    "https://[::1]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://2130706433:{port}/",
    "https://0x7f000001:{port}/",
    "https://0:{port}/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/",
    "https://192.168.0.1/",
    "https://user:pw@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/?a=b",
    "https://127.0.0.1:{port}\\@example.org/",
    "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "//127.0.0.1:{port}/",
    "javascript:alert(1)",
    "https://",
    "https://example.org:99999/",
    "https://exa mple.org/",
    "https://example.org/\r\nHost: a",
    "",
]


@pytest.mark.parametrize("address", INSIDE)
def test_s33_nothing_inside_our_network_is_asked(target, settings, address):
    settings.XAPI_FORWARD_TO_LOOPBACK = False

    with pytest.raises(outbound.Unreachable):
        outbound.post(address.format(port=target.server.server_port), "statements", content=b"", headers={})

    assert target.requests == []


def test_s33_a_name_is_looked_up_once_and_that_address_is_asked(target, settings, monkeypatch):
    settings.XAPI_FORWARD_TO_LOOPBACK = False
    asked = []
    monkeypatch.setattr(
        outbound.socket,
        "getaddrinfo",
        lambda host, port, **more: [(0, 0, 0, "", ("93.184.216.34" if not asked else "127.0.0.1", port))],
    )
    monkeypatch.setattr(
        outbound.socket,
        "create_connection",
        lambda where, timeout: asked.append(where) or (_ for _ in ()).throw(OSError),
    )

    with pytest.raises(outbound.Unreachable):
        outbound.post("https://rebinding.test/", "statements", content=b"", headers={})

    assert asked == [("93.184.216.34", 443)]
