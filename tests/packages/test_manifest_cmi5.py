"""cmi5 Quartz, requirement by requirement; the numbers are those of the ADL test suites."""

import pytest

from courses.packages.errors import PackageRefused
from courses.packages.reading import read_course_structure
from tests.packages import build
from tests.packages.clock import within_a_second
from tests.packages.reading import changed, read, refusal, structure_refusal

X = "cmi5.xml"
SINGLE = build.files_of_cmi5("single")
MULTI = build.files_of_cmi5("multi")
BARE = build.cmi5_bare()
TITLE = '<title><langstring lang="lv">x</langstring></title>'
ABOUT = f"{TITLE}<description><langstring>y</langstring></description>"


def structure(body: str, course: str = "") -> bytes:
    course = course or f'<course id="https://example.test/c">{ABOUT}</course>'
    return (
        '<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd" xmlns:v="urn:vendor">'
        f"{course}{body}</courseStructure>"
    ).encode()


def unit(url: str = "https://example.test/au", attributes: str = "", number: int = 1, after: str = "") -> str:
    return f'<au id="https://example.test/au/{number}" {attributes}>{ABOUT}<url>{url}</url>{after}</au>'


def test_everything_of_a_unit_is_read(tmp_path):
    intro, lesson, quiz, window = read(MULTI, tmp_path).activities

    assert (quiz.identifier, quiz.title, quiz.href, quiz.is_tracked) == (
        "https://example.test/kopa/cmi5/multi/quiz",
        {"lv": "Pārbaude"},
        "au.html?part=quiz",
        True,
    )
    assert quiz.settings == {
        "launch_method": "AnyWindow",
        "move_on": "Passed",
        "mastery_score": 0.8,
        "launch_parameters": None,
        "entitlement_key": None,
        "activity_type": "http://adlnet.gov/expapi/activities/assessment",
        "description": {"lv": "Jānokārto."},
        "parents": ["https://example.test/kopa/cmi5/multi/module", "https://example.test/kopa/cmi5/multi/inner"],
    }
    assert [activity.settings["move_on"] for activity in (intro, lesson, window)] == [
        "NotApplicable",
        "Completed",
        "CompletedOrPassed",
    ]
    assert (lesson.settings["launch_parameters"], lesson.settings["entitlement_key"]) == ("lappuse=1", "atslega-1")
    assert window.settings["launch_method"] == "OwnWindow"


def test_the_course_and_its_blocks_are_read(tmp_path):
    manifest = read(MULTI, tmp_path)

    assert manifest.identifier == "https://example.test/kopa/cmi5/multi"
    assert manifest.title == {"lv": "Viena vienība", "en": "Several units"}
    assert manifest.settings["course"] == {
        "id": manifest.identifier,
        "title": manifest.title,
        "description": {"lv": "Bloki un vienības."},
    }
    (module,) = manifest.settings["blocks"]
    assert (module["id"], module["title"]) == ("https://example.test/kopa/cmi5/multi/module", {"lv": "1. modulis"})
    assert [block["id"] for block in module["children"]] == ["https://example.test/kopa/cmi5/multi/inner"]


def test_13_1_4_defaults_of_launch_method_move_on_and_mastery():
    (activity,) = read_course_structure(structure(unit())).activities

    assert activity.settings["launch_method"] == "AnyWindow"
    assert activity.settings["move_on"] == "NotApplicable"
    assert activity.settings["mastery_score"] is None


def test_6_1_0_0_2_a_thousand_units_are_read_within_a_second():
    body = "".join(unit("http://example.com/index.html", number=number) for number in range(1000))

    with within_a_second():
        manifest = read_course_structure(structure(body))

    assert len(manifest.activities) == 1000


def test_addresses_without_https_are_mentioned():
    (said,) = read_course_structure(structure(unit("http://example.com/index.html"))).warnings

    assert str(said).startswith("cmi5.xml: au/url — ")


@pytest.mark.parametrize(
    "bad", ["w3id.org/x", "x", "", "//example.test/x", "/x", "https://example.test/a b", "1:x", "x:"]
)
@pytest.mark.parametrize("part", ["course", "block", "au", "objective"])
def test_3_0_0_0_1_ids_are_full_iris(part, bad):
    ids = {name: f"urn:x:{name}" for name in ("course", "block", "au", "objective")} | {part: bad}
    xml = structure(
        f'<objectives><objective id="{ids["objective"]}">{ABOUT}</objective></objectives>'
        f'<block id="{ids["block"]}">{ABOUT}<objectives><objective idref="{ids["objective"]}"/></objectives>'
        f'<au id="{ids["au"]}">{ABOUT}<url>https://example.test/</url></au></block>',
        course=f'<course id="{ids["course"]}">{ABOUT}</course>',
    )

    refused = structure_refusal(xml)

    assert refused.where.endswith(f"{part}@id")
    assert "full IRI" in refused.message


@pytest.mark.parametrize("iri", ["urn:uuid:1", "tag:example.test,2026:x", "https://example.test/mācības#1", "x-own:1"])
def test_3_0_any_scheme_and_letters_of_any_language_make_an_iri(iri):
    xml = structure(unit(), course=f'<course id="{iri}">{ABOUT}</course>')

    assert read_course_structure(xml).identifier == iri


@pytest.mark.parametrize("url", ["index.html", "a/index.html?x=1", "./index.html", "/index.html", "../index.html", ""])
def test_14_2_0_0_1_without_a_package_every_address_is_whole(url):
    refused = structure_refusal(structure(unit(url)))

    assert refused.where == "cmi5.xml: au/url"
    assert "not a full address" in refused.message


def test_14_1_0_0_4_relative_addresses_name_files_of_the_package(tmp_path):
    refused = refusal(changed(SINGLE, X, ">au.html<", ">missing.html<"), tmp_path)

    assert refused.where == "cmi5.xml: au/url"
    assert "missing.html" in refused.message


def test_14_1_a_package_may_mix_its_own_files_and_whole_addresses(tmp_path):
    files = changed(MULTI, X, "au.html?part=intro", "https://example.test/intro?x=1#y")

    hrefs = [activity.href for activity in read(files, tmp_path).activities]

    assert hrefs[:2] == ["https://example.test/intro?x=1#y", "au.html?part=lesson"]


def test_the_query_of_an_address_is_kept_and_space_around_it_is_not(tmp_path):
    files = changed(SINGLE, X, "<url>au.html</url>", "<url><![CDATA[\n  au.html?paramA=1&paramB=2\n ]]></url>")

    assert read(files, tmp_path).activities[0].href == "au.html?paramA=1&paramB=2"


@pytest.mark.parametrize("name", ["endpoint", "fetch", "actor", "registration", "activityId", "%61ctor"])
@pytest.mark.parametrize("url", ["index.html?{}=1", "https://example.test/?a=1&amp;{}=", "https://example.test/?{}"])
def test_8_1_0_0_6_the_query_has_no_names_that_the_launch_adds(name, url):
    refused = structure_refusal(structure(unit(url.format(name))))

    assert "which the launch itself adds" in refused.message


def test_13_1_2_0_1_block_ids_stand_once():
    block = f'<block id="urn:x:b">{ABOUT}{{}}</block>'

    refused = structure_refusal(structure(block.format(unit(number=1)) + block.format(unit(number=2))))

    assert refused.where == "cmi5.xml: block[2]@id"


def test_13_1_3_0_1_objective_ids_stand_once():
    objective = f'<objective id="urn:x:o">{ABOUT}</objective>'

    refused = structure_refusal(structure(f"<objectives>{objective * 2}</objectives>{unit()}"))

    assert refused.where == "cmi5.xml: objectives/objective[2]@id"


def test_13_1_4_0_1_unit_ids_stand_once_wherever_they_are():
    refused = structure_refusal(structure(f'{unit()}<block id="urn:x:b">{ABOUT}{unit()}</block>'))

    assert refused.where == "cmi5.xml: block/au@id"


def test_no_id_is_that_of_a_part_of_another_kind():
    xml = structure(unit(), course=f'<course id="https://example.test/au/1">{ABOUT}</course>')

    assert "id of another part" in structure_refusal(xml).message


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com index.html",
        "https://",
        "https:///x",
        "https://user:secret@example.test/",
        "https://example.test:99999/",
        "https://[::1/",
        "https://exa mple.test/",
        "https://example.test/\u202e",
        "https://example.test/&#9;x",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.test/",
        "app://content",
        "//example.test/",
        "https:\\\\example.test",
        "https://example.test/" + "a" * 4000,
    ],
)
def test_13_1_4_0_2_and_s11_an_address_can_be_opened_and_does_nothing_else(url):
    refused = structure_refusal(structure(unit(url)))

    assert refused.where == "cmi5.xml: au/url"


@pytest.mark.parametrize("url", ["../x.html", "a/%2e%2e/au.html", "/au.html", "au.html&#0;", "a\\au.html", "AU.html"])
def test_s11_addresses_in_a_package_stay_inside(url, tmp_path):
    refusal(changed(SINGLE, X, ">au.html<", f">{url}<"), tmp_path)


AU = f'<au id="urn:x:a">{ABOUT}<url>https://example.test/</url></au>'


@pytest.mark.parametrize(
    ("body", "where", "word"),
    [
        (f'<au id="urn:x:a"><url>https://example.test/</url>{ABOUT}</au>', "cmi5.xml: au/url", "not expected"),
        (f'<au id="urn:x:a">{TITLE}<url>https://example.test/</url></au>', "cmi5.xml: au/url", "not expected"),
        (f'<au id="urn:x:a">{ABOUT}</au>', "cmi5.xml: au", "no url"),
        (f'<au id="urn:x:a">{TITLE}</au>', "cmi5.xml: au", "no description"),
        ('<au id="urn:x:a"/>', "cmi5.xml: au", "no title"),
        (AU.replace("</au>", "<url>https://example.test/2</url></au>"), "cmi5.xml: au/url[2]", "not expected"),
        (
            AU.replace("</au>", "<entitlementKey/><launchParameters/></au>"),
            "cmi5.xml: au/launchParameters",
            "not expected",
        ),
        (AU.replace("</au>", f"{TITLE}</au>"), "cmi5.xml: au/title[2]", "not expected"),
        (AU.replace("<url>", '<url xmlns="">x</url><url>'), "cmi5.xml: au/url[1]", "not expected"),
        (AU.replace("<au ", '<au lang="lv" '), "cmi5.xml: au@lang", "attribute"),
        (AU.replace("<langstring ", '<langstring dir="rtl" '), "cmi5.xml: au/title/langstring@dir", "attribute"),
        (AU.replace("langstring", "string"), "cmi5.xml: au/title/string", "not expected"),
        (AU.replace('<langstring lang="lv">x</langstring>', "x"), "cmi5.xml: au/title", "no langstring"),
        (AU.replace('lang="lv"', 'lang="latviešu"'), "cmi5.xml: au/title/langstring@lang", "language tag"),
        ("", "cmi5.xml: courseStructure", "nothing to learn"),
        (f'<block id="urn:x:b">{ABOUT}</block>', "cmi5.xml: block", "nothing to learn"),
        (f'<block id="urn:x:b">{ABOUT}<objectives/>{AU}</block>', "cmi5.xml: block/objectives", "empty"),
        (f"{AU}<objectives/>", "cmi5.xml: objectives", "not expected"),
        (f"{AU}<other/>", "cmi5.xml: other", "not expected"),
        (
            AU.replace("<url>", '<objectives><objective idref="urn:x:none"/></objectives><url>'),
            "cmi5.xml: au/objectives/objective@idref",
            "no objective",
        ),
    ],
)
def test_13_2_0_0_1_the_structure_is_that_of_the_schema(body, where, word):
    refused = structure_refusal(structure(body))

    assert refused.where == where
    assert word in refused.message


@pytest.mark.parametrize(
    ("attribute", "good", "bad"),
    [
        ("launchMethod", ["AnyWindow", "OwnWindow"], ["ownWindow", "", "NewWindow"]),
        (
            "moveOn",
            ["Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", "NotApplicable"],
            ["passed", "", "Never"],
        ),
        (
            "masteryScore",
            ["0", "1", "0.8", "1.0", "0.1234", ".5", "+0.5"],
            ["-0.1", "1.1", "0.12345", "80", "80%", "", "1e-1", "NaN", "0,8", "٠"],
        ),
        ("activityType", ["http://adlnet.gov/expapi/activities/media"], ["media", "a b:c"]),
    ],
)
def test_13_1_4_attributes_of_a_unit_have_their_vocabulary(attribute, good, bad):
    for value in good:
        read_course_structure(structure(unit(attributes=f'{attribute}="{value}"')))
    for value in bad:
        refused = structure_refusal(structure(unit(attributes=f'{attribute}="{value}"')))
        assert refused.where == f"cmi5.xml: au@{attribute}"


def test_13_1_5_elements_and_attributes_of_vendors_are_let_be():
    xml = structure(
        unit(attributes='v:more="1"', after="<v:keyword><title>x</title></v:keyword>") + "<v:keywords/>",
        course=f'<course id="urn:x:c" v:x="1">{ABOUT}<v:about/></course>',
    )

    assert len(read_course_structure(xml).activities) == 1


def test_texts_come_by_language_and_without_one_as_undetermined():
    title = '<title><langstring lang="lv">Lv</langstring><langstring>?</langstring><langstring lang="en-GB"/></title>'
    xml = structure(unit(), course=f'<course id="urn:x:c">{ABOUT.replace(TITLE, title)}</course>')

    assert read_course_structure(xml).title == {"lv": "Lv", "und": "?"}


def test_a_part_without_any_title_is_called_by_its_id():
    xml = structure(unit(), course=f'<course id="urn:x:c">{ABOUT.replace(">x<", "><")}</course>')

    assert read_course_structure(xml).title == {"und": "urn:x:c"}


def test_13_1_what_a_unit_is_handed_has_no_blanks_around_it():
    texts = "<launchParameters>\n a=1\n &lt;b&gt; </launchParameters><entitlementKey>\n key one\t</entitlementKey>"

    settings = read_course_structure(structure(unit(after=texts))).activities[0].settings

    assert (settings["launch_parameters"], settings["entitlement_key"]) == ("a=1\n <b>", "key one")


def test_13_1_what_is_blank_is_not_handed_on():
    texts = "<launchParameters>\n </launchParameters><entitlementKey/>"

    settings = read_course_structure(structure(unit(after=texts))).activities[0].settings

    assert (settings["launch_parameters"], settings["entitlement_key"]) == (None, None)


def test_the_namespace_is_that_of_quartz():
    assert "not a course structure" in structure_refusal(BARE.replace(b"v1/Course", b"v2/Course")).message


def test_long_ids_deep_blocks_and_many_units_do_not_grow_without_end():
    deep = 50
    opened = "".join(f'<block id="urn:x:{number}:{"y" * 1900}">{ABOUT}' for number in range(deep))
    body = opened + "".join(unit(number=number) for number in range(3000)) + "</block>" * deep

    with within_a_second():
        refused = structure_refusal(structure(body))

    assert "too many elements" in refused.message


def test_5000_units_are_the_limit():
    body = "".join(unit(number=number) for number in range(5001))

    with pytest.raises(PackageRefused, match="5"):
        read_course_structure(structure(body))
