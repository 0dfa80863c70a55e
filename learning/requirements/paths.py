"""Which units belong to which way through a version."""

from collections.abc import Iterator

from courses.models import Path
from courses.selectors import ModuleOutline, Outline, UnitOutline
from learning.requirements.models import Enrolment


def includes(path: str, unit: UnitOutline) -> bool:
    """Full: the whole programme. Delta: what changed in it. Refresher: its own units."""
    if path == Enrolment.Path.DELTA:
        return unit.path == Path.FULL and unit.changed
    return unit.path == path


def modules_on(path: str, outline: Outline) -> Iterator[tuple[ModuleOutline, tuple[UnitOutline, ...]]]:
    """The modules of a path, each with its units there; modules without any are left out."""
    for module in outline.modules:
        if units := tuple(unit for unit in module.units if includes(path, unit)):
            yield module, units


def units_on(path: str, outline: Outline) -> tuple[UnitOutline, ...]:
    return tuple(unit for unit in outline.units() if includes(path, unit))
