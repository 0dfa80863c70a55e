"""S01, S04: an archive is refused whole, with a reason, before anything is written outside its quarantine."""

import io
import zipfile
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from courses.packages import archive as archives
from courses.packages.errors import PackageRefused
from courses.packages.names import is_litter, plain_name
from tests.packages import build
from tests.packages.hostile import HOSTILE, member, packed

# Refused while unpacking, because only the bytes themselves show the fault.
FOUND_LATE = {"larger than it says", "smaller than it says", "wrong checksum"}


def unpacked(raw: bytes, folder: Path, told=None) -> archives.Plan:
    with archives.open_archive(io.BytesIO(raw)) as archive:
        plan = archives.plan(archive)
        archives.unpack(archive, plan, folder, told.append if told is not None else lambda percent: None)
    return plan


def tree(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


@pytest.fixture
def quarantine(tmp_path):
    folder = tmp_path / "packages" / ".quarantine" / "one"
    folder.mkdir(parents=True)
    (tmp_path / "beside.txt").write_text("untouched")
    return folder


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_and_changes_nothing_outside_quarantine(name, quarantine, tmp_path):
    raw = HOSTILE[name]()

    with pytest.raises(PackageRefused) as refused:
        unpacked(raw, quarantine)

    inside = quarantine.relative_to(tmp_path).as_posix()
    outside = {path: body for path, body in tree(tmp_path).items() if not path.startswith(f"{inside}/")}
    assert outside == {"beside.txt": b"untouched", "packages": None, "packages/.quarantine": None, inside: None}
    assert not any(path.is_symlink() for path in quarantine.rglob("*"))
    if name not in FOUND_LATE:
        assert tree(quarantine) == {}
    for language in ("lv", "en"):
        with override(language):
            assert refused.value.as_json()["what"]
            assert refused.value.as_json()["mend"]
    assert refused.value.where.isprintable()


def test_there_are_more_than_twenty_seven_of_them():
    assert len(HOSTILE) > 27


@pytest.mark.parametrize(
    ("name", "where", "what"),
    [
        ("parent folder", "../outside.html", "leads outside"),
        ("absolute", "/etc/cron.d/job.html", "root of a disk"),
        ("backslash", "..\\outside.html", "backslash"),
        ("drive", "C:/Windows/outside.html", "colon"),
        ("nul", "page.html\\x00.png", "cannot be seen"),
        ("link", "link.html", "link"),
        ("twice", "a/page.html", "twice"),
        ("capitals alone", "a/page.HTML", "capital letters"),
        ("encrypted", "secret.html", "encrypted"),
        ("overlapped", "other.html", "shares its place"),
        ("larger than it says", "liar.html", "damaged"),
        ("bomb", "zeros.bin", "200 times larger"),
        ("more than a gigabyte", "", "larger than 1024 MB"),
        ("two hundred thousand", "", "more than 10000 files"),
        ("manifest too deep", "a/b", "top level"),
        ("not utf-8 without the mark", "lΓpa.html", "UTF-8"),
    ],
)
def test_the_refusal_names_the_member_and_the_fault(name, where, what, quarantine):
    with override("en"), pytest.raises(PackageRefused) as refused:
        unpacked(HOSTILE[name](), quarantine)

    assert refused.value.where == where
    with override("en"):
        assert what in str(refused.value.message)


@pytest.mark.parametrize(
    "make",
    [build.scorm12, build.scorm12_multi, build.scorm2004, build.scorm2004_ordered, build.h5p, build.cmi5_single],
    ids=lambda make: make.__name__,
)
def test_a_good_package_is_unpacked_as_it_is(make, quarantine):
    raw = make()
    told = []

    plan = unpacked(raw, quarantine, told)

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {path: body for path, body in tree(quarantine).items() if body is not None} == files
    assert (plan.size, len(plan.members), plan.warnings) == (sum(map(len, files.values())), len(files), ())
    assert told == sorted(told)
    assert told[-1] == 100


def test_a_package_one_folder_down_is_taken_out_with_a_warning(quarantine):
    files = {f"kurss/{name}": body for name, body in build.files_of_scorm12().items()}
    raw = build.archive(files | {"lasi.txt": b"beside"})

    plan = unpacked(raw, quarantine)

    assert {path for path, body in tree(quarantine).items() if body is not None} == set(build.files_of_scorm12())
    with override("en"):
        assert [str(warning) for warning in plan.warnings] == [
            "The package lies in the folder “kurss” of the archive and was taken out of it.",
            "Files beside that folder, left out: 1.",
        ]


def test_unknown_types_are_left_out_with_a_warning_and_litter_without(quarantine):
    extra = ["tool.exe", "nested.zip", "LICENSE", "a/style.scss", "b/style.scss", ".htaccess"]
    litter = ["__MACOSX/._index.html", ".DS_Store", "a/Thumbs.db", "a/._page.html"]
    raw = packed(*(member(name) for name in [*extra, *litter]))

    plan = unpacked(raw, quarantine)

    assert {path for path, body in tree(quarantine).items() if body is not None} == set(build.files_of_scorm12())
    with override("en"):
        (warning,) = map(str, plan.warnings)
    assert warning.startswith("Files of types that are not served were left out: ")
    assert warning.endswith(": .scss (2), .exe (1), .zip (1), LICENSE (1), .htaccess (1).")


def test_a_hostile_member_refuses_the_package_even_when_it_would_be_left_out(quarantine):
    with pytest.raises(PackageRefused):
        unpacked(packed(member("../tool.exe")), quarantine)


def test_names_are_kept_in_one_spelling(quarantine):
    unpacked(packed(member("mape/a\u0304bols.html")), quarantine)

    assert "mape/\u0101bols.html" in tree(quarantine)


def test_names_in_utf_8_are_read_without_the_mark_too(quarantine):
    raw = packed(member("m\u0101c\u012bba.html"))
    unmarked = bytearray(raw)
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = unmarked.rindex(signature)
        unmarked[start + at + 1] &= ~0x08

    unpacked(bytes(unmarked), quarantine)

    assert "m\u0101c\u012bba.html" in tree(quarantine)


def test_small_files_may_shrink_as_much_as_they_like(quarantine):
    unpacked(packed(member("spaces.txt", b" " * 1_000_000)), quarantine)

    assert len(tree(quarantine)["spaces.txt"]) == 1_000_000


def test_files_are_readable_and_never_executable(quarantine):
    unpacked(packed(member("run.js", mode=0o100777)), quarantine)

    assert (quarantine / "run.js").stat().st_mode & 0o111 == 0


@given(st.text(min_size=1, max_size=80))
def test_a_name_that_is_taken_stays_inside(name):
    info, _body = member(name)
    info.flag_bits = 0x800
    try:
        path = plain_name(info)
    except PackageRefused:
        return
    parts = path.split("/")
    assert not {"", ".", ".."} & set(parts)
    assert Path("/quarantine", path).resolve().is_relative_to("/quarantine")


@given(st.binary(max_size=300))
def test_whatever_bytes_come_only_refusals_are_raised(raw):
    with pytest.raises(PackageRefused), archives.open_archive(io.BytesIO(raw)) as archive:
        archives.plan(archive)


@given(st.data())
def test_a_package_with_any_bytes_changed_is_refused_or_read(data):
    raw = bytearray(build.scorm12())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        with archives.open_archive(io.BytesIO(bytes(raw))) as archive:
            archives.plan(archive)
    except PackageRefused:
        pass


def test_litter_is_told_apart_from_files():
    assert [is_litter(path) for path in ("__MACOSX/a/b.html", "a/._b.html", "a/b.html")] == [True, True, False]
