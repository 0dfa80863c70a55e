"""XML of strangers: no document type, no entities, bounded in size, depth and number of elements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.untrusted import filled

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 60
MAX_ELEMENTS = 60_000
MAX_ATTRIBUTES = 250_000

XML = "http://www.w3.org/XML/1998/namespace"


class Node:
    """An element with its parent, so that a refusal can say where it stands."""

    # Lists are made when there is something to hold: fewer objects, for the garbage collector walks them all.
    __slots__ = ("_path", "_pieces", "attributes", "children", "document", "name", "namespace", "number", "parent")

    def __init__(
        self, document: str, tag: str, attributes: dict[str, str], parent: Node | None = None, number: int = 1
    ) -> None:
        self.document, self.parent, self.number = document, parent, number
        self.namespace, self.name = split(tag)
        self.attributes = attributes
        self.children: Sequence[Node] = ()
        self._pieces: Sequence[str] = ()
        self._path: str | None = None

    @property
    def text(self) -> str:
        """Its own character data as it stands, without that of its children."""
        return "".join(self._pieces)

    def get(self, *names: str) -> str | None:
        """The attribute of the first of these local names, whatever its namespace, stripped; None where there is none.

        Packages write the attributes of SCORM with and without their prefix.
        """
        for name in names:
            for key, value in self.attributes.items():
                namespace, local = split(key)
                if local == name and namespace != XML:
                    return value.strip()
        return None

    @property
    def base(self) -> str:
        """xml:base of this element alone."""
        return self.attributes.get(f"{{{XML}}}base", "").strip()

    @property
    def language(self) -> str:
        return self.attributes.get(f"{{{XML}}}lang", "").strip()

    def where(self, attribute: str = "") -> str:
        """`imsmanifest.xml: organizations/organization[2]/item[1]@identifierref`; the root goes without saying."""
        path = self.path or ("" if attribute else self.name)
        return f"{self.document}: {path}{f'@{attribute}' if attribute else ''}"

    @property
    def path(self) -> str:
        """From the root, which is left out; remembered, for every part of a package asks its ancestors again."""
        if self._path is None:
            self._path = self._step() if self.parent else ""
        return self._path

    def _step(self) -> str:
        has_twin = self.number > 1 or any(
            child.name == self.name and child.number == 2 for child in self.parent.children
        )
        step = f"{self.name}[{self.number}]" if has_twin else self.name
        return f"{self.parent.path}/{step}" if self.parent.parent else step

    def walk(self) -> Iterator[Node]:
        """This element and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def split(tag: str) -> tuple[str, str]:
    """Namespace and local name of ElementTree's `{namespace}name`."""
    namespace, _brace, name = tag.rpartition("}")
    return namespace[1:], name


def parse(body: bytes, *, document: str) -> Node:
    """The root element. `document` is the name of the file, for refusals.

    Raises PackageRefused for anything that is not well-formed, declares a document type or an entity, or is too large.
    """
    if len(body) > MAX_BYTES:
        raise PackageRefused(
            document,
            _("This file is larger than 5 MiB."),
            _("Take media and long texts out of it: it only describes the package."),
        )
    # Counted before parsing, which would spend its second on them: tags, comments and instructions; attributes.
    if body.count(b"<") > 3 * MAX_ELEMENTS or body.count(b"=") > MAX_ATTRIBUTES:
        raise too_much(document)
    parser = DefusedXMLParser(target=_Tree(document), forbid_dtd=True)
    try:
        parser.feed(body)
        return parser.close()
    except DefusedXmlException:
        raise PackageRefused(
            document,
            _("This file declares a document type or entities, which is not safe to read."),
            _("Remove the DOCTYPE from it, or export the package again."),
        ) from None
    except ParseError as problem:
        line, column = problem.position
        raise PackageRefused(
            document,
            filled(
                _("This file is not well-formed XML: line %(line)s, column %(column)s."),
                {"line": line, "column": column + 1},
            ),
            _("Export the package again; if you edited the file by hand, look at that place."),
        ) from None
    except (ValueError, LookupError):  # An encoding that does not exist, or that expat does not read.
        raise PackageRefused(
            document,
            _("This file is written in an encoding that cannot be read."),
            _("Save it as UTF-8 and say so in its first line."),
        ) from None


class _Tree:
    """Target of the parser: builds nodes and stops at the limits."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.root: Node | None = None
        self.open: list[Node] = []
        self.numbers: list[dict[str, int]] = []
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise too_much(self.document)
        if self.open:
            node = self._child_of(self.open[-1], tag, attributes)
        else:
            node = self.root = Node(self.document, tag, attributes)
        self.open.append(node)
        self.numbers.append({})

    def _child_of(self, parent: Node, tag: str, attributes: dict[str, str]) -> Node:
        numbers = self.numbers[-1]
        name = split(tag)[1]
        numbers[name] = numbers.get(name, 0) + 1
        node = Node(self.document, tag, attributes, parent, numbers[name])
        if parent.children:
            parent.children.append(node)
        else:
            parent.children = [node]
        return node

    def end(self, tag: str) -> None:
        self.open.pop()
        self.numbers.pop()

    def data(self, text: str) -> None:
        if not self.open:
            return
        node = self.open[-1]
        if node._pieces:
            node._pieces.append(text)
        else:
            node._pieces = [text]

    def close(self) -> Node:
        if self.root is None:
            raise ParseError
        return self.root


def too_much(document: str) -> PackageRefused:
    return PackageRefused(
        document,
        _("This file has too many elements, or too many inside each other."),
        _("Split it into smaller packages."),
    )
