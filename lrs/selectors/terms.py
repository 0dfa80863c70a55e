"""What verbs and activities are called."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from lrs import anatomy
from lrs.keys import iri_key
from lrs.models import Term
from lrs.reading import parse

Node = dict[str, Any]


def terms_of(statements: Sequence[Node]) -> dict[uuid.UUID, Node]:
    """Bodies of the verbs and activities that the statements name."""
    return _bodies({iri_key(iri) for statement in statements for iri in _iris(statement)})


def definition_of(activity: str) -> Node | None:
    """None: nobody has described it."""
    return _bodies({iri_key(activity)}, is_verb=False).get(iri_key(activity))


def _bodies(keys: Iterable[uuid.UUID], **more: bool) -> dict[uuid.UUID, Node]:
    found = Term.objects.filter(key__in=keys, **more).values_list("key", "body")
    return {key: parse(body) for key, body in found}


def _iris(statement: Node) -> Iterable[str]:
    yield from (verb["id"] for verb in anatomy.verbs(statement))
    yield from (activity["id"] for activity in anatomy.activities(statement))
