"""Up to when everything stored can be read (part 3, 2.1.3: X-Experience-API-Consistent-Through)."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

# A transaction that writes is over within the statement time-out; an older one only reads (a dump, a report).
_OLDEST_IN_FLIGHT = """
    SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
      AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '15 seconds')
"""


def consistent_through() -> datetime:
    """On PostgreSQL not later than the start of any transaction that may still store something.

    On SQLite writers wait for each other, and a statement can be read as soon as its writer is done.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_IN_FLIGHT)
        return cursor.fetchone()[0]
