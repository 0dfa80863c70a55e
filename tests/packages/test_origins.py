"""Where packages may load from: what can be written (S11), who may write it, and whose files get it."""

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from cms.services import ensure_editors, ensure_site
from config.content_origin import content_policy
from courses.models import AllowedOrigin
from courses.packages import allowing
from courses.packages.origins import MOST, origin_of, parsed
from runtime.tokens import Ticket, token_of
from runtime.trials import ticket_for
from tests import factories as make
from tests.runtime.ground import a_launch, a_package

OURS = {"kopa.example", "kopa-content.example"}
HOST = "127.0.0.1:8000"


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("https://player.vimeo.com", "https://player.vimeo.com"),
        ("HTTPS://Player.Vimeo.COM/", "https://player.vimeo.com"),
        ("https://film.example:443", "https://film.example"),
        ("https://film.example:8443", "https://film.example:8443"),
        ("https://*.vimeocdn.com", "https://*.vimeocdn.com"),
        ("https://bērni.example", "https://xn--brni-bva.example"),
        ("https://kopa.example.org", "https://kopa.example.org"),
        ("https://someone.github.io", "https://someone.github.io"),
    ],
)
def test_a_place_is_taken_in_the_spelling_of_a_policy(line, origin):
    assert origin_of(line, ours=OURS) == origin


@pytest.mark.parametrize(
    "line",
    [
        "http://film.example",
        "film.example",
        "//film.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "blob:https://film.example",
        "https:",
        "https://",
        "https://*",
        "https://*.",
        "https://*.com",
        "https://*.co.uk",
        "https://*.github.io",
        "https://com",
        "https://a.*.example",
        "https://film.*",
        "https://film*.example.com",
        "https://film.example/path",
        "https://film.example?x",
        "https://film.example#x",
        "https://user@film.example",
        "https://film.example:0",
        "https://film.example:99999",
        "https://film.example:x",
        "https://film.example; script-src *",
        "https://film.example 'unsafe-hashes'",
        "https://film.example,https://b.example",
        "https://film.example\\@x",
        "https://film\x00.example",
        "https://film..example",
        "https://-film.example",
        "https://10.0.0.1",
        "https://127.0x1",
        "https://[::1]",
        "https://localhost",
        "https://printer.local",
        "https://intranet",
        "https://kopa.example",
        "https://kopa-content.example",
        "*",
        "'self'",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 130}example",
    ],
)
def test_whatever_else_is_refused(line):
    with pytest.raises(ValidationError):
        origin_of(line, ours=OURS)


def test_no_wildcard_covers_the_platform():
    with pytest.raises(ValidationError):
        origin_of("https://*.town.example", ours={"learn.town.example"})
    assert origin_of("https://town.example", ours={"learn.town.example"}) == "https://town.example"


@given(st.text(max_size=60))
def test_no_text_becomes_more_than_one_source(text):
    try:
        origins = parsed(f"https://{text}", ours=OURS)
    except ValidationError:
        return
    for origin in origins:
        assert origin.isascii()
        assert not set(origin) & set(" ;,'\"\t\r\n\x00")
        assert content_policy([origin]).count(";") == content_policy().count(";")


def test_each_line_is_told_apart_and_there_is_an_end():
    assert parsed("\n https://b.example \r\nhttps://a.example\nhttps://b.example\n", ours=OURS) == [
        "https://a.example",
        "https://b.example",
    ]
    with pytest.raises(ValidationError) as refused:
        parsed("ftp://one.example\nhttps://two", ours=OURS)
    assert len(refused.value.messages) == 2
    with pytest.raises(ValidationError):
        parsed("\n".join(f"https://n{one}.example" for one in range(MOST + 1)), ours=OURS)


# ---- Who may


@pytest.fixture
def editor(client, db, settings):
    settings.SITE_URL, settings.CONTENT_ORIGIN = "http://localhost:8000", f"http://{HOST}"
    user = make.a_user()
    user.groups.add(ensure_editors(ensure_site()))
    client.force_login(user)
    client.cookies["kopa_language"] = "en"
    return user


@pytest.fixture
def entitled(editor):
    editor.user_permissions.add(Permission.objects.get(codename="change_allowedorigin"))
    return editor


def address(package) -> str:
    return reverse("courses_package_origins", args=[package.number])


def test_bringing_packages_is_not_the_right_to_open_them(client, editor):
    package = a_package()

    assert client.post(address(package), {"origins": "https://film.example"}).status_code in (302, 403)
    assert "Places elsewhere" not in client.get(f"/cms/packages/{package.series_id}/").content.decode()
    assert not AllowedOrigin.objects.exists()


def test_strangers_find_nothing(client, db):
    ensure_site()
    package = a_package()
    assert client.get(address(package)).status_code == 302
    client.force_login(make.a_user())
    assert client.post(address(package), {"origins": "https://film.example"}).status_code == 404
    assert not AllowedOrigin.objects.exists()


def test_places_are_listed_with_what_they_mean_and_logged(client, entitled, django_capture_on_commit_callbacks):
    package = a_package()
    client.post(address(package), {"origins": "https://film.example\nhttps://font.example"})

    answer = client.post(address(package), {"origins": "https://film.example\nhttps://map.example"}, follow=True)

    page = " ".join(answer.content.decode().split())
    assert page.count("May load from elsewhere:") == 1
    assert "<code>https://film.example</code>" in page
    assert "can change what the package does for learners" in page
    assert [one.origin for one in package.allowed_origins.all()] == ["https://film.example", "https://map.example"]
    assert {one.allowed_by for one in package.allowed_origins.all()} == {entitled}
    newest = ModelLogEntry.objects.filter(action=allowing.LOG_ACTION).order_by("-pk").first()
    assert newest.data == {"added": ["https://map.example"], "removed": ["https://font.example"]}


def test_saving_the_same_again_changes_nothing(db):
    package, user = a_package(), make.a_user()

    assert allowing.allow(package=package, origins=["https://a.example"], by=user) is True
    assert allowing.allow(package=package, origins=["https://a.example"], by=make.a_user()) is False
    assert package.allowed_origins.get().allowed_by == user
    assert ModelLogEntry.objects.filter(action=allowing.LOG_ACTION).count() == 1


def test_a_mistake_is_named_and_nothing_is_kept(client, entitled):
    package = a_package()

    answer = client.post(address(package), {"origins": "https://film.example\nhttp://film.example"})

    assert answer.status_code == 422
    assert "“http://film.example” is not a place" in answer.content.decode()
    assert not AllowedOrigin.objects.exists()


def test_the_next_version_is_offered_the_places_and_has_none_until_they_are_saved(client, entitled):
    package = a_package()
    allowing.allow(package=package, origins=["https://film.example"], by=entitled)
    following = a_package(series=package.series, version=2)

    page = client.get(address(following)).content.decode()

    assert "https://film.example</textarea>" in page.replace("\n", "")
    assert "These are the places of the version before." in page
    assert allowing.sources_of(following.number) == ()


# ---- Whose files


def policy(path: str) -> str:
    return Client(headers={"host": HOST}).get(path).headers["Content-Security-Policy"]


@pytest.mark.usefixtures("editor")
def test_only_the_package_gets_them_wherever_it_plays():
    launch, other = a_launch(), a_launch(user=make.a_user())
    package = launch.registration.package
    allowing.allow(package=package, origins=["https://*.cdn.example", "https://film.example"], by=make.a_user())
    own = " 'self' https://*.cdn.example https://film.example"
    ours, trial, theirs = token_of(launch), ticket_for(package).token(), token_of(other)

    for path in (f"/p/{ours}/index.html", f"/play/{ours}/", f"/p/{trial}/index.html", f"/play/{trial}/"):
        assert f"default-src{own} data:" in policy(path)
        assert f"connect-src{own};" in policy(path)
        assert "form-action 'self';" in policy(path)
        assert "object-src 'none';" in policy(path)
    look = Ticket(package.number, None).token()
    assert own in policy(f"/p/{look}/index.html")
    for path in (f"/p/{theirs}/index.html", f"/play/{theirs}/", f"/p/{ours}/none.html", "/health/live"):
        assert policy(path) == content_policy()


@pytest.mark.usefixtures("editor")
def test_a_web_server_that_sends_the_file_is_told_too(settings):
    settings.PACKAGE_ACCEL_PREFIX = "/packages/"
    launch = a_launch()
    allowing.allow(package=launch.registration.package, origins=["https://film.example"], by=make.a_user())

    assert "connect-src 'self' https://film.example;" in policy(f"/p/{token_of(launch)}/index.html")


def test_files_ask_once_in_a_minute_and_a_change_is_seen_at_once_where_it_was_made(
    db, django_assert_num_queries, django_capture_on_commit_callbacks
):
    package = a_package()
    cache.clear()
    assert allowing.sources_of(package.number) == ()
    with django_assert_num_queries(0):
        assert allowing.sources_of(package.number) == ()

    with django_capture_on_commit_callbacks(execute=True):
        allowing.allow(package=package, origins=["https://a.example"], by=make.a_user())

    assert allowing.sources_of(package.number) == ("https://a.example",)
    assert package.allowed_origins.get().allowed_at <= timezone.now()
