"""What a unit may say, rule by rule; the section of the specification stands in the id of each case."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.rules import Refused, take

from .said import EXPERIENCED, Voice, a_standing

LIFE = ["initialized", "allowed", "passed", "completed", "terminated"]


def spoken(*names, **voice):
    voice = Voice(**voice)
    return [getattr(voice, name)() for name in names]


def section_of(standing, *statements):
    """All but the last statement are taken; the section that refuses the last."""
    for statement in statements[:-1]:
        standing = take(standing, [statement])
    with pytest.raises(Refused) as refused:
        take(standing, statements[-1:])
    return refused.value.section


def test_a_whole_session_may_be_said_one_by_one():
    standing = a_standing()

    for statement in spoken(*LIFE):
        standing = take(standing, [statement])

    assert standing.said == {cmi5.INITIALIZED, cmi5.PASSED, cmi5.COMPLETED, cmi5.TERMINATED}
    assert (standing.completed, standing.passed) == (True, True)


def test_a_whole_session_may_come_in_one_batch_in_any_order_of_the_list():
    statements = spoken(*LIFE)

    assert take(a_standing(), statements[::-1]) == take(a_standing(), statements)


# What is bent in an otherwise good statement, after initialized: section, statement, change.
def without(*path):
    def bend(statement):
        *way, last = path
        for step in way:
            statement = statement[step]
        del statement[last]

    return bend


def put(value, *path):
    def bend(statement):
        *way, last = path
        for step in way:
            statement = statement[step]
        statement[last] = value

    return bend


def add_category(name):
    def bend(statement):
        statement["context"]["contextActivities"].setdefault("category", []).append({"id": name})

    return bend


def drop_category(name):
    def bend(statement):
        activities = statement["context"]["contextActivities"]
        activities["category"] = [one for one in activities["category"] if one["id"] != name]

    return bend


EXTENSIONS = ("context", "extensions")
BENT = [
    ("9.1", "allowed", without("id"), "no id"),
    ("9.7", "allowed", without("timestamp"), "no timestamp"),
    ("9.7", "allowed", put("2026-11-24T10:00:01.000-06:00", "timestamp"), "another zone"),
    ("9.7", "allowed", put("2026-11-24T10:00:01", "timestamp"), "no zone"),
    ("6.3", "allowed", put(cmi5.VOIDED, "verb", "id"), "voiding"),
    ("9.2", "passed", put("Group", "actor", "objectType"), "a group"),
    ("9.2", "passed", put({"mbox": "mailto:a@example.com"}, "actor"), "no account"),
    ("9.2", "passed", put("18", "actor", "account", "name"), "somebody else"),
    ("9.2", "allowed", put("18", "actor", "account", "name"), "somebody else"),
    ("9.4", "passed", put("https://example.com/other", "object", "id"), "another object"),
    ("9.4", "passed", put({"objectType": "StatementRef", "id": "x"}, "object"), "no activity"),
    ("9.6.3.1", "passed", without("context"), "no context"),
    ("9.6.1", "passed", without("context", "registration"), "no registration"),
    ("9.6.1", "passed", put("ccaf384c-f8d4-4e7a-8304-49af58f0b176", "context", "registration"), "another"),
    ("9.6.1", "allowed", put("ccaf384c-f8d4-4e7a-8304-49af58f0b176", "context", "registration"), "another"),
    ("9.6.3.1", "allowed", without(*EXTENSIONS, cmi5.SESSION_ID), "no session"),
    ("9.6.3.1", "allowed", put("another", *EXTENSIONS, cmi5.SESSION_ID), "another session"),
    ("10.2.1", "allowed", without("context", "contextActivities", "grouping"), "no publisher id"),
    ("10.2.1", "passed", put([{"id": "https://x.example/y"}], "context", "contextActivities", "grouping"), "another"),
    ("9.5.2", "passed", without("result", "success"), "no success"),
    ("9.5.2", "passed", put(False, "result", "success"), "no success"),
    ("9.5.2", "failed", without("result", "success"), "no success"),
    ("9.5.2", "failed", put(True, "result", "success"), "success"),
    ("9.5.2", "completed", put(True, "result", "success"), "success"),
    ("9.5.3", "passed", put(True, "result", "completion"), "completion"),
    ("9.5.3", "completed", without("result", "completion"), "no completion"),
    ("9.5.3", "completed", put(False, "result", "completion"), "no completion"),
    ("9.5.3", "terminated", put(True, "result", "completion"), "completion"),
    ("9.5.4.1", "terminated", without("result"), "no result"),
    ("9.5.4.1", "terminated", without("result", "duration"), "no duration"),
    ("9.5.4.1", "completed", without("result", "duration"), "no duration"),
    ("9.5.4.1", "passed", without("result", "duration"), "no duration"),
    ("9.5.4.1", "failed", without("result", "duration"), "no duration"),
    ("9.5.1", "completed", put({"scaled": 0.5}, "result", "score"), "a score"),
    ("9.5.1", "terminated", put({"scaled": 0.5}, "result", "score"), "a score"),
    ("9.5.1", "passed", put({"raw": 9, "max": 10}, "result", "score"), "no min"),
    ("9.5.1", "passed", put({"raw": 9, "min": 0}, "result", "score"), "no max"),
    ("9.5.1", "passed", put({"raw": 11, "min": 0, "max": 10}, "result", "score"), "raw above max"),
    ("9.5.1", "passed", put({"scaled": -0.1}, "result", "score"), "scaled below 0"),
    ("9.5.5.1", "completed", put({cmi5.PROGRESS: 101}, "result", "extensions"), "progress 101"),
    ("9.5.5.1", "completed", put({cmi5.PROGRESS: 50.5}, "result", "extensions"), "progress 50.5"),
    ("9.6.2.2", "completed", drop_category(cmi5.CATEGORY_MOVE_ON), "no moveOn category"),
    ("9.6.2.2", "passed", drop_category(cmi5.CATEGORY_MOVE_ON), "no moveOn category"),
    ("9.6.2.2", "failed", drop_category(cmi5.CATEGORY_MOVE_ON), "no moveOn category"),
    ("9.6.2.2", "terminated", add_category(cmi5.CATEGORY_MOVE_ON), "moveOn category"),
    ("9.6.2.2", "allowed", add_category(cmi5.CATEGORY_MOVE_ON), "moveOn category"),
    ("7.1.3", "allowed", add_category(cmi5.CATEGORY_CMI5), "a verb that cmi5 does not define"),
]
OF_THE_PLATFORM = ["LAUNCHED", "ABANDONED", "WAIVED", "SATISFIED"]


@pytest.mark.parametrize(
    ("section", "name", "bend"), [pytest.param(*case[:3], id=f"{case[0]} {case[1]} {case[3]}") for case in BENT]
)
def test_a_bent_statement_is_refused(section, name, bend):
    first, statement = spoken("initialized", name)
    bend(statement)

    assert section_of(take(a_standing(), [first]), statement) == section


@pytest.mark.parametrize("name", OF_THE_PLATFORM)
def test_7_1_3_verbs_of_the_platform_are_not_for_units(name):
    voice = Voice()
    standing = take(a_standing(), [voice.initialized()])

    assert section_of(standing, voice.defined(getattr(cmi5, name))) == "7.1.3"


ORDERS = [
    ("9.3.2", ["allowed"], "allowed first"),
    ("9.3.2", ["completed"], "completed first"),
    ("9.3", ["initialized", "initialized"], "initialized twice"),
    ("9.3", ["initialized", "completed", "completed"], "completed twice"),
    ("9.3", ["initialized", "passed", "passed"], "passed twice"),
    ("9.3", ["initialized", "failed", "failed"], "failed twice"),
    ("9.3", ["initialized", "passed", "failed"], "failed after passed"),
    ("9.3", ["initialized", "failed", "passed"], "passed after failed in one session"),
    ("9.3.8", ["initialized", "terminated", "terminated"], "terminated twice"),
    ("9.3.8", ["initialized", "terminated", "allowed"], "allowed after terminated"),
]


@pytest.mark.parametrize(("section", "names"), [pytest.param(*case[:2], id=f"{case[0]} {case[2]}") for case in ORDERS])
def test_verbs_out_of_order_are_refused(section, names):
    assert section_of(a_standing(), *spoken(*names)) == section


@pytest.mark.parametrize(("section", "names"), [pytest.param(*case[:2], id=f"{case[0]} {case[2]}") for case in ORDERS])
def test_verbs_out_of_order_are_refused_in_one_batch_too(section, names):
    with pytest.raises(Refused) as refused:
        take(a_standing(), spoken(*names))

    assert refused.value.section == section


def test_9_3_order_is_that_of_timestamps():
    voice = Voice()
    early = voice.allowed()
    standing = take(a_standing(), [voice.initialized()])

    assert section_of(standing, early) == "9.3"


EARLIER = [
    ("9.3.3", "completed", {"completed": True}),
    ("9.3.4", "passed", {"passed": True}),
    ("9.3.4", "failed", {"passed": True}),
]


@pytest.mark.parametrize(("section", "name", "earlier"), EARLIER)
def test_what_a_registration_holds_already_is_not_said_again_in_a_later_session(section, name, earlier):
    first, statement = spoken("initialized", name)

    assert section_of(take(a_standing(**earlier), [first]), statement) == section


def test_9_3_after_failed_a_later_session_may_pass():
    first, statement = spoken("initialized", "passed")

    assert take(a_standing(completed=True), [first, statement]).passed


@pytest.mark.parametrize("mode", ["Browse", "Review"])
@pytest.mark.parametrize("name", ["completed", "passed", "failed"])
def test_10_2_2_a_visit_is_not_judged(mode, name):
    first, statement = spoken("initialized", name)

    assert section_of(take(a_standing(mode=mode), [first]), statement) == "10.2.2"


@pytest.mark.parametrize("mode", ["Browse", "Review"])
def test_10_2_2_a_visit_begins_and_ends_and_may_tell_more(mode):
    standing = take(a_standing(mode=mode), spoken("initialized", "allowed", "terminated"))

    assert standing.said == {cmi5.INITIALIZED, cmi5.TERMINATED}


def test_11_a_unit_reads_the_preferences_first():
    assert section_of(a_standing(knows_preferences=False), *spoken("initialized")) == "11"


def test_7_1_3_allowed_statements_count_for_nothing():
    voice = Voice()
    statements = [voice.initialized(), voice.allowed(cmi5.COMPLETED), voice.allowed(cmi5.PASSED), voice.allowed()]

    standing = take(a_standing(), statements)

    assert (standing.said, standing.completed, standing.passed) == ({cmi5.INITIALIZED}, False, False)


def test_7_1_3_allowed_statements_may_be_about_anything():
    voice = Voice()
    first, about = voice.initialized(), voice.allowed(EXPERIENCED, object={"id": "https://example.com/page/3"})

    assert take(a_standing(), [first, about]).said == {cmi5.INITIALIZED}


MASTERY = [
    ("9.3.4", "passed", {"scaled": 0.89}),
    ("9.3.5", "failed", {"scaled": 0.9}),
    ("9.3.5", "failed", {"scaled": 0.91}),
]


@pytest.mark.parametrize(("section", "name", "score"), MASTERY)
def test_a_verb_against_the_mastery_score_is_refused(section, name, score):
    voice = Voice(mastery=0.9)
    standing = take(a_standing(mastery_score=0.9), [voice.initialized()])

    assert section_of(standing, getattr(voice, name)(**score)) == section


@pytest.mark.parametrize("said", [None, 0.8], ids=["9.6.3.2 missing", "9.6.3.2 another"])
def test_the_mastery_score_stands_in_the_context_of_what_it_decides(said):
    voice = Voice(mastery=said)
    standing = take(a_standing(mastery_score=0.9), [voice.initialized()])

    assert section_of(standing, voice.passed(scaled=0.95)) == "9.6.3.2"


@pytest.mark.parametrize(
    ("name", "score"), [("passed", {}), ("failed", {}), ("passed", {"raw": 9, "min": 0, "max": 9})]
)
def test_without_a_scaled_score_the_mastery_score_decides_nothing(name, score):
    voice = Voice(mastery=0.9)
    standing = take(a_standing(mastery_score=0.9), [voice.initialized()])

    take(standing, [getattr(voice, name)(**score)])


@given(scaled=st.floats(0, 1), mastery=st.floats(0, 1))
def test_of_passed_and_failed_exactly_one_fits_a_scaled_score(scaled, mastery):
    fits = []
    for name in ("passed", "failed"):
        voice = Voice(mastery=mastery)
        standing = take(a_standing(mastery_score=mastery), [voice.initialized()])
        try:
            take(standing, [getattr(voice, name)(scaled=scaled)])
        except Refused:
            continue
        fits.append(name)

    assert fits == (["passed"] if scaled >= mastery else ["failed"])


# Valid xAPI in odd shapes: refused or taken, never an error of ours.
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda one: st.lists(one, max_size=2)
)


@given(path=st.sampled_from(["result", "context", "object", "timestamp", "id"]), value=SHAPES)
def test_odd_values_are_refused_or_taken(path, value):
    voice = Voice()
    standing = take(a_standing(), [voice.initialized()])
    statement = voice.passed(scaled=0.5)
    statement[path] = value

    with contextlib.suppress(Refused):
        take(standing, [statement])
