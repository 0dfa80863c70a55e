"""Manifests broken by chance: elements moved, doubled, renamed, attributes and texts replaced, bytes lost.

`random` decides, so that Hypothesis and a coverage-guided fuzzer can both drive it.
"""

from __future__ import annotations

import copy
import json
from random import Random
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

NASTY = [
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "NaN",
    "9" * 5000,
    "x" * 5000,
    "ā\u0301\u202e\u2028",
    "../../etc/passwd",
    "%2e%2e%2fx",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.test/",
    "https://evil.test/?endpoint=1",
    "http://[::1",
    "sco.html?%00",
    "sco.html#\\",
    "item",
    "resource",
    "true",
    "P1Y2M",
    "%(x)s {x} {{ x }}",
    "<b>&amp;",
]
NAMES = [
    "item",
    "title",
    "organization",
    "organizations",
    "resources",
    "resource",
    "manifest",
    "sequencing",
    "objectives",
    "sequencingRules",
    "ruleCondition",
    "mapInfo",
    "au",
    "block",
    "url",
    "course",
    "langstring",
    "objective",
    "adlcp:data",
]
ATTRIBUTES = [
    "identifier",
    "identifierref",
    "href",
    "parameters",
    "default",
    "isvisible",
    "id",
    "idref",
    "moveOn",
    "masteryScore",
    "IDRef",
    "ID",
    "condition",
    "action",
    "objectiveID",
    "targetObjectiveID",
    "minimumPercent",
    "attemptLimit",
    "{http://www.w3.org/XML/1998/namespace}base",
    "{http://www.w3.org/XML/1998/namespace}lang",
    "{urn:x}scormType",
]


def broken_xml(body: bytes, random: Random) -> bytes:
    """The document after one to twelve changes, and now and then a loss of bytes."""
    root = ElementTree.fromstring(body)
    for _change in range(random.randint(1, 12)):
        _change_tree(root, random)
    return _broken_bytes(_serialised(root), random)


def broken_json(body: bytes, random: Random) -> bytes:
    found = json.loads(body)
    for _change in range(random.randint(1, 8)):
        found = _change_value(found, random)
    return _broken_bytes(json.dumps(found).encode(), random)


def _change_tree(root: Element, random: Random) -> None:
    nodes = list(root.iter())
    if len(nodes) > 5000:
        return
    node = random.choice(nodes)
    change = random.randrange(9)
    if change == 0 and len(node):
        node.remove(random.choice(list(node)))
    elif change == 1:
        node.append(copy.deepcopy(random.choice(nodes)))
    elif change == 2:
        node.insert(0, Element(random.choice(NAMES)))
    elif change == 3:
        namespace = node.tag.partition("}")[0] + "}" if node.tag.startswith("{") and random.random() < 0.7 else ""
        node.tag = namespace + random.choice(NAMES).rpartition(":")[2]
    elif change == 4:
        node.set(random.choice(ATTRIBUTES), random.choice(NASTY))
    elif change == 5 and node.attrib:
        node.set(random.choice(list(node.attrib)), random.choice(NASTY))
    elif change == 6 and node.attrib:
        del node.attrib[random.choice(list(node.attrib))]
    elif change == 7:
        node.text = random.choice(NASTY)
    else:
        _nest(node, random.choice([1, 2, 5, 80]))


def _nest(node: Element, depth: int) -> None:
    for _level in range(depth):
        node.append(Element(node.tag, dict(node.attrib)))
        node = node[-1]


def _serialised(root: Element) -> bytes:
    return ElementTree.tostring(root, encoding="utf-8")


def _change_value(value: object, random: Random, depth: int = 0) -> object:
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(list(value))
        if random.random() < 0.15:
            return {name: part for name, part in value.items() if name != key}
        return {**value, key: _change_value(value[key], random, depth + 1)}
    if isinstance(value, list) and value and random.random() < 0.85:
        place = random.randrange(len(value))
        if random.random() < 0.2:
            return [*value, *value]
        return [*value[:place], _change_value(value[place], random, depth + 1), *value[place + 1 :]]
    return random.choice([None, True, -1, 10**30, 1.5, [], {}, [[]], {"path": "../x"}, "\x00\ud800", *NASTY])


def _broken_bytes(body: bytes, random: Random) -> bytes:
    if random.random() < 0.8:
        return body
    start = random.randrange(len(body) + 1)
    return body[:start] + random.randbytes(random.randint(0, 4)) + body[start + random.randint(0, 40) :]
