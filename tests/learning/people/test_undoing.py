from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override

from courses.models import Course
from learning.models import (
    AuditEvent,
    CoverageDirt,
    Enrolment,
    Invitation,
    Membership,
    StaffImport,
    User,
    WithdrawnPost,
)
from learning.people.staff_import import services, undoing
from learning.people.staff_import.errors import AlreadyDone, MovedSince
from tests.factories import (
    a_membership,
    a_position,
    a_requirement,
    a_scope,
    a_user,
    a_version,
    an_exemption,
    an_institution,
)
from tests.learning.people.test_staff_import import at_once, hand_in, save

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HEADING = "first name,surname,e-mail,position,start,end,department,staff number,manager\n"
ANNA = "Anna,Ozola,anna@school.example,teacher,2020-09-01,,,017,\n"
JANIS = "Jānis,Bērziņš,janis@school.example,teacher,2019-01-02,,,018,\n"


@pytest.fixture
def school():
    a_position("teacher")
    a_position("deputy")
    return an_institution("school")


@pytest.fixture
def requirement(school):
    return a_requirement(a_version(Course.objects.create(key="course")).course, school, due_days=60)


def facts() -> list:
    """People and posts as they count."""
    posts = Membership.objects.order_by("pk").values()
    people = User.objects.filter(memberships__isnull=False).distinct().order_by("pk")
    studies = Enrolment.objects.open().order_by("pk")
    return [list(posts), list(people.values()), list(studies.values("user", "course", "due_on", "started_at"))]


def undo(content: str, school, **how):
    """Save a list and take it back."""
    save(HEADING + content, school, **how)
    return undoing.undo(staff_import=StaffImport.objects.first(), by=None)


def reasons(kept: StaffImport) -> list[str]:
    with override("en"), pytest.raises(MovedSince) as refusal:
        undoing.undo(staff_import=kept, by=None)
    return refusal.value.reasons


LISTS = {
    "joins": JANIS.replace("janis", "karlis").replace("Jānis", "Kārlis").replace("018", "019"),
    "leaves": JANIS.replace("2019-01-02,,", f"2019-01-02,{TODAY},"),
    "moves": ANNA.replace("teacher", "deputy"),
    "corrects": ANNA.replace("Ozola", "Lapsa").replace("anna@", "anna.lapsa@").replace("2020-09-01,,", "2018-01-01,,B"),
    "is of another manager": ANNA.replace("017,", "017,018"),
    "swaps addresses": ANNA.replace("anna@", "new@") + JANIS,
    "says nothing new": ANNA + JANIS,
}


@pytest.mark.parametrize("name", list(LISTS))
def test_what_an_import_changed_is_as_it_was(school, requirement, name):
    save(HEADING + ANNA + JANIS, school)
    before = facts()

    undo(LISTS[name], school)

    assert facts() == before


def test_a_complete_list_with_leavers_is_taken_back(school, requirement):
    save(HEADING + ANNA + JANIS, school)
    before = facts()

    undo(ANNA, school, complete=True)

    assert facts() == before


def test_what_the_import_had_added_is_kept_apart(school, requirement):
    officer = a_user()
    save(HEADING + ANNA, school, invite=True)
    kept = StaffImport.objects.get()

    undoing.undo(staff_import=kept, by=officer)

    withdrawn = WithdrawnPost.objects.get()
    assert (withdrawn.user.first_name, withdrawn.starts_on, withdrawn.reason) == (
        "Anna",
        date(2020, 9, 1),
        "import-undone",
    )
    assert Enrolment.objects.get().withdrawn_at is not None
    assert Invitation.objects.get().void_reason == "left"
    kept.refresh_from_db()
    assert (kept.state, kept.undone_by, kept.trace) == ("undone", officer, None)
    event = AuditEvent.objects.get(action="staff-import-undone")
    assert (event.actor, event.institution, event.subject) == (officer, school, str(kept.number))


def test_coverage_is_counted_again(school, requirement):
    save(HEADING + ANNA, school)
    CoverageDirt.objects.all().delete()

    undoing.undo(staff_import=StaffImport.objects.get(), by=None)

    assert set(CoverageDirt.objects.values_list("institution__code", flat=True)) == {"school"}


def test_the_list_can_be_saved_again_afterwards(school, requirement):
    undo(ANNA, school)

    outcome = save(HEADING + ANNA, school)

    assert (outcome.joined, outcome.enrolled) == (1, 1)
    assert User.objects.filter(first_name="Anna").count() == 1


def test_an_import_is_undone_once(school):
    undo(ANNA, school)

    with pytest.raises(AlreadyDone):
        undoing.undo(staff_import=StaffImport.objects.get(), by=None)


def test_only_the_last_import_is_undone(school):
    save(HEADING + ANNA, school)
    first = StaffImport.objects.get()
    save(HEADING + JANIS, school)

    with pytest.raises(AlreadyDone):
        undoing.undo(staff_import=first, by=None)

    first.refresh_from_db()
    assert first.trace is None


def test_an_import_of_another_institution_is_not_in_the_way(school):
    save(HEADING + ANNA, school)
    kept = StaffImport.objects.get()
    save(HEADING + JANIS, an_institution("police"))

    undoing.undo(staff_import=kept, by=None)

    assert Membership.objects.get().user.first_name == "Jānis"


def test_after_a_month_it_is_too_late_and_what_was_written_is_forgotten(school):
    save(HEADING + ANNA, school)
    StaffImport.objects.update(applied_at=timezone.now() - timedelta(days=31))
    kept = StaffImport.objects.get()
    assert undoing.undoable(school) is None

    call_command("drop_unsaved_lists")

    kept.refresh_from_db()
    assert (kept.trace, kept.state) == (None, "applied")


def _changed_post(school) -> None:
    Membership.objects.filter(user__first_name="Anna").update(ends_on=TODAY)


def _new_post(school) -> None:
    a_membership(User.objects.get(first_name="Anna"), school, position=a_position("deputy"))


def _post_elsewhere(school) -> None:
    a_membership(User.objects.get(first_name="Anna"), an_institution("police"))


def _password(school) -> None:
    anna = User.objects.get(first_name="Anna")
    anna.set_password("three words in a row")
    anna.save()


def _study(school) -> None:
    Enrolment.objects.update(started_at=timezone.now())


def _exemption(school) -> None:
    an_exemption(User.objects.get(first_name="Anna"), Course.objects.get(), school)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (_changed_post, "Anna Ozola: the post has been changed since"),
        (_new_post, "Anna Ozola: has another post since"),
        (_post_elsewhere, "Anna Ozola: has another post since"),
        (_password, "Anna Ozola: has signed in since"),
        (_study, "Anna Ozola: has begun the training since"),
        (_exemption, "Anna Ozola: has an exemption or a leave since"),
    ],
    ids=["changed", "new", "elsewhere", "account", "study", "exempt"],
)
def test_nothing_is_undone_once_something_is_built_upon_it(school, requirement, happens, reason):
    save(HEADING + ANNA, school)
    happens(school)
    before = facts()

    assert reasons(StaffImport.objects.get()) == [reason]

    assert facts() == before
    assert StaffImport.objects.get().state == "applied"


def test_a_person_corrected_since_is_not_set_back(school):
    save(HEADING + ANNA, school)
    save(HEADING + ANNA.replace("Ozola", "Lapsa"), school)
    User.objects.update(last_name="Vilka")

    assert reasons(StaffImport.objects.first()) == ["Anna Vilka: name, address or language has been changed since"]


def test_posts_older_than_the_import_are_not_in_the_way(school):
    save(HEADING + ANNA, school)
    a_membership(User.objects.get(first_name="Anna"), school, position=a_position("deputy"))

    undo(ANNA.replace("017", "099"), school)

    assert Membership.objects.count() == 2


def test_queries_do_not_grow_with_the_list(school, django_assert_max_num_queries):
    rows = "".join(f"Anna,Ozola{n},anna{n}@school.example,teacher,2020-09-01,,,,\n" for n in range(300))
    save(HEADING + rows, school)

    with django_assert_max_num_queries(45):
        undoing.undo(staff_import=StaffImport.objects.get(), by=None)


@pytest.fixture
def officer(school, client):
    officer = a_user("inga@school.example", first_name="Inga", last_name="Liepiņa")
    a_scope(officer, school)
    client.force_login(officer)
    return officer


def test_the_last_import_is_undone_on_its_page(client, school, officer):
    save(HEADING + ANNA, school)
    page = f"/institutions/school/import/{StaffImport.objects.get().number}/undo/"
    assert page in client.get("/institutions/school/import/").content.decode()
    assert client.get(page).status_code == 200

    answer = client.post(page)

    assert (answer.status_code, answer.url) == (302, "/institutions/school/import/")
    assert not Membership.objects.exists()
    assert page not in client.get("/institutions/school/import/").content.decode()


def test_the_page_says_who_moved_on(client, school, officer, requirement):
    save(HEADING + ANNA, school)
    _study(school)
    client.cookies["kopa_language"] = "en"

    answer = client.post(f"/institutions/school/import/{StaffImport.objects.get().number}/undo/")

    assert answer.status_code == 422
    assert "Anna Ozola:" in answer.content.decode()


def test_a_list_that_waits_has_nothing_to_undo(client, school, officer):
    kept = hand_in(HEADING + ANNA, school)

    assert client.post(f"/institutions/school/import/{kept.number}/undo/").status_code == 302
    assert services.preview(kept, on=TODAY).plan.joins


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_clicks_undo_an_import_once(school):
    save(HEADING + ANNA + JANIS, school)
    kept = StaffImport.objects.get()

    outcomes = at_once(*[lambda: undoing.undo(staff_import=StaffImport.objects.get(pk=kept.pk), by=None)] * 8)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDone"] * 7 + ["Trace"]
    assert (Membership.objects.count(), WithdrawnPost.objects.count()) == (0, 2)
