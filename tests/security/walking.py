"""The places a canary may be met: the matrix, the editor, the content origin, the store, the API (S09)."""

import json
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.content_origin import content_policy
from tests.lrs.ground import ACTIVITY, ANNA
from tests.security import canaries
from tests.security.canaries import Answer
from tests.security.everything import CONTENT, Everything
from tests.security.matrix import EDITOR, EVERYONE, MATRIX, Line
from tests.security.routes import SAMPLES, routes
from tests.security.test_tenants import address

# Ends the session of whoever walks; fails on purpose.
NOT_WALKED = {"wagtailadmin_logout", "wagtailadmin_error_test"}
# Leads back: a question that was asked is never deleted.
LEADS_BACK = {"wagtailsnippets_assessments_question:delete"}
# The page that says why a paper cannot be printed.
UNPRINTED = ("certificates:pdf", 503)
# Of Wagtail, which takes a number for granted: nothing of ours can be chosen by `x`.
UNGUARDED = {"wagtaildocs_chooser:chosen", "wagtailimages_chooser:chosen"}
# What the store answers is data: it must never run as a page of the origin it came from.
INERT = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Pages for everyone are everybody's own and look alike.
SOME = ("learner", "coordinator", "admin")
OWN = ("courses_", "lrs_", "runtime_", "wagtailsnippets_", "wagtailsnippetchoosers_")


class Place(NamedTuple):
    """A page: who asks (a client), where, the policy it must have, the route and the role that a failure names."""

    client: Client
    path: str
    policy: str
    route: str
    role: str


class Walk:
    """What was met on the way: answers that held something else than text, and whose canaries were read."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = defaultdict(list)
        self.met: set[str] = set()
        self.statuses: dict[str, set[int]] = defaultdict(set)

    def take(self, place: Place, query: dict[str, str] | None = None) -> Answer:
        # From the editor, redirects lead to pages of the site.
        return self.look(place, place.client.get(place.path, query, follow=not place.path.startswith(EDITOR)))

    def look(self, place: Place, response) -> Answer:
        answer = Answer(response)
        problems = self.wrong[f"{place.route} as {place.role}"]
        self.statuses[place.route].add(response.status_code)
        if response.status_code == 200:
            self.met |= canaries.marks(answer.text)
        is_meant = place.route in UNGUARDED or (place.route, response.status_code) == UNPRINTED
        if response.status_code >= 500 and not is_meant:
            problems.append(f"status {response.status_code}")
        if response.headers.get("Content-Security-Policy") != place.policy:
            problems.append(f"policy {response.headers.get('Content-Security-Policy')}")
        problems += answer.problems
        return answer

    def problems(self) -> dict[str, list[str]]:
        return {name: problems for name, problems in self.wrong.items() if problems}

    def unopened(self) -> set[str]:
        """Routes of ours that take GET and were never seen."""
        ours = {name for name in self.statuses if name in MATRIX or name.startswith(OWN)}
        return {name for name in ours - LEADS_BACK if not self.statuses[name] & {200, 405, 503}}


def places(everything: Everything) -> Iterator[Place]:
    yield from site_places(everything)
    yield from editor_places(everything, "admin")
    yield from (place for place in editor_places(everything, "editor") if place.route.startswith(OWN))
    yield from content_places(everything)
    yield from store_places(everything)
    yield from api_places(everything)


def site_places(everything: Everything) -> Iterator[Place]:
    """Every line of the matrix for everybody whom it opens to, with the things of the near side; the site's pages."""
    near = everything.ground.near.ids
    others = [
        {"attempt": everything.result.number},
        *({"staff_import": number} for number in everything.staff_imports),
        {"enrolment": everything.delta.number},
        *({"certificate": code} for code in everything.papers),
        *({"lesson": key} for key in everything.unit_keys),
        *({"package": key} for key in everything.package_keys),
    ]
    anybody = Client(raise_request_exception=False)
    for name, line in MATRIX.items():
        ids = [near, *({**near, **other} for other in others if fits(line, other))]
        for path in (address(name, one) for one in ids):
            for role in SOME if line.opens == EVERYONE else sorted(line.opens):
                yield Place(everything.clients[role], path, policy_of(name), name, role)
            if line.public:
                yield Place(anybody, path, policy_of(name), name, "anybody")
    for path in everything.site_pages:
        yield Place(anybody, path, policy_of(""), "site", "anybody")
    for name in ("account_login", "account_reset_password"):
        yield Place(anybody, reverse(name), policy_of(name), name, "anybody")
    for name in ("account_logout", "account_change_password", "mfa_index", "mfa_activate_totp"):
        yield Place(everything.clients["learner"], reverse(name), policy_of(name), name, "learner")


def fits(line: Line, other: dict[str, object]) -> bool:
    """Whether a page of the line can be asked for with these in place of the usual things."""
    named = set(line.ids.values())
    return named == {"enrolment"} if "enrolment" in other else set(other) <= named


def policy_of(route: str) -> str:
    extra = f"; frame-src {settings.CONTENT_ORIGIN}" if route == "runtime:open" else ""
    return settings.CONTENT_SECURITY_POLICY + extra


def editor_places(everything: Everything, role: str) -> Iterator[Place]:
    """Every address of the editor: ours with things of ours, Wagtail's with whatever stands in `routes`."""
    own = everything.own_editor_pages()
    for route in routes():
        if route.path.startswith(EDITOR) and route.name not in NOT_WALKED:
            for thing in own.get(route.name, [None]):
                path = route.path
                if thing is not None:
                    sample = next(one for one in (SAMPLES["uuid"], "1", "x/x", "x") if f"/{one}/" in path)
                    path = path.replace(f"/{sample}/", f"/{thing}/", 1)
                policy = settings.EDITOR_CONTENT_SECURITY_POLICY
                if route.name == "runtime_trial":
                    policy = policy.replace("frame-src 'self'", f"frame-src 'self' {settings.CONTENT_ORIGIN}")
                yield Place(everything.clients[role], path, policy, route.name, role)


def content_places(everything: Everything) -> Iterator[Place]:
    client = Client(raise_request_exception=False, headers={"host": CONTENT})
    for token in everything.tokens():
        yield Place(client, f"/play/{token}/", content_policy(), "content:play", "token")
        yield Place(client, f"/rt/{token}/cmi5/returned/", content_policy(), "content:cmi5_returned", "token")
        yield Place(client, f"/rt/{token}/cmi5/window/", content_policy(), "content:cmi5_window", "token")
        yield Place(client, f"/rt/{token}/cmi5/status/", content_policy(), "content:cmi5_status", "token")
    yield Place(client, everything.h5p_state(), content_policy(), "content:h5p_state", "token")


def store_places(everything: Everything) -> Iterator[Place]:
    """On the platform's own host, where the store answers too: nothing a client keeps there may run."""
    headers = {"Authorization": everything.authorization, "X-Experience-API-Version": "1.0.3"}
    client = Client(raise_request_exception=False, headers=headers)
    owner = {"activityId": ACTIVITY, "agent": json.dumps(ANNA)}
    shelves = {
        "activities/state": (owner, "stateId"),
        "activities/profile": ({"activityId": ACTIVITY}, "profileId"),
        "agents/profile": ({"agent": json.dumps(ANNA)}, "profileId"),
    }
    queries = [
        ("statements", {}),
        ("statements", {"format": "canonical"}),
        ("statements", {"attachments": "true"}),
        ("activities", {"activityId": "https://x.example.test/activity"}),
        *((path, query) for path, (query, _name) in shelves.items()),
        *((path, {**query, name: everything.document}) for path, (query, name) in shelves.items()),
    ]
    for path, query in queries:
        address = f"/xapi/{path}?{urlencode(query)}"
        yield Place(client, address, INERT, f"xapi {path}", "client")


def api_places(everything: Everything) -> Iterator[Place]:
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {everything.token}"})
    for path in everything.api_addresses():
        yield Place(client, path, policy_of("api:"), f"api {path}", "token")


class Form(NamedTuple):
    """What a browser would send from a form, with words of ours in its fields of text; `files` are names of fields."""

    method: str
    action: str
    fields: dict[str, str]
    files: list[str]


class Forms(HTMLParser):
    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.found: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("method", "get").lower(), given.get("action", ""), {}, []))
        if not self.found:
            return
        fields, files = self.found[-1].fields, self.found[-1].files
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            fields.setdefault(self._select, given["value"])
        elif not name:
            return
        elif tag == "textarea" or (tag == "input" and kind in {"text", "search", "email", "tel", "url", "password"}):
            fields[name] = self.words
        elif tag == "input" and kind == "file":
            files.append(name)
        elif tag in {"input", "button"} and kind in {"hidden", "submit", "radio", "checkbox", "date", "number"}:
            fields.setdefault(name, given.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def forms(html: str, words: str) -> list[Form]:
    parser = Forms(words)
    parser.feed(html)
    return parser.found
