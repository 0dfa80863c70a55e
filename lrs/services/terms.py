"""What verbs and activities are called, learnt from the statements that name them."""

import uuid
from collections.abc import Sequence
from typing import Any

from lrs import anatomy
from lrs.keys import iri_key
from lrs.models import Term
from lrs.reading import parse, written

Node = dict[str, Any]
SLICE = 5000
_LANGUAGE_MAPS = ("name", "description")


def learn_terms(statements: Sequence[Node]) -> None:
    """Later statements add languages and replace what they say anew; nothing is forgotten."""
    said = _said(statements)
    known = _known(sorted(said))
    fresh = []
    # In one order everywhere, so that two batches never wait for each other.
    for key in sorted(said):
        iri, is_verb, body = said[key]
        if key not in known:
            fresh.append(Term(key=key, iri=iri, is_verb=is_verb, body=written(body)))
        elif (merged := written(_merged(parse(known[key].body), body, is_verb=is_verb))) != known[key].body:
            Term.objects.filter(key=key).update(body=merged)
    Term.objects.bulk_create(fresh, ignore_conflicts=True)


def _known(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Term]:
    """In slices: SQLite takes some 30,000 values in one query."""
    slices = (keys[start : start + SLICE] for start in range(0, len(keys), SLICE))
    return {term.key: term for part in slices for term in Term.objects.filter(key__in=part)}


def _said(statements: Sequence[Node]) -> dict[uuid.UUID, tuple[str, bool, Node]]:
    said: dict[uuid.UUID, tuple[str, bool, Node]] = {}
    for statement in statements:
        for verb in anatomy.verbs(statement):
            _say(said, verb["id"], verb.get("display", {}), is_verb=True)
        for activity in anatomy.activities(statement):
            if "definition" in activity:
                _say(said, activity["id"], activity["definition"], is_verb=False)
    return said


def _say(said: dict[uuid.UUID, tuple[str, bool, Node]], iri: str, body: Node, *, is_verb: bool) -> None:
    key = iri_key(iri)
    if key in said and said[key][1] == is_verb:
        body = _merged(said[key][2], body, is_verb=is_verb)
    said[key] = (iri, is_verb, body)


def _merged(old: Node, new: Node, *, is_verb: bool) -> Node:
    if is_verb:
        return {**old, **new}
    maps = {name: {**old.get(name, {}), **new[name]} for name in _LANGUAGE_MAPS if name in new}
    return {**old, **new, **maps}
