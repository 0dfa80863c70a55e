"""When a unit, a block and a course are satisfied: cmi5 9.3.9 and 13.1.4 (moveOn). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """An assignable unit in a registration. `blocks`: ids of the blocks around it, outermost first."""

    identifier: str
    move_on: str
    blocks: tuple[str, ...] = ()
    completed: bool = False
    passed: bool = False
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """`number` counts the blocks of the course from 0 in the order of the document, `depth` from 0 at the top."""

    identifier: str
    number: int
    depth: int


def is_satisfied(unit: UnitFacts) -> bool:
    """13.1.4: whether the moveOn criterion of the unit is met, or the unit was waived (9.3.7)."""
    if unit.waived:
        return True
    return {
        "Passed": unit.passed,
        "Completed": unit.completed,
        "CompletedAndPassed": unit.completed and unit.passed,
        "CompletedOrPassed": unit.completed or unit.passed,
        "NotApplicable": True,
    }[unit.move_on]


def satisfied_blocks(units: Sequence[UnitFacts], blocks: Iterable[Block]) -> list[Block]:
    """Blocks all of whose units are satisfied, the inner ones first."""
    open_blocks = {block for unit in units if not is_satisfied(unit) for block in unit.blocks}
    filled = {block for unit in units for block in unit.blocks}
    done = [block for block in blocks if block.identifier in filled - open_blocks]
    return sorted(done, key=lambda block: (-block.depth, block.number))


def is_course_satisfied(units: Sequence[UnitFacts]) -> bool:
    return all(is_satisfied(unit) for unit in units)


def flat(blocks: Sequence[Mapping[str, Any]]) -> list[Block]:
    """The nested blocks of courses.packages.manifest, numbered in the order of the document."""
    return [Block(found["id"], number, depth) for number, (found, depth) in enumerate(_walk(blocks))]


def _walk(blocks: Sequence[Mapping[str, Any]], depth: int = 0) -> Iterator[tuple[Mapping[str, Any], int]]:
    for block in blocks:
        yield block, depth
        yield from _walk(block.get("children") or (), depth + 1)
