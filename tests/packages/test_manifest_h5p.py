"""H5P: facts, types of files, and the closure of what its libraries need."""

import json

import pytest

from tests.packages import build
from tests.packages.clock import within_a_second
from tests.packages.reading import read, refusal

FILES = build.files_of_h5p()
MAIN = "H5P.KopaTrueFalse-1.0/library.json"
BUTTON = "H5P.KopaButton-1.0/library.json"
COLOURS = "KopaColours-1.0/library.json"


def edited(name: str, **changes) -> build.Files:
    """The package with members of one JSON file set, or removed where None."""
    facts = {**json.loads(FILES[name]), **changes}
    return {**FILES, name: json.dumps({key: value for key, value in facts.items() if value is not None}).encode()}


def without(*names: str) -> build.Files:
    return {name: body for name, body in FILES.items() if not name.startswith(names)}


def test_title_language_library_and_all_dependencies_are_read(tmp_path):
    manifest = read(FILES, tmp_path)

    assert (manifest.identifier, manifest.title) == ("H5P.KopaTrueFalse 1.0", {"lv": "Patiess vai nepatiess"})
    assert manifest.settings == {
        "library": "H5P.KopaTrueFalse 1.0",
        "dependencies": ["H5P.KopaButton 1.0", "H5P.KopaTrueFalse 1.0", "KopaColours 1.0"],
    }
    (activity,) = manifest.activities
    assert (activity.identifier, activity.href, activity.is_tracked) == ("content", "content/content.json", True)
    assert activity.settings == {"library": "H5P.KopaTrueFalse 1.0"}


def test_every_missing_library_of_the_closure_is_named_at_once(tmp_path):
    refused = refusal(without("H5P.KopaButton", "KopaColours"), tmp_path)

    assert refused.where == "h5p.json: preloadedDependencies"
    assert "H5P.KopaButton 1.0, KopaColours 1.0" in refused.message


def test_what_only_a_library_needs_is_asked_for_too(tmp_path):
    """The list of h5p.json is not always whole."""
    deep = [{"machineName": "H5P.Deep", "majorVersion": 2, "minorVersion": 13}]

    refused = refusal(edited(COLOURS, preloadedDependencies=deep), tmp_path)

    assert refused.where == "KopaColours-1.0/library.json: preloadedDependencies"
    assert "H5P.Deep 2.13" in refused.message


def test_another_version_of_a_library_is_not_the_one_needed(tmp_path):
    newer = [{"machineName": "KopaColours", "majorVersion": 1, "minorVersion": 1}]

    assert "KopaColours 1.1" in refusal(edited(BUTTON, preloadedDependencies=newer), tmp_path).message


def test_libraries_that_need_each_other_end(tmp_path):
    back = [{"machineName": "H5P.KopaTrueFalse", "majorVersion": "1", "minorVersion": "0"}]

    assert read(edited(COLOURS, preloadedDependencies=back), tmp_path).settings["dependencies"] == [
        "H5P.KopaButton 1.0",
        "H5P.KopaTrueFalse 1.0",
        "KopaColours 1.0",
    ]


def test_parts_of_the_content_bring_their_libraries(tmp_path):
    content = {"parts": [{"library": "H5P.Image 1.1", "params": {}}, {"library": "not a library", "params": {}}]}

    refused = refusal({**FILES, "content/content.json": json.dumps(content).encode()}, tmp_path)

    assert refused.where == "content/content.json: preloadedDependencies"
    assert "H5P.Image 1.1" in refused.message
    assert "not a library" not in refused.message


def test_files_that_a_library_names_are_there(tmp_path):
    refused = refusal(without("H5P.KopaButton-1.0/button.js"), tmp_path)

    assert refused.where == BUTTON
    assert "button.js" in refused.message


@pytest.mark.parametrize("path", ["../content/content.json", "/etc/passwd", "https://evil.test/x.js", "a/../../x.js"])
def test_s11_scripts_of_a_library_stay_in_its_folder(path, tmp_path):
    assert refusal(edited(BUTTON, preloadedJs=[{"path": path}]), tmp_path).where == BUTTON


@pytest.mark.parametrize(
    "name",
    [
        "content/page.html",
        "content/x.js",
        "content/x.php",
        "content/x.exe",
        "content/x",
        "content/images/x.svgz",
        "x.html",
        "H5P.KopaButton-1.0/x.php",
    ],
)
def test_s02_files_of_other_types_are_refused(name, tmp_path):
    refused = refusal({**FILES, name: b"x"}, tmp_path)

    assert refused.where == name
    assert name in refused.message


@pytest.mark.parametrize(
    "name", ["content/images/Ā b.PNG", "H5P.KopaButton-1.0/LICENSE", "content/.DS_Store", "x.json"]
)
def test_files_of_known_types_and_hidden_ones_pass(name, tmp_path):
    read({**FILES, name: b"x"}, tmp_path)


@pytest.mark.parametrize(
    ("name", "changes", "where"),
    [
        ("h5p.json", {"title": None}, "h5p.json: title"),
        ("h5p.json", {"title": "  "}, "h5p.json: title"),
        ("h5p.json", {"title": ["x"]}, "h5p.json: title"),
        ("h5p.json", {"mainLibrary": None}, "h5p.json: mainLibrary"),
        ("h5p.json", {"mainLibrary": "H5P.Other"}, "h5p.json: mainLibrary"),
        ("h5p.json", {"preloadedDependencies": None}, "h5p.json: mainLibrary"),
        ("h5p.json", {"preloadedDependencies": {}}, "h5p.json: preloadedDependencies"),
        ("h5p.json", {"preloadedDependencies": ["x"]}, "h5p.json: preloadedDependencies[1]"),
        (
            "h5p.json",
            {"preloadedDependencies": [{"machineName": "../x", "majorVersion": 1, "minorVersion": 0}]},
            "h5p.json: preloadedDependencies[1]",
        ),
        (
            "h5p.json",
            {"preloadedDependencies": [{"machineName": "x", "majorVersion": True, "minorVersion": -1}]},
            "h5p.json: preloadedDependencies[1]",
        ),
        (MAIN, {"runnable": 0}, "h5p.json: mainLibrary"),
        (MAIN, {"machineName": "H5P.Other"}, MAIN),
        (MAIN, {"minorVersion": 1}, MAIN),
        (MAIN, {"preloadedJs": "x.js"}, f"{MAIN}: preloadedJs"),
        (MAIN, {"preloadedCss": [{"href": "x"}]}, f"{MAIN}: preloadedCss"),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(name, changes, where, tmp_path):
    assert refusal(edited(name, **changes), tmp_path).where == where


@pytest.mark.parametrize("name", ["h5p.json", "content/content.json", MAIN])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"title": ' + b"9" * 10_000 + b"}",
        b" " * (5 * 1024 * 1024 + 1),
    ],
    ids=["empty", "open", "list", "null", "utf-16", "deep list", "deep object", "huge number", "huge file"],
)
def test_json_of_strangers_is_refused_calmly(name, body, tmp_path):
    assert refusal({**FILES, name: body}, tmp_path).where == name


def test_many_large_libraries_are_refused_within_a_second(tmp_path):
    names = [f"H5P.L{number}" for number in range(301)]
    needs = [{"machineName": name, "majorVersion": 1, "minorVersion": 0} for name in names]
    padding = " " * 30_000
    libraries = {
        f"{name}-1.0/library.json": (json.dumps({**need, "preloadedDependencies": needs[:200]}) + padding).encode()
        for name, need in zip(names, needs, strict=True)
    }
    main = json.loads(FILES["h5p.json"])["preloadedDependencies"]
    files = {**edited("h5p.json", preloadedDependencies=main + needs), **libraries}
    build.unpacked(files, tmp_path)

    with within_a_second():
        refused = refusal(files, tmp_path)

    assert "300 libraries" in refused.message


def test_a_library_that_describes_itself_at_length_is_refused(tmp_path):
    assert refusal(edited(MAIN, description="x" * 64 * 1024), tmp_path).where == MAIN


def test_content_has_to_be_there(tmp_path):
    assert refusal(without("content/"), tmp_path).where == "content/content.json"


@pytest.mark.parametrize("language", ["lv", "en-GB", "<b>", "", None, 5, "x" * 40])
def test_a_language_that_is_none_is_undetermined(language, tmp_path):
    (tag,) = read(edited("h5p.json", language=language), tmp_path).title

    assert tag == (language if language in ("lv", "en-GB") else "und")


def test_titles_hold_nothing_that_cannot_be_stored(tmp_path):
    title = json.loads('"a\\u0000b\\ud800c\\u202ed"')

    assert read(edited("h5p.json", title=title), tmp_path).title == {"lv": "abcd"}
