"""How many bytes a browser with an empty cache fetches for a page: itself and everything it links to, compressed."""

import posixpath
import re
from html.parser import HTMLParser

import brotli
from django.contrib.staticfiles import finders
from django.templatetags.static import static

LATVIAN_AND_ENGLISH_FONTS = re.compile(r"url\([\"']?([^\"')]+\.woff2)[\"']?\)")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get({"link": "href", "script": "src", "img": "src", "use": "href"}.get(tag, ""), "") or ""
        if address.startswith(static("")):
            self.found.add(address.removeprefix(static("")).partition("#")[0])


def weigh(html: str) -> dict[str, int]:
    """Bytes by file; '' is the page itself. Fonts are compressed already, all else travels as Brotli."""
    links = _Links()
    links.feed(html)
    sizes = {"": len(brotli.compress(html.encode(), quality=5))}
    for name in _with_fonts(links.found):
        content = _read(name)
        sizes[name] = len(content) if name.endswith(".woff2") else len(brotli.compress(content))
    return sizes


def _with_fonts(names: set[str]) -> set[str]:
    fonts = {
        posixpath.normpath(posixpath.join(posixpath.dirname(name), font))
        for name in names
        if name.endswith(".css")
        for font in LATVIAN_AND_ENGLISH_FONTS.findall(_read(name).decode())
    }
    return names | fonts


def _read(name: str) -> bytes:
    path = finders.find(name)
    assert path, f"{name} is linked but does not exist"
    with open(path, "rb") as file:
        return file.read()
