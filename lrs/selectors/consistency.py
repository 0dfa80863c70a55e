"""Up to when everything stored can be read (part 3, 2.1.3: X-Experience-API-Consistent-Through)."""

import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from lrs.models import Statement

# Clocks of the web servers and the database may differ by this much.
CLOCKS = timedelta(milliseconds=100)
# An answer that shows no list says what was known so long ago at most.
FRESH_S = 1.0
# Of this database: in a copy of it the table has the same number.
_OLDEST_WRITER = """
    SELECT min(activity.xact_start) FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
    WHERE held.relation = %s::regclass AND held.mode = 'RowExclusiveLock' AND held.pid <> pg_backend_pid()
    AND activity.datname = current_database()
"""


def announce_writer() -> None:
    """Called before a statement is given its moment, inside the transaction that stores it.

    From here on the writer can be seen by `consistent_through`. The lock keeps nobody out; an insert takes it anyway,
    only later.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Statement._meta.db_table} IN ROW EXCLUSIVE MODE")


def consistent_through() -> datetime:
    """On PostgreSQL before whatever a transaction under way may still store.

    On SQLite writers wait for each other, and a statement can be read as soon as its writer is done.
    """
    now = timezone.now()
    if connection.vendor != "postgresql":
        return now
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_WRITER, [Statement._meta.db_table])
        oldest = cursor.fetchone()[0]
    return min(now, oldest - CLOCKS) if oldest else now


_recent: tuple[float, datetime] | None = None


def recently_consistent_through() -> datetime:
    """What `consistent_through` said in this process within the last second: earlier, as true, and mostly for nothing.

    PostgreSQL lists its locks by stopping whoever wants one, so the question is not asked for every answer.
    """
    global _recent
    now = time.monotonic()
    if _recent is None or now - _recent[0] >= FRESH_S:
        _recent = now, consistent_through()
    return _recent[1]
