"""A school with a teacher, a manager and an HR officer, and the texts that the programme brings."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from cms.models import MailText, SupportContact
from courses.models import CourseVersion
from learning.models import Enrolment, Institution, Reminder, ReminderLetter, User
from learning.records import outbox
from learning.reminders.planning import send_reminders
from tests import factories as make

RIGA = ZoneInfo("Europe/Riga")
# A Tuesday, so that a week of work lies around it.
TODAY = date(2026, 11, 24)
MAILS = Path("courses/programmes/notice-listen-report/mails.json")


def moment(day: date = TODAY, hour: int = 7, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), RIGA)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def mail_texts() -> None:
    for mail in json.loads(MAILS.read_text())["mails"]:
        MailText.objects.create(
            key=mail["key"],
            placeholders=mail["placeholders"],
            **{f"{part}_{language}": text for part in ("subject", "body") for language, text in mail[part].items()},
        )
    SupportContact.objects.create(number="116006", description_lv="cietušajiem", description_en="victims")


class Place:
    """`teacher` must complete `version` by the day that `study` is given."""

    def __init__(
        self, code: str = "school", *, parent: Institution | None = None, version: CourseVersion | None = None
    ):
        self.town = parent or make.an_institution(f"{code}-town", name="Gaujmalas novads")
        self.school = make.an_institution(
            code, parent=self.town, name="Centra pamatskola", contact_email="hr@s.example"
        )
        self.town.refresh_from_db()
        self.version = version or make.a_version()
        self.rule = make.a_requirement(self.version.course, self.town)
        self.manager = make.a_user(f"manager@{code}.example", first_name="Juris", last_name="Vadonis")
        self.hr = make.a_user(f"hr@{code}.example", first_name="Inga", last_name="Liepiņa")
        make.a_scope(self.hr, self.school)
        self.teacher = self.a_teacher(email=f"ilze@{code}.example")

    def a_teacher(self, **fields) -> User:
        person = make.a_user(**fields)
        make.a_membership(person, self.school, manager=self.manager)
        return person

    def study(self, *, due_on: date, user: User | None = None, **fields) -> Enrolment:
        return make.an_enrolment(
            user or self.teacher,
            self.version,
            due_on=due_on,
            institution=self.school,
            enrolled_at=moment(due_on - days(60)),
            **fields,
        )


def run(day: date = TODAY, hour: int = 7, **where) -> int:
    """The morning's decisions."""
    return send_reminders(now=moment(day, hour), **where)


def send(monkeypatch, day: date = TODAY, hour: int = 12) -> None:
    """What the sweeper sends at that hour."""
    at = moment(day, hour)
    monkeypatch.setattr(timezone, "now", lambda: at)
    outbox.sweep()


def lines() -> list[tuple[str, int, str, str]]:
    """(to, days, state, reason) of the ledger, oldest first."""
    rows = Reminder.objects.order_by("pk")
    return [(line.to, line.offset_days, line.state, line.reason) for line in rows]


def states() -> list[str]:
    return [letter.state for letter in ReminderLetter.objects.order_by("pk")]
