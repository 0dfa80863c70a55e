"""CPU time and memory of a running server and its database, read from /proc (Linux)."""

import os
from pathlib import Path

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def children(parent: int) -> list[int]:
    """Process ids of the direct children."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def backends(database_url: str, database: str) -> list[int]:
    """Process ids of PostgreSQL's backends that serve clients of `database`, this connection's own left out."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
            [database],
        )
        return [pid for (pid,) in rows]


def cpu_seconds(pids: list[int]) -> dict[int, float]:
    """User and system time each of the processes has used so far; one that has gone is left out."""
    used = {}
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        used[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return used


def cpu_between(before: dict[int, float], after: dict[int, float]) -> float:
    """Seconds used meanwhile by the processes that are there now; a new one began with none."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


def memory_bytes(pids: list[int]) -> int:
    """Resident memory of the processes together."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE for pid in pids)
