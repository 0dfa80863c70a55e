import io
import json
import shutil
import subprocess
import threading
from hashlib import sha256

import pikepdf
import pytest
from pypdf import PdfReader

from certificates import rendering
from certificates.errors import MissingGlyphs, UnprintableText
from certificates.paper import labels
from certificates.snapshot import Snapshot, Topic
from learning.models import Enrolment
from tests.certificates.factories import a_snapshot

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
DC = "{http://purl.org/dc/elements/1.1/}"
PANGRAM = "Glāžšķūņa rūķīši dzērumā čiepj Baha koncertflīģeļu vākus"

HOSTILE_NAMES = [
    "#panic()",
    '#image("/etc/passwd")',
    "*bold* _italic_",
    "$x^2$ `raw`",
    "\\ \\u{41}",
    "= heading",
    "@label <label>",
    "https://evil.example/x",
    "<script>alert(1)</script>",
    "{{ secret }} {% now %}",
    "-- 'quoted' \"twice\" ...",
    "=1+1",
    PANGRAM,
    "Анна Щербакова",
    "Nguyễn Thị Ánh",
    "Ā" * 100,
]


def opened(**facts) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(rendering.pdf(a_snapshot(**facts))))


def text_of(document: bytes, page: int | None = None) -> str:
    """Extracted text with spaces and line ends as single spaces."""
    pages = PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(part.extract_text() for part in (pages if page is None else [pages[page]])).split())


def without_spaces(text: str) -> str:
    return "".join(text.split())


def roles(element: pikepdf.Object) -> list[str]:
    """Structure types in reading order."""
    found = [str(element.S)] if "/S" in element else []
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and ("/S" in kid or "/K" in kid):
            found += roles(kid)
    return found


def test_the_file_says_it_is_pdf_a_3a_and_pdf_ua_1():
    metadata = opened().open_metadata()

    assert metadata[f"{PDFA}part"] == "3"
    assert metadata[f"{PDFA}conformance"] == "A"
    assert metadata[f"{PDFUA}part"] == "1"


@pytest.mark.parametrize(
    ("language", "title"),
    [("lv", "Apliecinājums par mācību apguvi"), ("en", "Certificate of completion")],
)
def test_title_language_and_author_are_in_the_file(language, title):
    document = opened(language=language)

    assert str(document.Root.Lang) == language
    assert document.open_metadata()[f"{DC}title"].startswith(title)
    assert document.open_metadata()[f"{DC}creator"] == ["Demo novada pašvaldība"]
    assert document.Root.ViewerPreferences.DisplayDocTitle is True


def test_the_file_is_tagged_in_reading_order():
    document = opened()

    assert document.Root.MarkInfo.Marked is True
    order = [role for role in roles(document.Root.StructTreeRoot) if role in {"/H1", "/H2", "/H3", "/L", "/Figure"}]
    assert order == ["/H1", "/L", "/Figure", "/H2", "/H3", "/L", "/H3", "/L"]


def test_the_qr_code_has_an_alternative_text_with_the_address():
    document = opened()

    alternatives = [
        str(item.Alt) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
    ]
    assert alternatives == ["Kvadrātkods ar pārbaudes adresi https://kopa.example/v/7K4M2-XQD9C-0VRTV/"]


def test_every_font_is_inside_the_file():
    document = opened(given_names="Ɓintu")

    embedded = {
        str(item.FontName).partition("+")[2]: "/FontFile2" in item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
    }
    assert embedded == {
        "Commissioner-Bold": True,
        "Commissioner-Regular": True,
        "Commissioner-SemiBold": True,
        "NotoSans-Regular": True,
        "NotoSans-SemiBold": True,
    }


def test_nothing_in_the_file_acts_or_fetches():
    document = rendering.pdf(a_snapshot())

    for name in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/SubmitForm", b"/OpenAction"):
        assert name not in document
    links = [
        str(annotation.A.URI)
        for page in pikepdf.open(io.BytesIO(document)).pages
        for annotation in page.get("/Annots", [])
    ]
    assert links == ["https://kopa.example/v/7K4M2-XQD9C-0VRTV/"]


def test_the_first_page_says_every_fact():
    first = text_of(rendering.pdf(a_snapshot()), page=0)

    for words in [
        "Apliecinājums par mācību apguvi",
        "Nr. KP-2026-000123",
        "Ilze Kalniņa",
        "Pamanīt. Uzklausīt. Ziņot. Sadarboties.",
        "Starpnozaru mācību programma bērnu drošībai",
        "Programmas versija 1.0 (spēkā no 01.09.2026.)",
        "Programmas saskaņojums DN-2026/14",
        "Apjoms 6 akadēmiskās stundas (1 stunda = 45 min, kopā 270 min)",
        "Mācību laiks 05.10.2026.–23.11.2026.",
        "Mācību forma Tiešsaistē",
        "Programma apgūta 23.11.2026.",
        "Izsniegšanas datums 24.11.2026.",
        "Aizstāj KP-2023-000007",
        "Derīgs līdz 23.11.2029. (programmas noteikumi: 3 gadi)",
        "Izsniedzējs Demo novada pašvaldība, reģ. nr. 90000000000 macibas@demonovads.example",
        "Izsniedzēja pārstāvis Signe Vītola, programmas koordinatore",
        "Pārbaudīt: kopa.example/v/",
        "Kods: 7K4M2-XQD9C-0VRTV",
        "Šis dokuments neapliecina speciālo zināšanu apguvi",
        "1. lapa no 2",
    ]:
        assert words in first


def test_the_second_page_says_topics_and_outcomes():
    second = text_of(rendering.pdf(a_snapshot()), page=1)

    for words in [
        "Tēmas un mācību rezultāti",
        "Pielikums apliecinājumam Nr. KP-2026-000123, Ilze Kalniņa",
        "Pamanīt: pazīmes un riski",
        "Nosaukt brīdinājuma pazīmes.",
        "Uzklausīt: ja bērns uzticas",
        "Mierīgi reaģēt pirmajās minūtēs.",
    ]:
        assert words in second


def test_the_same_snapshot_is_the_same_bytes_in_every_thread():
    made: list[str] = []

    def render() -> None:
        made.append(sha256(rendering.pdf(a_snapshot())).hexdigest())

    threads = [threading.Thread(target=render) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    restored = Snapshot.from_json(json.loads(json.dumps(a_snapshot().as_json())))

    assert len(made) == 4
    assert {*made, sha256(rendering.pdf(restored)).hexdigest()} == {made[0]}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_printed_as_it_is_typed(name):
    document = rendering.pdf(a_snapshot(given_names=name))

    assert without_spaces(name) in without_spaces(text_of(document, page=0))
    assert len(PdfReader(io.BytesIO(document)).pages) == 2


@pytest.mark.parametrize(
    "field", ["programme", "issuer", "issuer_contact", "signatory_post", "legal_status", "approval"]
)
def test_no_text_of_the_issuer_is_compiled(field):
    document = rendering.pdf(a_snapshot(**{field: '#panic("x") $a$ *b*'}))

    assert '#panic("x") $a$ *b*' in text_of(document, page=0)


def test_no_topic_is_compiled():
    document = rendering.pdf(a_snapshot(topics=(Topic(title="#panic()", outcomes=("= x", "#read('/etc/passwd')")),)))

    assert "#panic() • = x • #read('/etc/passwd')" in text_of(document, page=1)


def test_a_long_programme_without_outcomes_still_prints():
    topics = tuple(Topic(title=f"Tēma {number}", outcomes=()) for number in range(60))

    assert "Tēma 59" in text_of(rendering.pdf(a_snapshot(topics=topics)))


@pytest.mark.parametrize("name", ["محمد", "李小龙", "Ilze 😀"])
def test_letters_that_no_font_has_are_a_named_error(name):
    with pytest.raises(MissingGlyphs) as problem:
        rendering.pdf(a_snapshot(given_names=name))

    assert problem.value.text in name


@pytest.mark.parametrize("character", ["\u202e", "\u0000", "\u200b", "\n", "\u2066", "\ue000"])
def test_invisible_control_characters_are_a_named_error(character):
    with pytest.raises(UnprintableText) as problem:
        rendering.pdf(a_snapshot(surname=f"Kal{character}niņa"))

    assert problem.value.characters == [f"U+{ord(character):04X}"]


def test_both_languages_have_the_same_words():
    assert labels("lv").keys() == labels("en").keys()
    for language in ("lv", "en"):
        assert labels(language)["for_programme"].keys() == set(Enrolment.Path.values)


def test_a_page_can_be_looked_at_as_a_picture():
    pictures = rendering.pictures(a_snapshot(), ppi=36)

    assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"] * 2


@pytest.mark.skipif(not shutil.which("qpdf"), reason="needs qpdf")
def test_qpdf_finds_no_fault(tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(rendering.pdf(a_snapshot()))

    assert "No syntax or stream encoding errors found" in subprocess.check_output(["qpdf", "--check", path], text=True)


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="needs pdfinfo")
def test_pdfinfo_sees_two_tagged_pages(tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(rendering.pdf(a_snapshot()))
    facts = subprocess.check_output(["pdfinfo", path], text=True, stderr=subprocess.DEVNULL)

    assert "Tagged:          yes" in facts
    assert "Pages:           2" in facts
    assert "JavaScript:      no" in facts
