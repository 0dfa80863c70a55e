import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from courses.models import Course
from learning.models import (
    AuditEvent,
    CoverageDirt,
    Enrolment,
    Invitation,
    Membership,
    OutboxMessage,
    StaffImport,
    User,
)
from learning.people import invitations
from learning.people.staff_import import services
from learning.people.staff_import.errors import AlreadyDone, ListMoved, MassLeaving, RowsWrong
from tests.factories import a_membership, a_position, a_requirement, a_user, a_version, an_institution

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HEADING = "institution,first name,surname,e-mail,position,start,end,department,staff number,language\n"
ANNA = "school,Anna,Ozola,anna@school.example,teacher,2020-09-01,,Sākumskola,017,en\n"
JANIS = "school,Jānis,Bērziņš,,teacher,2019-01-02,,,018,\n"
FACTS = (User, Membership, Enrolment, Invitation, CoverageDirt)


@pytest.fixture
def school():
    a_position("teacher")
    a_position("deputy")
    return an_institution("school")


def hand_in(content: str, institution=None, *, complete=False) -> StaffImport:
    return services.keep_upload(
        institution=institution, content=content.encode(), file_name="staff.csv", complete=complete, by=None
    )


def save(content: str, institution=None, *, complete=False, **permissions):
    kept = hand_in(content, institution, complete=complete)
    return services.confirm(staff_import=kept, on=TODAY, by=None, **permissions)


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in FACTS]


def test_a_list_makes_people_and_posts(school):
    outcome = save(HEADING + ANNA + JANIS, school)

    assert (outcome.joined, outcome.changed, outcome.left, outcome.unchanged) == (2, 0, 0, 0)
    fields = ("user__first_name", "user__email", "user__language", "position__key", "department", "staff_number")
    assert list(Membership.objects.order_by("pk").values_list(*fields, "starts_on", "ends_on")) == [
        ("Anna", "anna@school.example", "en", "teacher", "Sākumskola", "017", date(2020, 9, 1), None),
        ("Jānis", None, "lv", "teacher", "", "018", date(2019, 1, 2), None),
    ]
    assert not any(user.has_account or user.is_staff for user in User.objects.all())


def test_the_same_list_twice_changes_nothing(school):
    save(HEADING + ANNA + JANIS, school, complete=True)
    before = everything()

    outcome = save(HEADING + ANNA + JANIS, school, complete=True)

    assert (outcome.joined, outcome.changed, outcome.left, outcome.unchanged) == (0, 0, 0, 2)
    assert everything() == before


def test_nothing_changes_before_it_is_confirmed(school):
    hand_in(HEADING + ANNA, school)

    assert not User.objects.exists()


def test_a_list_is_saved_once(school):
    kept = hand_in(HEADING + ANNA, school)
    services.confirm(staff_import=kept, on=TODAY, by=None)

    with pytest.raises(AlreadyDone):
        services.confirm(staff_import=kept, on=TODAY, by=None)

    assert Membership.objects.count() == 1


def test_cells_are_forgotten_once_saved_or_cancelled(school):
    saved, dropped = hand_in(HEADING + ANNA, school), hand_in(HEADING + JANIS, school)
    services.confirm(staff_import=saved, on=TODAY, by=None)
    services.drop(staff_import=dropped)

    assert list(StaffImport.objects.order_by("pk").values_list("state", "cells", "row_count")) == [
        ("applied", None, 1),
        ("dropped", None, 1),
    ]
    assert not services.drop(staff_import=dropped)
    assert User.objects.get().first_name == "Anna"


def test_a_list_with_a_wrong_row_is_refused_whole(school):
    kept = hand_in(HEADING + ANNA + "school,Elīna,Priedīte,elina.school.example,teacher,2020-09-01,,,,\n", school)

    with pytest.raises(RowsWrong) as refusal:
        services.confirm(staff_import=kept, on=TODAY, by=None)

    assert [(problem.row, problem.field) for problem in refusal.value.problems] == [(3, "email")]
    assert not User.objects.exists()
    kept.refresh_from_db()
    assert kept.state == "waiting"


def test_wrong_rows_are_left_out_when_somebody_says_so(school):
    wrong = "school,Elīna,Priedīte,elina.school.example,teacher,2020-09-01,,,,\n"

    outcome = save(HEADING + ANNA + wrong, school, leave_out_wrong=True)

    assert (outcome.joined, outcome.skipped) == (1, 1)


def test_a_mended_cell_counts_and_others_stay(school):
    kept = hand_in(HEADING + "school,Elīna,Priedīte,elina.school.example,teacher,2020-09-01,,,,\n", school)

    services.keep_mends(
        staff_import=kept, mends={(2, "email"): "elina@school.example", (9, "email"): "x", (2, "x"): "y"}
    )
    services.confirm(staff_import=kept, on=TODAY, by=None)

    assert User.objects.get().email == "elina@school.example"


def test_leavers_get_a_last_day_and_keep_everything(school):
    save(HEADING + ANNA + JANIS, school)
    anna = User.objects.get(first_name="Anna")

    outcome = save(HEADING + JANIS, school, complete=True)

    assert outcome.left == 1
    assert anna.memberships.get().ends_on == TODAY - timedelta(days=1)
    assert User.objects.count() == 2


def test_many_leavers_have_to_be_meant(school):
    many = "".join(f"school,Anna,Ozola{n},anna{n}@school.example,teacher,2020-09-01,,,,\n" for n in range(10))
    save(HEADING + many, school)
    kept = hand_in(HEADING + ANNA, school, complete=True)

    with pytest.raises(MassLeaving):
        services.confirm(staff_import=kept, on=TODAY, by=None)

    assert services.confirm(staff_import=kept, on=TODAY, by=None, many_leave_meant=True).left == 10


def test_what_was_shown_is_what_is_saved(school):
    kept = hand_in(HEADING + ANNA, school)
    shown = services.preview(kept, on=TODAY).fingerprint
    save(HEADING + ANNA, school)

    with pytest.raises(ListMoved):
        services.confirm(staff_import=kept, on=TODAY, by=None, fingerprint=shown)


def test_one_person_in_two_institutions_is_one_account(school):
    an_institution("police")

    save(HEADING + ANNA + ANNA.replace("school,", "police,", 1))

    assert User.objects.count() == 1
    assert sorted(Membership.objects.values_list("institution__code", flat=True)) == ["police", "school"]


def test_a_move_ends_one_post_and_begins_another(school):
    save(HEADING + ANNA, school)

    save(HEADING + ANNA.replace("teacher", "deputy"), school)

    assert list(Membership.objects.order_by("pk").values_list("position__key", "starts_on", "ends_on")) == [
        ("teacher", date(2020, 9, 1), TODAY - timedelta(days=1)),
        ("deputy", TODAY, None),
    ]
    before = everything()
    save(HEADING + ANNA.replace("teacher", "deputy"), school, complete=True)
    assert everything() == before


def test_people_and_posts_are_corrected_in_place(school):
    save(HEADING + ANNA, school)
    changed = "school,Anna,Lapsa,anna.lapsa@school.example,teacher,2020-08-31,2031-01-01,Vidusskola,017,lv\n"

    assert save(HEADING + changed, school).changed == 1

    fields = ("user__last_name", "user__email", "user__language", "department", "starts_on", "ends_on")
    assert Membership.objects.values_list(*fields).get() == (
        *("Lapsa", "anna.lapsa@school.example", "lv", "Vidusskola"),
        *(date(2020, 8, 31), date(2031, 1, 1)),
    )


def test_a_corrected_address_closes_the_invitation_sent_to_the_wrong_one(school):
    save(HEADING + ANNA, school, invite=True)
    sent = Invitation.objects.get()

    save(HEADING + ANNA.replace("anna@", "anna.ozola@"), school)

    sent.refresh_from_db()
    assert (sent.void_reason, User.objects.get().email) == ("address", "anna.ozola@school.example")


def test_an_account_is_not_taken_over_by_a_staff_list(school):
    admin = a_user("admin@school.example", first_name="Ainis", last_name="Admins", is_superuser=True)
    a_membership(admin, school, staff_number="017", position=a_position("teacher"), starts_on=date(2020, 9, 1))

    save(HEADING + "school,Ainis,Viltnieks,evil@school.example,teacher,2020-09-01,,,017,en\n", school)

    admin.refresh_from_db()
    assert (admin.email, admin.last_name, admin.language) == ("admin@school.example", "Admins", "lv")


def test_a_colleague_of_another_institution_is_not_renamed(school):
    police = an_institution("police")
    anna = a_user("anna@school.example", first_name="Anna", last_name="Ozola")
    a_membership(anna, police)

    save(HEADING + ANNA.replace("Ozola", "Lapsa"), school)

    anna.refresh_from_db()
    assert anna.last_name == "Ozola"
    assert anna.memberships.count() == 2


def test_a_list_of_one_institution_cannot_speak_of_another(school):
    an_institution("police")
    kept = hand_in(HEADING + ANNA.replace("school,", "police,", 1), school)

    problems = services.preview(kept, on=TODAY).problems

    assert [(problem.field, problem.code) for problem in problems] == [("institution", "institution_unknown")]


def test_a_list_of_the_municipality_speaks_of_everything_below_it(school):
    root = an_institution("novads")
    an_institution("branch", parent=root)

    assert save(HEADING + ANNA.replace("school,", "branch,", 1), root).joined == 1


def test_cells_that_look_like_formulas_stay_text(school):
    save(HEADING + "school,=cmd|' /C calc'!A0,+371 SUM(A1),,teacher,2020-09-01,,@SUM(1),-2+3,\n", school)

    post = Membership.objects.select_related("user").get()
    assert (post.user.first_name, post.user.last_name) == ("=cmd|' /C calc'!A0", "+371 SUM(A1)")
    assert (post.department, post.staff_number) == ("@SUM(1)", "-2+3")


def test_columns_that_the_format_does_not_have_set_nothing(school):
    extra = HEADING.replace("\n", ",is_staff,is_superuser,password,role,institution_id\n")

    save(extra + ANNA.replace("\n", ",1,1,secret,hr,1\n"), school)

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.has_account, user.scopes.count()) == (False, False, False, 0)


def test_joiners_are_enrolled_in_what_their_post_requires(school):
    version = a_version(Course.objects.create(key="course"))
    requirement = a_requirement(version.course, school, due_days=60)
    requirement.positions.set([a_position("teacher")])
    started = TODAY - timedelta(days=10)

    outcome = save(HEADING + ANNA.replace("2020-09-01", str(started)) + JANIS.replace("teacher", "deputy"), school)

    assert outcome.enrolled == 1
    assert Enrolment.objects.values_list("user__first_name", "due_on").get() == ("Anna", started + timedelta(days=60))


def test_joiners_with_an_address_are_invited_when_asked(school):
    outcome = save(HEADING + ANNA + JANIS, school, invite=True)

    assert outcome.invited == 1
    assert Invitation.objects.get().user.first_name == "Anna"
    assert OutboxMessage.objects.filter(topic=invitations.TOPIC).count() == 1


def test_whoever_left_is_not_invited_and_loses_an_open_invitation(school):
    save(HEADING + ANNA, school, invite=True)

    outcome = save(HEADING + ANNA.replace("2020-09-01,", "2020-09-01,2021-08-31"), school, invite=True)

    assert (outcome.left, outcome.invited) == (1, 0)
    assert Invitation.objects.get().void_reason == "left"


def test_an_import_notes_what_it_touched(school):
    officer = a_user()
    kept = hand_in(HEADING + ANNA, school)

    services.confirm(staff_import=kept, on=TODAY, by=officer)

    assert set(CoverageDirt.objects.values_list("institution__code", flat=True)) == {"school"}
    event = AuditEvent.objects.get(action="staff-imported")
    assert (event.actor, event.institution, event.subject) == (officer, school, str(kept.number))
    assert event.facts == kept.counts
    assert "anna" not in str(event.facts).lower()


def test_queries_do_not_grow_with_the_list(school, django_assert_max_num_queries):
    rows = "".join(f"school,Anna,Ozola{n},anna{n}@school.example,teacher,2020-09-01,,,,\n" for n in range(300))
    kept = hand_in(HEADING + rows, school)

    with django_assert_max_num_queries(45):
        assert services.confirm(staff_import=kept, on=TODAY, by=None, invite=True).joined == 300


def at_once(*jobs) -> list:
    """What each job returned, or the error it raised."""
    outcomes = []
    barrier = threading.Barrier(len(jobs))

    def work(job) -> None:
        try:
            barrier.wait()
            outcomes.append(job())
        except AlreadyDone as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_clicks_save_a_list_once(school):
    kept = hand_in(HEADING + ANNA + JANIS, school)

    outcomes = at_once(*[lambda: services.confirm(staff_import=kept, on=TODAY, by=None, invite=True)] * 16)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDone"] * 15 + ["Outcome"]
    assert (Membership.objects.count(), Invitation.objects.count()) == (2, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_officers_with_the_same_list_make_nobody_twice(school):
    lists = [hand_in(HEADING + ANNA + JANIS, school) for _officer in range(4)]

    outcomes = at_once(*[lambda one=one: services.confirm(staff_import=one, on=TODAY, by=None) for one in lists])

    assert sorted(outcome.joined for outcome in outcomes) == [0, 0, 0, 2]
    assert (User.objects.count(), Membership.objects.count()) == (2, 2)
