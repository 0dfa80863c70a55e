"""gunicorn with two workers on a database of its own, for the length of a benchmark."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from benchmarks import processes

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, and whose CPU counts as its cost."""

    address: tuple[str, int]
    master: int
    maintenance_url: str
    database: str

    def workers(self) -> list[int]:
        return processes.children(self.master)

    def cpu_seconds(self) -> dict[int, float]:
        """CPU of the web workers and of their database backends since they started, by process."""
        return processes.cpu_seconds([*self.workers(), *processes.backends(self.maintenance_url, self.database)])

    def memory_bytes(self) -> int:
        """Resident memory of the web workers."""
        return processes.memory_bytes(self.workers())


def fresh_database(maintenance_url: str, name: str) -> None:
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")


def tidy(maintenance_url: str, name: str) -> None:
    """What autovacuum would do in the midst of a measurement, done before it."""
    url = urlsplit(maintenance_url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def serving(environment: Mapping[str, str], *, maintenance_url: str, database: str) -> Iterator[Server]:
    """A server with that environment; ended with its workers when the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--workers",
        str(WORKERS),
        "--bind",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait_for(port)
        yield Server(("127.0.0.1", port), process.pid, maintenance_url, database)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"Nothing answers on port {port} after 30 seconds.")
