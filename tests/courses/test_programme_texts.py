"""The shipped texts keep to the house's language: domain rules that a machine can hold."""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path("courses/programmes/notice-listen-report")


def texts_in(value, place):
    """Every pair of texts below a value, with the place it stands."""
    if isinstance(value, dict):
        if set(value) == {"lv", "en"}:
            yield place, value["lv"], value["en"]
            return
        for name, part in value.items():
            yield from texts_in(part, f"{place}.{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            key = part.get("id") or part.get("key") or number if isinstance(part, dict) else number
            yield from texts_in(part, f"{place}[{key}]")


TEXTS = [found for path in sorted(FOLDER.glob("*.json")) for found in texts_in(json.loads(path.read_text()), path.stem)]
LEARNING = [found for found in TEXTS if not found[0].startswith(("mails", "guide"))]


def places(pattern, *, language, texts=TEXTS):
    index = {"lv": 1, "en": 2}[language]
    return [text[0] for text in texts if re.search(pattern, text[index])]


def test_there_are_texts_to_read():
    assert len(TEXTS) > 1500


@pytest.mark.parametrize("language", ["lv", "en"])
def test_nothing_is_exclaimed(language):
    assert places("!", language=language) == []


def test_latvian_quotes_are_low_and_high_and_closed():
    assert places('["“«»]', language="lv") == []
    assert [place for place, lv, _en in TEXTS if lv.count("„") != lv.count("”")] == []


def test_english_quotes_are_straight_and_closed():
    assert places("[„”“«»]", language="en") == []
    assert [place for place, _lv, en in TEXTS if en.count('"') % 2] == []


@pytest.mark.parametrize("word", ["upur", "varmāk", "kvīz", "atskait", "apliecīb", r"\bMK 173\b", "173"])
def test_words_the_glossary_rules_out_are_absent(word):
    assert places(f"(?i){word}", language="lv") == []


def test_repealed_regulation_is_never_printed():
    assert places(r"\b173\b", language="en") == []


def test_the_share_of_girls_never_stands_without_its_limits():
    shares = [(place, lv, en) for place, lv, en in TEXTS if "92" in lv]

    assert len(shares) == 2
    for _place, lv, en in shares:
        assert "tklāt" in lv
        assert re.search(r"Zēnu gadījum\w+ (retāk|pamana retāk)", lv)
        assert "detected" in en
        assert "Boys are noticed less often" in en


def test_reporting_is_never_due_the_same_day():
    """“The same day” may be said of asking a colleague for advice, and when quoting the old law."""
    old = [
        (place, lv)
        for place, lv, _en in TEXTS
        if re.search(r"(?i)\bziņo\w* (\w+ )?tajā pašā dienā|tajā pašā dienā (\w+ )?ziņo", lv)
    ]

    assert old == []


def test_the_supervisor_is_the_centre_and_the_inspectorate_is_history():
    former = places("(?i)inspekcij", language="lv")

    assert former == [
        "bank.questions[RF-B01].text",
        "refresher.lessons[refresher-changes].blocks[1].text",
    ]


def test_learners_are_addressed_as_tu():
    """Colleagues and parents in quoted speech may be “jūs”."""
    plain = [(place, re.sub("„[^”]*”", "", lv), en) for place, lv, en in LEARNING if ".say[" not in place]

    assert places(r"\b(Jūs|Jums|Jūsu)\b", language="lv", texts=plain) == []


def test_percentages_have_a_space_in_latvian_and_none_in_english():
    assert places(r"\d%", language="lv") == []
    assert places(r"\d %", language="en") == []


def test_helpline_numbers_stand_in_the_contacts_alone():
    numbers = r"\b116 ?(111|006|000|123)\b"

    assert places(numbers, language="lv") == []
    assert places(numbers, language="en") == []


def test_lengths_are_sums_and_never_typed():
    typed = r"(?i)\b\d+ (minūt|akadēmisk|minute|academic)"

    assert [place for place in places(typed, language="lv") if not place.startswith(("m", "bank", "guide"))] == []
    assert places(r"(?i)\d+ (akadēmisk|academic)", language="lv") == []
