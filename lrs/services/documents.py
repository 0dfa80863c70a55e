"""Documents of clients: states and profiles, with optimistic concurrency (part 3, 2.2 and 3.1)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from lrs.errors import Conflict, Invalid, NotFound, PreconditionFailed
from lrs.keys import document_key
from lrs.models import Document
from lrs.reading import parse, written

JSON = "application/json"
# Whoever loses a race looks again; more losses in a row than writers are not possible.
TRIES = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document is: the model, what it belongs to, and its identifier."""

    model: type[Document]
    owner: Mapping[str, Any]
    identifier: str

    def find(self) -> Document | None:
        return self.model.objects.filter(**self.owner, key=document_key(self.identifier)).first()


@dataclass(frozen=True, slots=True)
class Precondition:
    """If-Match and If-None-Match as sent; "" when they were not."""

    if_match: str = ""
    if_none_match: str = ""

    @property
    def is_given(self) -> bool:
        return bool(self.if_match or self.if_none_match)

    def check(self, document: Document | None) -> None:
        """RFC 9110, 13.1. Raises PreconditionFailed."""
        if self.if_match and not _names(self.if_match, document):
            raise PreconditionFailed("The document is not the one named by If-Match.")
        if self.if_none_match and _names(self.if_none_match, document):
            raise PreconditionFailed("The document is one that If-None-Match rules out.")


def _names(header: str, document: Document | None) -> bool:
    if document is None:
        return False
    tags = [tag.strip().removeprefix("W/").strip('"').lower() for tag in header.split(",")]
    return "*" in tags or document.sha1 in tags


class Care(Enum):
    """What a resource asks of a PUT without If-Match and If-None-Match (3.1)."""

    NONE = "none"
    EXISTING = "never overwrites"
    ALWAYS = "neither overwrites nor makes"


def put_document(*, place: Place, content: bytes, content_type: str, precondition: Precondition, care: Care) -> None:
    """Write a document whole. Raises PreconditionFailed, Conflict or Invalid."""

    def checked(old: Document | None) -> tuple[bytes, str]:
        if old and care is not Care.NONE and not precondition.is_given:
            raise Conflict("The document exists: read it, and say with If-Match that it is the one to be replaced.")
        if not old and care is Care.ALWAYS and not precondition.is_given:
            raise Invalid("If-Match or If-None-Match is needed.")
        return content, content_type

    _write(place, precondition, checked)


def post_document(*, place: Place, content: bytes, content_type: str, precondition: Precondition) -> None:
    """Merge a JSON object into the one that is there, top-level properties only (part 3, 2.2).

    Raises Invalid when one of the two is no JSON object, or a first one says it is JSON and is not, PreconditionFailed.
    """

    def merged(old: Document | None) -> tuple[bytes, str]:
        if old is None:
            if _is_json(content_type):
                parse(content)
            return content, content_type
        if not (_is_json(content_type) and _is_json(old.content_type)):
            raise Invalid("Only JSON documents can be merged.")
        both = {**_json_object(bytes(old.content)), **_json_object(content)}
        return written(both).encode(), content_type

    _write(place, precondition, merged)


def delete_document(*, place: Place, precondition: Precondition) -> None:
    """Gone afterwards, also when it was never there. Raises PreconditionFailed."""
    for _ in range(TRIES):
        old = place.find()
        precondition.check(old)
        if old is None or place.model.objects.filter(pk=old.pk, sha1=old.sha1).delete()[0]:
            return
    raise Conflict("The document is being changed by others.")


def _write(place: Place, precondition: Precondition, make: Callable[[Document | None], tuple[bytes, str]]) -> None:
    for _ in range(TRIES):
        old = place.find()
        precondition.check(old)
        content, content_type = make(old)
        if _replace(place, old, content, content_type):
            return
    raise Conflict("The document is being changed by others.")


def _replace(place: Place, old: Document | None, content: bytes, content_type: str) -> bool:
    """False when somebody else was faster."""
    values = {
        "content": content,
        "content_type": content_type,
        "sha1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "updated_at": timezone.now(),
    }
    if old:
        return bool(place.model.objects.filter(pk=old.pk, sha1=old.sha1).update(**values))
    identity = {**place.owner, "key": document_key(place.identifier), "identifier": place.identifier}
    try:
        with transaction.atomic():
            place.model.objects.create(**identity, **values)
    except IntegrityError:
        return False
    return True


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == JSON


def _json_object(content: bytes) -> dict[str, Any]:
    value = parse(content)
    if not isinstance(value, dict):
        raise Invalid("The document is not a JSON object.")
    return value


def get_document(place: Place) -> Document:
    """Raises NotFound."""
    found = place.find()
    if found is None:
        raise NotFound("There is no such document.")
    return found
