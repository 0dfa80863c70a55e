import pytest
from django.utils.html import conditional_escape

from courses.models import Role
from courses.rendering import Action, Check, case, segments
from courses.selectors import unit_text
from courses.services import load_programme

from .pages import a_small_programme

CHECK = {
    "type": "check",
    "kind": "multi",
    "question": "Ko dari?",
    "options": [{"text": "A", "correct": True}, {"text": "B", "correct": False}, {"text": "C", "correct": True}],
    "why": "Tāpēc.",
}
BODY = [
    {"type": "paragraph", "text": "Pirmais"},
    {"type": "list", "items": ["viens", "divi"]},
    CHECK,
    CHECK,
    {"type": "heading", "text": "Beigas"},
]


def test_runs_of_text_become_one_segment_and_each_check_its_own():
    parts = segments(BODY, role="teacher", language="lv")

    assert [(part.first, part.last, part.check is not None) for part in parts] == [
        (0, 1, False),
        (2, 2, True),
        (3, 3, True),
        (4, 4, False),
    ]
    assert parts[0].html == '<p id="b0">Pirmais</p>\n<ul id="b1"><li>viens</li><li>divi</li></ul>\n'
    assert parts[1].check == Check(2, "multi", "Ko dari?", ("A", "B", "C"), frozenset({0, 2}), "Tāpēc.")
    assert parts[3].html == '<h2 id="b4">Beigas</h2>\n'


def test_every_text_is_escaped():
    parts = segments([{"type": "paragraph", "text": "<script>alert(1)</script> & „tā”"}], role="teacher", language="lv")

    assert parts[0].html == '<p id="b0">&lt;script&gt;alert(1)&lt;/script&gt; &amp; „tā”</p>\n'


def test_a_block_of_a_kind_nobody_knows_is_an_error():
    with pytest.raises(ValueError, match="video"):
        segments([{"type": "video", "text": "x"}], role="teacher", language="lv")


def test_a_check_is_right_only_when_all_and_nothing_else_is_chosen():
    check = segments([CHECK], role="teacher", language="lv")[0].check

    assert [check.is_right(chosen) for chosen in ([0, 2], [2, 0], [0], [0, 1, 2], [])] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [check.is_possible(chosen) for chosen in ([0, 1], [3], [-1])] == [True, False, False]


def test_a_single_check_takes_one_option():
    check = segments([{**CHECK, "kind": "single"}], role="teacher", language="lv")[0].check

    assert [check.is_possible(chosen) for chosen in ([], [1], [0, 1])] == [True, True, False]


CASE = {
    "text": "Kas notika",
    "question": "Ko dari?",
    "options": [{"text": "kopīga", "quality": "good", "feedback": "jā"}],
    "role_options": {"head": [{"text": "vadītāja", "quality": "poor", "feedback": "nē"}]},
    "actions": [
        {"role": "teacher", "title": "Skolotājs", "text": "māca"},
        {"role": "head", "title": "Vadītājs", "text": "vada"},
    ],
    "pitfall": "kļūda",
    "summary": "īsumā",
    "discussion": "parunāsim",
}


def test_a_role_with_options_of_its_own_meets_those_alone():
    assert [option.text for option in case(CASE, role="head").options] == ["vadītāja"]
    assert [option.text for option in case(CASE, role="teacher").options] == ["kopīga"]


def test_a_case_shows_all_roles_and_marks_mine():
    found = case(CASE, role="head")

    assert found.mine == Action("head", "Vadītājs", "vada", is_mine=True)
    assert found.actions == (Action("teacher", "Skolotājs", "māca", is_mine=False), found.mine)


def test_a_role_the_case_does_not_know_still_reads_it():
    assert case(CASE, role="nurse").mine is None


@pytest.mark.django_db
def test_every_role_reads_every_shipped_unit_in_every_language():
    version = load_programme(programme=a_small_programme(), by=None).version
    titles = {role.key: role for role in Role.objects.all()}

    for unit in version.units.exclude(kind="quiz"):
        for language in ("lv", "en"):
            body = unit_text(unit.pk, language).body
            for role in titles:
                if unit.kind == "case":
                    found = case(body, role=role)
                    assert found.mine.title == getattr(titles[role], f"title_{language}")
                    assert [option.quality for option in found.options].count("good") == 1
                    continue
                parts = segments(body, role=role, language=language)
                assert [number for part in parts for number in range(part.first, part.last + 1)] == list(
                    range(len(body))
                )
                lines = [block["roles"] for block in body if block["type"] == "role"]
                html = "".join(part.html for part in parts)
                assert all(conditional_escape(line[role]["text"]) in html for line in lines)


def test_blocks_show_dates_in_the_readers_language():
    law = {"type": "law", "ref": "BTAL", "text": "Teksts", "checked": "2026-02-21"}

    html = segments([law], role="teacher", language="lv")[0].html

    assert '<time datetime="2026-02-21">21.02.2026.</time>' in html
