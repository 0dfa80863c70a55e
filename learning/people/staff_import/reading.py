"""From the bytes of a CSV or XLSX file to rows of cells, all of them plain text."""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import reduce

from python_calamine import CalamineError, CalamineWorkbook

from .columns import recognise
from .errors import FileEmpty, FileTooLarge, FileUnreadable, OldSpreadsheet, TooManyColumns, TooManyRows

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
# What an XLSX file may grow to when unpacked: 50,000 rows take some 40 MB.
MOST_UNPACKED_BYTES = 150_000_000
DELIMITERS = ",;\t|"
MOST_COLUMNS = 60
CELL_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")

Rows = list[list[str]]
# The column that a heading means, or None.
Recognise = Callable[[str], str | None]


def read_rows(content: bytes, *, recognise: Recognise = recognise) -> Rows:
    """Every row up to the last one with text; row n of the file is at place n - 1.

    `recognise` knows the headings of the list that is meant. Raises a StaffFileError when the bytes are no list that
    can be read.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLarge(MOST_BYTES)
    if content.startswith(b"PK\x03\x04"):
        rows = _read_xlsx(content, recognise)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise OldSpreadsheet
    else:
        rows = _read_csv(_decode(content), recognise)
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise FileEmpty
    return rows


def clean_cell(value: object) -> str:
    """A cell as one line of visible text. What looks like a formula stays the text it is."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", str(value))
    # Cf: soft hyphens, byte order marks and marks that turn the direction of writing.
    visible = "".join(letter for letter in text if unicodedata.category(letter) != "Cf") if not text.isascii() else text
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", visible).split())


def _decode(content: bytes) -> str:
    """UTF-8 or UTF-16 as marked, else the Baltic code page, else the Western one."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1257", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    raise FileUnreadable


def _read_csv(text: str, recognise: Recognise) -> Rows:
    hint = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    delimiter = hint[1] if hint else _delimiter(text, recognise)
    try:
        rows = _limited(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise FileUnreadable from None
    if hint:
        rows[0] = []
    return rows


def _delimiter(text: str, recognise: Recognise) -> str:
    """The mark that cuts some early line into the most column names."""
    lines = text[:20_000].splitlines()[:15]

    def known(mark: str) -> int:
        return max((sum(map(bool, map(recognise, _cut(line, mark)))) for line in lines), default=0)

    return max(DELIMITERS, key=known)


def _cut(line: str, mark: str) -> list[str]:
    return [cell.strip(' "') for cell in line.split(mark)]


def _read_xlsx(content: bytes, recognise: Recognise) -> Rows:
    """The sheet whose first rows name the most columns; the first sheet when none does."""
    _refuse_bombs(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            _limited(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names
        ]
    except (CalamineError, zipfile.BadZipFile):
        raise FileUnreadable from None
    if not sheets:
        raise FileEmpty

    def known(rows: Rows) -> int:
        return max((sum(map(bool, map(recognise, row))) for row in rows[:15]), default=0)

    return max(sheets, key=known)


def _refuse_bombs(content: bytes) -> None:
    """Unpack every part within a limit, whatever sizes the file claims, before a parser sees it."""
    left = MOST_UNPACKED_BYTES
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        raise FileUnreadable from None
    for part in parts:
        seam, height, width = b"", 0, 0
        for piece in _unpacked(content, part):
            left -= len(piece)
            if left < 0:
                raise FileTooLarge(MOST_BYTES)
            for column, row in CELL_ADDRESS.findall(seam + piece):
                height, width = max(height, int(row)), max(width, _column_number(column))
            seam = piece[-40:]
        # A parser makes room for every cell up to the farthest one, so one stray cell can take all memory.
        if height > MOST_ROWS:
            raise TooManyRows(MOST_ROWS)
        if width > MOST_COLUMNS:
            raise TooManyColumns


def _column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    return reduce(lambda number, letter: number * 26 + letter - ord("A") + 1, letters, 0)


def _unpacked(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part of the archive in pieces of at most a megabyte, taken from its bytes and not from its claims."""
    if part.flag_bits & 0x1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileUnreadable
    # ZIP APPNOTE 4.3.7: the local header has 30 fixed bytes, then a name and an extra field of its own length.
    start = part.header_offset
    name_length, extra_length = (int.from_bytes(content[start + at : start + at + 2], "little") for at in (26, 28))
    packed = content[start + 30 + name_length + extra_length :][: part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while packed and not unpacker.eof:
            yield unpacker.decompress(packed, 1_000_000)
            packed = unpacker.unconsumed_tail
    except zlib.error:
        raise FileUnreadable from None


def _limited(rows: Iterable[list[object]]) -> Rows:
    cleaned: Rows = []
    for row in rows:
        if len(cleaned) >= MOST_ROWS:
            raise TooManyRows(MOST_ROWS)
        cleaned.append([clean_cell(cell) for cell in row[:MOST_COLUMNS]])
    return cleaned
