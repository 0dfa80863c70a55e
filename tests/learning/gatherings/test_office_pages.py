"""Sessions for those who run them: planning, one tap a person, what was done, the sheet and the files."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from learning.gatherings import seats
from learning.models import AuditEvent, GroupSession, Scope
from tests import factories as make
from tests.learning.gatherings.ground import PLACE, Place, done_of, tomorrow_at
from tests.learning.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def facilitator(place, client):
    client.force_login(place.facilitator)
    return place.facilitator


def at(session, name="session", *, code=None) -> str:
    return reverse(f"institutions:{name}", args=[code or session.institution.code, session.number])


def running(place, **fields) -> GroupSession:
    return place.session(starts_at=timezone.now() - timedelta(minutes=10), **fields)


def wanted(place, /, **changed) -> dict:
    return {
        "institution": place.institution.code,
        "where": "room",
        "place": PLACE,
        "day": f"{tomorrow_at(9):%d.%m.%Y}.",
        "starts": "10.00",
        "ends": "12:00",
        "capacity": 12,
        "facilitators": [str(place.facilitator.number)],
        "units": ["m1-one", "m1-case"],
    } | changed


def plan_at(place) -> str:
    return reverse("institutions:plan_session", args=[place.institution.code])


def test_a_facilitator_plans_a_session(place, facilitator, client):
    assert client.get(plan_at(place)).status_code == 200

    answer = client.post(plan_at(place), wanted(place))

    session = GroupSession.objects.get()
    assert answer.headers["Location"] == at(session)
    assert (session.place, session.starts_at, session.ends_at) == (PLACE, tomorrow_at(10), tomorrow_at(12))
    assert (session.sign_up_until, session.capacity, session.takes_walk_ins) == (session.starts_at, 12, False)
    assert [unit.key for unit in session.units.order_by("position")] == ["m1-one", "m1-case"]
    assert (list(session.facilitators.all()), session.created_by) == ([facilitator], facilitator)
    assert AuditEvent.objects.get().action == "session-planned"


def test_what_the_forms_do_not_ask_for_changes_nothing(place, facilitator, client):
    stranger = make.a_user()
    extra = {"state": "held", "taken": 9, "code": "AAAAAAAA", "number": str(stranger.number), "id": 1, "edition": 7}
    extra |= {"created_by": stranger.pk, "version": 1, "course": 1, "user": stranger.pk, "is_staff": "on"}

    client.post(plan_at(place), wanted(place) | extra)
    session = GroupSession.objects.get()
    client.post(at(session, "change_session"), wanted(place) | extra | {"institution": "elsewhere"})

    changed = GroupSession.objects.get()
    assert (changed.state, changed.taken, changed.code, changed.number) == ("planned", 0, session.code, session.number)
    assert (changed.created_by, changed.institution, changed.version) == (facilitator, place.institution, place.version)
    assert changed.edition == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"place": ""}, "place"),
        ({"where": "link"}, "online_link"),
        ({"where": "link", "online_link": "http://meet.example/a"}, "online_link"),
        ({"where": "link", "online_link": "javascript:alert(1)"}, "online_link"),
        ({"ends": "10.00"}, "ends"),
        ({"day": "01.01.2020."}, "day"),
        ({"day": "tomorrow"}, "day"),
        ({"sign_up_until": "01.01.2100."}, "sign_up_until"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 501}, "capacity"),
        ({"units": ["m1-quiz"]}, "units"),
        ({"institution": "elsewhere"}, "institution"),
        ({"facilitators": ["x"]}, "facilitators"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(place, facilitator, client, changed, field):
    make.an_institution("elsewhere")
    make.a_unit(place.version.modules.get(), "m1-quiz", kind="quiz")

    answer = client.post(plan_at(place), wanted(place, **changed))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not GroupSession.objects.exists()


def test_the_last_day_to_sign_up_ends_at_its_midnight(place, facilitator, client):
    today = timezone.localdate()

    client.post(plan_at(place), wanted(place, sign_up_until=str(today), day=str(today + timedelta(days=3))))

    assert timezone.localdate(GroupSession.objects.get().sign_up_until) == today


def test_a_session_is_changed_and_called_off(place, facilitator, client):
    session = place.session()
    form = client.get(at(session, "change_session")).context["form"]
    assert (form.initial["place"], form.initial["units"]) == (PLACE, ["m1-one", "m1-case"])

    client.post(at(session, "change_session"), wanted(place, place="Cita vieta", units=["m1-two"]))
    session.refresh_from_db()
    assert (session.place, [unit.key for unit in session.units.all()]) == ("Cita vieta", ["m1-two"])

    assert client.post(at(session, "cancel_session"), {"reason": ""}).status_code == 422
    client.post(at(session, "cancel_session"), {"reason": "Telpa applūdusi"})
    session.refresh_from_db()
    assert (session.state, session.cancel_reason) == ("cancelled", "Telpa applūdusi")


def test_fewer_seats_than_taken_are_refused_with_the_reason(place, facilitator, client):
    session = place.session(capacity=2)
    for number in (1, 2):
        seats.book(session=session, user=place.learner(number), at=timezone.now())

    answer = client.post(at(session, "change_session"), wanted(place, capacity=1))

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()


def test_the_list_is_tapped(place, facilitator, client):
    session, person = running(place), place.learner()
    seats.book(session=session, user=person, at=session.starts_at)
    number = str(person.number)

    def tap(action):
        answer = client.post(at(session, "session_tap"), {action: number})
        assert answer.headers["Location"] == f"{at(session)}#p-{number}"
        return session.seats.get().state

    assert [tap(action) for action in ("present", "present", "undo", "absent", "undo", "present")] == [
        "attended", "attended", "booked", "absent", "booked", "attended",
    ]  # fmt: skip
    seat = session.seats.get()
    assert (seat.signed_in_how, seat.signed_in_by) == ("list", facilitator)


@pytest.mark.parametrize("sent", [{}, {"present": "x"}, {"present": "1", "undo": "1"}])
def test_a_tap_on_nobody_changes_nothing(place, facilitator, client, sent):
    session = running(place)

    assert client.post(at(session, "session_tap"), sent).headers["Location"] == at(session)
    assert not session.seats.exists()


def test_people_of_other_sessions_cannot_be_tapped(place, facilitator, client):
    session, other, person = running(place), running(place), place.learner()
    seats.sign_in(session=other, user=person, how="qr", by=person, at=timezone.now())

    assert client.post(at(session, "session_tap"), {"present": str(person.number)}).status_code == 404


def test_units_are_confirmed_for_those_present(place, facilitator, client):
    session, person, absent = running(place), place.learner(1), place.learner(2)
    for one in (person, absent):
        seats.book(session=session, user=one, at=session.starts_at)
    client.post(at(session, "session_tap"), {"present": str(person.number)})

    client.post(at(session, "session_confirm"), {"units": ["m1-one"]})

    assert (done_of(person), done_of(absent)) == ({"m1-one": True}, {})
    assert client.post(at(session, "session_confirm"), {"units": ["m1-two"]}).status_code == 404
    client.post(at(session, "session_tap"), {"take_back": str(person.number)})
    assert done_of(person) == {}


def test_the_page_offers_what_can_still_be_done(place, facilitator, client):
    session, person = running(place), place.learner()
    seats.sign_in(session=session, user=person, how="list", by=facilitator, at=timezone.now())

    def offered() -> set[str]:
        page = html_of(client.get(at(session)))
        words = ['name="undo"', 'name="take_back"', at(session, "session_screen"), at(session, "session_confirm")]
        return {word.removeprefix(at(session)) for word in words if word in page}

    assert offered() == {'name="undo"', "screen/", "units/"}
    client.post(at(session, "session_confirm"), {"units": ["m1-one"]})
    assert offered() == {'name="take_back"', "screen/", "units/"}
    days_ago = timezone.now() - timedelta(days=3)
    moments = {"starts_at": days_ago, "ends_at": days_ago + timedelta(hours=1), "sign_up_until": days_ago}
    GroupSession.objects.update(**moments)
    session.seats.update(confirmed_at=days_ago)
    assert offered() == {"units/"}
    GroupSession.objects.update(**{name: moment - timedelta(days=9) for name, moment in moments.items()})
    assert offered() == set()


@pytest.mark.parametrize("known_as", ["T-17", "learner1@school.test", "LEARNER1@school.test"])
def test_somebody_without_a_telephone_is_put_on_the_list(place, facilitator, client, known_as):
    session, person = running(place), place.learner(last_name="Šķēle")
    person.memberships.update(staff_number="T-17")

    client.post(at(session, "session_add"), {"surname": "skele", "known_as": known_as})

    assert list(session.seats.values_list("user", "state", "origin")) == [(person.pk, "attended", "list")]


@pytest.mark.parametrize(
    "told", [{"surname": "Liepa", "known_as": "T-18"}, {"surname": "Ozola", "known_as": "T-17"}, {"surname": "Liepa"}]
)
def test_nobody_is_found_by_one_of_the_two_alone(place, facilitator, client, told):
    session, person = running(place), place.learner()
    person.memberships.update(staff_number="T-17")

    answer = client.post(at(session, "session_add"), told)

    assert (answer.status_code, session.seats.count()) == (422, 0)
    assert "Anna 1" not in html_of(answer)


def test_the_screen_holds_the_code_and_gives_another(place, facilitator, client):
    session = running(place)
    page = html_of(client.get(at(session, "session_screen")))
    assert session.code_shown in page
    assert "data:image/svg+xml;base64," in page

    client.post(at(session, "session_screen"))

    assert GroupSession.objects.get().code != session.code


def test_the_sheet_names_who_has_a_seat_and_leaves_lines_for_others(place, facilitator, client):
    session = running(place, capacity=3)
    booked, waits, gave_up = (place.learner(number, first_name=f"Anna{number}") for number in (1, 2, 3))
    for one in (booked, gave_up):
        seats.book(session=session, user=one, at=session.starts_at - timedelta(hours=1))
    seats.withdraw(session=session, user=gave_up, at=session.starts_at - timedelta(hours=1))
    make_waiting(session, waits)

    page = client.get(at(session, "session_sheet"))

    assert [row.name for row in page.context["rows"]] == ["Liepa Anna1"]
    assert list(page.context["empty"]) == [2, 3]
    assert "Anna3" not in html_of(page)


def make_waiting(session, person):
    session.seats.create(user=person, state="waiting", origin="self", place_in_line=timezone.now())


def test_the_files_hold_names_posts_and_attendance_and_nothing_else(place, facilitator, client):
    session = running(place)
    person = place.learner(first_name="=HYPERLINK(1)", last_name="Liepa")
    seats.sign_in(session=session, user=person, how="qr", by=person, at=timezone.now())
    hour = timezone.localtime(session.seats.get().signed_in_at).strftime("%H:%M")

    csv = client.get(at(session, "session_csv")).content.decode()
    xlsx = client.get(at(session, "session_xlsx")).getvalue()

    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx))
    rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert rows[1] == [1.0, "Liepa", "=HYPERLINK(1)", "teacher lv", "School", "Ir klāt", hour]
    assert f"1;Liepa;'=HYPERLINK(1);teacher lv;School;Ir klāt;{hour}" in csv
    assert AuditEvent.objects.filter(action="session-list-exported", actor=facilitator).count() == 2


def test_only_those_who_run_sessions_there_find_them(place, client):
    below = make.an_institution("below", parent=place.institution)
    session = place.session(institution=below)
    elsewhere = Place("elsewhere")
    roles = {"hr": Scope.Role.HR, "coordinator": Scope.Role.COORDINATOR, "auditor": Scope.Role.AUDITOR}
    people = {name: make.a_user() for name in roles}
    for name, role in roles.items():
        make.a_scope(people[name], below, role)
    people |= {"above": place.facilitator, "elsewhere": elsewhere.facilitator, "learner": place.learner()}

    opened = {}
    for name, person in people.items():
        client.force_login(person)
        opened[name] = client.get(at(session)).status_code

    assert opened == {
        "hr": 200, "coordinator": 404, "auditor": 404, "above": 200, "elsewhere": 404, "learner": 404
    }  # fmt: skip
    client.force_login(elsewhere.facilitator)
    assert client.get(at(session, code="elsewhere")).status_code == 404
    client.force_login(people["hr"])
    assert client.get(at(place.session(), code="below")).status_code == 404


def test_the_facilitator_has_sessions_in_the_menu(place, facilitator, client):
    assert f'href="/institutions/{place.institution.code}/sessions/"' in html_of(client.get("/learn/"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_however_many_come(place, facilitator, client, count, django_assert_num_queries):
    session = running(place, capacity=5)
    for number in range(count):
        person = place.learner(number)
        seats.sign_in(session=session, user=person, how="qr", by=person, at=timezone.now())
    sessions = reverse("institutions:sessions", args=[place.institution.code])
    costs = {at(session): 9, at(session, "session_sheet"): 10, sessions: 7}
    for address in costs:
        client.get(address)

    for address, queries in costs.items():
        with django_assert_num_queries(queries):
            client.get(address)
