"""moveOn and what follows from it: cmi5 9.3.9 and 13.1.4."""

import pytest

from runtime.cmi5.satisfaction import Block, UnitFacts, flat, is_course_satisfied, is_satisfied, satisfied_blocks

# completed, passed, waived → satisfied, by criterion
TABLE = {
    "Passed": [(0, 0, 0, False), (1, 0, 0, False), (0, 1, 0, True), (1, 1, 0, True), (0, 0, 1, True)],
    "Completed": [(0, 0, 0, False), (1, 0, 0, True), (0, 1, 0, False), (1, 1, 0, True), (0, 0, 1, True)],
    "CompletedAndPassed": [(0, 0, 0, False), (1, 0, 0, False), (0, 1, 0, False), (1, 1, 0, True), (0, 0, 1, True)],
    "CompletedOrPassed": [(0, 0, 0, False), (1, 0, 0, True), (0, 1, 0, True), (1, 1, 0, True), (0, 0, 1, True)],
    "NotApplicable": [(0, 0, 0, True), (1, 0, 0, True), (0, 1, 0, True), (1, 1, 0, True), (0, 0, 1, True)],
}
CASES = [
    pytest.param(move_on, *row, id=f"13.1.4 {move_on} {row[:3]}") for move_on, rows in TABLE.items() for row in rows
]


@pytest.mark.parametrize(("move_on", "completed", "passed", "waived", "satisfied"), CASES)
def test_a_unit_is_satisfied_by_its_criterion(move_on, completed, passed, waived, satisfied):
    unit = UnitFacts("u", move_on, completed=bool(completed), passed=bool(passed), waived=bool(waived))

    assert is_satisfied(unit) is satisfied


BLOCKS = flat([{"id": "a", "children": [{"id": "b", "children": []}]}, {"id": "c"}])


def test_blocks_are_numbered_as_in_the_document():
    assert [Block("a", 0, 0), Block("b", 1, 1), Block("c", 2, 0)] == BLOCKS


def units(*done):
    places = {"u1": ("a",), "u2": ("a", "b"), "u3": ("c",), "u4": ()}
    return [UnitFacts(name, "Completed", blocks, completed=name in done) for name, blocks in places.items()]


@pytest.mark.parametrize(
    ("done", "blocks", "course"),
    [
        ((), [], False),
        (("u2",), ["b"], False),
        (("u1",), [], False),
        (("u1", "u2"), ["b", "a"], False),
        (("u3", "u4"), ["c"], False),
        (("u1", "u2", "u3", "u4"), ["b", "a", "c"], True),
    ],
)
def test_9_3_9_a_block_is_satisfied_with_all_its_units_inner_ones_first(done, blocks, course):
    facts = units(*done)

    assert [block.identifier for block in satisfied_blocks(facts, BLOCKS)] == blocks
    assert is_course_satisfied(facts) is course
