"""A StreamField whose blocks stay out of migrations: changing a block is not a change of the database."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField


class BlocksField(StreamField):
    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs


def stored(value: StreamValue) -> list[dict[str, Any]]:
    """The blocks as plain JSON, the way the database keeps them."""
    return json.loads(json.dumps(value.get_prep_value(), cls=DjangoJSONEncoder))
