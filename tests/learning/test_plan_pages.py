"""The coordinator's plan and its file."""

import csv
import io
import re

import pytest

from learning.models import AuditEvent, Scope
from tests import factories as make
from tests.learning.staff import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(client, settings) -> School:
    school = School()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(school.coordinator)
    return school


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_figures_are_first_read_out_in_plain_words(client, school):
    page = text_of(client.get("/plan/"))

    lead = re.search(r'<p class="lead">(.*?)</p>', page)[1]
    assert lead.startswith(
        "Gaujmalas novads today: 40% of the staff who must have a certificate have a valid one, 2 of 5."
    )
    assert lead.endswith("Still to complete: 3. Certificates that end within 60 days: 1.")


def test_the_least_covered_sector_is_named_when_there_are_several(client, school):
    other = make.an_institution("service", parent=school.municipality, sector=make.a_sector("social"))
    make.a_membership(make.a_user(), other)

    assert "Least covered sector: social en, 0%." in text_of(client.get("/plan/"))


def test_every_chart_has_its_numbers_in_a_table(client, school):
    page = client.get("/plan/")

    plan = page.context["plan"]
    text = text_of(page)
    for month in plan.trend:
        assert (
            f'<span class="number">{month.last_day:%d.%m.%Y}</span></th><td class="num">{month.required}</td>' in text
        )
    for day, count in plan.ending:
        assert f'<span class="number">{day:%m.%Y}.</span></th><td class="num">{count}</td>' in text
    assert text.count('<circle class="fill-valid"') == 12
    assert text.count('role="img"') == 1 + 1 + 1 + len(plan.sectors) + len(plan.places)


def test_sectors_and_places_stand_in_tables_that_lead_on(client, school):
    page = text_of(client.get("/plan/"))

    assert '<th scope="row">education en</th>' in page
    assert '<a href="/institutions/school/coverage/">Centra pamatskola</a>' in page


def test_nobody_due_yet_draws_no_line_and_invents_no_percent(client, settings):
    coordinator = make.a_user()
    town = make.an_institution("town", name="Jauna pilsēta")
    make.a_scope(coordinator, town, Scope.Role.COORDINATOR)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(coordinator)
    assert "Nothing is required yet" in text_of(client.get("/plan/"))

    course = make.a_version().course
    make.a_requirement(course, town, due_days=3_000)
    make.a_membership(make.a_user(), town)
    page = text_of(client.get("/plan/"))

    assert "Jauna pilsēta: nobody&#x27;s deadline has passed yet" in page
    assert "Nobody was required in the twelve months gone by" in page
    assert "No certificate ends in the next twelve months." in page
    assert "%</strong>" not in page


def test_of_several_places_one_is_chosen_and_a_stranger_s_is_not_found(client, school):
    second = make.an_institution("second", name="Otrs novads")
    make.a_scope(school.coordinator, second, Scope.Role.COORDINATOR)
    stranger = make.an_institution("stranger")

    assert client.get("/plan/").context["place"] == school.municipality
    assert client.get("/plan/?place=second").context["place"] == second
    for place in (stranger.code, school.institution.code, "no such place", "<x>"):
        assert client.get("/plan/", {"place": place}).status_code == 404
        assert client.get("/plan/exports/coverage.csv", {"place": place}).status_code == 404


@pytest.mark.parametrize("role", [Scope.Role.HR, Scope.Role.AUDITOR, Scope.Role.FACILITATOR])
def test_the_plan_is_for_coordinators(client, school, role):
    other = make.a_user()
    make.a_scope(other, school.municipality, role)
    client.force_login(other)

    assert client.get("/plan/").status_code == 404


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_plan_costs_the_same_queries_however_much_it_shows(client, django_assert_num_queries, size):
    town = make.an_institution("town")
    for number in range(size):
        place = make.an_institution(f"place-{number}", parent=town, sector=make.a_sector(f"sector-{number % 4}"))
        town.refresh_from_db()
        make.a_requirement(make.a_version().course, town)
        for _ in range(min(size, 5)):
            make.a_membership(make.a_user(), place)
    coordinator = make.a_user()
    make.a_scope(coordinator, town, Scope.Role.COORDINATOR)
    client.force_login(coordinator)

    client.get("/plan/")
    with django_assert_num_queries(10):
        client.get("/plan/")


def test_the_file_holds_the_whole_its_sectors_and_places_and_the_rule(client, school):
    content = client.get("/plan/exports/coverage.csv").getvalue().decode().removeprefix("\ufeff")

    rows = list(csv.reader(io.StringIO(content)))
    assert rows[0][:6] == ["Level", "Sector or institution", "Staff", "Required", "Valid", "Coverage, percent"]
    assert [row[:6] for row in rows[1:4]] == [
        ["Total", "Gaujmalas novads", "7", "5", "2", "40"],
        ["Sector", "education en", "7", "5", "2", "40"],
        ["Institution", "Centra pamatskola", "7", "5", "2", "40"],
    ]
    assert ["Day", str(school.today)] in rows
    assert rows[-1][0] == "How we count"
    assert client.get("/plan/exports/coverage.xlsx").getvalue()[:2] == b"PK"
    assert AuditEvent.objects.filter(action="exported-coverage", actor=school.coordinator).count() == 2
