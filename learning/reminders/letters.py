"""What a letter of reminders says, to the learner, to a manager and to an HR officer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from courses.selectors import outline
from learning import calendars, mail
from learning.papers import numbers_of
from learning.people.invitation_letters import contact_of
from learning.records.selectors import Study, studies
from learning.reminders import wording
from learning.reminders.models import Reminder, ReminderLetter
from learning.reminders.policy import DUE, HR, LEARNER
from learning.requirements.models import Enrolment
from learning.requirements.selectors import newest_versions

# Texts that speak of a number of days fit these days alone; the others fit any.
EXACT = {
    (DUE, -7): "reminder_7_days",
    (DUE, 0): "due_today",
    (DUE, 7): "overdue_7_days",
    ("expiry", -60): "certificate_expiring_60_days",
}
MANAGER_KEY, HR_KEY = "reminder_manager", "reminder_hr"
# More names than these are for the list on the site; mail is read by more machines than a page.
MOST_NAMES = 30


def compose(letter: ReminderLetter, *, on: date) -> EmailMultiAlternatives:
    """The letter with all its planned lines, as it would leave on that day. Raises MailText.DoesNotExist."""
    lines = Reminder.objects.filter(letter=letter, state=Reminder.State.PLANNED).order_by("target_on", "pk")
    with override(letter.recipient.language):
        message = _to_learner(letter, list(lines), on) if letter.to == LEARNER else _about_others(letter, lines, on)
    message.extra_headers["Message-ID"] = message_id(letter)
    return message


def message_id(letter: ReminderLetter) -> str:
    """By which an answer of a mail server is known again."""
    return f"<reminder-{letter.number}@{host()}>"


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def text_key(kind: str, days: int) -> str:
    """The editor's text for a letter that leaves so many days after the day in question."""
    if exact := EXACT.get((kind, days)):
        return exact
    if kind == DUE:
        return "reminder_before_due" if days < 0 else "reminder_overdue"
    return "certificate_expiring" if days <= 0 else "certificate_expired"


def _to_learner(letter: ReminderLetter, lines: Sequence[Reminder], on: date) -> EmailMultiAlternatives:
    """About the most urgent one; the others stand below."""
    main, *others = lines
    contact = contact_of(letter.institution)
    study = None
    values: dict[str, object] = {"contact_name": contact.name, "contact_email": contact.email}
    if main.kind == DUE:
        study, *_rest = studies(Enrolment.objects.filter(pk=main.enrolment_id), language=letter.recipient.language)
        values |= _of_study(study)
    else:
        values |= _of_proof(main)
    facts = [(_title(line, letter.recipient.language), _when(line)) for line in others]
    if not letter.recipient.has_account:
        facts.append(
            (
                _("Signing in"),
                _(
                    "You have not chosen a password yet. Use the link in your invitation, or ask the contact person "
                    "for a new one."
                ),
            )
        )
    message = mail.compose(
        mail.Wording.of(text_key(main.kind, (on - main.target_on).days)),
        to=letter.recipient.email,
        values=values,
        sender=mail.Sender(letter.institution.name, contact.email),
        language=letter.recipient.language,
        reader=letter.recipient.first_name,
        facts=facts,
    )
    if study and on <= main.target_on:
        message.attach("kopa.ics", due_calendar(study).decode(), calendars.CONTENT_TYPE)
    return message


def _of_study(study: Study) -> dict[str, object]:
    return {
        "programme_title": study.outline.title,
        "due_date": _short(study.enrolment.due_on),
        "modules_done": study.modules_done,
        "module_count": len(study.modules),
        "minutes_left": study.tally.minutes_left,
        "continue_url": mail.site_link(reverse("learning:programme", args=[study.enrolment.number])),
        "calendar_url": mail.site_link(reverse("learning:due_calendar", args=[study.enrolment.number])),
    }


def _of_proof(line: Reminder) -> dict[str, object]:
    newest = newest_versions([line.course_id]).get(line.course_id)
    return {
        "programme_title": _title(line, line.recipient.language),
        "certificate_number": numbers_of([line.completion_id]).get(line.completion_id, "–"),
        "valid_until": _short(line.target_on),
        "renewal_minutes": (newest.refresher_minutes or newest.full_minutes) if newest else 0,
        "renewal_url": mail.site_link(reverse("learning:my_learning")),
    }


def due_calendar(study: Study) -> bytes:
    """The deadline of a study as a calendar file in the active language, without who studies."""
    enrolment = study.enrolment
    return calendars.ics(
        calendars.Event(
            uid=f"deadline-{enrolment.number}@{host()}",
            title=_("Training deadline: %(title)s") % {"title": study.outline.title},
            starts=enrolment.due_on,
            ends=enrolment.due_on,
            made_at=timezone.now(),
            url=mail.site_link(reverse("learning:programme", args=[enrolment.number])),
        )
    )


def _about_others(letter: ReminderLetter, lines, on: date) -> EmailMultiAlternatives:
    """The names a manager or an HR officer should look after, and where to see them all."""
    language = letter.recipient.language
    total = lines.count()
    named = lines.select_related("user", "institution", "enrolment", "completion")[:MOST_NAMES]
    several = letter.to == HR and lines.order_by().values("institution").distinct().count() > 1
    facts = []
    for line in named:
        where = f"{line.institution.name}. " if several else ""
        facts.append((line.user.get_full_name(), f"{where}{_title(line, language)}. {_when(line)}"))
    if more := total - len(facts):
        facts.append((_("And others"), ngettext("%(n)d more person", "%(n)d more people", more) % {"n": more}))
    contact = contact_of(letter.institution)
    values: dict[str, object] = {
        "institution_name": letter.institution.name,
        "report_date": _short(on),
        "people_count": lines.order_by().values("user").distinct().count(),
        "contact_name": contact.name,
        "contact_email": contact.email,
    }
    if letter.to == HR:
        at = [letter.institution.code]
        values["people_url"] = mail.site_link(reverse("institutions:people", args=at))
        values["settings_url"] = mail.site_link(reverse("institutions:reminders", args=at))
    return mail.compose(
        mail.Wording.of(HR_KEY if letter.to == HR else MANAGER_KEY),
        to=letter.recipient.email,
        values=values,
        sender=mail.Sender(letter.institution.name, contact.email),
        language=language,
        reader=letter.recipient.first_name,
        facts=facts,
    )


def _title(line: Reminder, language: str) -> str:
    """As the programme is called in the version studied; for training elsewhere, in the newest one."""
    about = line.enrolment or line.completion
    if about.version_id is None:
        return wording.titles_of([line.course_id]).get(line.course_id, "")
    return outline(about.version_id, language).title


def _when(line: Reminder) -> str:
    day = _short(line.target_on)
    if line.kind == DUE:
        return _("Deadline: %(day)s") % {"day": day}
    return _("Certificate valid until %(day)s") % {"day": day}


def _short(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
