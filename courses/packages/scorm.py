"""What SCORM 1.2 and 2004 share: organisations, items, resources (IMS Content Packaging)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.hrefs import Files, inside
from courses.packages.manifest import ActivityFacts, Texts
from courses.packages.untrusted import Notes, clean, filled, untitled
from courses.packages.xml import Node

FILE = "imsmanifest.xml"
MAX_ACTIVITIES = 5000
IDENTIFIER_LENGTH = 500
LAUNCH_DATA_LENGTH = 64_000

CONTENT = frozenset(
    {
        "",
        "http://www.imsglobal.org/xsd/imscp_v1p1",
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "http://www.imsproject.org/content",
    }
)

Settings = dict[str, Any]
MenuItem = dict[str, Any]


def is_content(node: Node) -> bool:
    """Whether an element belongs to content packaging itself, not to an extension."""
    return node.namespace in CONTENT


def is_adlcp(node: Node) -> bool:
    """ADL's own additions, in every edition; packages also write them without a prefix."""
    return "adlcp" in node.namespace or is_content(node)


def children(node: Node, name: str, belongs: Callable[[Node], bool] = is_content) -> list[Node]:
    return [child for child in node.children if child.name == name and belongs(child)]


def child(node: Node, name: str, belongs: Callable[[Node], bool] = is_content) -> Node | None:
    return next(iter(children(node, name, belongs)), None)


def text_of(node: Node, *names: str, belongs: Callable[[Node], bool] = is_adlcp) -> tuple[str, str]:
    """The text of the first child with one of these names and where it stands; two empty texts where there is none."""
    for name in names:
        if found := child(node, name, belongs):
            return found.text.strip(), found.where()
    return "", ""


def identifier_of(node: Node) -> str:
    identifier = node.get("identifier") or ""
    if not identifier:
        raise PackageRefused(
            node.where("identifier"),
            _("This element has no identifier."),
            _("Give it one that no other element has."),
        )
    if len(identifier) > IDENTIFIER_LENGTH or clean(identifier, IDENTIFIER_LENGTH) != identifier:
        raise PackageRefused(
            node.where("identifier"),
            _("This identifier is longer than 500 characters or holds characters that cannot be shown."),
            _("Use letters, digits, dots, hyphens and underscores."),
        )
    return identifier


@dataclass
class Outline:
    """The chosen organisation, read: what is launched in order, and the menu that leads there."""

    organisation: Node
    identifier: str
    title: Texts
    activities: list[ActivityFacts] = field(default_factory=list)
    menu: list[MenuItem] = field(default_factory=list)


class Reader:
    """Walks the items of one manifest. `settings_of` says what an edition reads from a launchable item."""

    def __init__(self, root: Node, files: Files, notes: Notes, settings_of: Callable[[Node], Settings]) -> None:
        self.root, self.files, self.notes, self.settings_of = root, files, notes, settings_of
        self.resources = _resources(root)
        self.inner = _inner_manifests(root, notes)
        self.seen: set[str] = set()

    def outline(self) -> Outline:
        organisation = _organisation(self.root, self.notes)
        title, _where = text_of(organisation, "title", belongs=is_content)
        found = Outline(
            organisation,
            identifier=self.root.get("identifier") or identifier_of(organisation),
            title=untitled(title, identifier_of(organisation), self.root.language or organisation.language),
        )
        if self.root.get("identifier"):
            identifier_of(self.root)
        self.seen.add(identifier_of(organisation))
        found.menu = self._items(organisation, found)
        if not found.activities:
            raise PackageRefused(
                organisation.where(),
                _("No item of this organisation opens anything."),
                _("Give at least one item an identifierref that names a resource."),
            )
        self._note_missing_files()
        return found

    def _items(self, parent: Node, found: Outline) -> list[MenuItem]:
        menu: list[MenuItem] = []
        for item in children(parent, "item"):
            identifier = self._fresh_identifier(item)
            title, _where = text_of(item, "title", belongs=is_content)
            is_visible = (item.get("isvisible") or "true").lower() not in ("false", "0")
            texts = untitled(title, identifier, self.root.language)
            if reference := item.get("identifierref"):
                self._add(found, self._activity(item, identifier, texts, reference, is_visible))
            elif not children(item, "item"):
                self.notes.add(item.where("identifierref"), _("This item opens nothing; it is left out."))
                continue
            below = self._items(item, found)
            if is_visible:
                menu.append({"identifier": identifier, "title": texts, "children": below})
            else:  # Hidden is the item alone, not what it holds (CAM, isvisible).
                menu.extend(below)
        return menu

    def _fresh_identifier(self, item: Node) -> str:
        identifier = identifier_of(item)
        if identifier in self.seen:
            raise PackageRefused(
                item.where("identifier"),
                filled(
                    _("“%(identifier)s” is the identifier of another item too."), {"identifier": clean(identifier, 100)}
                ),
                _("Give every item an identifier of its own."),
            )
        self.seen.add(identifier)
        return identifier

    def _add(self, found: Outline, activity: ActivityFacts) -> None:
        if len(found.activities) >= MAX_ACTIVITIES:
            raise PackageRefused(
                FILE,
                _("This package has more than 5,000 parts."),
                _("Split it into smaller packages."),
            )
        found.activities.append(activity)

    def _activity(self, item: Node, identifier: str, texts: Texts, reference: str, is_visible: bool) -> ActivityFacts:
        resource = self._resource(item, reference)
        kind = (resource.get("scormType", "scormtype") or "").lower()
        if kind not in ("sco", "asset"):
            self.notes.add(resource.where("scormtype"), _("It is neither “sco” nor “asset”; it is taken as “sco”."))
        href = resource.get("href")
        if not href:
            raise PackageRefused(
                resource.where("href"),
                _("An item opens this resource, but it names no file."),
                _("Give the resource an href."),
            )
        bases = [node.base for node in (self.root, resource.parent, resource) if node and node.base]
        address = inside(
            href,
            bases=bases,
            files=self.files,
            where=resource.where("href"),
            parameters=item.get("parameters") or "",
        )
        settings = {**self.settings_of(item), "is_visible": is_visible}
        return ActivityFacts(identifier, texts, address, is_tracked=kind != "asset", settings=settings)

    def _resource(self, item: Node, reference: str) -> Node:
        if resource := self.resources.get(reference):
            return resource
        if reference in self.inner:
            raise PackageRefused(
                item.where("identifierref"),
                _("This item opens a manifest inside the manifest, which is not supported."),
                _("Export the package without nested packages, or upload the inner one on its own."),
            )
        raise PackageRefused(
            item.where("identifierref"),
            filled(_("No resource has the identifier “%(identifier)s”."), {"identifier": clean(reference, 100)}),
            _("Correct the reference, or add the resource."),
        )

    def _note_missing_files(self) -> None:
        """Files that resources list but the package lacks: odd, and often harmless, so said and not refused."""
        missing = []
        for resource in self.resources.values():
            bases = [node.base for node in (self.root, resource.parent, resource) if node and node.base]
            for listed in children(resource, "file"):
                try:
                    inside(listed.get("href") or "", bases=bases, files=self.files, where="")
                except PackageRefused:
                    missing.append(clean(listed.get("href") or "?", 100))
        if missing:
            named = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
            self.notes.add(
                f"{FILE}: resources",
                filled(_("Files that are listed but not in the package: %(names)s."), {"names": named}),
            )


def _organisation(root: Node, notes: Notes) -> Node:
    holder = child(root, "organizations")
    organisations = children(holder, "organization") if holder else []
    if not holder or not organisations:
        raise PackageRefused(
            f"{FILE}: organizations",
            _("The package holds resources, but no organisation that says what to open."),
            _("Export it as a course (content aggregation), not as a set of resources."),
        )
    default = holder.get("default")
    chosen = next((node for node in organisations if node.get("identifier") == default), None) if default else None
    if not chosen:
        if default or len(organisations) > 1:
            notes.add(holder.where("default"), _("It names no organisation; the first one is used."))
        chosen = organisations[0]
    if len(organisations) > 1:
        notes.add(holder.where(), _("There are several organisations; only the default one is used."))
    return chosen


def _resources(root: Node) -> Mapping[str, Node]:
    holder = child(root, "resources")
    found: dict[str, Node] = {}
    for resource in children(holder, "resource") if holder else []:
        identifier = identifier_of(resource)
        if identifier in found:
            raise PackageRefused(
                resource.where("identifier"),
                filled(
                    _("“%(identifier)s” is the identifier of another resource too."),
                    {"identifier": clean(identifier, 100)},
                ),
                _("Give every resource an identifier of its own."),
            )
        found[identifier] = resource
    return found


def _inner_manifests(root: Node, notes: Notes) -> frozenset[str]:
    """Identifiers of manifests within, and of what they hold; they are ignored unless an item opens one."""
    inner = children(root, "manifest")
    if inner:
        notes.add(inner[0].where(), _("Manifests inside the manifest are ignored."))
    return frozenset(
        node.get("identifier") or ""
        for manifest in inner
        for node in manifest.walk()
        if node.name in ("manifest", "organization", "item", "resource")
    )
