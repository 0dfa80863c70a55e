"""Writing very many rows: COPY on PostgreSQL, plain inserts elsewhere. Nothing is held that was written."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, router, transaction
from django.db.models import Max


def next_pk(model: type[models.Model]) -> int:
    """The first primary key that no row has."""
    return (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of values for these attributes (`user_id`, `starts_on` …), primary keys included."""
    fields = [next(field for field in model._meta.concrete_fields if field.attname == name) for name in names]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with transaction.atomic(using=router.db_for_write(model)), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            json_places = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(_with_json(row, json_places) if json_places else row)
        else:
            marks = ", ".join("%s" for _ in fields)
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - names come from the models
                [
                    [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                    for row in rows
                ],
            )


def _with_json(row: Sequence[Any], places: Sequence[int]) -> list[Any]:
    values = list(row)
    for place in places:
        values[place] = json.dumps(values[place], cls=DjangoJSONEncoder)
    return values


def catch_up_sequences(*written: type[models.Model]) -> None:
    """Let the next row made as usual get the number after the last one written here."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(statement)


def tidy(*written: type[models.Model]) -> None:
    """Tell the planner what is there and mark pages as seen by all, so that covering indexes cover."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for model in written:
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")
        cursor.execute("RESET statement_timeout")
