"""The coverage of an institution, as its HR officer and the coordinator see it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from learning.models import Scope
from tests import factories as make
from tests.learning.staff import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return School()


def page_of(client, institution, **query):
    return client.get(
        reverse("institutions:coverage", args=[institution.code]), query, headers={"accept-language": "en"}
    )


@pytest.fixture
def english(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_figures_stand_beside_their_rule(client, school, english):
    client.force_login(school.hr)

    page = text_of(page_of(client, school.institution))

    assert '<span class="soft">Valid certificate</span><strong>40%</strong><span>2 of 5 staff</span>' in page
    assert "Not counted: deadline not passed yet (1), on leave (0), exempt (1), not required (0)." in page
    assert '<span class="soft">Expiring soon</span><strong>1</strong>' in page
    assert '<span class="soft">Still to complete</span><strong>3</strong>' in page
    assert "1 in progress, 1 not started, 1 expired" in page


def test_the_chart_has_its_numbers_in_words_and_in_a_table(client, school, english):
    client.force_login(school.hr)

    page = text_of(page_of(client, school.institution))

    words = "Valid: 2, of them expiring soon: 1; in progress: 1; not started: 1; expired: 1"
    assert f'role="img" aria-label="{words}"' in page
    assert '<th scope="row">Must have a certificate</th><td class="num"><strong>5</strong></td>' in page
    assert '<th scope="row">Of them expiring within 30, 60 and 90 days</th><td class="num">0 · 1 · 1</td>' in page


def test_each_position_has_its_basis_and_leads_to_its_people(client, school, english):
    client.force_login(school.hr)

    page = text_of(page_of(client, school.institution))

    assert f'href="/institutions/{school.institution.code}/people/?position=teacher">teacher en</a>' in page
    assert "Section 5.1, point 18" in page


def test_a_position_outside_the_law_shows_the_basis_of_its_requirement(client, school, english):
    make.a_membership(make.a_user(), school.institution, position=make.a_position("keeper", law_point=""))
    client.force_login(school.hr)

    assert '<td data-label="Basis" class="soft"><span>Basis</span></td>' in text_of(page_of(client, school.institution))


def test_the_coordinator_sees_figures_and_no_way_to_people(client, school):
    client.force_login(school.coordinator)

    for institution in (school.institution, school.municipality):
        page = page_of(client, institution)
        assert page.status_code == 200
        assert "/people/" not in page.content.decode()


def test_places_below_lead_on_with_the_day_and_programme_kept(client, school):
    client.force_login(school.coordinator)
    day = school.today - timedelta(days=20)

    page = text_of(page_of(client, school.municipality, on=day, programme=school.course.key))

    assert f'href="/institutions/school/coverage/?programme={school.course.key}&amp;on={day}"' in page


@pytest.mark.parametrize("on", ["2999-01-01", "1999-12-31", "31.02.2026.", "yesterday"])
def test_a_day_that_cannot_be_shown_is_told_of_and_today_is_shown(client, school, english, on):
    client.force_login(school.hr)

    page = page_of(client, school.institution, on=on)

    assert page.status_code == 200
    assert page.context["form"].errors["on"]
    assert page.context["report"].on == school.today
    assert f'value="{on}"' in page.content.decode()


def test_another_day_shows_what_was_so_then(client, school):
    client.force_login(school.hr)

    page = page_of(client, school.institution, on=school.today - timedelta(days=20))

    figures = page.context["report"].figures
    assert (figures.required, figures.valid, figures.expired, figures.employed) == (5, 1, 0, 6)


def test_nothing_required_and_no_staff_say_what_to_do(client, english):
    officer = make.a_user()
    bare = make.an_institution("bare")
    make.a_scope(officer, bare)
    client.force_login(officer)

    assert "Nothing is required here on this day" in text_of(page_of(client, bare))

    make.a_requirement(make.a_version().course, bare)
    page = text_of(page_of(client, bare))
    assert "No staff yet" in page
    assert 'href="/institutions/bare/import/"' in page


@pytest.mark.parametrize("size", [1, 3, 30])
@pytest.mark.parametrize("role", [Scope.Role.HR, Scope.Role.COORDINATOR])
def test_the_page_costs_the_same_queries_however_much_it_shows(client, django_assert_num_queries, size, role):
    top = make.an_institution("top")
    place = top
    for number in range(size):
        place = make.an_institution(f"place-{number}", parent=top, sector=make.a_sector())
        top.refresh_from_db()
        version = make.a_version()
        make.a_requirement(version.course, top).positions.add(make.a_position(f"position-{number}"))
        for _ in range(size):
            person = make.a_user()
            make.a_membership(person, place, position=make.a_position(f"position-{number}"))
            make.a_completion(person, version, on=make.date(2026, 1, 1), until=None)
    viewer = make.a_user()
    make.a_scope(viewer, top, role)
    make.a_scope(viewer, place, role)
    client.force_login(viewer)

    page_of(client, top)
    with django_assert_num_queries(11):
        page_of(client, top)
    with django_assert_num_queries(9):
        page_of(client, place)


def test_one_institution_opens_at_once_and_several_are_listed(client, school, english):
    client.force_login(school.hr)
    home = reverse("institutions:home")
    assert client.get(home).headers["Location"] == "/institutions/school/coverage/"
    assert client.get("/institutions/school/").headers["Location"] == "/institutions/school/coverage/"

    other = make.an_institution("other", name="Otra skola")
    make.a_scope(school.hr, other)
    make.a_scope(school.hr, make.an_institution("below", parent=other))
    page = client.get(home).content.decode()

    assert 'href="/institutions/other/coverage/">Otra skola</a>' in page
    assert "/institutions/school/coverage/" in page
    assert "/institutions/below/coverage/" not in page


def test_who_holds_no_scope_finds_no_institutions(client, school):
    client.force_login(school.people["valid"])

    assert client.get(reverse("institutions:home")).status_code == 404
    assert page_of(client, school.institution).status_code == 404


def test_a_facilitator_sees_no_figures(client, school):
    facilitator = make.a_user()
    make.a_scope(facilitator, school.institution, Scope.Role.FACILITATOR)
    client.force_login(facilitator)

    assert page_of(client, school.institution).status_code == 404
