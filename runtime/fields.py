"""JSON kept as text, exactly as a browser may send it."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class JsonText(models.TextField):
    """JSON that is read whole and never searched.

    PostgreSQL's jsonb refuses U+0000 and lone surrogates, which suspend data may hold; escaped in plain text they pass
    through unchanged on every database.
    """

    def from_db_value(self, value: str | None, *_: object) -> Any:
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as problem:
            raise ValidationError(str(problem)) from problem
