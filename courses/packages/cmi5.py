"""cmi5 Quartz: the course structure of section 13 and the package of section 14."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.hrefs import SCHEME, Files, inside, is_web_address
from courses.packages.manifest import ActivityFacts, Manifest, Texts
from courses.packages.untrusted import UNKNOWN, Notes, clean, filled, language, storable
from courses.packages.xml import MAX_BYTES, Node, too_much

KIND = "cmi5"
FILE = "cmi5.xml"
NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
MAX_UNITS = 5000
COURSE_IRI_LENGTH = 500
IRI_LENGTH = 2000
TEXT_LENGTH = 64_000
DESCRIPTION_LENGTH = 5000

LAUNCH_METHODS = ("AnyWindow", "OwnWindow")
MOVE_ON = ("NotApplicable", "Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed")
# 8.1: what the launch adds to the address of a unit, so the address may not have it.
RESERVED = frozenset({"endpoint", "fetch", "actor", "registration", "activityId"})

# RFC 3987 2.2, absolute: a scheme, and nothing that has to be escaped.
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f-\x9f<>\"{}|\\^`]+")
MASTERY = re.compile(r"\+?([0-9]{1,10}(\.[0-9]{0,4})?|\.[0-9]{1,4})")

# 13.2: what each element holds, in this order (a trailing ? may be absent); elements of other namespaces are let be.
ORDER = {
    "course": ("title", "description"),
    "objective": ("title", "description"),
    "block": ("title", "description", "objectives?", "au|block"),
    "au": ("title", "description", "objectives?", "url", "launchParameters?", "entitlementKey?"),
    "courseStructure": ("course", "objectives?", "au|block"),
}
ATTRIBUTES = {
    "courseStructure": frozenset[str](),
    "course": frozenset({"id"}),
    "block": frozenset({"id"}),
    "objective": frozenset({"id", "idref"}),
    "objectives": frozenset[str](),
    "au": frozenset({"id", "launchMethod", "masteryScore", "moveOn", "activityType"}),
    "title": frozenset[str](),
    "description": frozenset[str](),
    "langstring": frozenset({"lang"}),
    "url": frozenset[str](),
    "launchParameters": frozenset[str](),
    "entitlementKey": frozenset[str](),
}


def read(root: Node, files: Files | None, notes: Notes) -> Manifest:
    """`files` None: a course structure without a package, so every address is absolute (14.2).

    Raises PackageRefused.
    """
    if root.name != "courseStructure" or root.namespace != NAMESPACE:
        raise PackageRefused(
            root.where(),
            _("This file is not a course structure of cmi5 (Quartz)."),
            filled(_("It begins with a courseStructure in the namespace %(namespace)s."), {"namespace": NAMESPACE}),
        )
    return _Structure(files, notes).read(root)


@dataclass
class _Structure:
    files: Files | None
    notes: Notes
    ids: set[str] = field(default_factory=set)
    objectives: set[str] = field(default_factory=set)
    units: list[ActivityFacts] = field(default_factory=list)
    repeated: int = 0

    def read(self, root: Node) -> Manifest:
        parts = _parts(root)
        course = parts["course"][0]
        about = _parts(course)
        identifier = self._fresh(course, self.ids, COURSE_IRI_LENGTH)
        title = _texts(about["title"][0], identifier)
        self._define_objectives(parts["objectives"])
        blocks = self._read_parts(parts["au|block"], parents=())
        return Manifest(
            kind=KIND,
            identifier=identifier,
            title=title,
            activities=tuple(self.units),
            settings={
                "course": {
                    "id": identifier,
                    "title": title,
                    "description": _texts(about["description"][0], "", DESCRIPTION_LENGTH),
                },
                "blocks": blocks,
            },
            warnings=self.notes.all(),
        )

    def _define_objectives(self, holders: Sequence[Node]) -> None:
        """13.1.3."""
        for holder in holders:
            for objective in _objectives(holder):
                about = _parts(objective)
                self._fresh(objective, self.objectives, IRI_LENGTH)
                _texts(about["title"][0], "")
                _texts(about["description"][0], "")

    def _read_parts(self, nodes: Sequence[Node], parents: tuple[str, ...]) -> list[dict[str, Any]]:
        """Units go to `self.units` in the order of the course; the blocks among them come back, nested."""
        blocks = []
        for node in nodes:
            if node.name == "au":
                self._unit(node, parents)
            else:
                blocks.append(self._block(node, parents))
        return blocks

    def _block(self, node: Node, parents: tuple[str, ...]) -> dict[str, Any]:
        """13.1.2: a block consists of one or more units or blocks."""
        parts = _parts(node)
        identifier = self._fresh(node, self.ids, IRI_LENGTH)
        self._check_objectives(parts["objectives"])
        return {
            "id": identifier,
            "title": _texts(parts["title"][0], identifier),
            "description": _texts(parts["description"][0], "", DESCRIPTION_LENGTH),
            "children": self._read_parts(parts["au|block"], (*parents, identifier)),
        }

    def _unit(self, node: Node, parents: tuple[str, ...]) -> None:
        """13.1.4."""
        if len(self.units) >= MAX_UNITS:
            raise PackageRefused(
                FILE, _("This package has more than 5,000 parts."), _("Split it into smaller packages.")
            )
        # Every unit repeats the ids of its blocks: long ids, deep blocks and many units would grow without end.
        self.repeated += sum(map(len, parents))
        if self.repeated > MAX_BYTES:
            raise too_much(FILE)
        parts = _parts(node)
        identifier = self._fresh(node, self.ids, IRI_LENGTH)
        self._check_objectives(parts["objectives"])
        activity_type = node.get("activityType")
        if activity_type:
            _check_iri(node, "activityType", activity_type, IRI_LENGTH)
        self.units.append(
            ActivityFacts(
                identifier=identifier,
                title=_texts(parts["title"][0], identifier),
                href=self._address(parts["url"][0]),
                settings={
                    "launch_method": _word(node, "launchMethod", LAUNCH_METHODS),
                    "move_on": _word(node, "moveOn", MOVE_ON),
                    "mastery_score": _mastery_score(node),
                    "launch_parameters": _plain(parts["launchParameters"]),
                    "entitlement_key": _plain(parts["entitlementKey"]),
                    "activity_type": activity_type or None,
                    "description": _texts(parts["description"][0], "", DESCRIPTION_LENGTH),
                    "parents": list(parents),
                },
            )
        )

    def _fresh(self, node: Node, taken: set[str], longest: int) -> str:
        """An id is an absolute IRI (3.0) and stands once in the course structure (13.1)."""
        identifier = node.get("id") or ""
        _check_iri(node, "id", identifier, longest)
        if identifier in taken:
            raise PackageRefused(
                node.where("id"),
                filled(_("“%(identifier)s” is the id of another part too."), {"identifier": clean(identifier, 100)}),
                _("Give every part of the course an id of its own."),
            )
        taken.add(identifier)
        return identifier

    def _check_objectives(self, holders: Sequence[Node]) -> None:
        for holder in holders:
            for reference in _objectives(holder):
                identifier = reference.get("idref") or ""
                if identifier not in self.objectives:
                    raise PackageRefused(
                        reference.where("idref"),
                        filled(
                            _("The course has no objective “%(identifier)s”."), {"identifier": clean(identifier, 100)}
                        ),
                        _("Correct the reference, or add the objective to the course."),
                    )

    def _address(self, node: Node) -> str:
        """13.1.4 url, 14.1, 14.2: absolute, or a file of the package."""
        address, where = node.text.strip(), node.where()
        _check_query(address, where)
        if not SCHEME.match(address) and not address.startswith("//"):
            if self.files is None:
                raise PackageRefused(
                    where,
                    filled(
                        _("“%(address)s” is not a full address, and no package comes with this file."),
                        {"address": clean(address, 100)},
                    ),
                    _("Write the whole address with https://, or upload a zip archive that holds the file."),
                )
            if re.search(r"[\s<>\"{}|^`]", address):
                raise _bad_url(where, address)
            return inside(address, files=self.files, where=where)
        if not is_web_address(address):
            raise _bad_url(where, address)
        if address.startswith("http:"):
            self.notes.add(where, _("It is not an https address: most browsers will refuse to show it in a page."))
        return address


def _parts(node: Node) -> dict[str, list[Node]]:
    """The children of an element by what 13.2 expects, in its order. Raises PackageRefused for anything else."""
    _check_attributes(node)
    waiting = [child for child in node.children if child.namespace == NAMESPACE]
    found: dict[str, list[Node]] = {}
    for expected in ORDER[node.name]:
        names = expected.rstrip("?").split("|")
        most = len(waiting) if len(names) > 1 else 1
        taken: list[Node] = []
        while waiting and waiting[0].name in names and len(taken) < most:
            taken.append(waiting.pop(0))
        if not taken and not expected.endswith("?"):
            raise _missing(node, expected, waiting)
        found[expected.rstrip("?")] = taken
    if waiting:
        raise _out_of_place(waiting[0])
    bare = next((child for child in node.children if not child.namespace), None)
    if bare:
        raise _out_of_place(bare)
    return found


def _missing(node: Node, expected: str, waiting: Sequence[Node]) -> PackageRefused:
    if waiting:
        return _out_of_place(waiting[0])
    if expected == "au|block":
        return PackageRefused(
            node.where(),
            _("There is nothing to learn in it: no au and no block."),
            _("Add an au, or remove the empty block."),
        )
    return PackageRefused(
        node.where(),
        filled(_("It has no %(name)s."), {"name": expected}),
        _("Add it; the specification of cmi5 asks for it (13.1)."),
    )


def _out_of_place(node: Node) -> PackageRefused:
    return PackageRefused(
        node.where(),
        _("This element is not expected here."),
        _("Look at the order of the elements in CourseStructure.xsd of cmi5 (13.2): title, description, the rest."),
    )


def _check_attributes(node: Node) -> None:
    """Attributes with a namespace are extensions (13.1.5)."""
    known = ATTRIBUTES.get(node.name, frozenset())
    for name in node.attributes:
        if not name.startswith("{") and name not in known:
            raise PackageRefused(
                node.where(clean(name, 50)),
                _("This attribute is not expected here."),
                _("Remove it, or correct its name."),
            )


def _objectives(holder: Node) -> list[Node]:
    _check_attributes(holder)
    found = [child for child in holder.children if child.namespace == NAMESPACE]
    for node in found:
        _check_attributes(node)
        if node.name != "objective":
            raise _out_of_place(node)
    if not found:
        raise PackageRefused(
            holder.where(), _("This list of objectives is empty."), _("Add an objective, or remove the list.")
        )
    return found


def _texts(node: Node, otherwise: str, limit: int = 500) -> Texts:
    """A langstring list by language; `otherwise` where every text in it is empty."""
    _check_attributes(node)
    found: dict[str, str] = {}
    strings = [child for child in node.children if child.namespace == NAMESPACE]
    for child in strings:
        if child.name != "langstring" or child.children:
            raise _out_of_place(child)
        _check_attributes(child)
        tag = child.get("lang")
        if tag and language(tag) == UNKNOWN:
            raise PackageRefused(
                child.where("lang"),
                filled(_("“%(tag)s” is not a language tag."), {"tag": clean(tag, 40)}),
                _("Write a tag such as lv or en-GB."),
            )
        if text := clean(child.text, limit):
            found[language(tag)] = text
    if not strings:
        raise PackageRefused(
            node.where(), _("It has no langstring."), _("Write the text inside a langstring element with its lang.")
        )
    return found or ({UNKNOWN: clean(otherwise)} if otherwise else {})


def _check_iri(node: Node, attribute: str, value: str, longest: int) -> None:
    if not value or not IRI.fullmatch(value) or not value.isprintable() or len(value) > longest:
        raise PackageRefused(
            node.where(attribute),
            filled(_("“%(value)s” is not a full IRI."), {"value": clean(value, 100)}),
            _("Write it with its scheme and without spaces, for example https://example.org/course/1."),
        )


def _word(node: Node, name: str, known: Sequence[str]) -> str:
    """The first of the known values is the default."""
    value = node.get(name)
    if value is None:
        return known[0]
    if value not in known:
        raise PackageRefused(
            node.where(name),
            filled(_("“%(value)s” is not a value that cmi5 knows here."), {"value": clean(value, 50)}),
            filled(_("Write one of these, with the same capitals: %(values)s."), {"values": ", ".join(known)}),
        )
    return value


def _mastery_score(node: Node) -> float | None:
    """13.1.4: a decimal from 0 to 1 with at most four places."""
    value = node.get("masteryScore")
    if value is None:
        return None
    if not MASTERY.fullmatch(value) or float(value) > 1:
        raise PackageRefused(
            node.where("masteryScore"),
            filled(
                _("“%(value)s” is not a number from 0 to 1 with at most four decimal places."),
                {"value": clean(value, 50)},
            ),
            _("Write for example 0.8 where 80 of 100 points pass."),
        )
    return float(value)


def _plain(nodes: Sequence[Node]) -> str | None:
    """launchParameters and entitlementKey, without the blanks around them (13.1); None where there is none."""
    if not nodes:
        return None
    node = nodes[0]
    _check_attributes(node)
    if node.children:
        raise _out_of_place(node.children[0])
    if len(node.text) > TEXT_LENGTH:
        raise PackageRefused(node.where(), _("The text is too long."), _("Keep it below 64,000 characters."))
    return storable(node.text).strip() or None


def _check_query(address: str, where: str) -> None:
    query = address.partition("#")[0].partition("?")[2]
    taken = sorted({name for name, _value in parse_qsl(query, keep_blank_values=True)} & RESERVED)
    if taken:
        raise PackageRefused(
            where,
            filled(_("The address uses %(names)s, which the launch itself adds."), {"names": ", ".join(taken)}),
            _("Give these parameters other names."),
        )


def _bad_url(where: str, address: str) -> PackageRefused:
    return PackageRefused(
        where,
        filled(_("“%(address)s” is not an address that can be opened."), {"address": clean(address, 100)}),
        _("Write a whole address with https://, or the path of a file in the package, without spaces."),
    )
