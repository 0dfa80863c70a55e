"""The screen where rules are kept: who may, what it shows before saving, and what saving does."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from learning.coverage.models import CoverageDirt
from learning.errors import RuleReplacedAlready
from learning.models import AuditEvent, Enrolment, Requirement
from learning.requirements import editing
from tests import factories as make
from tests.learning.staff import School

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def school() -> School:
    return School()


def at(name: str, school: School, *more: object, place=None) -> str:
    return reverse(f"institutions:{name}", args=[(place or school.institution).code, *more])


def said(school: School, **more: object) -> dict[str, object]:
    return {
        "programme": school.course.key,
        "due_from": "start",
        "due_days": 60,
        "grace_days": 0,
        "legal_basis_lv": "Likuma 5.1 pants",
        "legal_basis_en": "Section 5.1",
        "valid_from": str(school.today),
        **more,
    }


def page(client, where: str, sent: dict | None = None):
    return client.post(where, sent) if sent is not None else client.get(where)


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def counts(answer) -> dict[str, int]:
    return {group.effect.value: group.total for group in answer.context["groups"]}


def saved(client, where: str, sent: dict):
    """Preview, then save with the same words."""
    shown = page(client, where, {**sent, "step": "preview"})
    assert shown.status_code == 200, shown.context["form"].errors
    seen = re.search(r'name="seen" value="(\w+)"', shown.content.decode())[1]
    return page(client, where, {**sent, "step": "save", "seen": seen})


def test_a_new_rule_shows_whom_it_affects_and_writes_nothing_until_it_is_saved(client, school):
    Requirement.objects.all().delete()
    client.force_login(school.hr)
    where = at("new_requirement", school)

    shown = page(client, where, said(school))

    assert counts(shown) == {"asked": 7, "released": 0, "reach": 0, "moved": 0}
    assert "Valda Ābele" in text_of(shown)
    assert Requirement.objects.count() == 0

    assert saved(client, where, said(school)).status_code == 302
    made = Requirement.objects.get()
    assert (made.institution, made.created_by, made.valid_from) == (school.institution, school.hr, school.today)
    assert Enrolment.objects.filter(requirement=made, user=school.people["not_started"]).exists()
    assert CoverageDirt.objects.filter(institution=school.institution).exists()
    event = AuditEvent.objects.get(action="requirement-made")
    assert (event.actor, event.institution, event.subject) == (school.hr, school.institution, str(made.pk))


def test_what_differs_from_its_preview_is_shown_again_and_not_saved(client, school):
    client.force_login(school.hr)
    where = at("new_requirement", school)
    shown = page(client, where, said(school))
    seen = re.search(r'name="seen" value="(\w+)"', shown.content.decode())[1]

    again = page(client, where, said(school, due_days=10, step="save", seen=seen))
    blind = page(client, where, said(school, step="save"))

    assert again.context["groups"]
    assert blind.context["groups"]
    assert Requirement.objects.count() == 1


def test_a_rule_in_force_is_replaced_from_the_day_chosen(client, school):
    client.force_login(school.hr)
    old = make.a_requirement(school.course, school.institution, due_days=30)
    day = school.today + 10 * DAY

    answer = saved(client, at("change_requirement", school, old.pk), said(school, due_days=5, valid_from=str(day)))

    assert answer.status_code == 302
    old.refresh_from_db()
    new = Requirement.objects.get(replaces=old)
    assert (old.due_days, old.valid_until) == (30, day - DAY)
    assert (new.due_days, new.valid_from, new.course) == (5, day, school.course)
    assert AuditEvent.objects.get(action="requirement-changed").facts["replaces"] == old.pk


def test_a_rule_not_yet_in_force_is_changed_as_it_stands_and_so_is_the_end_of_the_one_before(client, school):
    client.force_login(school.hr)
    old = make.a_requirement(school.course, school.institution, valid_until=school.today + 9 * DAY)
    coming = make.a_requirement(school.course, school.institution, valid_from=school.today + 10 * DAY, replaces=old)
    later = school.today + 20 * DAY

    sent = said(school, due_days=7, valid_from=str(later), valid_until="")
    assert saved(client, at("change_requirement", school, coming.pk), sent).status_code == 302

    old.refresh_from_db()
    coming.refresh_from_db()
    assert (coming.due_days, coming.valid_from, old.valid_until) == (7, later, later - DAY)
    assert Requirement.objects.count() == 3


def test_a_rule_is_replaced_once(school):
    old = make.a_requirement(school.course, school.institution)
    facts = {"valid_from": school.today + DAY, "legal_basis_lv": "a", "legal_basis_en": "b"}
    editing.change(requirement=old, facts=facts, positions=[], by=school.hr)

    with pytest.raises(RuleReplacedAlready):
        editing.change(requirement=old, facts=facts, positions=[], by=school.hr)
    with pytest.raises(RuleReplacedAlready):
        editing.end(requirement=old, last_day=school.today + 5 * DAY, by=school.hr)


def test_ending_shows_who_is_no_longer_required_and_keeps_the_days_before(client, school):
    Requirement.objects.all().delete()
    rule = make.a_requirement(school.course, school.institution, due_days=30)
    client.force_login(school.hr)
    where = at("end_requirement", school, rule.pk)

    shown = page(client, where, {"valid_until": str(school.today)})
    assert counts(shown) == {"asked": 0, "released": 7, "reach": 0, "moved": 0}
    assert page(client, where, {"valid_until": str(school.today - DAY)}).status_code == 422

    assert saved(client, where, {"valid_until": str(school.today)}).status_code == 302
    rule.refresh_from_db()
    assert rule.valid_until == school.today


def test_the_preview_tells_moved_deadlines_and_proofs_that_reach_less_far(client, school):
    client.force_login(school.hr)
    Requirement.objects.all().delete()
    rule = make.a_requirement(school.course, school.institution, due_days=30, valid_from=school.today - 9 * DAY)
    day = school.today + DAY

    shown = page(
        client,
        at("change_requirement", school, rule.pk),
        said(school, due_days=40, repeat_months=1, valid_from=str(day)),
    )

    groups = {group.effect.value: group for group in shown.context["groups"]}
    moved = {person.name: (person.before, person.after) for person in groups["moved"].people}
    assert moved["Nils Ēriks"] == (school.today + 21 * DAY, day + 40 * DAY)
    assert {person.name for person in groups["reach"].people} >= {"Valda Ābele", "Soņa Bērziņš"}


def test_points_positions_and_sector_narrow_who_is_asked(client, school):
    client.force_login(school.hr)
    Requirement.objects.all().delete()
    guard = make.a_position("guard", law_point="21")
    make.a_membership(make.a_user(last_name="Sargs"), school.institution, position=guard)
    where = at("new_requirement", school)

    assert counts(page(client, where, said(school, law_points=["21"])))["asked"] == 1
    assert counts(page(client, where, said(school, positions=[guard.pk])))["asked"] == 1
    assert counts(page(client, where, said(school, sector=make.a_sector("police").pk)))["asked"] == 0
    assert saved(client, where, said(school, law_points=["21"], positions=[guard.pk])).status_code == 302
    made = Requirement.objects.get()
    assert (made.law_points, list(made.positions.all())) == (["21"], [guard])


@pytest.mark.parametrize(
    "wrong",
    [
        {"legal_url": "http://likumi.example/1"},
        {"legal_url": "javascript:alert(1)"},
        {"due_from": "fixed"},
        {"due_on": "2027-01-01"},
        {"valid_from": "2020-01-01"},
        {"valid_from": "9999-12-31"},
        {"valid_until": "2020-01-01"},
        {"legal_checked_on": "2030-01-01"},
        {"due_days": 99_999},
        {"repeat_months": 0},
        {"law_points": ["nonsense"]},
        {"programme": "nonsense"},
    ],
    ids=lambda wrong: "-".join(map(str, *wrong.items())) if isinstance(wrong, dict) else None,
)
def test_what_cannot_be_a_rule_is_refused_with_a_reason(client, school, wrong):
    client.force_login(school.hr)

    answer = page(client, at("new_requirement", school), said(school, **wrong))

    assert answer.status_code == 422
    assert set(wrong) == {"due_from"} or set(wrong) <= set(answer.context["form"].errors)


def test_rules_set_above_are_marked_and_read_only(client, school):
    own = make.a_requirement(school.course, school.institution)
    ended = make.a_requirement(school.course, school.institution, valid_until=school.today - DAY)
    coming = make.a_requirement(school.course, school.institution, valid_from=school.today + DAY)
    client.force_login(school.hr)

    shown = page(client, at("requirements", school))

    sections = {name: [row.requirement for row in shown.context[name]] for name in ("now", "coming", "ended")}
    assert sections == {"now": [own, school.requirement], "coming": [coming], "ended": [ended]}
    assert "Noteikta augstāk, iestādē „Gaujmalas novads”: te to var tikai lasīt." in text_of(shown)
    assert f"/requirements/{school.requirement.pk}/" not in shown.content.decode()
    assert page(client, at("change_requirement", school, own.pk)).status_code == 200
    for foreign in (school.requirement, ended):
        for name in ("change_requirement", "end_requirement"):
            where = at(name, school, foreign.pk)
            assert page(client, where).status_code == 404
            assert page(client, where, said(school)).status_code == 404
    assert page(client, at("requirements", school, place=school.municipality)).status_code == 404


def test_the_list_names_positions_and_leaves_out_rules_for_other_sectors(client, school):
    school.requirement.positions.add(make.a_position())
    make.a_requirement(school.course, school.municipality, sector=make.a_sector("police"))
    client.force_login(school.hr)

    shown = page(client, at("requirements", school))

    assert [row.requirement for row in shown.context["now"]] == [school.requirement]
    assert "Tikai šiem amatiem: teacher lv." in text_of(shown)


def test_the_coordinator_sets_rules_below_and_sees_no_names(client, school):
    client.force_login(school.coordinator)
    Requirement.objects.all().delete()

    shown = page(client, at("new_requirement", school, place=school.municipality), said(school))

    assert counts(shown)["asked"] == 7
    assert "Ābele" not in text_of(shown)
    assert saved(client, at("new_requirement", school), said(school)).status_code == 302


def test_more_fields_than_the_form_has_change_nothing(client, school):
    client.force_login(school.hr)
    extra = {
        "institution": school.municipality.pk,
        "created_by": school.coordinator.pk,
        "replaces": school.requirement.pk,
        "id": school.requirement.pk,
        "role": "admin",
        "is_staff": "1",
    }

    assert saved(client, at("new_requirement", school), said(school, **extra)).status_code == 302

    made = Requirement.objects.latest("pk")
    assert (made.institution, made.created_by, made.replaces) == (school.institution, school.hr, None)
    assert Requirement.objects.get(pk=school.requirement.pk).institution == school.municipality


def test_the_coverage_page_leads_to_the_rules(client, school):
    for viewer in (school.hr, school.coordinator):
        client.force_login(viewer)
        assert at("requirements", school) in client.get(at("coverage", school)).content.decode()
    auditor = make.a_user()
    make.a_scope(auditor, school.institution, "auditor")
    client.force_login(auditor)
    assert at("requirements", school) not in client.get(at("coverage", school)).content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_and_the_preview_cost_the_same_for_few_and_for_many(client, school, django_assert_num_queries, count):
    for number in range(count):
        position = make.a_position(f"position-{number}")
        rule = make.a_requirement(make.a_version().course, school.institution, valid_from=date(2026, 1, 1))
        rule.positions.add(position)
        make.a_membership(make.a_user(), school.institution, position=position)
    client.force_login(school.hr)
    other = make.a_version().course

    with django_assert_num_queries(10):
        page(client, at("requirements", school))
    with django_assert_num_queries(13):
        shown = page(client, at("new_requirement", school), said(school, programme=other.key))
    assert counts(shown)["asked"] == 7 + count
