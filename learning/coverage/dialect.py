"""Days in SQL, as each of the two databases says them. Arguments are pieces of SQL."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from learning.records.validity import add_months


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def least(*values: str) -> str:
    return values[0] if len(values) == 1 else f"{'LEAST' if _is_postgresql() else 'MIN'}({', '.join(values)})"


def greatest(*values: str) -> str:
    return values[0] if len(values) == 1 else f"{'GREATEST' if _is_postgresql() else 'MAX'}({', '.join(values)})"


def plus_days(day: str, days: str) -> str:
    return f"({day} + CAST({days} AS integer))" if _is_postgresql() else f"DATE({day}, ({days}) || ' days')"


def plus_months(day: str, months: int) -> str:
    """As `validity.add_months` counts."""
    if _is_postgresql():
        return f"CAST({day} + make_interval(months => {int(months)}) AS date)"
    return f"kopa_plus_months({day}, {int(months)})"


def days_between(first: str, last: str) -> str:
    """0 for the same day."""
    return f"({last} - {first})" if _is_postgresql() else f"CAST(JULIANDAY({last}) - JULIANDAY({first}) AS integer)"


def register() -> None:
    """SQLite's own months run over the end of February."""

    def teach(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        if connection.vendor == "sqlite":
            connection.connection.create_function("kopa_plus_months", 2, _plus_months, deterministic=True)

    connection_created.connect(teach, dispatch_uid="learning.coverage.dialect", weak=False)


def _plus_months(day: str | None, months: int) -> str | None:
    return day and add_months(date.fromisoformat(day), months).isoformat()
