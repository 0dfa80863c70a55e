"""Keys of clients: made once, shown once, revoked for good."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from learning.models import AuditEvent, User
from lrs.models import Credential
from lrs.principals import CredentialPrincipal, basic_pair


@transaction.atomic
def create_credential(*, name: str, scopes: Iterable[str], by: User | None) -> tuple[Credential, str]:
    """The credential and its secret, which nobody can read again.

    Raises ValueError for a scope that does not exist.
    """
    scopes = [str(Credential.Scope(scope)) for scope in scopes]
    secret = secrets.token_urlsafe(32)
    credential = Credential.objects.create(
        name=name, key=secrets.token_urlsafe(16), secret_sha256=_hash(secret), scopes=scopes, created_by=by
    )
    AuditEvent.objects.create(actor=by, action="xapi-credential-made", subject=credential.key, facts={"scopes": scopes})
    return credential, secret


@transaction.atomic
def revoke_credential(*, credential: Credential, by: User | None) -> bool:
    """False when it was revoked before."""
    revoked = Credential.objects.usable().filter(pk=credential.pk).update(revoked_at=timezone.now())
    if revoked:
        AuditEvent.objects.create(actor=by, action="xapi-credential-revoked", subject=credential.key)
    return bool(revoked)


def authenticate(scheme: str, credentials: str) -> CredentialPrincipal | None:
    """An authenticator for `lrs.principals`: HTTP Basic with the key as name and the secret as password."""
    pair = basic_pair(scheme, credentials)
    if pair is None:
        return None
    key, secret = pair
    # PostgreSQL refuses a text with NUL in it.
    credential = None if "\0" in key else Credential.objects.usable().filter(key=key).first()
    expected = credential.secret_sha256 if credential else ""
    if not hmac.compare_digest(_hash(secret), expected):
        return None
    return CredentialPrincipal(credential, authority_of(credential))


def authority_of(credential: Credential) -> dict[str, object]:
    """The client as the agent that vouches for its statements (part 2, 2.4.9)."""
    account = {"homePage": f"{settings.SITE_URL}/xapi/", "name": credential.key}
    return {"objectType": "Agent", "name": credential.name, "account": account}


def _hash(secret: str) -> str:
    """The secret is 32 random bytes: a slow hash would guard it no better."""
    return hashlib.sha256(secret.encode()).hexdigest()
