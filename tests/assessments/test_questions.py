import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.errors import QuestionInvalid
from assessments.questions import KINDS, NO_ANSWER, check_content, parse_question

from .strategies import LOCALES, SECRET, answers, contents, fields, key_of, seeds, sensible_fields

kinds = pytest.mark.parametrize("kind", sorted(KINDS))


@kinds
@given(data=st.data())
def test_every_answer_scores_between_nothing_and_one(kind, data):
    content = data.draw(contents(kind))
    question = parse_question(content, locale="lv")

    points = question.score(data.draw(answers(content)))

    assert isinstance(points, Fraction)
    assert 0 <= points <= 1


@kinds
@given(data=st.data())
def test_the_complete_answer_scores_one_and_nothing_scores_nothing(kind, data):
    content = data.draw(contents(kind))
    question = parse_question(content, locale="lv")
    key = key_of(content)

    assert (question.score(key), question.is_complete(key)) == (1, True)
    assert (question.score(NO_ANSWER), question.is_complete(NO_ANSWER)) == (0, False)


@kinds
@given(data=st.data())
def test_the_order_shown_does_not_change_the_score(kind, data):
    content = data.draw(contents(kind))
    question = parse_question(content, locale="lv")
    answer = data.draw(answers(content))

    sent_back = _through_a_browser(question, answer, data.draw(seeds))

    assert question.score(sent_back) == question.score(answer)


def _through_a_browser(question, answer, seed):
    """Choose the same answer on a page shown in another order."""
    if question.kind == "branching":
        return _walk_again(question, answer, seed)
    form = question.public_form(seed, answer)
    match question.kind:
        case "ordering":
            sent = {"order": [item["value"] for item in form["items"]]}
        case "matching":
            sent = {row["name"]: [row["chosen"]] for row in form["rows"]}
        case _:
            sent = {"choice": [option["value"] for option in form["options"] if option["chosen"]]}
    return question.read_answer(sent, seed, answer)


def _walk_again(question, answer, seed):
    path = ()
    for step in question.public_form(seed, answer)["trail"]:
        form = question.public_form(seed, path)
        values = [option["value"] for option in form["options"] if option["text"] == step["choice"]]
        path = question.read_answer({"step": [str(len(path))], "choice": values, "confirm": [""]}, seed, path)
    return path


@kinds
@given(data=st.data(), seed=seeds, sent=fields)
def test_any_fields_at_all_are_read_as_a_possible_answer(kind, data, seed, sent):
    content = data.draw(contents(kind))
    question = parse_question(content, locale="lv")
    stored = data.draw(answers(content))

    answer = question.read_answer(sent, seed, stored)

    assert question.restore(json.loads(json.dumps(answer))) == answer
    assert 0 <= question.score(answer) <= 1


@kinds
@given(data=st.data())
def test_stored_rubbish_is_read_as_no_answer(kind, data):
    question = parse_question(data.draw(contents(kind)), locale="lv")
    numbers = st.one_of(st.integers(), st.none(), st.booleans(), st.text())

    stored = data.draw(st.one_of(st.none(), st.integers(), st.lists(numbers), st.lists(st.just(77), min_size=1)))

    assert 0 <= question.score(question.restore(stored)) <= 1
    assert question.restore([99]) == NO_ANSWER


@kinds
@given(data=st.data(), seed=seeds)
def test_the_public_form_says_no_secret_text(kind, data, seed):
    content = data.draw(contents(kind))

    form = parse_question(content, locale="lv").public_form(seed)

    assert SECRET not in json.dumps(form)


@kinds
@given(data=st.data(), seed=seeds)
def test_the_public_form_after_answering_says_no_more_than_the_path_taken(kind, data, seed):
    content = data.draw(contents(kind))
    question = parse_question(content, locale="lv")
    answer = data.draw(answers(content))

    form = question.public_form(seed, answer)

    trail, options, now = form.pop("trail", []), form.pop("options", []), form.pop("now", "")
    assert SECRET not in json.dumps(form)
    if kind != "branching":
        assert (trail, now) == ([], "")
        assert SECRET not in json.dumps(options)
        return
    nodes = {node["id"]: node for node in content["nodes"]}
    node = content["nodes"][0]
    for step, taken in zip(answer, trail, strict=True):
        choice = node["choices"][step]
        assert taken == {
            "text": node["text"]["lv"],
            "choice": choice["text"]["lv"],
            "feedback": choice["feedback"]["lv"],
        }
        node = nodes[choice["to"]]
    assert now == node["text"]["lv"]
    assert {option["text"] for option in options} == {choice["text"]["lv"] for choice in node["choices"]}
    assert all(set(option) == {"value", "text", "chosen"} for option in options)


@pytest.mark.parametrize("kind", ["single", "multi", "true_false", "branching"])
@given(data=st.data(), seed=seeds)
def test_the_public_form_is_the_same_whatever_the_key(kind, data, seed):
    content = data.draw(contents(kind))
    other = copy.deepcopy(content)
    if kind == "branching":
        for node in other["nodes"]:
            for choice in node["choices"]:
                choice["quality"], choice["feedback"] = "good", {"lv": "cits", "en": "other"}
    else:
        other["options"] = [
            {**option, "correct": place == data.draw(st.just(0)), "why": {}}
            for place, option in enumerate(other["options"])
        ]
    other["why"] = {"lv": "cits", "en": "other"}
    other["source"] = ""

    forms = [parse_question(one, locale="lv").public_form(seed) for one in (content, other)]

    assert json.dumps(forms[0]) == json.dumps(forms[1])


@given(data=st.data(), seed=seeds)
def test_the_values_of_options_only_count_the_places_shown(data, seed):
    content = data.draw(contents())
    form = parse_question(content, locale="lv").public_form(seed)

    shown = form.get("items", form.get("options"))

    assert [one["value"] for one in shown] == [str(place) for place in range(len(shown))]


@given(content=contents("ordering"), seed=seeds)
def test_items_to_order_never_start_in_order(content, seed):
    form = parse_question(content, locale="lv").public_form(seed)

    shown = [item["text"] for item in form["items"]]

    assert shown != [item["text"]["lv"] for item in content["items"]]
    assert sorted(shown) == sorted(item["text"]["lv"] for item in content["items"])


@given(data=st.data(), seed=seeds)
def test_moving_an_item_swaps_it_with_its_neighbour(data, seed):
    question = parse_question(data.draw(contents("ordering")), locale="lv")
    shown = [item["value"] for item in question.public_form(seed)["items"]]
    place = data.draw(st.integers(0, len(shown) - 2))

    answer = question.read_answer({"order": shown, "move": [f"down-{shown[place]}"]}, seed)

    shown[place], shown[place + 1] = shown[place + 1], shown[place]
    assert [item["value"] for item in question.public_form(seed, answer)["items"]] == shown


@given(data=st.data(), seed=seeds)
def test_untouched_items_to_order_are_no_answer(data, seed):
    question = parse_question(data.draw(contents("ordering")), locale="lv")
    shown = [item["value"] for item in question.public_form(seed)["items"]]

    assert question.read_answer({"order": shown}, seed) == NO_ANSWER


@given(data=st.data(), seed=seeds)
def test_a_step_sent_twice_or_late_changes_nothing(data, seed):
    content = data.draw(contents("branching"))
    question = parse_question(content, locale="lv")
    start = question.public_form(seed)
    sent = {"step": ["0"], "choice": [data.draw(st.sampled_from(start["options"]))["value"]], "confirm": ["yes"]}
    once = question.read_answer(sent, seed)

    assert len(once) == 1
    assert question.read_answer(sent, seed, once) == once


@given(content=contents("branching"), seed=seeds)
def test_a_step_is_taken_only_when_it_is_confirmed(content, seed):
    question = parse_question(content, locale="lv")

    assert question.read_answer({"step": ["0"], "choice": ["0"]}, seed) == NO_ANSWER


@given(data=st.data())
def test_going_on_with_a_case_never_costs_points(data):
    content = data.draw(contents("branching"))
    question = parse_question(content, locale="lv")
    seed = data.draw(seeds)
    path = data.draw(answers(content))

    further = question.read_answer(data.draw(sensible_fields(question.public_form(seed, path))), seed, path)

    assert question.score(further) >= question.score(path)


@given(content=contents("multi"))
def test_choosing_everything_earns_nothing(content):
    question = parse_question(content, locale="lv")

    assert question.score(tuple(range(len(content["options"])))) == 0


def test_partial_points_follow_the_rule_of_each_kind():
    text = {"lv": "a", "en": "a"}
    head = {"text": text, "why": text}

    def named(*names):
        return [{"lv": name, "en": name} for name in names]

    right = [{"text": name, "correct": correct} for name, correct in zip(named(*"abcde"), [1, 1, 1, 0, 0], strict=True)]
    multi = {"kind": "multi", **head, "options": [{**one, "correct": bool(one["correct"])} for one in right]}
    ordering = {"kind": "ordering", **head, "items": [{"text": name} for name in named(*"abcd")]}
    matching = {
        "kind": "matching",
        **head,
        "pairs": [{"left": a, "right": b} for a, b in [named(*"ab"), named(*"cd"), named(*"eb")]],
    }

    def points(content, answer):
        return parse_question(content, locale="lv").score(answer)

    assert points(multi, (0, 1)) == Fraction(2, 3)
    assert points(multi, (0, 1, 2, 3)) == Fraction(1, 2)
    assert points(multi, (0, 3, 4)) == 0
    assert points(ordering, (1, 0, 2, 3)) == Fraction(2, 3)
    assert points(ordering, (3, 2, 1, 0)) == 0
    assert points(matching, (0, 1, 1)) == Fraction(2, 3)
    assert points(matching, (0, -1, 0)) == Fraction(2, 3)


@given(content=contents())
def test_valid_content_has_no_fault_in_any_language(content):
    check_content(content, locales=LOCALES)


@given(data=st.data())
def test_a_missing_translation_is_named_by_its_field(data):
    content = data.draw(contents())
    del content["text"]["en"]

    with pytest.raises(QuestionInvalid) as caught:
        check_content(content, locales=LOCALES)

    assert [problem.field for problem in caught.value.problems] == ["text.en"]


def _without(content, *path):
    """A copy with the value at the end of the path replaced by the last argument."""
    *way, last, value = path
    changed = copy.deepcopy(content)
    node = changed
    for step in way:
        node = node[step]
    node[last] = value
    return changed


BRANCHING = {
    "kind": "branching",
    "text": {"lv": "t"},
    "why": {"lv": "w"},
    "nodes": [
        {
            "id": "a",
            "text": {"lv": "a"},
            "choices": [
                {"text": {"lv": "x"}, "to": "b", "feedback": {"lv": "f"}, "quality": "good"},
                {"text": {"lv": "y"}, "to": "b", "feedback": {"lv": "f"}, "quality": "poor"},
            ],
        },
        {"id": "b", "text": {"lv": "b"}, "choices": []},
    ],
}
SINGLE = {
    "kind": "single",
    "text": {"lv": "t"},
    "why": {"lv": "w"},
    "options": [{"text": {"lv": "a"}, "correct": True}, {"text": {"lv": "b"}, "correct": False}],
}
ORDERING = {"kind": "ordering", "text": {"lv": "t"}, "why": {"lv": "w"}, "items": [{"text": {"lv": x}} for x in "abc"]}
MATCHING = {
    "kind": "matching",
    "text": {"lv": "t"},
    "why": {"lv": "w"},
    "pairs": [{"left": {"lv": x}, "right": {"lv": y}} for x, y in ("ab", "cd")],
}


@pytest.mark.parametrize(
    ("content", "fields_at_fault"),
    [
        ("nothing", ["kind"]),
        (_without(SINGLE, "kind", "essay"), ["kind"]),
        (_without(SINGLE, "options", "none"), ["options", "options"]),
        (_without(SINGLE, "options", 1, "correct", True), ["options"]),
        (_without(SINGLE, "options", 0, "correct", 1), ["options.0.correct", "options"]),
        (_without(SINGLE, "options", 1, "text", {"lv": "a"}), ["options"]),
        (_without(SINGLE, "options", 1, "plain text"), ["options.1", "options.1.text.lv", "options.1.correct"]),
        (_without(SINGLE, "text", {"lv": "x" * 2001}), ["text.lv"]),
        (_without(SINGLE, "source", 7), ["source"]),
        (_without(SINGLE, "options", SINGLE["options"] * 6), ["options", "options", "options"]),
        (_without(ORDERING, "items", ORDERING["items"][:2]), ["items"]),
        (_without(ORDERING, "items", 1, "text", "lv", "a"), ["items"]),
        (_without(MATCHING, "pairs", 1, "left", "lv", "a"), ["pairs"]),
        (_without(MATCHING, "pairs", 1, "right", "lv", "b"), ["pairs"]),
        (_without(BRANCHING, "nodes", 0, "choices", []), ["nodes.0.choices", "nodes.1"]),
        (_without(BRANCHING, "nodes", 1, "id", "a"), ["nodes", *["nodes.0.choices.0.to", "nodes.0.choices.1.to"]]),
        (_without(BRANCHING, "nodes", 0, "choices", 0, "to", "a"), ["nodes.0.choices.0.to"]),
        (_without(BRANCHING, "nodes", 0, "choices", 0, "quality", "bad"), ["nodes.0.choices.0.quality"]),
        (_without(BRANCHING, "nodes", 0, "choices", 0, "quality", "ok"), ["nodes.0.choices"]),
    ],
)
def test_each_fault_is_named_by_its_field(content, fields_at_fault):
    with pytest.raises(QuestionInvalid) as caught:
        parse_question(content, locale="lv")

    assert [problem.field for problem in caught.value.problems] == fields_at_fault
    assert all(str(problem.message) for problem in caught.value.problems)


@pytest.mark.parametrize("content", [SINGLE, ORDERING, MATCHING, BRANCHING])
def test_the_smallest_question_of_a_kind_is_valid(content):
    assert parse_question(content, locale="lv").text == "t"
