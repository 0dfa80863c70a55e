"""Every address the site answers, from the URLconf, with something in place of each parameter."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

SAMPLES = {
    "int": "1",
    "slug": "x",
    "str": "x",
    "path": "x",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "name": "x",
    # Of the content origin; shaped like a token, signed by nobody.
    "ticket": "A" * 43 + ".1abcde." + "B" * 43,
    "uuidstr": "00000000-0000-4000-8000-000000000000",
}
# Regular expressions have no converters: name of the route, and a piece of path that fits.
REGEX_SAMPLES = {
    "account_confirm_email": "confirm-email/MQ:key/",
    "account_reset_password_from_key": "password/reset/key/1-set-password/",
    "revisions_compare": "1/revisions/compare/earliest...latest/",
    "wagtail_serve": "x/",
    "wagtaildocs_serve": "1/x",
}
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


class Route(NamedTuple):
    name: str
    path: str


def routes(resolver: URLResolver | None = None, prefix: str = "/", namespace: str = "") -> Iterator[Route]:
    """Raises KeyError for a kind of parameter nobody has given a sample."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + _fill(pattern.pattern, getattr(pattern, "name", None))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield Route(namespace + (pattern.name or pattern.lookup_str), path)


def _fill(pattern: RoutePattern | RegexPattern, name: str | None) -> str:
    if isinstance(pattern, RoutePattern):
        return _PARAMETER.sub(lambda match: SAMPLES[match[1] or "str"], pattern._route)
    return REGEX_SAMPLES[name] if "(" in pattern._regex else pattern._regex.strip("^$").replace(".*", "x")
