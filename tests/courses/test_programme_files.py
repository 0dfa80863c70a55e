import copy
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.programme_files import ProgrammeInvalid, read, read_folder
from courses.programme_files.lessons import BLOCKS

FOLDER = Path("courses/programmes/notice-listen-report")
ROLES = ("teacher", "support", "head", "social", "orphans", "mpolice", "spolice")
SHIPPED = {path.name: json.loads(path.read_text()) for path in FOLDER.iterdir()}


def problems_of(files: dict) -> list[str]:
    raw = {name: json.dumps(value).encode() if not isinstance(value, bytes) else value for name, value in files.items()}
    try:
        read(raw)
    except ProgrammeInvalid as invalid:
        return [str(problem) for problem in invalid.problems]
    return []


@pytest.fixture
def files():
    return copy.deepcopy(SHIPPED)


def item(files, key):
    questions = {question["id"]: question for question in files["bank.json"]["questions"]}
    return questions[key]


def test_the_shipped_programme_has_no_problem():
    programme = read_folder(FOLDER)

    assert [module.key for module in programme.modules] == ["m1", "m2", "m3", "m4", "m5", "m6", "refresher"]
    assert [module.path for module in programme.modules].count("refresher") == 1
    assert len(list(programme.lessons())) == 26
    assert len(programme.questions) == 99
    assert {question.kind for question in programme.questions} == {
        "single", "multi", "true_false", "ordering", "matching", "branching",
    }  # fmt: skip
    assert [card.role for card in programme.cards] == [role.key for role in programme.roles]
    assert programme.guide.minutes == 90


def test_the_example_in_the_guide_for_authors_is_what_they_see(files):
    item(files, "M1-B03")["options"][2]["text"]["lv"] = ""

    assert problems_of(files) == ["bank.json: M1-B03: options[2].text.lv is empty"]


def set_in(*path):
    *way, last = path

    def change(files, value):
        place = files
        for step in way:
            place = place[step]
        place[last] = value

    return change


def question(key, *path):
    return lambda files, value: set_in(*path)(item(files, key), value)


def removed(*path):
    *way, last = path

    def change(files, value):
        place = files
        for step in way:
            place = place[step]
        del place[last]

    return change


BROKEN = [
    (set_in("programme.json", "title", "en"), " ", "programme.json: title.en is empty"),
    (removed("programme.json", "about"), None, "programme.json: about is missing"),
    (set_in("programme.json", "colour"), "red", "programme.json: colour is not a known field"),
    (
        set_in("programme.json", "key"),
        "Not a key",
        "programme.json: key must be a key of lower case letters, digits and hyphens",
    ),
    (
        set_in("programme.json", "rules", "pass_mark_percent"),
        120,
        "programme.json: rules.pass_mark_percent must be a whole number from 0 to 100",
    ),
    (
        set_in("programme.json", "rules", "pass_mark_percent"),
        True,
        "programme.json: rules.pass_mark_percent must be a whole number from 0 to 100",
    ),
    (
        set_in("programme.json", "rules", "questions_per_quiz"),
        0,
        "programme.json: rules.questions_per_quiz must be a whole number from 1 to 50",
    ),
    (set_in("m1.json", "key"), "m9", "m1.json: key must be the name of the file: m1"),
    (set_in("m1.json", "path"), "short", "m1.json: path must be one of: full, refresher"),
    (removed("m1.json", "note", "en"), None, "m1.json: note.en is missing"),
    (set_in("m1.json", "note", "de"), "Hinweis", "m1.json: note.de is not a known field"),
    (
        set_in("m1.json", "lessons", 0, "blocks", 1, "checked"),
        "21.02.2026",
        "m1.json: m1-law: blocks[1].checked must be a date such as 2026-02-21",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 1, "checked"),
        None,
        "m1.json: m1-law: blocks[1].checked must be a date such as 2026-02-21",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 0, "type"),
        "video",
        f"m1.json: m1-law: blocks[0].type must be one of: {', '.join(BLOCKS)}",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 0, "style"),
        "big",
        "m1.json: m1-law: blocks[0].style is not a known field",
    ),
    (set_in("m1.json", "lessons", 0, "blocks"), [], "m1.json: m1-law: blocks needs more items: at least 1"),
    (set_in("m1.json", "lessons", 0, "blocks"), {}, "m1.json: m1-law: blocks must be a list"),
    (set_in("m1.json", "lessons", 0, "blocks", 0, "text", "lv"), 7, "m1.json: m1-law: blocks[0].text.lv must be text"),
    (
        set_in("m1.json", "lessons", 0, "blocks", 0, "text", "lv"),
        "a\x00b",
        "m1.json: m1-law: blocks[0].text.lv holds a character that cannot be shown",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 0, "text", "lv"),
        "a\ud800b",
        "m1.json: m1-law: blocks[0].text.lv holds a character that cannot be shown",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 0, "text", "lv"),
        "gar" * 2000,
        "m1.json: m1-law: blocks[0].text.lv is longer than 4000 characters",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 0, "text", "lv"),
        "teksts ",
        "m1.json: m1-law: blocks[0].text.lv begins or ends with a space",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 6, "title"),
        "virsraksts",
        "m1.json: m1-law: blocks[6].title must be an object",
    ),
    (
        removed("m1.json", "lessons", 2, "blocks", 9, "roles", "social"),
        None,
        "m1.json: m1-data: blocks[9].roles.social is missing",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 9, "options", 0, "correct"),
        True,
        "m1.json: m1-law: blocks[9].options must have exactly one right option",
    ),
    (
        set_in("m1.json", "lessons", 0, "blocks", 9, "options", 1, "correct"),
        "yes",
        "m1.json: m1-law: blocks[9].options[1].correct must be true or false",
    ),
    (
        set_in("m1.json", "case", "options", 0, "quality"),
        "good",
        "m1.json: m1-case: options must have exactly one option of quality good",
    ),
    (
        set_in("m1.json", "case", "role_options", "pilot"),
        [],
        "m1.json: m1-case: role_options.pilot is not a known field",
    ),
    (removed("m1.json", "case", "roles", "head"), None, "m1.json: m1-case: roles.head is missing"),
    (set_in("m2.json", "lessons", 0, "key"), "m1-law", "m2.json: m1-law: key is used already, in m1.json"),
    (question("M1-B03", "lesson"), "m1-nothing", "bank.json: M1-B03: lesson names no lesson of the programme"),
    (question("M1-B03", "pool"), "m9", "bank.json: M1-B03: pool names no module of the programme"),
    (question("M1-B03", "roles"), ["pilot"], f"bank.json: M1-B03: roles[0] must be one of: all, {', '.join(ROLES)}"),
    (question("M1-B03", "roles"), ["all", "head"], "bank.json: M1-B03: roles names everybody and a role too"),
    (question("M1-B03", "difficulty"), 2.0, "bank.json: M1-B03: difficulty must be a whole number from 1 to 3"),
    (
        question("M1-B03", "options", 1, "text", "en"),
        '"A child often tells in parts, and not at once."',
        "bank.json: M1-B03: options[2].text.en is the same as in item [1]",
    ),
    (
        question("M1-B01", "options", 1, "correct"),
        False,
        "bank.json: M1-B01: options must have exactly one right option",
    ),
    (
        question("M1-B10", "options", 0, "correct"),
        True,
        "bank.json: M1-B10: options must have exactly one right option",
    ),
    (question("M1-B06", "items"), [], "bank.json: M1-B06: items needs more items: at least 3"),
    (
        question("M1-B08", "pairs", 1, "right", "lv"),
        "Droša vide visiem",
        "bank.json: M1-B08: pairs[1].right.lv is the same as in item [0]",
    ),
    (
        question("M3-B03", "nodes", 0, "choices", 0, "to"),
        "n9",
        "bank.json: M3-B03: nodes[0].choices[0].to must name a later step",
    ),
    (
        question("M3-B03", "nodes", 1, "choices", 0, "to"),
        "n1",
        "bank.json: M3-B03: nodes[1].choices[0].to must name a later step",
    ),
    (
        question("M3-B03", "nodes", 1, "choices", 2, "quality"),
        "ok",
        "bank.json: M3-B03: nodes[1].choices needs a choice of quality good",
    ),
    (
        set_in("cards.json", "cards", 0, "contacts"),
        ["999"],
        "cards.json: teacher: contacts[0] must be a number in contacts.json",
    ),
    (removed("cards.json", "cards", 0), None, "cards.json: cards has no card for the role teacher"),
    (
        set_in("contacts.json", "contacts", 5, "number"),
        "call us",
        "contacts.json: call us: number must be a telephone number",
    ),
    (
        set_in("mails.json", "mails", 0, "subject", "lv"),
        "Sveiki, {nobody}",
        "mails.json: invitation: subject.lv uses a placeholder that is not listed: nobody",
    ),
    (
        set_in("mails.json", "mails", 0, "body", "lv"),
        "Sveiki }",
        "mails.json: invitation: body.lv has a curly bracket that belongs to no placeholder",
    ),
    (
        set_in("understanding.json", "vignettes", 0, "levels", "from"),
        9,
        "understanding.json: V1: levels.from must be a whole number from 0 to 4",
    ),
    (
        set_in("guide.json", "agenda", 0, "minutes"),
        0,
        "guide.json: agenda[0].minutes must be a whole number from 1 to 240",
    ),
    (removed("guide.json"), None, "guide.json: The file is missing"),
    (set_in("guide.json"), b"\xff", "guide.json: The file is not UTF-8 text"),
    (set_in("guide.json"), b"[1,\n2", "guide.json: Line 2 is not JSON: Expecting ',' delimiter"),
    (set_in("guide.json"), b"[" * 100_000, "guide.json: The file is not JSON that can be read"),
    (set_in("guide.json"), b"9" * 5_000, "guide.json: The file is not JSON that can be read"),
    (set_in("notes.json"), {}, "notes.json: The file is not part of a programme; is the module listed?"),
]


@pytest.mark.parametrize(("change", "value", "said"), BROKEN, ids=[said for _change, _value, said in BROKEN])
def test_every_fault_names_file_key_and_field(files, change, value, said):
    change(files, value)

    assert said in problems_of(files)


def test_all_faults_are_named_at_once(files):
    chosen = [BROKEN[0], BROKEN[5], BROKEN[9], BROKEN[36], BROKEN[45]]

    for change, value, _said in chosen:
        change(files, value)

    assert sorted(problems_of(files)) == sorted(said for _change, _value, said in chosen)


def test_a_step_that_no_choice_leads_to_is_named(files):
    nodes = item(files, "M3-B03")["nodes"]
    nodes.append({"id": "n6", "text": {"lv": "Beigas", "en": "End"}, "choices": []})

    assert problems_of(files) == ["bank.json: M3-B03: nodes[5] is reached by no choice"]


def test_a_pool_too_small_for_a_role_is_named(files):
    files["programme.json"]["rules"]["questions_per_quiz"] = 13

    said = problems_of(files)

    assert "bank.json: m1: pool has too few questions for the role teacher: 12 of 13" in said
    assert all("of 13" in line for line in said)


def test_a_field_that_stands_twice_is_named():
    raw = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    raw["guide.json"] = raw["guide.json"].replace(b'"title": {', b'"closing": {}, "title": {', 1)

    with pytest.raises(ProgrammeInvalid) as invalid:
        read(raw)

    assert "guide.json: closing stands twice in the same object" in map(str, invalid.value.problems)


def test_an_absent_folder_is_said_so(tmp_path):
    with pytest.raises(ProgrammeInvalid, match="There is no such folder"):
        read_folder(tmp_path / "nothing")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damage(draw):
    """Ways into the shipped files, each with something else to put there."""
    changes = []
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(SHIPPED)))
        place, way = SHIPPED[name], [name]
        while isinstance(place, dict | list) and place and draw(st.integers(0, 5)):
            step = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            way.append(step)
            place = place[step]
        changes.append((way, draw(JSON)))
    return changes


@given(damage())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files_are_loaded_or_refused_and_nothing_else(changes):
    files = copy.deepcopy(SHIPPED)
    for way, value in changes:
        try:
            set_in(*way)(files, value)
        except (KeyError, IndexError, TypeError):
            continue

    assert all(isinstance(problem, str) for problem in problems_of(files))


@given(st.dictionaries(st.sampled_from([*sorted(SHIPPED), "other.json"]), st.binary(max_size=40)))
@settings(max_examples=50, deadline=None)
def test_any_bytes_at_all_are_refused(files):
    assert problems_of(files) != []
