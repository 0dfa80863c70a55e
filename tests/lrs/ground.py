"""A client of the record store, and statements to send with it."""

import base64
import json
import uuid
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from lrs.models import Credential
from lrs.services import create_credential

STATEMENTS = "/xapi/statements"
ACTIVITY = "https://example.test/activities/meeting"
ATTENDED = "http://adlnet.gov/expapi/verbs/attended"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
ANNA = {"objectType": "Agent", "name": "Anna", "mbox": "mailto:anna@example.test"}
BEN = {"account": {"homePage": "https://example.test/", "name": "ben"}}


def a_statement(**parts: Any) -> dict[str, Any]:
    """Valid and small; `parts` replace what it has."""
    return {"actor": ANNA, "verb": {"id": ATTENDED}, "object": {"id": ACTIVITY}, **parts}


def a_reference(number: str) -> dict[str, str]:
    return {"objectType": "StatementRef", "id": number}


def a_voiding(number: str, **parts: Any) -> dict[str, Any]:
    return a_statement(verb={"id": VOIDED}, object=a_reference(number), **parts)


def a_number() -> str:
    return str(uuid.uuid4())


def authorization(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


class Store:
    """Speaks to /xapi/ as a client with the scopes; every call returns the answer."""

    def __init__(self, *scopes: str, version: str = "1.0.3", name: str = "Tests") -> None:
        self.credential, secret = create_credential(name=name, scopes=scopes or [Credential.Scope.ALL], by=None)
        self.headers = {
            "Authorization": authorization(self.credential.key, secret),
            "X-Experience-API-Version": version,
        }
        self.client = Client(enforce_csrf_checks=True)

    def call(self, method: str, path: str, content: Any = None, *, content_type: str = "", **headers: str):
        """`content` that is not bytes is sent as JSON; a header of None is left out."""
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in {**self.headers, **named}.items() if value is not None}
        return self.client.generic(method, path, body, content_type or "application/json", headers=sent)

    def get(self, path: str, **headers: str):
        return self.call("GET", path, **headers)

    def post(self, content: Any, path: str = STATEMENTS, **more: Any):
        return self.call("POST", path, content, **more)

    def put(self, path: str, content: Any, **more: Any):
        return self.call("PUT", path, content, **more)

    def stored(self, *statements: dict[str, Any]) -> list[str]:
        """Ids of statements that were taken."""
        answer = self.post(list(statements))
        assert answer.status_code == 200, answer.content
        return answer.json()

    def read(self, number: str) -> dict[str, Any]:
        answer = self.get(f"{STATEMENTS}?statementId={number}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def found(self, **query: Any) -> list[str]:
        """Ids of the statements that a query finds, in its order."""
        answer = self.get(address(**query))
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()["statements"]]


def address(path: str = STATEMENTS, **query: Any) -> str:
    """`query` with agents as objects and flags as true or false."""
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
    return f"{path}?{urlencode(texts)}" if texts else path
