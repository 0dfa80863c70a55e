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
    """Process ids of PostgreSQL's backends that serve `database`, this connection's own left out."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [database]
        )
        return [pid for (pid,) in rows]


def cpu_seconds(pids: list[int]) -> float:
    """User and system time the processes have used so far; a process that has gone counts nothing."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_bytes(pids: list[int]) -> int:
    """Resident memory of the processes together."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE for pid in pids)
