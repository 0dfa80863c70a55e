"""Tokens are made, used and revoked; each of the first and the last leaves a line in the audit."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from learning.models import AuditEvent, User
from runtime.access.models import ApiToken

# So that a token found in a wrong place is known for what it is.
PREFIX = "kopa_"
USE_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(
    *, name: str, scopes: Iterable[str], lasts: timedelta, by: User | None, at: datetime
) -> tuple[ApiToken, str]:
    """The row and the token itself, which nobody can read again.

    Raises ValueError for a scope that does not exist, IntegrityError for a name that does.
    """
    scopes = sorted({str(ApiToken.Scope(scope)) for scope in scopes})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name, sha256=_hash(secret), scopes=scopes, created_at=at, created_by=by, expires_at=at + lasts
    )
    AuditEvent.objects.create(actor=by, action="api-token-made", subject=name, facts={"scopes": scopes})
    return token, secret


@transaction.atomic
def revoke_token(*, name: str, by: User | None, at: datetime) -> bool:
    """False when there is none of that name, or it was revoked before."""
    revoked = ApiToken.objects.filter(name=name, revoked_at=None).update(revoked_at=at)
    if revoked:
        AuditEvent.objects.create(actor=by, action="api-token-revoked", subject=name)
    return bool(revoked)


def token_of(secret: str, *, at: datetime) -> ApiToken | None:
    """The usable token of that text; that it was used is noted once a minute."""
    if not secret.startswith(PREFIX):
        return None
    token = ApiToken.objects.usable(at=at).filter(sha256=_hash(secret)).first()
    if token:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=at - USE_NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
    return token


def _hash(secret: str) -> str:
    """Of 32 random bytes: a slow hash would guard them no better."""
    return hashlib.sha256(secret.encode()).hexdigest()
