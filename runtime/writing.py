"""The statements of a save, written by hand: it is the request that comes most often, and Django takes longer to write
them than the database to run them (docs/decisions/0010)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from runtime.models import ActivityState, Commit
from runtime.saves import Save
from runtime.selectors import Saving

STATE = ActivityState._meta.db_table
LOG = Commit._meta.db_table
LOG_COLUMNS = "launch_id, activity_id, sequence, body, received_at"
FIELDS = {field.name: field for field in ActivityState._meta.concrete_fields}


def keep(found: Saving, changes: Mapping[str, Any], save: Save) -> bool:
    """Log the save and change the state, unless somebody else changed it since `found` was read: then False.

    `changes`: values by name of field, of ActivityState; saved_at is the moment of the save.
    """
    log = [found.launch_id, save.activity, save.sequence, save.text, _prepared("saved_at", changes["saved_at"])]
    assignments = ", ".join(f"{FIELDS[name].column} = %s" for name in changes)
    update = (
        f"UPDATE {STATE} SET {assignments} WHERE id = %s AND launch_id = %s AND sequence = %s AND slim_sequence = %s"  # noqa: S608
    )
    values = [_prepared(name, value) for name, value in changes.items()]
    values += [found.state_id, found.launch_id, found.sequence, found.slim_sequence]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement, so one round trip and one flush to disk.
            cursor.execute(
                f"WITH kept AS ({update} RETURNING 1), logged AS (INSERT INTO {LOG} ({LOG_COLUMNS})"  # noqa: S608
                " SELECT %s, %s, %s, %s, %s FROM kept ON CONFLICT DO NOTHING) SELECT count(*) FROM kept",
                [*values, *log],
            )
            return cursor.fetchone()[0] == 1
        # A save that is logged and cut short before the state is changed comes again, with the same number.
        cursor.execute(f"INSERT INTO {LOG} ({LOG_COLUMNS}) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING", log)  # noqa: S608
        cursor.execute(update, values)
        return cursor.rowcount == 1


def _prepared(name: str, value: Any) -> Any:
    return FIELDS[name].get_db_prep_save(value, connection)
