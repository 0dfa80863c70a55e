"""Tokens at the door of the API: who may not is told so as JSON."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from runtime.access.models import ApiToken
from runtime.access.services import token_of


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`, with one scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = token_of(token, at=timezone.now())
        if found and self.scope not in found.scopes:
            raise HttpError(403, f"This token has not the scope {self.scope}.")
        return found


class PerToken(SimpleRateThrottle):
    """So many requests of one token."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        return f"runtime.access.throttle.{request.auth.pk}"
