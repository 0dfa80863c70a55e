"""Prerequisites of SCORM 1.2: what is understood, what opens, and that nothing stays shut for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.packages.prerequisites import Item, NotUnderstood, chapters_of, locks, parse
from courses.packages.scorm12 import locks_of
from tests.packages import build
from tests.packages.reading import changed, read

M = "imsmanifest.xml"
MULTI = build.files_of_scorm12_multi()
IGNORED = "This condition is not one that can be kept, or never comes true; the part is open from the beginning."


def done(name: str):
    return ["is", name, None]


@pytest.mark.parametrize(
    ("script", "tree"),
    [
        ("A1", done("A1")),
        ('"A 1"', done("A 1")),
        ("A1&A2 & A3", ["and", done("A1"), done("A2"), done("A3")]),
        ("A1|A2&A3", ["or", done("A1"), ["and", done("A2"), done("A3")]]),
        ("(A1|A2)&A3", ["and", ["or", done("A1"), done("A2")], done("A3")]),
        ("~A1", ["not", done("A1")]),
        ("~(A1&A2)", ["not", ["and", done("A1"), done("A2")]]),
        ('A1="passed"', ["is", "A1", "passed"]),
        ("A1 = P", ["is", "A1", "passed"]),
        ('A1<>"failed"', ["not", ["is", "A1", "failed"]]),
        ('A1="not attempted"', ["is", "A1", ""]),
        ("item-1_2.b:c", done("item-1_2.b:c")),
    ],
)
def test_the_simple_forms_are_understood(script, tree):
    assert parse(script) == tree


@pytest.mark.parametrize(
    "script",
    ["", "&", "A1&", "A1 A2", "(A1", "A1)", "2*{A1,A2,A3}", "A1=", 'A1="wonderful"', "=passed", "A1==A2", '"A1', "()"],
)
def test_other_forms_are_not(script):
    with pytest.raises(NotUnderstood):
        parse(script)


@given(st.text(st.sampled_from('AB12 &|~()=<>"{},*p'), max_size=200))
def test_no_script_does_worse_than_not_being_understood(script):
    try:
        tree = parse(script)
    except NotUnderstood:
        return
    assert tree[0] in {"and", "or", "not", "is"}


def test_depth_has_an_end():
    with pytest.raises(NotUnderstood):
        parse("(" * 5000 + "A" + ")" * 5000)
    with pytest.raises(NotUnderstood):
        parse("~" * 5000 + "A")


def found(chapters=None, **scripts: str):
    return locks([Item(name, [script]) for name, script in scripts.items()], chapters or {})


def test_a_chapter_stands_for_all_its_parts():
    assert found({"c": ["a", "b"]}, a="", b="", t="c") == ({"t": ["and", done("a"), done("b")]}, set())


def test_what_is_nowhere_locks_nothing():
    assert found(a="", b="a&gone") == ({}, {"b"})


@pytest.mark.parametrize(
    ("scripts", "shut"),
    [
        ({"a": "a"}, {"a"}),
        ({"a": "b", "b": "a"}, {"a", "b"}),
        ({"a": "b", "b": "a", "c": "a"}, {"a", "b", "c"}),
        ({"a": "", "b": "a|c", "c": "c"}, {"c"}),
        ({"a": "~a"}, set()),
        ({"a": "b=n", "b": "a"}, set()),
    ],
)
def test_what_could_never_open_is_open(scripts, shut):
    trees, ignored = found(**scripts)

    assert ignored == shut
    assert not trees.keys() & shut


def test_conditions_of_the_chapters_around_hold_as_well(tmp_path):
    files = changed(
        MULTI,
        M,
        "<title>1. modulis</title>",
        '<title>1. modulis</title><adlcp:prerequisites type="aicc_script">about</adlcp:prerequisites>',
    )
    manifest = read(files, tmp_path)

    trees, ignored = locks_of(manifest.activities, manifest.settings["menu"])

    assert ignored == set()
    assert trees == {
        "intro-item": done("about"),
        "lesson-item": ["and", done("intro-item"), done("about")],
        "test-item": ["and", done("intro-item"), done("lesson-item")],
    }
    assert manifest.warnings == read(MULTI, tmp_path / "plain").warnings


def test_menus_nest():
    menu = [
        {
            "identifier": "c",
            "children": [
                {"identifier": "a", "children": []},
                {"identifier": "d", "children": [{"identifier": "b", "children": []}]},
            ],
        }
    ]

    assert chapters_of(menu, {"a", "b"}) == {"c": ["a", "b"], "d": ["b"]}


@pytest.mark.parametrize(
    "change",
    [
        ("intro-item</adlcp", "1*{intro-item,test-item}</adlcp"),
        ("intro-item</adlcp", "gone</adlcp"),
        ("intro-item</adlcp", "lesson-item</adlcp"),
        ('type="aicc_script">intro-item<', 'type="javascript">intro-item<'),
    ],
)
def test_what_is_not_kept_is_said_on_import(tmp_path, change):
    manifest = read(changed(MULTI, M, *change), tmp_path)

    told = [warning for warning in manifest.warnings if IGNORED in warning]
    assert len(told) >= 1
    assert "prerequisites" in told[0]
