"""A small closed-loop load generator: plain sockets, prepared bytes, so that it costs the server's cores little."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Prepared = bytes


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire, and the status that means it worked."""

    method: str
    path: str
    cookies: str
    body: bytes = b""
    expect: int = 200
    headers: tuple[str, ...] = ()
    # Of another site on the same server; empty: the platform.
    host: str = ""

    def encode(self, host: str) -> Prepared:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {self.host or host}"]
        lines += [f"Cookie: {self.cookies}", "Connection: close"]
        lines += ["Accept-Encoding: identity", *self.headers]
        if self.method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass
class Outcome:
    """What a run measured. Times in seconds."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    wrong: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(address: tuple[str, int], requests: Iterator[Request], *, clients: int, seconds: float, most: int) -> Outcome:
    """Send `requests` from `clients` threads for `seconds`, `most` requests at the utmost."""
    lock, outcome = threading.Lock(), Outcome(0)
    host = f"localhost:{address[1]}"
    stop_at = time.perf_counter() + seconds
    budget = iter(range(most))

    def take() -> Request | None:
        with lock:
            return next(requests, None) if next(budget, None) is not None else None

    def client() -> None:
        while time.perf_counter() < stop_at and (request := take()):
            wire = request.encode(host)
            began = time.perf_counter()
            status = _exchange(address, wire)
            took = time.perf_counter() - began
            with lock:
                outcome.latencies.append(took)
                if status != request.expect:
                    outcome.wrong[status] = outcome.wrong.get(status, 0) + 1

    began = time.perf_counter()
    _in_threads(client, clients)
    outcome.seconds = time.perf_counter() - began
    return outcome


def _in_threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _exchange(address: tuple[str, int], wire: Prepared) -> int:
    """The status of the answer, its body read to the end; 0 when the connection broke."""
    try:
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(wire)
            head = connection.recv(65536)
            while connection.recv(65536):
                pass
        return int(head[9:12])
    except (OSError, ValueError):
        return 0
