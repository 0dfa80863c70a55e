"""Who asks: every HTTP caller of the store becomes a principal. Apps above add theirs to `authenticators`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lrs.errors import Forbidden, Unauthorised
from lrs.keys import agent_key

if TYPE_CHECKING:
    from courses.models import Package
    from lrs.models import Credential, Statement, StatementQuerySet


class Action(StrEnum):
    """What a request is about to do."""

    WRITE_STATEMENTS = "write statements"
    READ_STATEMENTS = "read statements"
    READ_STATE = "read state"
    WRITE_STATE = "write state"
    READ_ACTIVITY_PROFILE = "read activity profile"
    WRITE_ACTIVITY_PROFILE = "write activity profile"
    READ_AGENT_PROFILE = "read agent profile"
    WRITE_AGENT_PROFILE = "write agent profile"
    READ_ACTIVITY = "read activity"
    READ_AGENT = "read agent"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is valid xAPI; nothing has been written yet.

    `method` is GET, PUT, POST or DELETE, as the alternate syntax means it. `parameters` holds what the query says, with
    `agent` read and checked. `statements` are as sent, without the store's own properties. `content` is a document as
    sent, before any merge.
    """

    action: Action
    method: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    statements: Sequence[dict[str, Any]] = ()
    content: bytes | None = None
    content_type: str = ""


class Principal:
    """Base of all callers: may nothing until a subclass says so."""

    # Written into each statement as its authority.
    authority: Mapping[str, Any]
    # What the statements are about, for the authors' viewer.
    package: Package | None = None
    # Whether a first version of a profile may come without If-Match and If-None-Match, which 1.0.3 asks of clients.
    makes_profiles_freely: bool = False

    def check(self, asked: Asked) -> None:
        """Called after validation and before anything is written. Raises Forbidden (403), or Conflict (409)."""
        raise Forbidden("This client may not do that.")

    def may_void(self, target: Statement) -> bool:
        """Whether it may void a statement that is there already."""
        return target.authority_key is not None and target.authority_key == agent_key(self.authority)

    def stored(self, statements: Sequence[dict[str, Any]]) -> None:
        """Called inside the storing transaction with what is new, complete with id, stored and authority."""

    def readable(self, statements: StatementQuerySet) -> StatementQuerySet:
        """Those of the statements that it may read."""
        return statements


# Scheme and credentials of the Authorization header -> who that is; None: not one of mine.
# Raises Unauthorised for one of mine that is no longer valid.
Authenticator = Callable[[str, str], Principal | None]
authenticators: list[Authenticator] = []


def principal_of(authorization: str | None) -> Principal:
    """Raises Unauthorised for whoever nobody knows."""
    scheme, _, credentials = (authorization or "").partition(" ")
    if credentials:
        for authenticator in authenticators:
            if found := authenticator(scheme.lower(), credentials.strip()):
                return found
    raise Unauthorised("Valid credentials are needed.")


def basic_pair(scheme: str, credentials: str) -> tuple[str, str] | None:
    """User name and password of HTTP Basic (RFC 7617); None when it is something else."""
    if scheme != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


class CredentialPrincipal(Principal):
    """A client with a key of its own, made in the editor."""

    def __init__(self, credential: Credential, authority: Mapping[str, Any]) -> None:
        self.credential = credential
        self.authority = authority
        self.scopes = frozenset(credential.scopes)

    def check(self, asked: Asked) -> None:
        if not self.scopes & _OPENS[asked.action]:
            raise Forbidden("This client may not do that.")

    def may_void(self, target: Statement) -> bool:
        return "all" in self.scopes or super().may_void(target)

    def readable(self, statements: StatementQuerySet) -> StatementQuerySet:
        if self.scopes & {"all", "statements/read"}:
            return statements
        return statements.filter(authority_key=agent_key(self.authority))


_READS = frozenset({"all", "statements/read", "statements/read/mine"})
_OPENS: dict[Action, frozenset[str]] = {
    Action.WRITE_STATEMENTS: frozenset({"all", "statements/write"}),
    Action.READ_STATEMENTS: _READS,
    Action.READ_STATE: frozenset({"all", "state"}),
    Action.WRITE_STATE: frozenset({"all", "state"}),
    Action.READ_ACTIVITY_PROFILE: frozenset({"all", "profile"}),
    Action.WRITE_ACTIVITY_PROFILE: frozenset({"all", "profile"}),
    Action.READ_AGENT_PROFILE: frozenset({"all", "profile"}),
    Action.WRITE_AGENT_PROFILE: frozenset({"all", "profile"}),
    # What an activity is called is no secret among clients; who an agent is, is known to those who read everything.
    Action.READ_ACTIVITY: _READS | {"state", "profile", "statements/write"},
    Action.READ_AGENT: frozenset({"all", "statements/read"}),
}
