"""Archives made to break an import, each by code and in memory: name -> a function that returns its bytes.

`HOSTILE` are refused whole. Each holds a good manifest and page as well, so that it is refused for its one fault.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

from tests.packages import build

GOOD = build.files_of_scorm12()
DATE = (2026, 1, 1, 0, 0, 0)
CENTRAL = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"
END = b"PK\x05\x06"
Member = tuple[zipfile.ZipInfo, bytes]


def member(name: str, body: bytes = b"x", *, mode: int = 0, method: int = zipfile.ZIP_DEFLATED) -> Member:
    info = zipfile.ZipInfo("placeholder", DATE)
    # zipfile would cut a name at NUL and change some others; it must go in as it is.
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16
    info.compress_type = method
    return info, body


def packed(*members: Member, good: bool = True) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for info, body in [*([member(name, body) for name, body in GOOD.items()] if good else []), *members]:
            archive.writestr(info, body, info.compress_type)
    return target.getvalue()


def named(name: str) -> Callable[[], bytes]:
    return lambda: packed(member(name))


def of_kind(mode: int) -> Callable[[], bytes]:
    return lambda: packed(member("link.html", b"/etc/passwd", mode=mode | 0o777))


def both_headers(archive: bytes, name: bytes, change: Callable[[bytearray, int, int], None]) -> bytes:
    """Change what the local header and the directory say of a member; `change` gets the offsets of the two."""
    raw = bytearray(archive)
    change(raw, _header(raw, LOCAL, 30, name), _header(raw, CENTRAL, 46, name))
    return bytes(raw)


def _header(raw: bytes, signature: bytes, size: int, name: bytes) -> int:
    at = raw.index(signature)
    while raw[at + size : at + size + len(name)] != name:
        at = raw.index(signature, at + 1)
    return at


def renamed(name: bytes, *, utf8: bool) -> bytes:
    """A member whose name is these very bytes."""
    placeholder = b"n" * len(name)
    flags = struct.pack("<H", 0x800 if utf8 else 0)

    def change(raw: bytearray, local: int, central: int) -> None:
        raw[local + 30 : local + 30 + len(name)] = raw[central + 46 : central + 46 + len(name)] = name
        raw[local + 6 : local + 8] = raw[central + 8 : central + 10] = flags

    return both_headers(packed(member(placeholder.decode())), placeholder, change)


def flagged(flag: int) -> bytes:
    def change(raw: bytearray, local: int, central: int) -> None:
        for at in (local + 6, central + 8):
            raw[at : at + 2] = struct.pack("<H", struct.unpack("<H", raw[at : at + 2])[0] | flag)

    return both_headers(packed(member("secret.html")), b"secret.html", change)


def with_method(method: int) -> bytes:
    def change(raw: bytearray, local: int, central: int) -> None:
        raw[local + 8 : local + 10] = raw[central + 10 : central + 12] = struct.pack("<H", method)

    return both_headers(packed(member("odd.html")), b"odd.html", change)


def with_size(body: bytes, said: int) -> bytes:
    """A member of another length than both headers say."""

    def change(raw: bytearray, local: int, central: int) -> None:
        raw[local + 22 : local + 26] = raw[central + 24 : central + 28] = struct.pack("<L", said)

    return both_headers(packed(member("liar.html", body)), b"liar.html", change)


def with_wrong_checksum() -> bytes:
    def change(raw: bytearray, local: int, central: int) -> None:
        raw[local + 14 : local + 18] = raw[central + 16 : central + 20] = b"\1\2\3\4"

    return both_headers(packed(member("torn.html", b"hello")), b"torn.html", change)


def two_descriptions() -> bytes:
    """One name in the directory, another at the member itself."""

    def change(raw: bytearray, local: int, _central: int) -> None:
        raw[local + 30 : local + 41] = b"another.htm"

    return both_headers(packed(member("onename.htm")), b"onename.htm", change)


def overlapped() -> bytes:
    """The bytes of one member are the whole of the next one with its header, as in bombs of a few kilobytes."""
    members = [member(name, b"a" * 50, method=zipfile.ZIP_STORED) for name in ("first.html", "other.html")]
    both = 50 + 30 + len("other.html") + 50

    def change(raw: bytearray, local: int, central: int) -> None:
        raw[local + 18 : local + 26] = raw[central + 20 : central + 28] = struct.pack("<2L", both, both)

    return both_headers(packed(*members), b"first.html", change)


def shared() -> bytes:
    """Two members of the directory point to the same bytes."""

    def change(raw: bytearray, _local: int, central: int) -> None:
        raw[central + 42 : central + 46] = struct.pack("<L", _header(raw, LOCAL, 30, b"first.html"))

    return both_headers(packed(member("first.html"), member("other.html")), b"other.html", change)


def outside_its_archive() -> bytes:
    def change(raw: bytearray, _local: int, central: int) -> None:
        raw[central + 42 : central + 46] = struct.pack("<L", 0x7FFFFFFF)

    return both_headers(packed(member("far.html")), b"far.html", change)


def over_the_directory() -> bytes:
    """The bytes of the last member reach into the directory."""

    def change(raw: bytearray, local: int, central: int) -> None:
        raw[local + 18 : local + 22] = raw[central + 20 : central + 24] = struct.pack("<L", 5_000)

    return both_headers(packed(member("zlast.html", b"x", method=zipfile.ZIP_STORED)), b"zlast.html", change)


def many(number: int) -> bytes:
    """Made by hand: zipfile takes long for so many."""
    local = LOCAL + struct.pack("<5H3L2H", 20, 0, 0, 0, 33, 0, 0, 0, 7, 0)
    files, directory = io.BytesIO(), io.BytesIO()
    for one in range(number):
        name = b"%06d." % one
        directory.write(
            CENTRAL + struct.pack("<6H3L5H2L", 20, 20, 0, 0, 0, 33, 0, 0, 0, 7, 0, 0, 0, 0, 0, files.tell())
        )
        directory.write(name)
        files.write(local + name)
    start, size = files.tell(), directory.tell()
    end = END + struct.pack("<4H2LH", 0, 0, number & 0xFFFF, number & 0xFFFF, size, start, 0)
    return files.getvalue() + directory.getvalue() + end


def bomb(megabytes: int = 64) -> bytes:
    """Zeros, a thousand times smaller when packed."""
    return packed(member("zeros.bin", bytes(megabytes * 1024**2)))


def huge() -> bytes:
    """Members that are each within the ratio, and say to hold more than a gigabyte together."""
    body = bytes(range(256)) * 24_000
    members = [member(f"part-{number}.bin", body, method=zipfile.ZIP_STORED) for number in range(3)]
    raw = packed(*members)
    for number in range(3):
        name = f"part-{number}.bin".encode()

        def change(raw: bytearray, local: int, central: int) -> None:
            raw[local + 22 : local + 26] = raw[central + 24 : central + 28] = struct.pack("<L", 500 * 1024**2)

        raw = both_headers(raw, name, change)
    return raw


def sparse_two_gigabytes() -> bytes:
    """Says to be two gigabytes of nothing."""

    def change(raw: bytearray, local: int, central: int) -> None:
        raw[local + 22 : local + 26] = raw[central + 24 : central + 28] = struct.pack("<L", 2 * 1024**3)

    return both_headers(packed(member("hole.bin", b"")), b"hole.bin", change)


def huge_directory() -> bytes:
    """The end record says that the directory is a hundred megabytes, and the file holds as many zeros."""
    size = 100 * 1024**2
    return bytes(size) + END + struct.pack("<4H2LH", 0, 0, 1, 1, size, 0, 0)


def cut_off() -> bytes:
    return packed()[:-30]


def twice() -> bytes:
    """zipfile warns of names that stand there already, so the second one is put in afterwards."""

    def change(raw: bytearray, local: int, central: int) -> None:
        raw[local + 30 : local + 41] = raw[central + 46 : central + 57] = b"a/page.html"

    return both_headers(packed(member("a/page.html"), member("b/page.html")), b"b/page.html", change)


def folder_with_data() -> bytes:
    return packed(member("folder/", b"not empty"))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "parent folder": named("../outside.html"),
    "parent folder inside": named("a/../../outside.html"),
    "parent folder that comes back": named("a/../index.html"),
    "absolute": named("/etc/cron.d/job.html"),
    "backslash": named("..\\outside.html"),
    "network path": named("\\\\server\\share.html"),
    "drive": named("C:/Windows/outside.html"),
    "stream of a file": named("page.html:hidden.html"),
    "nul": named("page.html\0.png"),
    "line feed": named("page\n.html"),
    "escape sequence": named("page\x1b[2J.html"),
    "name that is read backwards": named("page\u202egnp.html"),
    "no name": named("./"),
    "dots alone": named("..."),
    "link": of_kind(stat.S_IFLNK),
    "character device": of_kind(stat.S_IFCHR),
    "block device": of_kind(stat.S_IFBLK),
    "pipe": of_kind(stat.S_IFIFO),
    "socket": of_kind(stat.S_IFSOCK),
    "twice": twice,
    "twice by way of a dot": lambda: packed(member("a/page.html"), member("a/./page.html")),
    "capitals alone": lambda: packed(member("a/Page.html"), member("a/page.HTML")),
    "two ways to write a letter": lambda: packed(member("lapa-\u0101.html"), member("lapa-a\u0304.html")),
    "file that is a folder": lambda: packed(member("a.html"), member("a.html/b.html")),
    "folder with data": folder_with_data,
    "too deep": named("/".join("d" * 21) + "/page.html"),
    "too long a part": named("n" * 300 + ".html"),
    "too long a path": named("/".join(["n" * 120] * 10) + ".html"),
    "not utf-8 without the mark": lambda: renamed(b"l\xe2pa.html", utf8=False),
    "not utf-8 with the mark": lambda: renamed(b"l\xe2pa.html", utf8=True),
    "encrypted": lambda: flagged(0x1),
    "strongly encrypted": lambda: flagged(0x41),
    "encrypted directory": lambda: flagged(0x2000),
    "patch data": lambda: flagged(0x20),
    "bzip2": lambda: with_method(12),
    "lzma": lambda: with_method(14),
    "unknown compression": lambda: with_method(99),
    "overlapped": overlapped,
    "shared": shared,
    "outside its archive": outside_its_archive,
    "over the directory": over_the_directory,
    "two descriptions": two_descriptions,
    "larger than it says": lambda: with_size(b"hello, hello, hello" * 9, 5),
    "smaller than it says": lambda: with_size(b"hello", 500_000),
    "wrong checksum": with_wrong_checksum,
    "bomb": bomb,
    "more than a gigabyte": huge,
    "sparse": sparse_two_gigabytes,
    "ten thousand and one": lambda: many(10_001),
    "two hundred thousand": lambda: many(200_000),
    "huge directory": huge_directory,
    "cut off": cut_off,
    "empty file": lambda: b"",
    "no archive": lambda: b"%PDF-1.7\n" * 100,
    "no member": lambda: packed(good=False),
    "no manifest": lambda: packed(member("index.html"), good=False),
    "manifest too deep": lambda: packed(member("a/b/imsmanifest.xml"), good=False),
    "two packages side by side": lambda: packed(member("a/imsmanifest.xml"), member("b/imsmanifest.xml"), good=False),
}
