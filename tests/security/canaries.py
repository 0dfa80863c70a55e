"""Text that must never be more than text, and how to find out that it became something else (S09).

Every field has a mark of its own. A mark is `~2f~`: whatever breaks out of its place is an element or an attribute
that is called so, and the mark tells which field it came from.
"""

import csv
import io
import json
import re
import zipfile
from contextlib import suppress
from html.parser import HTMLParser
from xml.etree import ElementTree

from django.http import HttpResponseBase
from pypdf import PdfReader
from pypdf.errors import PdfReadError

MARK = re.compile(r"~([0-9a-z]{2})~")
PRODUCT, TEMPLATE = "36863", "{{191*193}}"
ELSEWHERE = "evil@elsewhere.test"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# What a spreadsheet would calculate; see `learning.sheets`.
FORMULA = re.compile(r"[\s\x00]*[=+\-@\t\r|%＝＋－＠]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def mark(number: int) -> str:
    return f"~{DIGITS[number // 36]}{DIGITS[number % 36]}~"


def markup(number: int, longest: int) -> str:
    """Elements, handlers, a script, a template and a formula; as much of it as fits into `longest` characters."""
    it = mark(number)
    whole = f"=\"'><img {it} src=x onerror=kopa('{it}')></script><script {it}>kopa('{it}')</script>{TEMPLATE}"
    some = f'="><img {it} src=x onerror=kopa()>'
    return next(text for text in (whole, some, f'"><b {it}>') if len(text) <= longest)


def controls(number: int, longest: int) -> str:
    """A formula behind a tab, a header, characters that turn the line around or cannot be seen; as long as can be."""
    it = mark(number)
    start = f"\t={it}\u202e\x01"
    rest = f"\r\nBcc: {ELSEWHERE}\r\n\r\n\x0b\x1b\x7f\x85\u2028\u2066\ufeff\ufffe{it}"
    text = start + rest if len(start + rest) <= longest else start
    return text.ljust(min(longest, 2_000), "W")


def address(number: int, unique: object = "") -> str:
    """A local part as RFC 5321 allows it between quotation marks."""
    return f'"<img/{mark(number)}/src=x/onerror=kopa()>{unique}"@example.test'


class Breakouts(HTMLParser):
    """Finds marks that became elements, attributes or script, and what they should never have caused."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._runs = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if MARK.search(tag):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            value = value or ""
            leads = name in {"href", "src", "action", "formaction", "data"} and value.strip().startswith(
                ("javascript:", "data:text", "vbscript:")
            )
            if MARK.search(name) or (name.startswith("on") and MARK.search(value)) or leads:
                self.found.append(f"<{tag} {name}={value[:80]!r}>")
        self._runs = tag == "style" or (tag == "script" and given.get("type", "") in {"", "module", "text/javascript"})

    def handle_endtag(self, tag: str) -> None:
        self._runs = False

    def handle_data(self, data: str) -> None:
        if self._runs and MARK.search(data):
            self.found.append(f"in a script or style: {data[:200]!r}")


def breakouts(html: str) -> list[str]:
    finder = Breakouts()
    finder.feed(html)
    finder.close()
    return finder.found + ([f"a template was filled: {PRODUCT}"] if PRODUCT in html else [])


def marks(text: str) -> set[str]:
    return set(MARK.findall(text))


class Answer:
    """What a response, a file or a letter holds: the marks in it, and what is wrong with it."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.content = response.getvalue() if response.streaming else response.content
        self.kind = response.headers.get("Content-Type", "").partition(";")[0]
        self.text = READERS.get(self.kind, _text)(self.content)
        self.problems = CHECKS.get(self.kind, _nothing)(self.content)
        if self.kind.startswith("text/html") and response.headers.get("X-Content-Type-Options") != "nosniff":
            self.problems.append("may be sniffed")
        self.problems += [
            f"in the header {name}: {value[:100]!r}"
            for name, value in response.headers.items()
            if ELSEWHERE in value or ("<" in value and MARK.search(value))
        ]


def _text(content: bytes) -> str:
    return content.decode(errors="replace")


def _nothing(content: bytes) -> list[str]:
    return []


def _html(content: bytes) -> list[str]:
    return breakouts(content.decode())


def _json(content: bytes) -> list[str]:
    """Pieces of pages inside JSON are put into pages by scripts; what begins otherwise is only text."""
    return [
        found for text in _strings(json.loads(content)) if text.lstrip().startswith("<") for found in breakouts(text)
    ]


def _strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for part in parts for text in _strings(part)]


def _csv(content: bytes) -> list[str]:
    text = content.decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if text.split("\n")[0].count(";") else ",")
    return [f"a formula: {cell[:80]!r}" for row in rows for cell in row if FORMULA.match(cell) and MARK.search(cell)]


def _xlsx(content: bytes) -> list[str]:
    """No formula and no link anywhere, and marks in cells of text alone."""
    wrong = []
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                for element in ElementTree.fromstring(book.read(name)).iter():  # noqa: S314 - of our own making
                    tag = element.tag.rpartition("}")[2]
                    text = "".join(element.itertext())
                    is_text = element.get("t") in {"s", "inlineStr"}
                    if tag in {"f", "hyperlink"} or (tag == "c" and MARK.search(text) and not is_text):
                        wrong.append(f"{name}: <{tag}> {text[:80]!r}")
            elif "external" in name.lower():
                wrong.append(name)
    return wrong


def _xlsx_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def _pdf(content: bytes) -> list[str]:
    """Nothing that runs, and no address but those of the site."""
    found = re.findall(rb"/(JavaScript|JS|Launch|SubmitForm|GoToR|RichMedia)\b", content)
    wrong = [f"runs: {name.decode()}" for name in found]
    with suppress(PdfReadError):
        for page in PdfReader(io.BytesIO(content)).pages:
            for note in page.get("/Annots") or ():
                uri = str(note.get_object().get("/A", {}).get("/URI", ""))
                if MARK.search(uri):
                    wrong.append(f"leads to {uri}")
    return wrong


def _pdf_text(content: bytes) -> str:
    """Nothing for what somebody handed in and is no PDF."""
    with suppress(PdfReadError):
        return _words_of(content)
    return ""


def _words_of(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


READERS = {XLSX: _xlsx_text, "application/pdf": _pdf_text}
CHECKS = {
    "text/html": _html,
    "application/json": _json,
    "text/csv": _csv,
    XLSX: _xlsx,
    "application/pdf": _pdf,
}
