"""Opening packages and saving: what counts, what changes nothing, what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from certificates.models import Certificate
from learning.models import Completion, UnitState
from runtime import services
from runtime.models import Commit, Registration
from runtime.verdicts import Verdict

from .saving import (
    T0,
    a_launch,
    a_package,
    a_registration,
    a_save,
    a_study,
    all_rows,
    cmi12,
    cmi2004,
    part,
    save,
    state_of,
)

pytestmark = pytest.mark.django_db

SOON = T0 + timedelta(minutes=10)


def done_units(launch):
    states = UnitState.objects.filter(enrolment=launch.registration.enrolment).exclude(done_at=None)
    return list(states.values_list("unit__key", flat=True))


def test_opening_twice_gives_the_same_registration():
    enrolment, unit = a_study(a_package())

    first = services.open_registration(enrolment=enrolment, unit=unit, at=T0)
    second = services.open_registration(enrolment=enrolment, unit=unit, at=SOON)

    assert (first, first.attempt, first.package_id) == (second, 1, unit.settings["package"])
    assert UnitState.objects.get(unit=unit).opened_at == T0


def test_a_new_launch_closes_the_older_one_and_every_activity_has_its_state():
    registration = a_registration(a_package(activities=[{}, {}]))

    older = services.open_launch(registration=registration, at=T0)
    newer = services.open_launch(registration=registration, at=SOON)

    older.refresh_from_db()
    assert (older.closed_at, newer.closed_at) == (SOON, None)
    assert list(registration.states.values_list("launch", "sequence")) == [(newer.pk, 0), (newer.pk, 0)]


def test_a_save_is_kept_and_logged():
    launch = a_launch()

    saved = save(launch, 1, cmi12(lesson_location="page-3", suspend_data="abc"))

    kept = state_of(launch)
    assert saved == services.Saved(True, Verdict(), Verdict(), False)
    assert kept.data == {"cmi": cmi12(lesson_location="page-3", suspend_data="abc")}
    assert (kept.sequence, kept.saved_at, kept.completed_at) == (1, T0 + timedelta(minutes=30), None)
    assert list(Commit.objects.values_list("launch", "activity", "sequence")) == [(launch.pk, part(launch), 1)]


@pytest.mark.parametrize("late", [1, 2, 3])
def test_a_save_with_a_lower_or_equal_number_changes_nothing(late):
    launch = a_launch()
    save(launch, 3, cmi12(suspend_data="newest"))
    before = all_rows()

    saved = save(launch, late, cmi12("passed", raw="100", suspend_data="old"))

    assert saved == services.Saved(False, Verdict(), Verdict(), False)
    assert all_rows() == before


def test_the_record_keeps_what_was_reached_while_the_cmi_goes_back():
    launch = a_launch(done_when="passed")

    save(launch, 1, cmi12("passed", raw="90"), at=SOON)
    save(launch, 2, cmi12("incomplete", raw="20"))

    kept = state_of(launch)
    assert kept.data["cmi"]["core"]["lesson_status"] == "incomplete"
    assert (kept.completed_at, kept.passed_at, kept.best_score) == (SOON, SOON, Decimal("0.9"))
    whole = Registration.objects.get()
    assert (whole.completed_at, whole.passed_at, whole.best_score, whole.done_at) == (SOON, SOON, Decimal("0.9"), SOON)


def test_a_slim_save_is_laid_over_the_last_full_one():
    launch = a_launch()
    full = cmi12(lesson_location="1", suspend_data="x" * 64000)
    save(launch, 1, full)

    save(launch, 2, {"core": {"lesson_location": "7", "exit": "suspend"}}, partial=True)

    kept = state_of(launch)
    assert (kept.data["cmi"], kept.slim) == (full, {"core": {"lesson_location": "7", "exit": "suspend"}})
    newer = services.open_launch(registration=launch.registration, at=SOON)
    whole = cmi12(lesson_location="7", exit="suspend", suspend_data="x" * 64000)
    assert (state_of(newer).data["cmi"], state_of(newer).slim) == (whole, None)


def test_a_full_save_that_a_slim_one_overtook_is_laid_below_it():
    launch = a_launch()
    save(launch, 1, cmi12(lesson_location="1", suspend_data="one"))
    save(launch, 3, {"core": {"lesson_location": "3"}}, partial=True)

    saved = save(launch, 2, cmi12(lesson_location="2", suspend_data="two"))

    kept = state_of(launch)
    assert saved.is_new
    assert (kept.data["cmi"]["suspend_data"], kept.slim) == ("two", {"core": {"lesson_location": "3"}})


def test_total_time_is_the_servers_own():
    registration = a_registration()
    first = services.open_launch(registration=registration, at=T0)
    save(first, 1, cmi12(session_time="0000:05:00", total_time="9999:00:00"), at=T0 + timedelta(minutes=6))
    save(first, 2, cmi12(session_time="0000:04:00"), at=T0 + timedelta(minutes=7))
    assert state_of(first).seconds == 300

    second = services.open_launch(registration=registration, at=T0 + timedelta(minutes=10))
    save(second, 1, cmi12(session_time="0010:00:00"), at=T0 + timedelta(minutes=12))

    assert (state_of(second).seconds_before, state_of(second).seconds) == (300, 420)


def test_a_second_sitting_in_one_launch_adds_to_the_first():
    launch = a_launch()
    save(launch, 1, cmi12(session_time="0000:05:00"))

    save(launch, 2, cmi12(session_time="0000:02:00"), earlier_s=300)

    assert state_of(launch).seconds == 420


def test_completing_finishes_the_unit_the_programme_and_the_certificate():
    launch = a_launch()

    saved = save(launch, 1, cmi12("completed"))

    completion = Completion.objects.get()
    assert saved == services.Saved(True, Verdict(True), Verdict(True), True)
    assert done_units(launch) == ["m1-package"]
    assert completion.enrolment_id == launch.registration.enrolment_id
    assert Certificate.objects.get().completion == completion


def test_completing_again_changes_nothing_more():
    launch = a_launch(alone=False)
    save(launch, 1, cmi12("completed"), at=SOON)

    saved = save(launch, 2, cmi12("completed"))

    assert (saved.is_new, saved.is_done) == (True, True)
    assert UnitState.objects.get(unit__key="m1-package").done_at == SOON
    assert not Completion.objects.exists()


WISHES = [
    # done_when, our mark, failed counts, status, raw, done
    ("completed", None, False, "completed", "", True),
    ("completed", None, False, "passed", "10", True),
    ("completed", None, False, "failed", "10", False),
    ("completed", None, True, "failed", "10", True),
    ("completed", None, False, "browsed", "", False),
    ("passed", None, False, "completed", "100", False),
    ("passed", None, False, "passed", "10", True),
    ("passed", 80, False, "completed", "80", True),
    ("passed", 80, False, "passed", "79", False),
    ("passed", 80, False, "failed", "85", True),
    ("passed", 80, False, "incomplete", "100", False),
    ("passed", 80, False, "passed", "", False),
    ("completed_and_passed", None, False, "passed", "", True),
    ("completed_and_passed", 80, False, "completed", "90", True),
    ("completed_and_passed", 80, False, "failed", "20", False),
]


@pytest.mark.parametrize(("done_when", "mark", "failed_counts", "status", "raw", "done"), WISHES)
def test_the_editors_wish_decides_when_a_unit_is_done(done_when, mark, failed_counts, status, raw, done):
    launch = a_launch(done_when=done_when, pass_mark_percent=mark, failed_counts=failed_counts)

    saved = save(launch, 1, cmi12(status, raw=raw))

    assert saved.is_done is done
    assert done_units(launch) == (["m1-package"] if done else [])


def test_opened_is_enough_where_the_editor_says_so():
    launch = a_launch(done_when="opened", alone=False)

    assert done_units(launch) == ["m1-package"]
    assert Registration.objects.get().done_at == T0


def test_a_package_of_several_parts_is_done_with_all_that_are_tracked():
    launch = a_launch(a_package(activities=[{}, {"tracked": False}, {}]))

    first = save(launch, 1, cmi12("completed"), position=1)
    second = save(launch, 2, cmi12("passed", raw="70"), position=3)

    assert (first.is_done, second.is_done) == (False, True)
    assert second.whole == Verdict(True, True, Decimal("0.7"))


def test_one_failed_part_fails_the_whole():
    launch = a_launch(a_package(activities=[{}, {}]), failed_counts=True, done_when="completed_and_passed")

    save(launch, 1, cmi12("passed", raw="90"), position=1)
    failed = save(launch, 2, cmi12("failed", raw="10"), position=2)
    mended = save(launch, 3, cmi12("passed", raw="80"), position=2)

    assert (failed.whole, failed.is_done) == (Verdict(True, False, Decimal("0.5")), False)
    assert (mended.whole, mended.is_done) == (Verdict(True, True, Decimal("0.85")), True)


def test_an_asset_is_done_once_opened():
    launch = a_launch(a_package(activities=[{"tracked": False}]))

    assert save(launch, 1).is_done


SEQUENCED = {"sequencing": {"activityTree": {"id": "root", "children": []}}}


def test_several_parts_of_2004_are_done_when_sequencing_says_so():
    launch = a_launch(a_package("scorm2004", [{}, {}, {}], **SEQUENCED), done_when="completed_and_passed")

    under_way = {"completion": "incomplete", "success": "unknown"}
    at_the_end = {"completion": "completed", "success": "passed", "score": 0.75}

    begun = save(launch, 1, cmi2004("completed", "passed"), course=under_way)
    done = save(launch, 2, cmi2004("completed"), position=3, course=at_the_end)

    assert (begun.whole, begun.is_done) == (Verdict(), False)
    assert (done.whole, done.is_done) == (Verdict(True, True, Decimal("0.75")), True)


def test_our_mark_overrules_what_sequencing_rolled_up():
    launch = a_launch(a_package("scorm2004", [{}, {}], **SEQUENCED), done_when="passed", pass_mark_percent=80)

    low = save(launch, 1, cmi2004("completed"), course={"completion": "completed", "success": "passed", "score": 0.7})
    high = save(launch, 2, cmi2004("completed"), course={"completion": "completed", "success": "passed", "score": 0.8})

    assert (low.is_done, low.whole.passed, high.is_done) == (False, False, True)


def test_the_state_of_the_tree_goes_on_in_the_next_launch():
    registration = a_registration(a_package("scorm2004", [{}, {}], **SEQUENCED))
    first = services.open_launch(registration=registration, at=T0)
    save(first, 2, cmi2004(), sequencing={"current": "item-2"})
    save(first, 1, cmi2004(), position=2, sequencing={"current": "item-1"})

    second = services.open_launch(registration=registration, at=SOON)

    first.refresh_from_db()
    assert (first.sequencing, second.sequencing) == (None, {"current": "item-2"})


def test_suspend_data_comes_back_as_it_was_whatever_it_holds():
    launch = a_launch()
    strange = 'ā\u0000\ud800"\\\n' + "x" * 64000

    save(launch, 1, cmi12(suspend_data=strange))

    assert state_of(launch).data["cmi"]["suspend_data"] == strange


def test_a_maximum_alone_is_no_score():
    launch = a_launch()

    save(launch, 1, {"core": {"lesson_status": "incomplete", "score": {"raw": "", "max": "100"}}})

    assert state_of(launch).best_score is None


def test_the_mastery_score_decides_when_the_sco_has_finished():
    launch = a_launch(a_package(activities=[{"mastery_score": 80}]), done_when="passed")

    running = save(launch, 1, cmi12("incomplete", raw="85"))
    paused = save(launch, 2, cmi12("incomplete", raw="85", exit="suspend"), ended=True)
    finished = save(launch, 3, cmi12("incomplete", raw="85", exit=""), ended=True)

    assert [running.is_done, paused.is_done, finished.is_done] == [False, False, True]


def test_old_saves_are_pruned_from_the_log_alone():
    launch = a_launch()
    save(launch, 1, cmi12(suspend_data="kept"), at=T0 + timedelta(minutes=1))
    save(launch, 2, cmi12(suspend_data="kept"), at=T0 + timedelta(days=60))

    assert services.prune_commits(at=T0 + timedelta(days=91)) == 1

    assert list(Commit.objects.values_list("sequence", flat=True)) == [2]
    assert state_of(launch).data["cmi"]["suspend_data"] == "kept"


@pytest.mark.parametrize("extra", [{}, {"sequencing": {"tree": "x" * 60000}}])
def test_a_save_asks_the_database_four_times_at_most(django_assert_max_num_queries, extra):
    launch = a_launch(a_package("scorm2004", [{}, {}], **SEQUENCED))
    save(launch, 1, cmi2004())
    second = a_save(launch, 2, cmi2004(suspend_data="x" * 8000), **extra)

    with django_assert_max_num_queries(4):
        services.commit(launch=launch.number, save=second, at=SOON)


def test_a_verdict_without_cmi_counts_once():
    launch = a_launch(a_package("h5p"), done_when="passed", pass_mark_percent=80)
    verdict = Verdict(True, True, Decimal("0.9"))

    first = services.note_verdict(launch=launch.number, activity=part(launch), verdict=verdict, at=SOON)
    second = services.note_verdict(launch=launch.number, activity=part(launch), verdict=verdict, at=SOON)

    assert [(one.is_new, one.is_done) for one in (first, second)] == [(True, True), (False, True)]
    assert done_units(launch) == ["m1-package"]


def test_the_sweep_command_prunes_the_log(capsys):
    launch = a_launch()
    save(launch, 1, at=T0 - timedelta(days=91))

    call_command("sweep")

    assert "old saves of packages dropped: 1." in capsys.readouterr().out
    assert not Commit.objects.exists()


def test_the_window_that_completed_the_study_saves_its_last_words():
    launch = a_launch()
    save(launch, 1, cmi12("completed"), at=SOON)

    saved = save(launch, 2, cmi12("completed", raw="95", suspend_data="the end"))

    kept = state_of(launch)
    assert saved.is_new
    assert (kept.data["cmi"]["suspend_data"], kept.best_score) == ("the end", Decimal("0.95"))
    assert Completion.objects.count() == 1


def test_the_one_save_that_finishes_the_unit_takes_the_unit_with_it(django_assert_max_num_queries):
    launch = a_launch(alone=False)
    save(launch, 1)
    finishing = a_save(launch, 2, cmi12("completed"))

    # Four of them open and close the transactions.
    with django_assert_max_num_queries(14):
        services.commit(launch=launch.number, save=finishing, at=SOON)
