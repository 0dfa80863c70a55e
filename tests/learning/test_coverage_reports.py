"""Figures of a place: counted from the facts, derived, and the same either way."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from learning.coverage import services, sources
from learning.coverage.figures import Figures
from learning.coverage.models import Coverage, CoverageDirt, CoverageMonth
from learning.coverage.reports import plan, report
from learning.coverage.sources import Derived, Live
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def town(today):
    """A municipality, a school and a service with an office below it; a teacher of two schools among the people."""

    class Town:
        top = make.an_institution("top")
        education, social = make.a_sector("education"), make.a_sector("social")
        school = make.an_institution("school", parent=top, sector=education)
        service = make.an_institution("service", parent=top, sector=social)
        office = make.an_institution("office", parent=service, sector=social)
        teacher, officer = make.a_position("teacher"), make.a_position("officer", law_point="")
        version = make.a_version()
        course = version.course

    for place in (Town.top, Town.school, Town.service, Town.office):
        place.refresh_from_db()
    make.a_requirement(Town.course, Town.top, due_days=30)
    valid, late, new, both, exempt = (make.a_user() for _ in range(5))
    for person, place, position in [
        (valid, Town.school, Town.teacher),
        (late, Town.school, Town.teacher),
        (both, Town.school, Town.teacher),
        (both, Town.service, Town.officer),
        (exempt, Town.office, Town.officer),
    ]:
        make.a_membership(person, place, position=position)
    make.a_membership(new, Town.service, position=Town.officer, starts_on=today)
    make.a_completion(valid, Town.version, on=today - timedelta(days=100), until=today + timedelta(days=15))
    make.a_completion(both, Town.version, on=today - timedelta(days=10), until=None)
    make.an_exemption(exempt, Town.course, Town.service)
    return Town


def numbers(figures: Figures) -> tuple[int, ...]:
    return figures.required, figures.valid, figures.not_yet_due, figures.exempt, figures.employed


def test_a_place_counts_each_person_once_and_each_place_below_its_own(town, today):
    shown = report(town.top, on=today)

    assert numbers(shown.figures) == (3, 2, 1, 1, 5)
    assert [(place.code, numbers(figures)) for place, figures in shown.places] == [
        ("school", (3, 2, 0, 0, 3)),
        ("service", (1, 1, 1, 1, 3)),
    ]
    assert [(position.key, numbers(position.figures)) for position in shown.positions] == [
        ("teacher", (3, 2, 0, 0, 3)),
        ("officer", (1, 1, 1, 1, 3)),
    ]
    assert shown.figures.tens == [0, 1, 0, 0, 0, 0, 0, 0, 0]


def test_people_who_work_at_a_place_itself_stand_beside_those_below(town, today):
    make.a_membership(make.a_user(), town.service)

    assert [(place.code, figures.employed) for place, figures in report(town.service, on=today).places] == [
        ("service", 3),
        ("office", 1),
    ]


def test_a_place_with_nobody_is_told_of_all_the_same(town, today):
    make.an_institution("empty", parent=town.top)

    found = {place.code: figures for place, figures in report(town.top, on=today).places}

    assert found["empty"] == Figures()


def test_another_day_shows_what_was_so_on_that_day(town, today):
    past = report(town.top, on=today - timedelta(days=50))

    assert numbers(past.figures) == (3, 1, 0, 1, 4)
    assert past.on == today - timedelta(days=50)


def test_a_programme_is_chosen_by_its_key_and_the_first_is_shown_otherwise(town, today):
    second = make.a_version()
    make.a_requirement(second.course, town.school, due_days=0)

    named = report(town.school, on=today, course_key=second.course.key)
    unknown = report(town.school, on=today, course_key="no-such")

    assert (named.programme.key, numbers(named.figures)) == (second.course.key, (3, 0, 0, 0, 3))
    assert unknown.programme.key == town.course.key
    assert [(programme.key, figures.required) for programme, figures in named.programmes] == [
        (town.course.key, 3),
        (second.course.key, 3),
    ]
    assert [programme.key for programme, _ in report(town.office, on=today).programmes] == [town.course.key]


def test_where_nothing_is_required_there_is_no_programme(today):
    alone = make.an_institution()

    assert report(alone, on=today).programme is None
    assert plan(alone, on=today).programme is None


def test_the_plan_tells_sectors_places_the_year_behind_and_the_year_ahead(town, today):
    shown = plan(town.top, on=today)

    assert [(sector.key, numbers(figures)) for sector, figures in shown.sectors] == [
        ("education", (3, 2, 0, 0, 3)),
        ("social", (1, 1, 1, 1, 3)),
    ]
    assert [place.code for place, _ in shown.places] == ["school", "service"]
    assert len(shown.trend) == 12
    assert all(month.last_day < today for month in shown.trend)
    assert [month.required for month in shown.trend] == [3] * 12
    assert [month.valid for month in shown.trend] == [
        sum((month.last_day >= today - timedelta(days=100), month.last_day >= today - timedelta(days=10)))
        for month in shown.trend
    ]
    ending = {(day.year, day.month): count for day, count in shown.ending}
    last = today + timedelta(days=15)
    assert {month for month, count in ending.items() if count} == {(last.year, last.month)}
    assert sum(ending.values()) == 1


@pytest.fixture
def derive_everything(monkeypatch):
    """As if every place above others had more people than are counted live."""
    monkeypatch.setattr(sources, "LIVE_PEOPLE", 0)


def test_derived_figures_equal_the_live_ones(town, today, derive_everything):
    second = make.a_version()
    make.a_requirement(second.course, town.service, due_days=0)
    live = {place.code: (report(place, on=today), plan(place, on=today)) for place in (town.top, town.service)}

    assert [place.code for place, _ in services.refresh_all(everything=True)] == ["office", "school", "service", "top"]

    for place in (town.top, town.service):
        assert isinstance(sources.source_at(place, on=today), Derived)
        seen, was = report(place, on=today), live[place.code][0]
        assert (seen.figures, seen.programmes, seen.positions) == (was.figures, was.programmes, was.positions)
        planned, was_planned = plan(place, on=today), live[place.code][1]
        assert (planned.sectors, planned.trend, planned.ending) == (
            was_planned.sectors,
            was_planned.trend,
            was_planned.ending,
        )
    assert report(town.top, on=today).places == live["top"][0].places


def test_derived_places_include_who_works_at_the_place_itself(town, today, derive_everything):
    make.a_membership(make.a_user(), town.top)
    was = report(town.top, on=today).places
    list(services.refresh_all())

    assert report(town.top, on=today).places == was


def test_other_days_and_the_lowest_places_are_counted_live(town, today, derive_everything):
    list(services.refresh_all())

    assert isinstance(sources.source_at(town.top, on=today - timedelta(days=1)), Live)
    assert isinstance(sources.source_at(town.school, on=today), Live)


def test_few_people_are_counted_live(town, today):
    list(services.refresh_all())

    assert isinstance(sources.source_at(town.top, on=today), Live)


def test_a_refresh_twice_leaves_the_same_rows(town, today):
    services.refresh(town.top)
    once = list(Coverage.objects.order_by("pk").values("course", "position", "sector", "required", "valid", "tens"))
    services.refresh(town.top)

    again = list(Coverage.objects.order_by("pk").values("course", "position", "sector", "required", "valid", "tens"))
    assert again == once
    assert len(once) == 5


def test_a_note_climbs_to_the_top_and_is_gone(town, today):
    list(services.refresh_all())
    services.mark_dirty([town.office.pk, town.office.pk])

    refreshed = [place.code for place, _ in services.refresh_all()]

    assert refreshed == ["office", "service", "top"]
    assert not CoverageDirt.objects.exists()
    assert list(services.refresh_all()) == []


def test_a_run_that_stops_half_way_goes_on_where_it_stopped(town):
    list(services.refresh_all())
    services.mark_dirty([town.office.pk, town.school.pk])
    run = services.refresh_all()
    first = next(run)[0].code
    run.close()

    assert [first, *(place.code for place, _ in services.refresh_all())] == ["office", "school", "service", "top"]


def test_a_refresh_that_fails_keeps_the_note_and_the_old_figures(town, monkeypatch):
    list(services.refresh_all())
    before = Coverage.objects.count()
    services.mark_dirty([town.school.pk])
    monkeypatch.setattr(services, "_rows", lambda *_: (_ for _ in ()).throw(RuntimeError))

    with pytest.raises(RuntimeError):
        services.refresh(town.school)

    assert CoverageDirt.objects.count() == 1
    assert Coverage.objects.count() == before


def test_a_note_written_during_a_refresh_stays_for_the_next_one(town, monkeypatch):
    services.mark_dirty([town.school.pk])
    rows = services._rows

    def late_news(*args):
        services.mark_dirty([town.school.pk])
        return rows(*args)

    monkeypatch.setattr(services, "_rows", late_news)
    services.refresh(town.school)

    assert CoverageDirt.objects.filter(institution=town.school).count() == 1


def test_a_new_day_makes_every_figure_old(town, today):
    list(services.refresh_all())
    Coverage.objects.update(on=today - timedelta(days=1))

    assert [place.code for place, _ in services.refresh_all()] == ["office", "school", "service", "top"]


def test_months_gone_by_are_derived_once_and_anew_when_asked(town, today):
    services.refresh(town.top)
    CoverageMonth.objects.update(valid=0)
    services.refresh(town.top)
    assert set(CoverageMonth.objects.values_list("valid", flat=True)) == {0}

    services.refresh(town.top, months_anew=True)

    assert set(CoverageMonth.objects.values_list("valid", flat=True)) != {0}
    assert CoverageMonth.objects.count() == 12


def test_a_person_is_noted_wherever_they_ever_worked(town):
    person = make.a_user()
    make.a_membership(person, town.office, starts_on=date(2019, 1, 1), ends_on=date(2019, 12, 31))
    make.a_membership(person, town.school)

    services.mark_person_dirty(person)

    assert set(CoverageDirt.objects.values_list("institution__code", flat=True)) == {"office", "school"}


def test_the_command_refreshes_what_is_old_and_says_how_much(town, capsys):
    call_command("refresh_coverage")
    call_command("refresh_coverage")
    call_command("refresh_coverage", "--all")

    assert capsys.readouterr().out.splitlines() == [
        "Institutions refreshed: 4.",
        "Institutions refreshed: 0.",
        "Institutions refreshed: 4.",
    ]
