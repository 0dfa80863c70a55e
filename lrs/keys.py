"""Narrow keys: what may be endlessly long in xAPI is looked up by a hash of 16 bytes."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

IFI_NAMES = ("mbox", "mbox_sha1sum", "openid", "account")


def _digest(kind: str, text: str) -> uuid.UUID:
    return uuid.UUID(bytes=hashlib.blake2b(f"{kind}\0{text}".encode(), digest_size=16).digest())


def iri_key(iri: str) -> uuid.UUID:
    """Of a verb or an activity."""
    return _digest("iri", iri)


def document_key(identifier: str) -> uuid.UUID:
    return _digest("document", identifier)


def agent_key(agent: Mapping[str, Any]) -> uuid.UUID | None:
    """Of an agent or identified group; two with the same key are the same. None: an anonymous group.

    An mbox and its SHA-1 are different identifiers, as the specification has it (part 2, 4.2.1).
    """
    for name in IFI_NAMES:
        if name in agent:
            value = agent[name]
            if name == "account":
                value = f"{value['homePage']}\0{value['name']}"
            elif name == "mbox_sha1sum":
                value = value.lower()
            return _digest(name, value)
    return None


def agent_keys(agent: Mapping[str, Any]) -> Iterator[uuid.UUID]:
    """Of an agent, or of a group and its members."""
    if key := agent_key(agent):
        yield key
    for member in agent.get("member", ()):
        if key := agent_key(member):
            yield key
