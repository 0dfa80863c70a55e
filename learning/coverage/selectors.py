"""Reads that stand on `sql.standings`: counts of people, pages of people, and every person for an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from learning.coverage.figures import ends
from learning.coverage.sql import Part, counted
from learning.coverage.standing import NEVER, Obligation, Standing, state_of


def tally(groups: Sequence[Part], *columns: str, on: date) -> list[dict[str, Any]]:
    """People of several `sql.standings`, counted in one query by these columns.

    Each row also has `obligation`, `state`, `people` and `runs_out`: by which of `figures.ends` a valid proof will
    have ended, as an index; -1 for later, never, and without one.
    """
    if not groups:
        return []
    last_days = ends(on)
    part = counted(groups, *columns, on=on, ends=last_days)
    with connection.cursor() as cursor:
        cursor.execute(part.sql, part.params)
        return [_counted(row, last_days, on) for row in rows_of(cursor)]


def _counted(row: dict[str, Any], last_days: Sequence[date], on: date) -> dict[str, Any]:
    holds, studying, reach = bool(row.pop("holds")), bool(row.pop("studying")), row.pop("reach")
    # Only on which side of `on` the proofs end matters for the state.
    covered_until = None if reach == -2 else date.min if reach == -1 else NEVER
    row["state"] = state_of(holds=holds, covered_until=covered_until, studying=studying, on=on)
    row["obligation"] = Obligation(row["obligation"])
    row["runs_out"] = reach if holds and reach < len(last_days) else -1
    return row


def covered(groups: Sequence[Part]) -> list[tuple[int, int]]:
    """Required and valid of each of several `sql.standings`, in one query."""
    parts = [
        Part(f"SELECT {number} AS number, obligation, holds FROM ({part.sql}) people", part.params)  # noqa: S608
        for number, part in enumerate(groups)
    ]
    union = " UNION ALL ".join(part.sql for part in parts)
    statement = f"""
        SELECT number, COUNT(*), SUM(holds) FROM ({union}) numbered
        WHERE obligation = {Obligation.REQUIRED:d} GROUP BY number
    """  # noqa: S608 - every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(statement, sum((part.params for part in parts), ()))
        found = {number: (required, valid) for number, required, valid in cursor}
    return [found.get(number, (0, 0)) for number in range(len(parts))]


def rows_of(cursor: CursorWrapper) -> Iterator[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def standing_in(row: dict[str, Any], *, on: date) -> Standing:
    """The standing that a row of `sql.standings` (with its deadline) tells of."""
    covered_until, due_on = day_in(row["covered_until"]), day_in(row["due_on"])
    return Standing(
        obligation=Obligation(row["obligation"]),
        state=state_of(holds=bool(row["holds"]), covered_until=covered_until, studying=bool(row["studying"]), on=on),
        due_on=None if due_on == NEVER else due_on,
        covered_until=covered_until,
    )


def day_in(value: date | str | None) -> date | None:
    """SQLite keeps days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
