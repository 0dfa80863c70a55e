"""S11: an address in a package is relative, inside and existing, in whichever way it is written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.packages.errors import PackageRefused
from courses.packages.hrefs import Files, inside
from tests.packages.reading import speaking

FILES = Files(
    [
        "index.html",
        "a/b.html",
        "Mācību grāmata/sākums lapa.html",
        "100%.html",
        "a%20b.html",
        "a;b/c,d.html",
        "#1/?.html",
    ]
)

HOSTILE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java%73cript:alert(1)",
    "javascript%3Aalert(1)",
    "\tjavascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://example.test/1",
    "file:///etc/passwd",
    "http://evil.test/index.html",
    "https:index.html",
    "//evil.test/index.html",
    "/index.html",
    "/%2Fevil.test/",
    "%2Findex.html",
    "%2F%2Fevil.test",
    "\\\\evil.test\\index.html",
    "a\\b.html",
    "a%5Cb.html",
    "../index.html",
    "a/../index.html",
    "a/../../index.html",
    "%2e%2e/index.html",
    "%2E%2e%2Findex.html",
    "a/%2e./index.html",
    "%252e%252e/index.html",
    "..%252findex.html",
    "%255c..",
    "..;/index.html/..",
    "index.html\x00",
    "index.html%00",
    "index%2500.html",
    "index.html\x1b",
    "index\u202e.html",
    "index\u2028.html",
    "%C0%AE%C0%AE/index.html",
    "%ff.html",
    "\ud800.html",
    "",
    "   ",
    ".",
    "./",
    "#index.html",
    "?index.html",
    "a",
    "a/",
    "missing.html",
    "INDEX.html",
    "C:/index.html",
    "c:index.html",
    "a/b.html" + "/" * 5000 + "..",
    "index.html?" + "a" * 5000,
    "index.html?a\x00b",
    "index.html#a\u202eb",
]


def refused(href: str, **given) -> PackageRefused:
    with pytest.raises(PackageRefused) as caught:
        inside(href, files=FILES, where="imsmanifest.xml: x@href", **given)
    return speaking(caught.value)


@pytest.mark.parametrize("href", HOSTILE)
def test_a_way_out_is_refused_and_named(href):
    assert refused(href).where == "imsmanifest.xml: x@href"


@pytest.mark.parametrize(
    "base", ["../", "https://evil.test/", "/", "//evil.test/", "a/%2e%2e/", "..%2f", "javascript:"]
)
def test_a_base_leads_nowhere_else_either(base):
    refused("index.html", bases=[base])


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("index.html", "index.html"),
        ("  ./index.html  ", "index.html"),
        ("a//./b.html", "a/b.html"),
        ("index.html?a=1&b=%20#/start", "index.html?a=1&b=%20#/start"),
        ('index.html?q=ā b"<>', "index.html?q=%C4%81%20b%22%3C%3E"),
        ("Mācību grāmata/sākums lapa.html", "M%C4%81c%C4%ABbu%20gr%C4%81mata/s%C4%81kums%20lapa.html"),
        ("M%C4%81c%C4%ABbu%20gr%C4%81mata/s%C4%81kums%20lapa.html",) * 2,
        ("100%25.html", "100%25.html"),
        ("100%.html", "100%25.html"),
        ("a%2520b.html", "a%2520b.html"),
        ("a;b/c,d.html", "a;b/c,d.html"),
        ("%231/%3F.html", "%231/%3F.html"),
    ],
)
def test_an_existing_file_comes_back_ready_for_a_url(href, address):
    assert inside(href, files=FILES, where="x") == address


def test_names_with_accents_are_found_however_they_are_composed():
    decomposed = unicodedata.normalize("NFD", "Mācības.html")
    files = Files([decomposed])

    address = inside("Mācības.html", files=files, where="x")

    assert address == inside(decomposed, files=files, where="x") == "Ma%CC%84ci%CC%84bas.html"


def test_bases_are_joined_outermost_first_with_or_without_their_slash():
    files = Files(["one/two/three/index.html"])

    assert inside("index.html", bases=["one/", "./two", "three/"], files=files, where="x") == "one/two/three/index.html"


@pytest.mark.parametrize(
    ("href", "parameters", "address"),
    [
        ("index.html", "a=1", "index.html?a=1"),
        ("index.html", "?a=1", "index.html?a=1"),
        ("index.html", "&a=1", "index.html?a=1"),
        ("index.html?b=2", "?a=1", "index.html?b=2&a=1"),
        ("index.html?b=2#c", "?a=1", "index.html?b=2&a=1#c"),
        ("index.html", "#a", "index.html#a"),
        ("index.html#c", "#a", "index.html#c"),
        ("index.html", "a=1#d", "index.html?a=1#d"),
        ("index.html", "", "index.html"),
    ],
)
def test_parameters_join_the_address_as_scorm_says(href, parameters, address):
    assert inside(href, parameters=parameters, files=FILES, where="x") == address


def test_a_name_in_other_letters_is_told_apart_from_a_missing_one():
    assert "index.html" in str(refused("Index.HTML").message)
    assert "Index2.html" in str(refused("Index2.html").message)


def test_a_file_that_the_import_leaves_out_for_its_type_is_told_apart_too():
    assert "type that is not kept" in str(refused("start.php").message)
    assert "type that is not kept" in str(refused("start").message)


def test_links_are_no_files(tmp_path):
    (tmp_path / "real.html").write_text("x")
    (tmp_path / "link.html").symlink_to("/etc/passwd")
    (tmp_path / "outside").symlink_to("/etc")

    assert Files.below(tmp_path).names == {"real.html"}


@given(href=st.text(alphabet=st.sampled_from("ab./\\%25ef:?#&=\x00 jāš\n"), max_size=30))
def test_whatever_is_accepted_is_a_file_of_the_package(href):
    try:
        address = inside(href, files=FILES, where="x")
    except PackageRefused:
        return

    path = address.partition("#")[0].partition("?")[0]
    assert inside(path, files=FILES, where="x") == path
    assert ".." not in path.split("/")
    assert not path.startswith("/")
