"""A package's zip archive: looked through before anything is unpacked, refused whole for a single bad member.

`plan` reads the central directory and the local headers, `unpack` writes what was planned into an empty folder. Sizes,
names and kinds are never believed: what the directory says is checked against limits first and against the bytes later.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .errors import PackageRefused
from .media_types import media_type, suffix
from .names import REPACK, is_litter, plain_name, raw_name, shown

MOST_MEMBERS = 10_000
MOST_BYTES = 1024**3
MOST_RATIO = 200
# Small files shrink well and do no harm.
RATIO_COUNTS_ABOVE = 1024**2
# Four times what 10,000 members usually take; more is not even read.
MOST_DIRECTORY_BYTES = 4 * 1024**2
CHUNK = 256 * 1024
SYNCED_AT_ONCE = 8
ENCRYPTED = 0x1 | 0x40 | 0x2000
PATCHED = 0x20
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
MANIFESTS = ("imsmanifest.xml", "cmi5.xml", "h5p.json")
SHOWN_SUFFIXES = 8

# What zipfile raises for archives that are damaged or made to mislead it.
UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OverflowError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file to write: `path` is where, below the root of the package."""

    info: zipfile.ZipInfo
    path: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What of an archive is unpacked. `size` in bytes, as the directory says."""

    members: tuple[Member, ...]
    size: int
    warnings: tuple[str | Promise, ...] = field(default=())


class _Guarded:
    """The archive's file for zipfile, which reads the whole directory at once, whatever size it claims."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.close, self.seekable = file.seek, file.tell, file.close, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MOST_DIRECTORY_BYTES:
            raise _too_many()
        return self._file.read(size)


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """Raises PackageRefused when it is no zip archive, or one with a directory beyond any good purpose."""
    try:
        return zipfile.ZipFile(_Guarded(file))
    except (*UNREADABLE, OSError) as error:
        raise PackageRefused(
            "", _("The file is not a zip archive that can be read."), _("Export the package again and upload it anew.")
        ) from error


def plan(archive: zipfile.ZipFile) -> Plan:
    """Look at every member, then choose what is kept. Nothing is unpacked. Raises PackageRefused."""
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise _too_many()
    names = [plain_name(info) for info in infos]
    for info in infos:
        _check_kind(info)
    _check_sizes(infos)
    _check_names(infos, names)
    _check_places(archive, infos)
    files = [Member(info, name) for info, name in zip(infos, names, strict=True) if not info.is_dir()]
    return _chosen(files)


def unpack(
    archive: zipfile.ZipFile, plan: Plan, folder: Path, progress: Callable[[int], None] = lambda percent: None
) -> None:
    """Write the planned members below `folder`, which is empty, and put them safely on the disk.

    `progress` is told per cent of the bytes. Raises PackageRefused for a member that is not what the directory says,
    and OSError when the disk is full.
    """
    written = told = 0
    for member in plan.members:
        for size in _write(archive, member, folder):
            written += size
            percent = written * 100 // max(plan.size, 1)
            if percent > told:
                progress(told := percent)
    _settle(folder)


def _check_kind(info: zipfile.ZipInfo) -> None:
    where = shown(info.orig_filename)
    if info.flag_bits & ENCRYPTED:
        raise PackageRefused(where, _("The file is encrypted."), _("Pack the archive again without a password."))
    if info.flag_bits & PATCHED or info.compress_type not in METHODS:
        raise PackageRefused(
            where,
            _("The file is compressed in an unusual way."),
            _("Pack the archive again with the usual compression, “Deflate”."),
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise PackageRefused(
            where,
            _("This is a link to another file."),
            _("Put the file itself in its place and pack the archive again."),
        )
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageRefused(
            where, _("This is a device or a channel, not a file."), _("Remove it and pack the archive again.")
        )
    if info.is_dir() and (info.file_size or info.compress_size > 2):
        raise PackageRefused(where, _("This folder holds data as if it were a file."), REPACK)


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    for info in infos:
        if info.file_size > max(RATIO_COUNTS_ABOVE, MOST_RATIO * info.compress_size):
            raise PackageRefused(
                shown(info.orig_filename),
                format_lazy(_("Unpacked the file would be over {most} times larger than packed."), most=MOST_RATIO),
                _("Remove it, or pack it without compression."),
            )
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise PackageRefused(
            "",
            format_lazy(_("Unpacked the package would be larger than {most} MB."), most=MOST_BYTES // 1024**2),
            _("Make films and pictures smaller, or split the package."),
        )


def _check_names(infos: list[zipfile.ZipInfo], names: list[str]) -> None:
    """No two members at one place, also where capitals do not count, and no file where a folder is."""
    files: dict[str, str] = {}
    for info, name in zip(infos, names, strict=True):
        if info.is_dir():
            continue
        key = name.casefold()
        if key in files:
            same = files[key] == name
            raise PackageRefused(
                shown(name),
                _("The file stands in the archive twice.")
                if same
                else _("The name differs from that of another file in capital letters alone."),
                _("Keep one of the two and pack the archive again."),
            )
        files[key] = name
    for name in names:
        folder = name
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            if folder.casefold() in files:
                raise PackageRefused(
                    shown(name),
                    _("The file lies in a folder that is a file in the same archive."),
                    _("Rename one of the two and pack the archive again."),
                )


def _check_places(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
    """Each member has bytes of its own. Bombs of a few kilobytes let thousands of members share the same ones."""
    end_before = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        where = shown(info.orig_filename)
        start = _start_of_data(archive, info)
        if start is None:
            raise PackageRefused(where, _("The two descriptions of the file in the archive differ."), REPACK)
        end = start + info.compress_size
        if info.header_offset < end_before or end > archive.start_dir:
            raise PackageRefused(where, _("The file shares its place in the archive with another."), REPACK)
        end_before = end


def _start_of_data(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int | None:
    """Where the bytes of a member begin; None when its own header is not what the directory says."""
    try:
        archive.fp.seek(info.header_offset)
        raw = archive.fp.read(LOCAL_HEADER.size)
        signature, _version, flags, method, *_rest, name_length, extra_length = LOCAL_HEADER.unpack(raw)
        name = archive.fp.read(name_length)
    except (OSError, ValueError, OverflowError, struct.error):
        return None
    if (signature, flags & ENCRYPTED, method, name) != (LOCAL_SIGNATURE, 0, info.compress_type, raw_name(info)):
        return None
    return info.header_offset + LOCAL_HEADER.size + name_length + extra_length


def _chosen(files: list[Member]) -> Plan:
    """Without litter and unknown types, from the folder in which the manifest lies."""
    files = [member for member in files if not is_litter(member.path)]
    prefix = _prefix(files)
    warnings: list[str | Promise] = []
    inside = [Member(member.info, member.path[len(prefix) :]) for member in files if member.path.startswith(prefix)]
    if prefix:
        warnings.append(
            format_lazy(
                _("The package lies in the folder “{folder}” of the archive and was taken out of it."),
                folder=shown(prefix.rstrip("/")),
            )
        )
    if beside := len(files) - len(inside):
        warnings.append(format_lazy(_("Files beside that folder, left out: {number}."), number=beside))
    kept = [member for member in inside if media_type(member.path)]
    if left_out := [member.path for member in inside if not media_type(member.path)]:
        warnings.append(
            format_lazy(
                _("Files of types that are not served were left out: {types}."), types=_counted_suffixes(left_out)
            )
        )
    return Plan(tuple(kept), sum(member.info.file_size for member in kept), tuple(warnings))


def _prefix(files: list[Member]) -> str:
    """The one folder with a manifest, with its slash; '' is the root."""
    tops = {member.path.rpartition("/")[0] for member in files if member.path.rpartition("/")[2] in MANIFESTS}
    if "" in tops:
        return ""
    near = {top for top in tops if "/" not in top}
    if len(near) == 1:
        return near.pop() + "/"
    raise PackageRefused(
        shown(min(tops)) if tops else "",
        _("The archive has no imsmanifest.xml, cmi5.xml or h5p.json at its top level."),
        _("Zip the files themselves, not the folder that holds them."),
    )


def _counted_suffixes(paths: list[str]) -> str:
    counted = Counter(f".{suffix(path)}" if suffix(path) else shown(path.rpartition("/")[2]) for path in paths)
    common = [f"{shown(name)} ({number})" for name, number in counted.most_common(SHOWN_SUFFIXES)]
    return ", ".join([*common, *(["…"] if len(counted) > SHOWN_SUFFIXES else [])])


def _write(archive: zipfile.ZipFile, member: Member, folder: Path) -> Iterator[int]:
    """Write one file and say how many bytes came with each piece."""
    target = folder / member.path
    target.parent.mkdir(parents=True, exist_ok=True)
    counted = 0
    try:
        with archive.open(member.info) as packed, open(target, "xb", opener=_opener) as file:
            while piece := packed.read(CHUNK):
                counted += len(piece)
                file.write(piece)
                yield len(piece)
    except UNREADABLE as error:
        raise _untrue(member) from error
    if counted != member.info.file_size:
        raise _untrue(member)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o644)


def _settle(folder: Path) -> None:
    """Every file and folder on the disk itself. Several at once: a file system writes its journal for all who wait."""
    found = list(os.walk(folder, topdown=False))
    with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
        for _done in pool.map(sync, [Path(where, name) for where, _folders, files in found for name in files]):
            pass
    for where, _folders, _files in found:
        sync(Path(where))


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _untrue(member: Member) -> PackageRefused:
    return PackageRefused(
        shown(member.path),
        _("The file is damaged, or its size is not what the archive says."),
        _("Export the package again and upload it anew."),
    )


def _too_many() -> PackageRefused:
    return PackageRefused(
        "",
        format_lazy(_("The archive holds more than {most} files."), most=MOST_MEMBERS),
        _("Leave out what learners do not need, or split the package."),
    )
