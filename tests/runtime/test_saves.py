"""Saves as they come over the wire: taken apart, or refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import scorm
from runtime.refusals import SaveMalformed, SaveTooLarge
from runtime.saves import MOST_BYTES, Save, parse
from runtime.verdicts import Verdict, Wish

GOOD = {"activity": 7, "sequence": 1, "cmi": {}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS_12 = st.sampled_from(["core", "lesson_status", "score", "raw", "min", "max", "session_time", "exit"])
CMI = st.recursive(
    JSON | st.sampled_from(["passed", "completed", "50", "1e3", "0000:00:10.5", "PT1H", "P1Y", 0.5, "-0.5"]),
    lambda inner: st.dictionaries(
        FIELDS_12
        | st.sampled_from(["completion_status", "success_status", "scaled", "progress_measure", "suspend_data"]),
        inner,
        max_size=6,
    ),
    max_leaves=12,
)


def test_a_save_is_taken_apart():
    text = json.dumps(GOOD | {"partial": True, "ended": True, "earlier_s": 5, "course": {}, "sequencing": {"a": 1}})

    assert parse(text.encode()) == Save(7, 1, {}, text, True, True, 5, {}, {"a": 1})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{",
        b'{"activity": 1, "sequence": 1, "cmi": {"a": NaN}}',
        b"[" * 100_000,
        b'{"a": "\x00"}',
        *(
            json.dumps(GOOD | wrong).encode()
            for wrong in (
                {"activity": "7"},
                {"activity": 0},
                {"activity": 2**70},
                {"sequence": True},
                {"sequence": -1},
                {"sequence": 1.5},
                {"cmi": None},
                {"cmi": []},
                {"course": []},
                {"partial": 1},
                {"earlier_s": -1},
            )
        ),
        json.dumps(GOOD).replace("{}", '{"a":' * 100 + "1" + "}" * 100).encode(),
    ],
)
def test_what_no_player_sends_is_refused(body):
    with pytest.raises(SaveMalformed):
        parse(body)


def test_a_save_above_the_cap_is_refused():
    with pytest.raises(SaveTooLarge):
        parse(b" " * (MOST_BYTES + 1))


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_taken_or_refused(body):
    with suppress(SaveMalformed):
        assert isinstance(parse(body), Save)


@given(cmi=st.dictionaries(st.text() | FIELDS_12, CMI, max_size=6), has_ended=st.booleans())
def test_any_cmi_gives_a_verdict_or_is_refused(cmi, has_ended):
    for judge in (scorm.verdict_12, scorm.verdict_2004):
        try:
            verdict = judge(cmi, {"mastery_score": 50, "scaled_passing_score": 0.5}, Wish(), has_ended=has_ended)
        except SaveMalformed:
            continue
        assert verdict.score is None or -1 <= verdict.score <= 1
    for kind in ("scorm12", "scorm2004"):
        try:
            assert scorm.session_seconds(kind, cmi) >= 0
        except SaveMalformed:
            continue


@given(st.integers(0, 10**6))
def test_time_is_written_as_packages_write_it(seconds):
    assert scorm.session_seconds("scorm12", {"core": {"session_time": scorm.total_time("scorm12", seconds)}}) == seconds
    assert scorm.session_seconds("scorm2004", {"session_time": scorm.total_time("scorm2004", seconds)}) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("P1DT1H1M1.5S", 90061), ("PT", 0), ("P1M", 2629800), ("PT90S", 90)],
)
def test_intervals_of_2004_are_read(text, seconds):
    assert scorm.session_seconds("scorm2004", {"session_time": text}) == seconds


@pytest.mark.parametrize(
    ("cmi", "terms", "verdict"),
    [
        ({"completion_status": "completed"}, {}, Verdict(True)),
        ({"success_status": "passed"}, {}, Verdict(False, True)),
        ({"progress_measure": "0.9"}, {"completion_threshold": 0.8}, Verdict(True)),
        ({"completion_status": "completed", "progress_measure": "0.5"}, {"completion_threshold": 0.8}, Verdict(False)),
        ({"score": {"scaled": "1"}}, {"scaled_passing_score": 0.8}, Verdict(False, True, 1)),
        (
            {"success_status": "passed", "score": {"scaled": 0.5}},
            {"scaled_passing_score": 0.8},
            Verdict(False, None, 0.5),
        ),
        (
            {"completion_status": "completed", "success_status": "passed", "score": {"scaled": 0.5}},
            {"scaled_passing_score": 0.8},
            Verdict(True, False, 0.5),
        ),
        ({"score": {"raw": "8", "max": "10"}}, {}, Verdict(False, None, scorm.Decimal("0.8"))),
        ({"score": {"raw": "8"}}, {}, Verdict(False, None, None)),
        ({"score": {"max": "10"}}, {}, Verdict(False, None, None)),
    ],
)
def test_what_a_sco_of_2004_comes_to(cmi, terms, verdict):
    assert scorm.verdict_2004(cmi, terms, Wish(), has_ended=False) == verdict
