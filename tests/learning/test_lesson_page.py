"""A lesson as a page: reading, checking, stopping, going on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses import selectors
from learning.models import Completion, CoverageDirt, Enrolment, UnitState
from learning.services import finish_unit
from tests.factories import a_user, an_enrolment, an_institution
from tests.learning.pages import a_programme, at, everything, html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return an_enrolment(a_user(), a_programme(), institution=an_institution())


@pytest.fixture
def reader(client, study):
    client.force_login(study.user)
    return client


def test_the_lesson_shows_its_blocks_with_anchors_and_the_readers_own_role(reader, study):
    html = html_of(reader.get(at(study)))

    assert '<p id="b0">Pirmā rindkopa</p>' in html
    assert 'id="b2"' in html
    assert "Tā dara skolotājs" in html
    assert "Tā dara policists" not in html


def test_every_unit_carries_the_content_note_the_support_block_and_quick_exit(reader, study):
    for unit in ("m1-read", "m1-case"):
        html = html_of(reader.get(at(study, unit)))

        assert "Piezīme" in html
        assert 'id="support"' in html
        assert 'class="quick-exit"' in html
        assert 'href="#support"' in html


def test_right_answers_and_reasons_are_not_in_the_page_before_answering(reader, study):
    html = html_of(reader.get(at(study)))

    assert "Iemesls" not in html
    assert "correct" not in html
    assert " checked" not in html


def test_the_first_visit_is_noted(reader, study):
    before = timezone.now()

    reader.get(at(study))

    state = UnitState.objects.get()
    assert (state.unit.key, state.block, state.done_at) == ("m1-read", 0, None)
    assert state.opened_at >= before
    study.refresh_from_db()
    assert study.started_at == state.opened_at
    assert list(CoverageDirt.objects.values_list("institution", flat=True)) == [study.institution_id]


def test_a_page_opened_again_notes_nothing_new(reader, study):
    reader.get(at(study))
    kept = everything()

    reader.get(at(study))

    assert everything() == kept


def test_coming_back_to_a_unit_makes_it_the_one_to_go_on_with(reader, study):
    reader.get(at(study, "m1-one"))
    reader.get(at(study, "m1-two"))
    reader.get(at(study, "m1-one"))

    latest = UnitState.objects.order_by("-seen_at").first()
    assert latest.unit.key == "m1-one"


@pytest.mark.parametrize("unit", ["m1-read", "m1-case"])
def test_opening_a_unit_writes_nothing_but_that_it_was_opened(reader, study, unit):
    before = everything()

    reader.get(at(study, unit))

    after = everything()
    changed = {label for label in after if after[label] != before[label]}
    assert changed == {"learning.UnitState", "learning.Enrolment", "learning.CoverageDirt"}


@pytest.mark.parametrize("visits", [0, 1])
def test_a_lesson_costs_six_queries_at_most(reader, study, visits, django_assert_max_num_queries):
    reader.get(at(study, "m1-one"))
    for _ in range(visits):
        reader.get(at(study))
        reader.get(at(study, "m1-one"))
    a_programme_is_kept(study)

    with django_assert_max_num_queries(6):
        reader.get(at(study))


def test_a_lesson_read_on_costs_two_queries(reader, study, django_assert_num_queries):
    reader.get(at(study))
    a_programme_is_kept(study)

    with django_assert_num_queries(2):  # The person; the study with all that is kept of it.
        reader.get(at(study))


def a_programme_is_kept(study):
    """Another learner has read the lesson in this process: what is frozen is kept already."""
    unit = study.version.units.get(key="m1-read")
    selectors.lesson(unit.pk, "lv", "teacher")


def test_the_very_first_page_costs_six_queries_at_most(reader, study, django_assert_max_num_queries):
    other = an_enrolment(a_user(), study.version)
    reader.force_login(other.user)
    reader.get(at(other))
    reader.force_login(study.user)

    with django_assert_max_num_queries(6):
        reader.get(at(study))


# ---- The place


def test_the_place_is_kept_and_offered_again(reader, study):
    response = reader.post(at(study, "m1-read", "position"), {"block": "3"})

    assert response.status_code == 204
    assert UnitState.objects.get().block == 3
    assert 'href="#b3"' in html_of(reader.get(at(study)))


@pytest.mark.parametrize("block", ["", "-1", "x", "100000"])
def test_a_place_that_cannot_be_is_refused(reader, study, block):
    assert reader.post(at(study, "m1-read", "position"), {"block": block}).status_code == 400
    assert UnitState.objects.count() == 0


def test_another_language_is_the_same_place(reader, study):
    reader.post(at(study, "m1-read", "position"), {"block": "3"})
    target = f"{at(study)}#b3"

    response = reader.post(reverse("set_language"), {"language": "en", "next": target})

    assert response.url == target
    english = reader.get(at(study))
    assert english.headers["Content-Language"] == "en"
    assert "m1-read en" in html_of(english)
    assert 'href="#b3"' in html_of(english)
    assert UnitState.objects.get().block == 3


# ---- Going on


def test_next_finishes_the_lesson_and_opens_the_next_unit(reader, study):
    response = reader.post(at(study, "m1-one", "done"))

    assert response.url == at(study, "m1-two")
    assert UnitState.objects.get().done_at is not None


def test_a_second_click_does_nothing_more(reader, study):
    reader.post(at(study, "m1-one", "done"))
    kept = everything()

    response = reader.post(at(study, "m1-one", "done"))

    assert response.url == at(study, "m1-two")
    assert everything() == kept


def test_a_done_lesson_leads_on_by_a_link(reader, study):
    reader.post(at(study, "m1-one", "done"))

    html = html_of(reader.get(at(study, "m1-one")))

    assert at(study, "m1-one", "done") not in html
    assert f'href="{at(study, "m1-two")}"' in html


def test_the_last_missing_unit_leads_to_what_was_achieved_wherever_it_stands(reader, study):
    for unit in study.version.units.exclude(key="m1-one"):
        finish_unit(enrolment=study, unit=unit, at=timezone.now())

    response = reader.post(at(study, "m1-one", "done"), follow=True)

    assert response.redirect_chain == [(reverse("learning:completed", args=[study.number]), 302)]
    assert Completion.objects.get().enrolment == study
    assert Completion.objects.get().certificates.get().printed_code in html_of(response)


def test_the_last_unit_with_something_left_leads_to_the_programme(reader, study):
    response = reader.get(reverse("learning:completed", args=[study.number]))

    assert response.url == reverse("learning:programme", args=[study.number])


def test_a_case_or_quiz_is_not_finished_by_going_on(reader, study):
    assert reader.post(at(study, "m1-case", "done")).status_code == 404
    assert UnitState.objects.count() == 0


# ---- Studies that are not open, or not one's own


def test_a_completed_study_stays_readable_and_is_written_no_more(reader, study):
    for unit in study.version.units.all():
        finish_unit(enrolment=study, unit=unit, at=timezone.now())
    UnitState.objects.update(seen_at=timezone.now() - timedelta(days=3))
    kept = everything()

    assert reader.get(at(study)).status_code == 200
    assert reader.get(at(study, "m1-case")).status_code == 200
    assert reader.post(at(study, "m1-one", "done")).url == at(study, "m1-two")
    assert reader.post(at(study, "m1-read", "position"), {"block": "3"}).status_code == 204
    assert everything() == kept


def test_a_withdrawn_study_is_gone(reader, study):
    Enrolment.objects.update(withdrawn_at=timezone.now())

    assert [reader.get(address).status_code for address in own_addresses(study)] == [404] * 5
    assert UnitState.objects.count() == 0


def own_addresses(study):
    number = study.number
    return [
        reverse("learning:programme", args=[number]),
        reverse("learning:completed", args=[number]),
        at(study),
        at(study, "m1-case"),
        at(study, "m1-one"),
    ]


def test_somebody_elses_study_is_404_and_nothing_is_written(client, study):
    client.force_login(a_user())
    kept = everything()

    assert [client.get(address).status_code for address in own_addresses(study)] == [404] * 5
    for address, sent in [
        (at(study, "m1-one", "done"), {}),
        (at(study, "m1-read", "position"), {"block": "3"}),
        (at(study, "m1-read", "check", 2), {"chosen": "1", "sequence": "9"}),
        (at(study, "m1-case"), {"option": "0"}),
        (at(study, "m1-case"), {"summary": "on"}),
    ]:
        assert client.post(address, sent).status_code == 404
    assert everything() == kept


def test_units_off_the_readers_way_are_404(reader, study):
    other = a_programme()
    study.version.units.filter(key="m1-one").update(path="refresher")

    assert reader.get(at(study, "m1-one")).status_code == 404
    assert reader.get(at(study, "nowhere")).status_code == 404
    assert reader.post(at(study, "m1-one", "done")).status_code == 404
    assert reader.get(at(an_enrolment(a_user(), other))).status_code == 404


def test_nothing_is_finished_by_sending_more_than_asked(reader, study):
    forged = {
        "done_at": "2020-01-01",
        "completed_at": "2020-01-01",
        "user": "1",
        "state": "done",
        "score": "100",
        "enrolment": "1",
    }

    reader.post(at(study, "m1-read", "position"), {"block": "1", **forged})
    reader.post(at(study, "m1-read", "check", 2), {"chosen": "1", "sequence": "1", **forged})
    reader.post(at(study, "m1-one", "done"), {**forged, "unit": "m1-two"})

    assert list(UnitState.objects.exclude(done_at=None).values_list("unit__key", flat=True)) == ["m1-one"]
    study.refresh_from_db()
    assert study.completed_at is None


def test_only_posting_changes_and_only_with_a_token(study):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(study.user)

    assert strict.get(at(study, "m1-one", "done")).status_code == 405
    assert strict.post(at(study, "m1-one", "done")).status_code == 403
    assert strict.post(at(study, "m1-case"), {"summary": "on"}).status_code == 403
    assert UnitState.objects.exclude(done_at=None).count() == 0


def test_a_lesson_is_not_posted_to(reader, study):
    assert reader.post(at(study)).status_code == 405
