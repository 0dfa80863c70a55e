"""The platform's page around a package: whose it is, what it opens, where it leads on (S12, S09 for titles)."""

from html import unescape
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from cms import services as cms
from learning.models import UnitState
from learning.services import finish_unit
from runtime.models import Launch, Registration
from runtime.tokens import launch_of
from tests import factories as make
from tests.runtime.ground import a_package, a_package_unit

CANARY = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}"


@pytest.fixture
def ground(client, settings):
    cms.ensure_site()
    settings.CONTENT_ORIGIN = "http://127.0.0.1:8000"
    unit = a_package_unit(a_package())
    study = make.an_enrolment(make.a_user(), unit.version)
    client.force_login(study.user)
    return study, unit


@pytest.fixture
def study(db, ground):
    return ground[0]


@pytest.fixture
def unit(db, ground):
    return ground[1]


def at(study, unit, name: str = "open") -> str:
    return reverse(f"runtime:{name}", args=[study.number, unit.key])


def player_address(page: str) -> str:
    return unescape(page.partition('<iframe class="package__frame"')[2].partition('src="')[2].partition('"')[0])


def test_the_address_of_the_unit_leads_to_its_page(client, study, unit):
    answer = client.get(reverse("learning:unit", args=[study.number, unit.key]))

    assert (answer.status_code, answer.headers["Location"]) == (302, at(study, unit))


def test_opening_the_page_opens_one_live_launch_for_the_player(client, study, unit):
    first = client.get(at(study, unit)).content.decode()
    second = client.get(at(study, unit)).content.decode()

    launches = list(Launch.objects.order_by("pk"))
    assert [launch.closed_at is None for launch in launches] == [False, True]
    for page, launch in zip((first, second), launches, strict=True):
        address = urlsplit(player_address(page))
        assert f"{address.scheme}://{address.netloc}" == "http://127.0.0.1:8000"
        assert launch_of(address.path.split("/")[2]) == launch
        assert address.query == "language=lv"
    assert UnitState.objects.get(enrolment=study, unit=unit).done_at is None


def test_only_this_page_may_hold_a_frame_of_the_content_origin(client, study, unit):
    policy = client.get(at(study, unit)).headers["Content-Security-Policy"]

    assert "frame-src http://127.0.0.1:8000" in policy
    assert "unsafe" not in policy
    assert "frame-src" not in client.get("/learn/").headers["Content-Security-Policy"]


def test_a_head_request_opens_nothing(client, study, unit):
    assert client.head(at(study, unit)).status_code == 200
    assert not Registration.objects.exists()


@pytest.mark.parametrize("name", ["open", "leave"])
def test_what_is_not_theirs_or_no_package_is_not_found(client, study, unit, name):
    other = make.an_enrolment(make.a_user(), unit.version)

    assert client.get(at(other, unit, name)).status_code == 404
    assert client.get(reverse(f"runtime:{name}", args=[study.number, "m1-one"])).status_code == 404
    study.withdrawn_at = timezone.now()
    study.save()
    assert client.get(at(study, unit, name)).status_code == 404
    assert not Registration.objects.exists()


def test_leaving_too_early_leads_back_to_the_programme_and_says_so(client, study, unit):
    client.get(at(study, unit))

    answer = client.get(at(study, unit, "leave"), follow=True)

    assert answer.redirect_chain == [(reverse("learning:programme", args=[study.number]), 302)]
    assert "Šī daļa vēl nav pabeigta." in answer.content.decode()


def test_leaving_a_finished_part_leads_to_the_next(client, study, unit):
    following = make.a_unit(unit.module, "m1-after")
    finish_unit(enrolment=study, unit=unit, at=timezone.now())

    answer = client.get(at(study, unit, "leave"))

    assert answer.headers["Location"] == reverse("learning:unit", args=[study.number, following.key])


def test_leaving_the_part_that_completed_the_programme_leads_to_its_end(client, study, unit):
    make.a_unit(unit.module, "m1-after")
    client.get(at(study, unit))
    now = timezone.now()
    Registration.objects.update(done_at=now, completed_at=now)
    finish_unit(enrolment=study, unit=unit, at=now)
    study.completed_at = now
    study.save()

    answer = client.get(at(study, unit, "leave"))

    assert answer.headers["Location"] == reverse("learning:completed", args=[study.number])


@pytest.mark.parametrize(
    ("reached", "status"),
    [
        ({}, "incomplete"),
        ({"completed_at": timezone.now()}, "completed"),
        ({"failed_at": timezone.now()}, "failed"),
        ({"passed_at": timezone.now(), "failed_at": timezone.now()}, "passed"),
    ],
)
def test_the_page_says_how_far_the_learner_is(client, study, unit, reached, status):
    client.get(at(study, unit))
    Registration.objects.update(**reached)

    assert f'data-status="{status}"' in client.get(at(study, unit)).content.decode()


def test_titles_of_packages_are_words_and_nothing_else(client, settings, db):
    """S09: what a package calls itself and its parts, on the player's page."""
    cms.ensure_site()
    package = a_package(title={"und": CANARY}, settings={"menu": [{"identifier": CANARY, "title": {"lv": CANARY}}]})
    package.activities.update(title={"lv": CANARY}, identifier=CANARY)
    unit = a_package_unit(package)
    study = make.an_enrolment(make.a_user(), unit.version)
    client.force_login(study.user)
    page = client.get(at(study, unit)).content.decode()

    address = urlsplit(player_address(page))
    player = client.get(f"{address.path}?language=en", headers={"host": "127.0.0.1:8000"})

    assert player.status_code == 200
    assert "<img" not in player.content.decode()
    assert "<script>alert" not in player.content.decode()
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Parts of this training"), ("lv", "Mācību daļas"), ("xx", "Mācību daļas")]
)
def test_the_player_speaks_the_language_of_the_page(client, study, unit, language, words):
    address = urlsplit(player_address(client.get(at(study, unit)).content.decode()))

    player = client.get(f"{address.path}?language={language}", headers={"host": "127.0.0.1:8000"})

    assert player.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert words in player.content.decode()
    assert player.cookies == {}
