"""Which origin is the platform, which one holds the content of packages, and whether a browser keeps them apart."""

from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

# Both names reach a laptop, and browsers take them for two sites.
LOCAL_PAIR = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}


def host_of(origin: str) -> str:
    """Host and port as a `Host` header names them, without the port that the scheme implies; '' of no origin."""
    parts = urlsplit(origin)
    implied = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.netloc.lower().removesuffix(implied) if implied else ""


def is_origin(origin: str) -> bool:
    """Whether the text is a scheme and a host, perhaps with a port, and nothing else."""
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and origin == f"{parts.scheme}://{parts.netloc}"


def other_local(site_url: str) -> str:
    """The content origin beside a platform on a laptop; '' where the platform has a real name."""
    parts = urlsplit(site_url)
    twin = LOCAL_PAIR.get(parts.hostname or "")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{twin}{port}" if twin else ""


def are_one_site(one: str, other: str) -> bool:
    """Whether browsers take the two for the same site, whatever the ports and schemes.

    A sub-domain of the platform is the same site: its requests would carry the session.
    """
    hosts = [(urlsplit(origin).hostname or "").rstrip(".") for origin in (one, other)]
    return hosts[0] == hosts[1] or _site(hosts[0]) == _site(hosts[1])


def _site(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        return _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
