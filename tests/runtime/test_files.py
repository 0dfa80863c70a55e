"""Files of packages on the content origin: by token, of known types, in parts, and nothing else (S02, S05)."""

import os
from contextlib import suppress
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses.packages.hrefs import Files, inside
from runtime.content.ranges import Unsatisfiable, asked_part
from runtime.errors import LaunchGone, UnknownToken
from runtime.player import file_address
from runtime.tokens import LIVES, Ticket, launch_of, ticket_of, token_of
from tests.runtime.ground import a_launch, a_package

MEDIA = bytes(range(256)) * 1024


@pytest.fixture
def content(db, settings) -> Client:
    settings.CONTENT_ORIGIN = "http://127.0.0.1:8000"
    return Client(headers={"host": "127.0.0.1:8000"})


@pytest.fixture
def launch(content):
    files = {
        "index.html": "<h1>Labdien</h1>",
        "media/film.mp4": MEDIA,
        "media/Ēna ar atstarpi.svg": "<svg/>",
        "run.exe": "MZ",
        "noextension": "x",
        "empty.txt": "",
    }
    return a_launch(a_package(files=files))


@pytest.fixture
def token(launch) -> str:
    return token_of(launch)


def body(answer) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


# ---- Addresses


@pytest.mark.parametrize(
    "name", ["a.html", "Mācību grāmata/1. daļa.html", "100%.html", "a%20b.html", "#1/kas?.html", "a;b,c=d&e.html"]
)
def test_whatever_a_manifest_may_launch_is_served_with_its_query_and_fragment(content, name):
    href = inside(f"{quote(name)}?part=1#/start", files=Files([name]), where="imsmanifest.xml")
    launch = a_launch(a_package(files={name: "x"}, hrefs={"part": href}))

    address = file_address(token_of(launch), href)

    assert address.endswith("?part=1#/start")
    answer = content.get(address.partition("#")[0])
    assert (answer.status_code, body(answer)) == (200, b"x")


# ---- Types and headers


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html"),
        ("media/film.mp4", "video/mp4"),
        ("media/Ēna ar atstarpi.svg", "image/svg+xml"),
        ("empty.txt", "text/plain"),
    ],
)
def test_a_file_has_the_type_of_its_name_and_is_kept_by_browsers(content, token, name, kind):
    answer = content.get(f"/p/{token}/{name}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=43200, immutable"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert int(answer.headers["Content-Length"]) == len(body(answer))
    assert answer.cookies == {}


def test_a_name_may_be_written_in_either_spelling_of_its_letters(content, token):
    assert content.get(f"/p/{token}/media/E\u0304na ar atstarpi.svg").status_code == 200


@pytest.mark.parametrize("name", ["run.exe", "noextension", "absent.html", "media", "media/"])
def test_other_types_folders_and_missing_files_are_not_found(content, token, name):
    assert content.get(f"/p/{token}/{name}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_file_can_only_be_read(content, token, method):
    assert getattr(content, method)(f"/p/{token}/index.html").status_code == 405


# ---- Ways out of the folder


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "../../secret.txt",
        "media/../../secret.txt",
        "media/../index.html",
        "./index.html",
        "media//film.mp4",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "..%5csecret.txt",
        "media\\film.mp4",
        "index.html%00.png",
        "index.html/",
        "/etc/passwd",
        "//etc/hosts.txt",
        "C:/secret.txt",
        "link.txt",
        "linked/secret.txt",
        "x" * 5000 + ".html",
        "\ud800.html",
    ],
)
def test_no_way_of_writing_a_path_leads_out_of_the_package(content, launch, token, settings, path):
    root = settings.PACKAGE_ROOT / str(launch.registration.package.number)
    (settings.PACKAGE_ROOT / "secret.txt").write_text("secret")
    os.symlink(settings.PACKAGE_ROOT / "secret.txt", root / "link.txt")
    os.symlink(settings.PACKAGE_ROOT, root / "linked")

    answer = content.get(f"/p/{token}/{path.encode('utf-8', 'surrogatepass').decode('latin-1')}")

    assert answer.status_code == 404
    assert b"secret" not in body(answer)


def test_a_token_opens_its_own_package_and_no_other(content, launch, token):
    other = a_launch(a_package(files={"other.html": "other"}))
    forged = Ticket(other.registration.package.number, launch.number).token()

    assert content.get(f"/p/{token}/other.html").status_code == 404
    assert content.get(f"/p/{token}/../{other.registration.package.number}/other.html").status_code == 404
    assert content.get(f"/p/{forged}/other.html").status_code == 404


# ---- Tokens


def test_a_token_says_which_package_and_which_launch(launch, token):
    ticket = ticket_of(token)

    assert ticket == Ticket(launch.registration.package.number, launch.number)
    assert launch_of(token) == launch_of(ticket) == launch


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda token: token[1:], lambda token: token + "a"])
def test_a_changed_token_is_none(content, token, change):
    with pytest.raises(UnknownToken):
        ticket_of(change(token))
    assert content.get(f"/p/{change(token)}/index.html").status_code == 404


@pytest.mark.parametrize("text", ["", "x", "....", "x" * 100, "A" * 43 + ".1t.x"])
def test_what_is_no_token_is_told_so(text):
    with pytest.raises(UnknownToken):
        ticket_of(text)


def test_a_token_ends_after_twelve_hours(content, launch, token, monkeypatch):
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + LIVES.total_seconds() - 5)
    assert ticket_of(token).launch == launch.number

    monkeypatch.setattr(signing.time, "time", lambda: now + LIVES.total_seconds() + 5)
    with pytest.raises(UnknownToken):
        ticket_of(token)
    assert content.get(f"/p/{token}/index.html").status_code == 404


def test_other_signatures_of_the_platform_are_no_tokens(launch):
    numbers = ticket_of(token_of(launch))
    for salt in ("", "runtime.other", "learning.invitations"):
        with pytest.raises(UnknownToken):
            ticket_of(signing.TimestampSigner(sep=".", salt=salt).sign(numbers.token().split(".")[0]))


def test_a_token_without_launch_reads_but_has_no_launch(content, launch):
    token = Ticket(launch.registration.package.number, None).token()

    assert content.get(f"/p/{token}/index.html").status_code == 200
    assert content.get(f"/play/{token}/").status_code == 404
    with pytest.raises(LaunchGone):
        launch_of(token)


def test_a_launch_that_never_was_opens_nothing(content, launch):
    token = Ticket(launch.registration.package.number, uuid4()).token()

    assert content.get(f"/p/{token}/index.html").status_code == 404


@pytest.mark.parametrize("end", ["leave", "withdraw"])
def test_who_may_not_study_any_more_reads_nothing_after_a_minute(content, launch, token, end):
    enrolment = launch.registration.enrolment
    if end == "leave":
        enrolment.user.is_active = False
        enrolment.user.save()
    else:
        enrolment.withdrawn_at = timezone.now() - timedelta(minutes=1)
        enrolment.save()

    assert content.get(f"/p/{token}/index.html").status_code == 404
    assert content.get(f"/play/{token}/").status_code == 404


def test_a_hundred_files_of_a_page_cost_two_queries(content, token, django_assert_num_queries):
    """Whether the learner may still read, and where the package may load from; both again after a minute."""
    with django_assert_num_queries(2):
        for _ in range(3):
            assert content.get(f"/p/{token}/index.html").status_code == 200


# ---- Parts of a file


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=100-", 100, len(MEDIA) - 1),
        ("bytes=-500", len(MEDIA) - 500, len(MEDIA) - 1),
        ("bytes=-99999999", 0, len(MEDIA) - 1),
        ("bytes=5-99999999", 5, len(MEDIA) - 1),
        ("Bytes = 5 - 9", 5, 9),
    ],
)
def test_a_part_is_sent_as_asked(content, token, wanted, first, last):
    answer = content.get(f"/p/{token}/media/film.mp4", headers={"Range": wanted})

    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(MEDIA)}"
    assert int(answer.headers["Content-Length"]) == last - first + 1
    assert answer.headers["Content-Type"] == "video/mp4"
    assert body(answer) == MEDIA[first : last + 1]


@pytest.mark.parametrize(
    "wanted",
    ["bytes=", "bytes=-", "bytes=9-5", "lines=1-2", "bytes=a-b", "bytes=0-1,5-9", "bytes=-1-2", "bytes=١-٢", "0-5", ""],
)
def test_what_is_no_single_range_gets_the_whole_file(content, token, wanted):
    answer = content.get(f"/p/{token}/media/film.mp4", headers={"Range": wanted})

    assert (answer.status_code, body(answer)) == (200, MEDIA)


@pytest.mark.parametrize("wanted", [f"bytes={len(MEDIA)}-", "bytes=99999999-99999999", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused_with_the_size(content, token, wanted):
    answer = content.get(f"/p/{token}/media/film.mp4", headers={"Range": wanted})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(MEDIA)}"
    assert body(answer) == b""


def test_a_part_is_sent_only_of_the_file_that_the_client_began_with(content, token):
    path = f"/p/{token}/media/film.mp4"
    etag = content.get(path).headers["ETag"]

    same = content.get(path, headers={"Range": "bytes=0-9", "If-Range": etag})
    other = content.get(path, headers={"Range": "bytes=0-9", "If-Range": '"other"'})

    assert (same.status_code, body(same)) == (206, MEDIA[:10])
    assert (other.status_code, body(other)) == (200, MEDIA)


def test_a_known_file_is_not_sent_again(content, token):
    path = f"/p/{token}/media/film.mp4"
    etag = content.get(path).headers["ETag"]

    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = content.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert content.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_tells_the_size_and_ignores_ranges(content, token):
    answer = content.head(f"/p/{token}/media/film.mp4", headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer.headers["Content-Length"], body(answer)) == (200, str(len(MEDIA)), b"")


@given(size=st.integers(0, 2**40), first=st.none() | st.integers(0, 2**41), last=st.none() | st.integers(0, 2**41))
def test_a_part_lies_within_the_file(size, first, last):
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    try:
        part = asked_part(header, size)
    except Unsatisfiable:
        return
    assert part is None or (0 <= part.start < part.stop <= size and part.step == 1)


@given(st.text(max_size=40))
def test_no_header_breaks_the_reading_of_ranges(text):
    with suppress(Unsatisfiable):
        asked_part(text, 100)


# ---- Sent by the web server


def test_a_web_server_is_told_which_file_to_send(content, launch, token, settings):
    settings.PACKAGE_ACCEL_PREFIX = "/packages/"

    answer = content.get(f"/p/{token}/media/Ēna ar atstarpi.svg", headers={"Range": "bytes=0-1"})

    package = launch.registration.package.number
    assert answer.status_code == 200
    assert answer.headers["X-Accel-Redirect"] == f"/packages/{package}/media/%C4%92na%20ar%20atstarpi.svg"
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "private, max-age=43200, immutable"
    assert body(answer) == b""
    assert content.get(f"/p/{token}/../secret.txt").status_code == 404
