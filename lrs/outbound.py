"""Requests to record stores elsewhere, which an editor named: never to anything inside our own network (S33).

The address is looked up once, checked, and that very address is connected to, so that a name cannot change its mind
in between. Redirects are answers like any other.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT_S = 20


class Unreachable(Exception):
    """The address may not be asked, or did not answer."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked base address. `path` ends with a slash."""

    is_secure: bool
    host: str
    port: int
    path: str


def endpoint_of(address: str) -> Endpoint:
    """Raises Unreachable for what is no https address; http is for one's own machine, while developing."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Unreachable("no address") from None
    is_clean = address.isascii() and address.isprintable() and " " not in address and "\\" not in address
    if not is_clean or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise Unreachable("no address")
    is_secure = parts.scheme == "https"
    if not is_secure and not (parts.scheme == "http" and settings.XAPI_FORWARD_TO_LOOPBACK):
        raise Unreachable("not https")
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return Endpoint(is_secure, parts.hostname, port or (443 if is_secure else 80), path)


def post(address: str, path: str, *, content: bytes, headers: Mapping[str, str]) -> int:
    """Status of the answer, whose content is not looked at. Raises Unreachable."""
    endpoint = endpoint_of(address)
    connection = _connection(endpoint, _public_address(endpoint))
    try:
        connection.request("POST", endpoint.path + path, body=content, headers=dict(headers))
        answer: HTTPResponse = connection.getresponse()
        return answer.status
    except (OSError, HTTPException) as problem:
        raise Unreachable(type(problem).__name__) from problem
    finally:
        connection.close()


def _public_address(endpoint: Endpoint) -> str:
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("unknown host") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(_may_be_asked(ipaddress.ip_address(one)) for one in addresses):
        raise Unreachable("not a public address")
    return addresses[0]


def _may_be_asked(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if mapped := getattr(address, "ipv4_mapped", None):
        address = mapped
    if address.is_loopback:
        return settings.XAPI_FORWARD_TO_LOOPBACK
    return address.is_global and not address.is_multicast


def _connection(endpoint: Endpoint, address: str) -> HTTPConnection:
    if endpoint.is_secure:
        return _PinnedHTTPS(endpoint.host, endpoint.port, address)
    return _PinnedHTTP(endpoint.host, endpoint.port, address)


class _PinnedHTTP(HTTPConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _PinnedHTTPS(HTTPSConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=TIMEOUT_S, context=self.tls)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)
