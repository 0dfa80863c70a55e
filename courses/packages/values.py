"""Values of attributes as the schemas of SCORM 2004 know them. Everything else is refused at its place."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.scorm import IDENTIFIER_LENGTH
from courses.packages.untrusted import clean, filled
from courses.packages.xml import Node

NUMBER = re.compile(r"[+-]?([0-9]{1,6}(\.[0-9]{0,12})?|\.[0-9]{1,12})")
DURATION = re.compile(
    r"P(?=.)([0-9]{1,9}Y)?([0-9]{1,9}M)?([0-9]{1,9}D)?(T(?=.)([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\.[0-9]{1,2})?S)?)?",
)


def flag(node: Node | None, name: str, default: bool) -> bool:
    """xs:boolean. Raises PackageRefused for anything else."""
    value = node.get(name) if node else None
    if value is None or value == "":
        return default
    if value.lower() not in ("true", "false", "1", "0"):
        raise unknown_value(node, name, value)
    return value.lower() in ("true", "1")


def number(node: Node | None, name: str, default: float, lowest: float, highest: float) -> float:
    value = node.get(name) if node else None
    if value is None or value == "":
        return default
    if not NUMBER.fullmatch(value) or not lowest <= float(value) <= highest:
        raise unknown_value(node, name, value)
    return float(value)


def word(node: Node, name: str, known: Collection[str], default: str | None = None) -> str:
    value = node.get(name)
    if not value and default is not None:
        return default
    if value not in known:
        raise unknown_value(node, name, value or "")
    return value


def identifier_in(node: Node, name: str, *, optional: bool = False) -> str:
    value = node.get(name) or ""
    if (not value and not optional) or len(value) > IDENTIFIER_LENGTH or clean(value, IDENTIFIER_LENGTH) != value:
        raise unknown_value(node, name, value)
    return value


def unknown_value(node: Node, name: str, value: str) -> PackageRefused:
    return PackageRefused(
        node.where(name),
        filled(_("“%(value)s” is not a value that SCORM 2004 knows here."), {"value": clean(value, 50)}),
        _("Correct the value, or export the package again."),
    )
