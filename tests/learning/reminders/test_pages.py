"""The pages and files of reminders: for HR the policy, the look ahead and the ledger; for learners the deadline."""

import pytest
from django.urls import reverse
from django.utils import timezone

from learning.models import AuditEvent, Reminder, ReminderLetter, ReminderPolicy
from learning.reminders.policies import Policies, set_policy
from learning.reminders.policy import DEFAULT, DUE, HR, LEARNER, Policy, Step
from tests import factories as make
from tests.learning.reminders.ground import TODAY, Place, days, mail_texts, moment, run, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(monkeypatch):
    mail_texts()
    monkeypatch.setattr(timezone, "now", lambda: moment(hour=7))
    return Place()


@pytest.fixture
def officer(place, client):
    client.force_login(place.hr)
    return client


def page(name="reminders", code="school"):
    return reverse(f"institutions:{name}", args=[code])


def filled(*steps: tuple[str, str, str, str], **fields) -> dict[str, object]:
    """(count, side, kind, to) of each row."""
    data = {
        "is_on": "on",
        "per_week": "2",
        "weekdays": ["1", "2", "3"],
        "earliest": "09:00",
        "latest": "17:00",
        "digest": "1",
        "steps-TOTAL_FORMS": str(len(steps)),
        "steps-INITIAL_FORMS": "0",
        **fields,
    }
    for number, values in enumerate(steps):
        for name, value in zip(("count", "side", "kind", "to"), values, strict=True):
            data[f"steps-{number}-{name}"] = value
    return data


WEEK_BEFORE = ("7", "before", "due", "learner")


def test_an_officer_gives_the_institution_its_own_policy(officer, place):
    answer = officer.post(
        page(), filled(WEEK_BEFORE, ("", "before", "due", "learner"), ("3", "after", "expiry", "hr"), action="save")
    )

    assert answer.status_code == 302
    assert Policies.load().at(place.school.path) == Policy(
        steps=(Step(DUE, -7, LEARNER), Step("expiry", 3, HR)),
        weekdays=frozenset({1, 2, 3}),
        earliest=moment(hour=9).time(),
        latest=moment(hour=17).time(),
    )
    assert Policies.load().at(place.town.path) == DEFAULT
    assert AuditEvent.objects.get(action="reminder-policy-set").actor == place.hr


def test_a_look_ahead_at_what_was_typed_saves_nothing(officer, place):
    place.study(due_on=TODAY + days(8))

    answer = officer.post(page(), filled(WEEK_BEFORE, action="preview"))

    assert (answer.status_code, ReminderPolicy.objects.count(), Reminder.objects.count()) == (200, 0, 0)
    (line,) = answer.context["ahead"].lines
    assert (line.person, line.to, line.send_on) == (place.teacher, "learner", TODAY + days(1))


def test_the_look_ahead_is_what_then_happens(officer, place, monkeypatch):
    for ahead in (0, 7, 9, -7, -14):
        place.study(due_on=TODAY + days(ahead), user=place.a_teacher())
    make.a_completion(place.a_teacher(), place.version, on=TODAY - days(300), until=TODAY + days(62))
    shown = officer.get(page()).context["ahead"].lines

    for day in range(7):
        run(TODAY + days(day))

    happened = Reminder.objects.filter(send_on__lte=TODAY + days(6))
    assert sorted((line.send_on, line.to, line.person.pk, line.kind) for line in shown) == sorted(
        happened.values_list("send_on", "to", "user", "kind")
    )
    assert len(shown) == 10


def test_what_is_planned_already_stands_in_the_look_ahead_once(officer, place):
    place.study(due_on=TODAY + days(7))
    run()

    assert len(officer.get(page()).context["ahead"].lines) == 1


def test_the_policy_from_above_can_hold_again(officer, place):
    set_policy(institution=place.school, policy=DEFAULT, by=place.hr)

    answers = [officer.post(page(), {"action": "inherit"}).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert not ReminderPolicy.objects.exists()
    assert AuditEvent.objects.filter(action="reminder-policy-dropped").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"earliest": "05:00"},
        {"latest": "23:00"},
        {"earliest": "18:00"},
        {"weekdays": []},
        {"per_week": "0"},
        {"digest": "7"},
        {"steps-0-count": "-1"},
        {"steps-0-count": "999"},
        {"steps-0-to": "everyone"},
        {"steps-TOTAL_FORMS": "x"},
    ],
)
def test_nonsense_is_refused_and_saves_nothing(officer, wrong):
    assert officer.post(page(), filled(WEEK_BEFORE, action="save") | wrong).status_code == 422
    assert not ReminderPolicy.objects.exists()


def test_the_page_says_whose_policy_holds(officer, place):
    def said() -> tuple:
        context = officer.get(page()).context
        return context["is_own"], context["giver"]

    nothing = said()
    set_policy(institution=place.town, policy=DEFAULT, by=place.hr)
    above = said()
    set_policy(institution=place.school, policy=DEFAULT, by=place.hr)

    assert [nothing, above, said()] == [(False, None), (False, place.town), (True, place.school)]


def test_the_ledger_shows_what_became_of_each(officer, place, monkeypatch):
    place.study(due_on=TODAY - days(7))
    run()
    send(monkeypatch)

    answer = officer.get(page("reminder_ledger"))

    shown = [(line.to, said) for line, said, _step, _title in answer.context["rows"]]
    assert shown == [("manager", ("done", "Nosūtīts")), ("learner", ("done", "Nosūtīts"))]
    assert "Juris Vadonis" in answer.content.decode()


def test_the_ledger_is_filtered_by_person_name_state_and_day(officer, place):
    other = place.a_teacher(first_name="Anna", last_name="Zīle")
    place.study(due_on=TODAY)
    place.study(due_on=TODAY, user=other)
    run()
    Reminder.objects.filter(user=other).update(state="bounced")

    def found(**asked) -> list:
        return [line.user for line, *_ in officer.get(page("reminder_ledger"), asked).context["rows"]]

    assert found() == [other, place.teacher]
    assert found(person=other.number) == [other]
    assert found(q="anna zī") == [other]
    assert found(state="planned") == [place.teacher]
    assert found(day=TODAY.isoformat()) == [other, place.teacher]
    assert found(day="2026-11-23") == []
    assert found(state="nonsense", day="x", person="1") == [other, place.teacher]


def test_older_lines_are_a_link_away(officer, place, monkeypatch):
    monkeypatch.setattr("learning.reminders.views.LINES_ON_A_PAGE", 2)
    for _ in range(3):
        place.study(due_on=TODAY, user=place.a_teacher())
    run()

    first = officer.get(page("reminder_ledger"))
    second = officer.get(f"{page('reminder_ledger')}?{first.context['older']}")

    pks = [[line.pk for line, *_ in answer.context["rows"]] for answer in (first, second)]
    assert pks[0] + pks[1] == list(Reminder.objects.order_by("-pk").values_list("pk", flat=True))
    assert second.context["older"] == ""


def test_nobody_sees_lines_of_other_institutions(officer, place):
    other = Place("other", version=place.version)
    other.study(due_on=TODAY)
    run()

    assert officer.get(page("reminder_ledger")).context["rows"] == []
    assert officer.get(page("reminder_ledger"), {"person": other.teacher.number}).context["rows"] == []
    assert officer.get(page("reminder_ledger", "other")).status_code == 404


def test_the_file_holds_what_the_page_shows_and_leaves_a_trace(officer, place, monkeypatch):
    place.teacher.last_name = "=cmd()"
    place.teacher.save()
    place.study(due_on=TODAY)
    run()
    send(monkeypatch)

    text = officer.get(page("export_reminders_csv")).getvalue().decode("utf-8-sig")

    cells = text.splitlines()[1].split(";")
    assert cells[:3] == ["'=cmd()", "Ilze", "Centra pamatskola"]
    assert ReminderLetter.objects.get().message_id in text
    trace = AuditEvent.objects.get(action="exported-reminders")
    assert (trace.actor, trace.facts["rows"]) == (place.hr, 1)


def test_addresses_from_which_letters_came_back_are_shown_to_be_mended(officer, place):
    for number in (1, 2):
        ReminderLetter.objects.create(
            recipient=place.teacher,
            to=LEARNER,
            day=TODAY - days(number),
            institution=place.school,
            state="bounced",
            address=place.teacher.email,
            status_code="5.1.1",
        )
    assert officer.get(page("reminder_ledger")).context["to_mend"] == [place.teacher]

    answer = officer.post(reverse("institutions:reminder_address", args=["school", place.teacher.number]))

    assert answer.status_code == 302
    assert officer.get(page("reminder_ledger")).context["to_mend"] == []
    assert AuditEvent.objects.filter(action="reminder-address-checked").count() == 1


@pytest.mark.parametrize("people", [1, 3])
def test_the_queries_of_both_pages_are_fixed(officer, place, people, django_assert_num_queries):
    for _ in range(people):
        place.study(due_on=TODAY - days(14), user=place.a_teacher())
        place.study(due_on=TODAY + days(9), user=place.a_teacher())
    run()
    officer.get(page())

    with django_assert_num_queries(22):
        officer.get(page())
    with django_assert_num_queries(8):
        officer.get(page("reminder_ledger"))


def test_a_look_ahead_at_too_many_says_so(officer, place, monkeypatch):
    monkeypatch.setattr("learning.reminders.selectors.MOST_PEOPLE", 1)
    for _ in range(2):
        place.study(due_on=TODAY, user=place.a_teacher())

    assert officer.get(page()).context["ahead"].is_cut


def test_the_learner_takes_the_deadline_into_a_calendar(client, place):
    study = place.study(due_on=TODAY + days(7))
    client.force_login(place.teacher)

    answer = client.get(reverse("learning:due_calendar", args=[study.number]))

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"DTSTART;VALUE=DATE:20261201\r\n" in answer.content
    assert (
        reverse("learning:due_calendar", args=[study.number])
        in client.get(reverse("learning:programme", args=[study.number])).content.decode()
    )


@pytest.mark.parametrize("state", ["no deadline", "done"])
def test_without_a_deadline_there_is_no_calendar_file(client, place, state):
    study = place.study(due_on=TODAY)
    if state == "done":
        study.completed_at = moment()
    else:
        study.due_on = None
    study.save()
    client.force_login(place.teacher)

    assert client.get(reverse("learning:due_calendar", args=[study.number])).status_code == 404
