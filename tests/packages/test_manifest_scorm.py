"""SCORM 1.2 and what both generations share: organisations, items, resources."""

import pytest

from tests.packages import build
from tests.packages.clock import within_a_second
from tests.packages.reading import changed, read, refusal

M = "imsmanifest.xml"
SINGLE = build.files_of_scorm12()
MULTI = build.files_of_scorm12_multi()


def test_the_default_organisation_alone_is_read(tmp_path):
    manifest = read(MULTI, tmp_path)

    assert manifest.identifier == "lv.kopa.tests.scorm12.multi"
    assert [activity.identifier for activity in manifest.activities] == [
        "about",
        "intro-item",
        "lesson-item",
        "test-item",
    ]
    assert manifest.warnings == (
        "imsmanifest.xml: organizations — There are several organisations; only the default one is used.",
    )


def test_the_menu_nests_and_leaves_hidden_items_out(tmp_path):
    def named(items):
        return {item["identifier"]: named(item["children"]) for item in items}

    manifest = read(MULTI, tmp_path)

    assert named(manifest.settings["menu"]) == {"about": {}, "module": {"intro-item": {}, "lesson-item": {}}}
    assert [activity.settings["is_visible"] for activity in manifest.activities] == [True, True, True, False]


def test_what_a_hidden_item_holds_stays_in_the_menu(tmp_path):
    files = changed(MULTI, M, '<item identifier="module">', '<item identifier="module" isvisible="false">')

    menu = read(files, tmp_path).settings["menu"]

    assert [item["identifier"] for item in menu] == ["about", "intro-item", "lesson-item"]


def test_adl_settings_of_an_item_are_read(tmp_path):
    intro, lesson, test = read(MULTI, tmp_path).activities[1:]

    assert intro.settings == {
        "mastery_score": None,
        "max_time_allowed": None,
        "time_limit_action": None,
        "launch_data": "ievads=1",
        "prerequisites": "",
        "prerequisites_above": [],
        "is_visible": True,
    }
    assert (lesson.settings["max_time_allowed"], lesson.settings["time_limit_action"]) == (
        "01:00:00",
        "continue,message",
    )
    assert (test.settings["mastery_score"], test.settings["prerequisites"]) == (80.0, "intro-item&lesson-item")


def test_assets_are_not_tracked(tmp_path):
    assert [activity.is_tracked for activity in read(MULTI, tmp_path).activities] == [False, True, True, True]


def test_a_resource_that_does_not_say_is_taken_as_a_sco_with_a_remark(tmp_path):
    manifest = read(changed(SINGLE, M, 'adlcp:scormtype="sco" ', ""), tmp_path)

    assert manifest.activities[0].is_tracked
    assert manifest.warnings == (
        "imsmanifest.xml: resources/resource@scormtype — It is neither “sco” nor “asset”; it is taken as “sco”.",
    )


def test_bases_of_manifest_resources_and_resource_are_joined(tmp_path):
    files = {f"one/two/three/{name}" if name != M else name: body for name, body in SINGLE.items()}
    files = changed(files, M, "<resources>", '<resources xml:base="two/">')
    files = changed(files, M, "<manifest identifier=", '<manifest xml:base="one/" identifier=')
    files = changed(files, M, '<resource identifier="resource"', '<resource xml:base="three" identifier="resource"')

    manifest = read(files, tmp_path)

    assert manifest.activities[0].href == "one/two/three/sco.html"
    assert manifest.warnings == ()


def test_the_language_of_the_manifest_is_that_of_its_titles(tmp_path):
    manifest = read(changed(SINGLE, M, "<manifest ", '<manifest xml:lang="lv" '), tmp_path)

    assert manifest.title == {"lv": "Viens objekts"}
    assert manifest.activities[0].title == {"lv": "Viens objekts"}


def test_packages_without_prefixes_are_read_all_the_same(tmp_path):
    files = {**SINGLE, M: SINGLE[M].decode().replace("adlcp:", "").encode()}

    activity = read(files, tmp_path).activities[0]

    assert (activity.settings["mastery_score"], activity.settings["launch_data"]) == (80.0, "sākums")


def test_elements_of_extensions_are_not_taken_for_items(tmp_path):
    extension = '<item xmlns="http://vendor.test/x" identifier="other" identifierref="resource"><title>X</title></item>'

    manifest = read(changed(SINGLE, M, "<item ", f"{extension}<item "), tmp_path)

    assert [activity.identifier for activity in manifest.activities] == ["item"]


@pytest.mark.parametrize(
    ("old", "new", "where", "word"),
    [
        ("<organizations ", "<other ", "organizations", "no organisation"),
        ('identifierref="resource"', 'identifierref="nothing"', "organization/item@identifierref", "nothing"),
        ('identifierref="resource"', 'other="x"', "organizations/organization", "opens anything"),
        ('<item identifier="item"', "<item", "organizations/organization/item@identifier", "no identifier"),
        ('<item identifier="item"', '<item identifier="organisation"', "item@identifier", "another item"),
        ('<item identifier="item"', f'<item identifier="{"x" * 501}"', "item@identifier", "500"),
        ('<manifest identifier="lv', f'<manifest identifier="{"x" * 501}', "@identifier", "500"),
        ('href="sco.html">', ">", "resources/resource@href", "names no file"),
        ('sco" href="sco.html"', 'sco" href="../sco.html"', "resources/resource@href", "goes up"),
        ('sco" href="sco.html"', 'sco" href="javascript:x"', "resources/resource@href", "outside"),
        ('sco" href="sco.html"', 'sco" href="//evil.test/"', "resources/resource@href", "outside"),
        ('sco" href="sco.html"', 'sco" href="SCO.html"', "resources/resource@href", "letter case"),
        ("<resources>", '<resources xml:base="https://evil.test/">', "resources/resource@href", "outside"),
        (">80<", ">101<", "item/masteryscore", "0 to 100"),
        (">80<", ">-1<", "item/masteryscore", "0 to 100"),
        (">80<", ">NaN<", "item/masteryscore", "0 to 100"),
        (">80<", ">1e2<", "item/masteryscore", "0 to 100"),
        (">80<", ">８０<", "item/masteryscore", "0 to 100"),
        (">sākums<", f">{'x' * 64_001}<", "item/datafromlms", "too long"),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(old, new, where, word, tmp_path):
    files = changed(SINGLE, M, old, new)
    if old == "<organizations ":
        files = changed(files, M, "</organizations>", "</other>")

    refused = refusal(files, tmp_path)

    assert refused.where.startswith("imsmanifest.xml: ")
    assert refused.where.endswith(where)
    assert word in refused.message


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ('default="main"', 'default="nowhere"', "names no organisation"),
        (">01:00:00<", ">soon<", "not a time span"),
        (">continue,message<", ">explode<", "not an action"),
        ('identifierref="intro">\n          <title>Ievads', ">\n          <title>Ievads", "opens nothing"),
    ],
)
def test_what_is_odd_is_said_and_let_pass(old, new, warning, tmp_path):
    assert any(warning in said for said in read(changed(MULTI, M, old, new), tmp_path).warnings)


def test_two_resources_of_one_identifier_are_refused(tmp_path):
    refused = refusal(changed(MULTI, M, 'identifier="common"', 'identifier="test"'), tmp_path)

    assert refused.where == "imsmanifest.xml: resources/resource[5]@identifier"


def test_listed_files_that_are_missing_are_named_but_not_refused(tmp_path):
    files = {name: body for name, body in SINGLE.items() if name != "sco.css"}

    assert read(files, tmp_path).warnings == (
        "imsmanifest.xml: resources — Files that are listed but not in the package: sco.css.",
    )


INNER = """<manifest identifier="inner"><organizations><organization identifier="inner-organisation">
<item identifier="inner-item" identifierref="inner-resource"><title>x</title></item></organization></organizations>
<resources><resource identifier="inner-resource" type="webcontent" href="sco.html"/></resources></manifest>"""


def test_manifests_inside_are_ignored_unless_something_opens_them(tmp_path):
    files = changed(SINGLE, M, "</resources>\n", f"</resources>{INNER}")

    manifest = read(files, tmp_path / "a")
    refused = refusal(changed(files, M, 'identifierref="resource"', 'identifierref="inner"'), tmp_path / "b")

    assert [activity.identifier for activity in manifest.activities] == ["item"]
    assert manifest.warnings == ("imsmanifest.xml: manifest — Manifests inside the manifest are ignored.",)
    assert "manifest inside the manifest" in refused.message


def many_items(count: int, *, is_2004: bool) -> build.Files:
    files = build.files_of_scorm2004() if is_2004 else SINGLE
    text = files[M].decode()
    start, end = text.index("<item "), text.index("</item>") + len("</item>")
    item = text[start:end]
    items = "".join(item.replace('identifier="item"', f'identifier="item-{number}"') for number in range(count))
    return {**files, M: (text[:start] + items + text[end:]).encode()}


@pytest.mark.parametrize("is_2004", [False, True])
def test_2000_items_are_read_within_a_second(is_2004, tmp_path):
    files = many_items(2000, is_2004=is_2004)
    build.unpacked(files, tmp_path)

    with within_a_second():
        manifest = read(files, tmp_path)

    assert len(manifest.activities) == len(manifest.settings["menu"]) == 2000


def test_5000_parts_are_the_limit(tmp_path):
    assert "5,000" in refusal(many_items(5001, is_2004=False), tmp_path).message


def test_many_remarks_are_counted_and_do_not_take_long(tmp_path):
    empty = "".join(f'<item identifier="e{number}"><title>x</title></item>' for number in range(20_000))
    files = changed(SINGLE, M, "<item ", f"{empty}<item ")
    build.unpacked(files, tmp_path)

    with within_a_second():
        manifest = read(files, tmp_path)

    assert len(manifest.warnings) == 51
    assert manifest.warnings[-1] == "… and 19950 more remarks."
