"""The staff list, one person's page, and exemptions."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from learning.errors import ExemptAlready
from learning.models import AuditEvent, CompletionWithdrawal, CoverageDirt, Exemption
from learning.people.names import folded
from learning.requirements import exemptions
from tests import factories as make
from tests.learning.staff import STANDINGS, School

pytestmark = pytest.mark.django_db
SURNAMES = [last for last, _ in STANDINGS]


@pytest.fixture
def school(client, settings) -> School:
    school = School()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(school.hr)
    return school


def list_of(client, institution, **query):
    return client.get(reverse("institutions:people", args=[institution.code]), query)


def surnames(response) -> list[str]:
    return [person.last_name for person, _state in response.context["rows"]]


def states(response) -> dict[str, str]:
    """Kind of the state (see the component) by surname."""
    return {person.last_name: kind for person, (kind, _words) in response.context["rows"]}


def test_everyone_is_listed_by_surname_with_their_standing(client, school):
    page = list_of(client, school.institution)

    assert surnames(page) == SURNAMES
    assert list(states(page).values()) == ["valid", "soon", "expired", "progress", "none", "none", "exempt"]
    assert page.content.decode().count("Not yet due</span>") == 1
    days = re.findall(r'data-label="Day"><span class="number">([^<]+)<', page.content.decode())
    until = school.people["valid"].completions.get().valid_until
    assert days[0] == until.strftime("%d.%m.%Y")
    assert days[-1] == "–"


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("overdue", ["Celms", "Dūre", "Ēriks"]),
        ("valid", ["Ābele", "Bērziņš"]),
        ("soon", ["Bērziņš"]),
        ("in_progress", ["Dūre"]),
        ("not_started", ["Ēriks"]),
        ("expired", ["Celms"]),
        ("ends_30", []),
        ("ends_60", ["Bērziņš"]),
        ("ends_90", []),
        ("not_yet_due", ["Freimane"]),
        ("exempt", ["Grīva"]),
        ("not_required", []),
    ],
)
def test_a_status_finds_those_that_coverage_counts_under_it(client, school, status, found):
    assert surnames(list_of(client, school.institution, status=status)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abele", ["Ābele"]),
        ("ĀBELE", ["Ābele"]),
        ("berzins sona", ["Bērziņš"]),
        ("  Eriks ", ["Ēriks"]),
        ("ana", ["Freimane"]),
        ("valda bērziņš", []),
        ("%", []),
        ("_", []),
        ("!", []),
    ],
)
def test_a_name_is_found_without_diacritics_and_capitals(client, school, text, found):
    assert surnames(list_of(client, school.institution, q=text)) == found


@pytest.mark.parametrize(
    ("name", "plain"), [("Šķēle", "skele"), ("Łukasz Müller", "lukasz muller"), ("O'Brien", "o'brien"), ("Øre", "ore")]
)
def test_names_are_folded(name, plain):
    assert folded(name) == plain


def test_the_list_is_sorted_by_each_column_and_backwards(client, school):
    def order(sort):
        return surnames(list_of(client, school.institution, sort=sort))

    assert order("name") == SURNAMES
    assert order("-name") == SURNAMES[::-1]
    assert order("status")[:3] == ["Celms", "Ēriks", "Dūre"]
    assert order("-status")[-3:] == ["Dūre", "Ēriks", "Celms"]
    assert order("day")[-1] == order("-day")[-1] == "Grīva"
    assert order("day")[:2] == ["Dūre", "Ēriks"]
    assert order("-day")[0] == "Ābele"


def test_a_sorted_column_says_so_and_offers_the_other_way(client, school):
    page = list_of(client, school.institution, sort="day", status="overdue").content.decode()

    assert 'aria-sort="ascending"><a href="?on=' not in page
    assert '<th scope="col" aria-sort="ascending"><a href="?status=overdue&amp;sort=-day">' in page
    assert '<th scope="col"><a href="?status=overdue&amp;sort=name">' in page


def test_a_phone_has_no_headers_and_sorts_by_a_list(client, school):
    page = list_of(client, school.institution, sort="-day", status="overdue").content.decode()

    assert '<option value="-day" selected>' in page
    assert page.count('name="sort"') == 1
    assert list_of(client, school.institution, sort="name").context["kept"] == {}


def test_positions_narrow_the_list_to_the_posts_in_them(client, school):
    second = make.a_position("psychologist")
    make.a_membership(school.people["expired"], school.institution, position=second, starts_on=school.today)

    page = list_of(client, school.institution, position="psychologist")

    assert states(page) == {"Celms": "expired"}
    person = page.context["rows"][0][0]
    assert [post.position.key for post in person.posts] == ["teacher", "psychologist"]
    assert person.standing.obligation.name == "NOT_YET_DUE"


def test_nobody_found_offers_to_clear_the_filters(client, school):
    page = list_of(client, school.institution, q="nobody").content.decode()

    assert "Nobody fits these filters" in page
    assert f'href="{reverse("institutions:people", args=["school"])}"' in page


@pytest.mark.parametrize(
    "query", [{"status": "x"}, {"sort": "x"}, {"page": "x"}, {"page": "0"}, {"position": "no such"}, {"on": "x"}]
)
def test_a_wrong_choice_is_passed_over(client, school, query):
    page = list_of(client, school.institution, **query)

    assert page.status_code == 200
    assert surnames(page) == SURNAMES
    assert page.context["form"].errors.keys() == query.keys()


def test_pages_hold_fifty_people_and_keep_the_filters(client, school):
    for number in range(95):
        make.a_membership(make.a_user(last_name=f"Zars {number:02}"), school.institution)

    second = list_of(client, school.institution, page=2, q="zars")

    assert surnames(second) == [f"Zars {number:02}" for number in range(50, 95)]
    assert "Staff, 51 to 95 of 95" in second.content.decode()
    assert 'href="?q=zars&amp;page=1"' in second.content.decode()
    assert surnames(list_of(client, school.institution, page=9, q="zars"))[0] == "Zars 00"


@pytest.mark.parametrize("size", [1, 3, 60])
def test_the_list_costs_the_same_queries_however_long(client, django_assert_num_queries, size):
    school = make.an_institution("long")
    for number in range(size):
        make.a_membership(make.a_user(), school, position=make.a_position(f"position-{number % 5}"))
    for _ in range(min(size, 3)):
        make.a_requirement(make.a_version().course, school)
    hr = make.a_user()
    make.a_scope(hr, school)
    client.force_login(hr)

    list_of(client, school)
    with django_assert_num_queries(8):
        list_of(client, school)


def test_a_past_day_lists_who_was_employed_then(client, school):
    day = school.today - timedelta(days=1)

    page = list_of(client, school.institution, on=day)

    assert "Freimane" not in surnames(page)
    assert states(page)["Celms"] == "soon"


def person_page(client, institution, person, **query):
    return client.get(reverse("institutions:person", args=[institution.code, person.number]), query)


def test_a_person_s_page_says_the_standing_and_why(client, school):
    page = person_page(client, school.institution, school.people["expired"])

    text = " ".join(page.content.decode().split())
    assert page.context["rows"][0][1][0] == "expired"
    assert "Basis. For the post “teacher en”, last day: 31.01.2020" in text
    assert "Staff</a>" in text


def test_a_person_s_page_speaks_of_the_post_and_not_of_a_table_elsewhere(client, school):
    school.requirement.positions.set([make.a_position()])

    text = person_page(client, school.institution, school.people["expired"]).content.decode()

    assert "For the post “teacher en”, last day: 31.01.2020" in " ".join(text.split())
    assert "see the table" not in text


@pytest.mark.parametrize(
    ("standing", "asked", "why"),
    [
        ("expired", {"positions": True}, "The rule does not name this position."),
        ("not_started", {"sector": True}, "The rule is for another sector."),
        ("not_started", {"law_points": ["9"]}, "The rule is for other points of section 5.1."),
    ],
)
def test_a_person_s_page_says_why_something_is_not_required(client, school, standing, asked, why):
    below = make.an_institution("elsewhere", parent=school.institution, sector=make.a_sector("social"))
    rule = school.requirement
    rule.law_points = asked.get("law_points", [])
    rule.sector = below.sector if "sector" in asked else None
    rule.save()
    if "positions" in asked:
        rule.positions.set([make.a_position("officer")])

    text = " ".join(person_page(client, school.institution, school.people[standing]).content.decode().split())

    assert f"For the post “teacher en”: {why}" in text
    assert "Why required" not in text


def test_a_person_s_page_shows_the_number_of_the_paper_and_a_withdrawal(client, school):
    completion = school.people["valid"].completions.get()
    CompletionWithdrawal.objects.create(completion=completion, withdrawn_on=school.today, reason="Kļūda")

    page = person_page(client, school.institution, school.people["valid"])

    assert "withdrawn" in page.content.decode()
    assert "Kļūda" not in page.content.decode()
    assert page.context["rows"][0][1][0] == "none"


def test_somebody_not_employed_there_that_day_is_not_found(client, school):
    elsewhere = make.a_user()
    make.a_membership(elsewhere, make.an_institution())
    left = make.a_user()
    make.a_membership(left, school.institution, ends_on=school.today - timedelta(days=1))

    assert person_page(client, school.institution, elsewhere).status_code == 404
    assert person_page(client, school.institution, left).status_code == 404
    assert person_page(client, school.institution, left, on=school.today - timedelta(days=1)).status_code == 200


def test_the_coordinator_opens_no_list_and_no_person(client, school):
    client.force_login(school.coordinator)

    assert list_of(client, school.institution).status_code == 404
    assert person_page(client, school.institution, school.people["valid"]).status_code == 404


def exempt(client, school, standing, **fields):
    where = reverse("institutions:exempt", args=["school", school.people[standing].number])
    wanted = {"programme": school.course.key, "reason": "Leave", "starts_on": str(school.today), **fields}
    return client.post(where, wanted)


def test_an_exemption_is_kept_with_who_gave_it_and_counts_at_once(client, school):
    answer = exempt(client, school, "not_started")

    exemption = Exemption.objects.get(user=school.people["not_started"])
    assert answer.status_code == 302
    assert (exemption.reason, exemption.ends_on, exemption.created_by, exemption.institution) == (
        "Leave",
        None,
        school.hr,
        school.institution,
    )
    assert states(list_of(client, school.institution, status="exempt")) == {"Ēriks": "exempt", "Grīva": "exempt"}
    event = AuditEvent.objects.get(action="exempted")
    assert (event.actor, event.subject) == (school.hr, str(exemption.user.number))
    assert "Leave" not in str(event.facts)
    assert CoverageDirt.objects.filter(institution=school.institution).exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"programme": "no-such"}, "programme"),
        ({"starts_on": "x"}, "starts_on"),
        ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, "ends_on"),
    ],
)
def test_a_wrong_exemption_is_refused_and_what_was_typed_stays(client, school, fields, field):
    answer = exempt(client, school, "not_started", **fields)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Exemption.objects.filter(user=school.people["not_started"]).exists()
    if fields.get("reason") != "":
        assert fields.get("reason", "Leave") in answer.content.decode()


def test_an_exemption_posts_nothing_but_its_own_fields(client, school):
    other = make.an_institution()

    exempt(client, school, "not_started", institution=other.pk, user=school.hr.pk, created_by=school.coordinator.pk)

    exemption = Exemption.objects.get(user=school.people["not_started"])
    assert (exemption.institution, exemption.created_by) == (school.institution, school.hr)


def test_overlapping_exemptions_are_refused_also_when_asked_twice(school):
    def ask(starts_on, ends_on):
        return exemptions.exempt(
            user=school.people["valid"],
            course=school.course,
            institution=school.institution,
            reason="Leave",
            starts_on=starts_on,
            ends_on=ends_on,
            by=school.hr,
        )

    today, days = school.today, timedelta
    ask(today, today + days(10))

    for starts_on, ends_on in [
        (today, today + days(10)),
        (today + days(10), None),
        (today - days(5), today),
        (today - days(5), None),
    ]:
        with pytest.raises(ExemptAlready):
            ask(starts_on, ends_on)
    ask(today + days(11), None)
    ask(today - days(5), today - days(1))
    assert Exemption.objects.filter(user=school.people["valid"]).count() == 3


def test_the_page_of_someone_exempt_offers_to_end_it(client, school):
    where = reverse("institutions:end_exemption", args=["school", school.people["exempt"].number])
    assert where in person_page(client, school.institution, school.people["exempt"]).content.decode()

    answer = client.post(where, {"programme": school.course.key, "first_day_back": str(school.today)})

    assert answer.status_code == 302
    assert Exemption.objects.get(user=school.people["exempt"]).ends_on == school.today - timedelta(days=1)
    assert states(list_of(client, school.institution, q="griva")) == {"Grīva": "none"}
    assert AuditEvent.objects.filter(action="exemption-ended").count() == 1


def test_ending_twice_or_elsewhere_changes_nothing(client, school):
    where = reverse("institutions:end_exemption", args=["school", school.people["exempt"].number])
    back = {"programme": school.course.key, "first_day_back": str(school.today)}
    client.post(where, back)
    client.post(where, back)

    assert AuditEvent.objects.filter(action="exemption-ended").count() == 1
    assert client.post(where, {**back, "programme": "no-such"}).status_code == 404
    assert client.post(where, {**back, "first_day_back": "x"}).status_code == 422
