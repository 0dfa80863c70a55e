"""My learning, the programme's page and what completing gives."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from courses.models import Module
from learning.models import Completion, Enrolment, UnitState
from learning.records.desk import Desk
from learning.services import finish_unit, open_unit, save_position
from tests.factories import (
    a_completion,
    a_membership,
    a_position,
    a_requirement,
    a_unit,
    a_user,
    a_version,
    an_enrolment,
    an_institution,
)
from tests.learning.pages import a_programme, html_of

pytestmark = pytest.mark.django_db

HOME = "/learn/"


@pytest.fixture
def person(client):
    person = a_user(first_name="Ilze")
    client.force_login(person)
    return person


def desk_of(person, *, on=None):
    return Desk.of(person, on=on or timezone.localdate(), language="lv")


def finish(enrolment, *keys, at=None):
    for unit in enrolment.version.units.filter(key__in=keys) if keys else enrolment.version.units.filter(path="full"):
        finish_unit(enrolment=enrolment, unit=unit, at=at or timezone.now())


def a_renewable(person, *, days_left, **fields):
    """A completed programme whose certificate runs out in so many days."""
    version = a_version(refresher_minutes=19, **fields)
    module = Module.objects.create(
        version=version, key="refresher", path="refresher", position=2, title={"lv": "Atkārtojums"}, content_note={}
    )
    a_unit(module, "r-one")
    today = timezone.localdate()
    return a_completion(person, version, on=today - timedelta(days=900), until=today + timedelta(days=days_left))


def test_with_nothing_assigned_the_page_says_what_will_happen(client, person):
    response = client.get(HOME)

    assert 'class="panel empty"' in html_of(response)
    assert desk_of(person).resume is None


def test_before_the_start_everything_is_ahead_and_the_first_unit_is_next(client, person):
    version = a_programme()
    enrolment = an_enrolment(person, version, due_on=timezone.localdate() + timedelta(days=24))

    task = desk_of(person).resume

    assert (task.next_step.unit.key, task.block, task.minutes_left, task.days_since) == ("m1-one", 0, 10, None)
    assert (task.days_left, task.study.tally.minutes, task.study.tally.is_started) == (24, 40, False)
    html = html_of(client.get(HOME))
    assert f'href="{reverse("learning:unit", args=[enrolment.number, "m1-one"])}"' in html


def test_the_button_leads_to_the_exact_block_and_the_minutes_are_those_left(client, person):
    enrolment = an_enrolment(person, a_programme())
    finish(enrolment, "m1-one")
    yesterday = timezone.now() - timedelta(days=1)
    UnitState.objects.update(seen_at=yesterday - timedelta(hours=1))
    read = enrolment.version.units.get(key="m1-read")
    open_unit(enrolment=enrolment, unit=read, at=yesterday)
    save_position(enrolment=enrolment, unit=read, block=3, at=yesterday)

    task = desk_of(person).resume

    # Three of five blocks of a lesson of ten minutes are read.
    assert (task.next_step.unit.key, task.block, task.minutes_left, task.days_since) == ("m1-read", 3, 4, 1)
    assert f"{reverse('learning:unit', args=[enrolment.number, 'm1-read'])}#b3" in html_of(client.get(HOME))


def test_after_a_unit_the_next_required_one_follows_and_then_what_was_left_out(person):
    version = a_programme()
    version.units.filter(key="m1-read").update(required=False)
    enrolment = an_enrolment(person, version)

    finish(enrolment, "m1-two")
    assert desk_of(person).resume.next_step.unit.key == "m1-case"
    finish(enrolment, "m1-case")
    assert desk_of(person).resume.next_step.unit.key == "m1-one"


def test_what_was_opened_last_is_resumed_though_something_else_is_due_first(person):
    later = an_enrolment(person, a_programme(), due_on=date(2030, 1, 1))
    an_enrolment(person, a_programme(), due_on=date(2029, 1, 1))
    open_unit(enrolment=later, unit=later.version.units.first(), at=timezone.now())

    desk = desk_of(person)

    assert desk.resume.enrolment == later
    assert [task.enrolment.due_on.year for task in desk.tasks] == [2029, 2030]


def test_a_task_says_why_and_by_when(client, person):
    town, version = an_institution(name="Demo novads"), a_programme()
    school = an_institution(parent=town, name="Skola")
    a_membership(person, school, position=a_position("head", role="head"))
    rule = a_requirement(version.course, town, legal_basis_lv="BTAL 5.1 panta 3. punkts")
    an_enrolment(person, version, institution=school, requirement=rule, due_on=date(2030, 5, 31))

    html = html_of(client.get(HOME))

    for shown in ("BTAL 5.1 panta 3. punkts", "Demo novads", "head lv", "31.05.2030."):
        assert shown in html


def test_a_passed_deadline_is_told_without_alarm(client, person):
    an_enrolment(person, a_programme(), due_on=timezone.localdate() - timedelta(days=3))

    html = html_of(client.get(HOME))

    assert desk_of(person).resume.days_left == -3
    assert "danger" not in html


def test_a_withdrawn_study_is_not_shown(client, person):
    an_enrolment(person, a_programme(), withdrawn_at=timezone.now())

    assert desk_of(person).tasks == []


@pytest.mark.parametrize(("days_left", "expired"), [(90, False), (0, False), (-60, True)])
def test_a_renewal_is_offered_with_its_new_date(client, person, days_left, expired):
    completion = a_renewable(person, days_left=days_left)

    desk = desk_of(person)

    [(offer, outline)] = desk.offers
    assert (offer.completion, offer.has_expired, outline.version_id) == (completion, expired, completion.version_id)
    html = html_of(client.get(HOME))
    assert f'action="{reverse("learning:renew", args=[completion.course.key])}"' in html
    assert offer.new_valid_until.strftime("%d.%m.%Y.") in html
    assert "19" in html


def test_a_renewal_is_offered_beside_an_open_study_of_what_changed(person):
    completion = a_renewable(person, days_left=30)
    delta = an_enrolment(person, completion.version, path="delta")

    desk = desk_of(person)

    assert [offer.completion for offer, _outline in desk.offers] == [completion]
    assert [task.enrolment for task in desk.tasks] == [delta]


def test_starting_the_refresher_opens_it_and_twice_is_once(client, person):
    completion = a_renewable(person, days_left=30)
    address = reverse("learning:renew", args=[completion.course.key])

    first, second = client.post(address), client.post(address)

    enrolment = Enrolment.objects.open().get()
    assert enrolment.path == "refresher"
    assert first.url == second.url == reverse("learning:programme", args=[enrolment.number])
    desk = desk_of(person)
    assert desk.offers == []
    assert desk.resume.next_step.unit.key == "r-one"


def test_a_renewal_that_is_too_early_or_not_there_is_explained(client, person):
    completion = a_renewable(person, days_left=91)
    other = a_version().course

    early = client.post(reverse("learning:renew", args=[completion.course.key]), follow=True)
    never = client.post(reverse("learning:renew", args=[other.key]), follow=True)

    assert early.redirect_chain == never.redirect_chain == [(HOME, 302)]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert tomorrow.strftime("%d.%m.%Y.") in html_of(early)
    assert 'class="note"' in html_of(never)
    assert not Enrolment.objects.open().exists()
    assert client.post(reverse("learning:renew", args=["nowhere"])).status_code == 404


def test_after_the_grace_the_whole_programme_is_offered(client, person):
    completion = a_renewable(person, days_left=-61)

    assert [held.completion for held in desk_of(person).lapsed] == [completion]
    client.post(reverse("learning:renew", args=[completion.course.key]))
    assert Enrolment.objects.open().get().path == "full"
    assert desk_of(person).lapsed == []


def test_when_everything_is_done_the_next_date_is_named(client, person):
    enrolment = an_enrolment(person, a_programme())
    finish(enrolment)

    html = html_of(client.get(HOME))

    completion = Completion.objects.get()
    assert completion.valid_until.strftime("%d.%m.%Y.") in html
    assert completion.certificates.get().printed_code in html
    assert 'class="panel empty"' in html


def open_programmes(person, count):
    for number in range(count):
        version = a_programme()
        rule = a_requirement(version.course, an_institution())
        enrolment = an_enrolment(person, version, requirement=rule, institution=rule.institution)
        finish(enrolment, "m1-one")
        if number % 2:
            a_renewable(person, days_left=30 + number)
            finish(an_enrolment(person, a_programme()))


@pytest.mark.parametrize("count", [1, 6])
def test_the_queries_do_not_grow_with_the_programmes(client, person, count, django_assert_max_num_queries):
    a_membership(person, an_institution())
    open_programmes(person, count)
    client.get(HOME)
    cache.clear()  # The session is read from the database too.

    with django_assert_max_num_queries(8):
        client.get(HOME)


# ---- The programme's page


def programme(enrolment):
    return reverse("learning:programme", args=[enrolment.number])


def test_the_programme_shows_its_units_with_their_states(client, person):
    enrolment = an_enrolment(person, a_programme(), due_on=date(2030, 5, 31))
    finish(enrolment, "m1-one")
    open_unit(enrolment=enrolment, unit=enrolment.version.units.get(key="m1-two"), at=timezone.now())

    html = html_of(client.get(programme(enrolment)))

    for unit in enrolment.version.units.all():
        assert f'href="{unit.key}/"' in html
    assert html.count('class="state" data-color="success"') == 1
    assert html.count('class="state" data-color="info"') == 2
    assert "31.05.2030." in html
    assert "Piezīme" in html


@pytest.mark.parametrize("units", [4, 12])
def test_the_programme_costs_the_same_however_long_it_is(client, person, units, django_assert_max_num_queries):
    version = a_programme()
    for number in range(units - 4):
        a_unit(version.modules.get(), f"m1-more-{number}")
    enrolment = an_enrolment(person, version)
    client.get(programme(enrolment))

    with django_assert_max_num_queries(3):  # The person, the study with its units, the role.
        client.get(programme(enrolment))


def test_opening_a_programme_writes_nothing(client, person):
    enrolment = an_enrolment(person, a_programme())

    client.get(programme(enrolment))

    enrolment.refresh_from_db()
    assert enrolment.started_at is None


def test_a_study_of_what_changed_shows_that_alone(client, person):
    version = a_programme(change="delta", note={"lv": "Jauns ziņošanas tālrunis", "en": "New number"})
    version.units.exclude(key="m1-two").update(changed=False)
    enrolment = an_enrolment(person, version, path="delta")

    html = html_of(client.get(programme(enrolment)))

    assert "Jauns ziņošanas tālrunis" in html
    assert "m1-two lv" in html
    assert "m1-read lv" not in html


def test_what_was_achieved_names_the_paper_and_the_next_renewal(client, person):
    enrolment = an_enrolment(person, a_programme())
    finish(enrolment)

    html = html_of(client.get(reverse("learning:completed", args=[enrolment.number])))

    completion = Completion.objects.get()
    opens_on = completion.valid_until - timedelta(days=90)
    assert completion.certificates.get().printed_code in html
    assert opens_on.strftime("%d.%m.%Y.") in html
    assert completion.valid_until.strftime("%d.%m.%Y.") in html


def test_the_whole_way_from_my_learning_to_the_certificate(client, person):
    enrolment = an_enrolment(person, a_programme())
    steps = []
    for _ in range(10):
        task = desk_of(person).resume
        if task is None:
            break
        unit = task.next_step.unit
        address = reverse("learning:unit", args=[enrolment.number, unit.key])
        assert address in html_of(client.get(HOME))
        assert client.get(address).status_code == 200
        if unit.kind == "case":
            client.post(address, {"option": "0"})
        else:
            client.post(reverse("learning:done", args=[enrolment.number, unit.key]))
        steps.append(unit.key)

    assert steps == ["m1-one", "m1-two", "m1-read", "m1-case"]
    assert Completion.objects.get().certificates.count() == 1
