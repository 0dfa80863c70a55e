"""The letters of group sessions, each with a calendar file."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.selectors import outline
from learning import calendars, mail
from learning.gatherings import wording
from learning.gatherings.models import GroupSession, Seat
from learning.gatherings.selectors import Contents
from learning.people.invitation_letters import contact_of
from learning.records import outbox

TOPIC = "session-letter"
BOOKED, PROMOTED, REMINDER, CHANGED, CANCELLED = "booked", "promoted", "reminder", "changed", "cancelled"
# How long before the session people are told once more: time, place, what it is about, and that nobody has to come.
AHEAD = timedelta(days=3)
# In which states of the seat a letter still tells the truth.
TRUE_FOR = {
    BOOKED: (Seat.State.BOOKED,),
    PROMOTED: (Seat.State.BOOKED,),
    REMINDER: (Seat.State.BOOKED,),
    CHANGED: (Seat.State.BOOKED, Seat.State.WAITING),
    CANCELLED: (Seat.State.BOOKED, Seat.State.WAITING),
}
FILE_NAME = "session.ics"


def promise(seat: Seat, kind: str, *, edition: int = 0, not_before: datetime | None = None) -> None:
    """Owe the person a letter: once for each time a seat was asked for, and each edition of the session."""
    asked = int(seat.place_in_line.timestamp() * 1_000_000)
    outbox.promise(
        topic=TOPIC,
        key=f"{seat.pk}-{kind}-{asked}-{edition}",
        payload={"seat": seat.pk, "kind": kind, "edition": edition},
        not_before=not_before,
    )


def promise_reminder(seat: Seat, session: GroupSession, *, at: datetime) -> None:
    """Owe a reminder three days ahead, unless the person has just been told anyway."""
    if session.starts_at - AHEAD > at:
        promise(seat, REMINDER, edition=session.edition, not_before=session.starts_at - AHEAD)


def send(payload: dict) -> None:
    """Post one letter, unless it is no longer true, the session is over, or the person has no address."""
    kind = payload["kind"]
    seat = Seat.objects.select_related("session__institution", "user").get(pk=payload["seat"])
    session, user = seat.session, seat.user
    is_off = session.state == GroupSession.State.CANCELLED
    is_true = seat.state in TRUE_FOR[kind] and is_off == (kind == CANCELLED) and session.ends_at > timezone.now()
    if kind == REMINDER and payload["edition"] != session.edition:
        return  # The session was moved since, and another reminder is owed.
    if not (is_true and user.email and user.is_active):
        return
    language = user.language
    with override(language):
        contact = contact_of(session.institution)
        values = {
            "programme_title": outline(session.version_id, language).title,
            "when": wording.when(session),
            "place": session.place or _("online, the link is on the page of the session"),
            "reason": session.cancel_reason,
            "session_url": mail.site_link(address(session)),
            "contact_name": contact.name,
            "contact_email": contact.email,
        }
        text = WORDINGS[kind]()
        modules = Contents.of(session, language).modules if kind in (BOOKED, PROMOTED, REMINDER) else ()
        facts = [(module.title, module.content_note) for module, _units in modules if module.content_note]
        calendar = calendars.ics(event_of(session, language))
    letter = mail.compose(
        text,
        to=user.email,
        values=values,
        sender=mail.Sender(session.institution.name, contact.email),
        language=language,
        reader=user.first_name,
        facts=facts,
    )
    # Who waits has no seat to enter in a calendar; a change or the end of it concerns an entry made before.
    if seat.state == Seat.State.BOOKED:
        letter.attach(FILE_NAME, calendar.decode(), calendars.CONTENT_TYPE)
    letter.send()


def address(session: GroupSession) -> str:
    return f"/learn/sessions/{session.number}/"


def event_of(session: GroupSession, language: str) -> calendars.Event:
    """The session in a calendar. The online link is not in it: calendars are shared, the page is not."""
    with override(language):
        return calendars.Event(
            uid=f"session-{session.number}@{settings.SITE_URL.partition('://')[2]}",
            title=_("Group session: %(title)s") % {"title": outline(session.version_id, language).title},
            starts=session.starts_at,
            ends=session.ends_at,
            made_at=timezone.now(),
            place=session.place or _("Online"),
            url=mail.site_link(address(session)),
            sequence=session.edition,
            is_cancelled=session.state == GroupSession.State.CANCELLED,
        )


def _booked() -> mail.Wording:
    return mail.Wording(
        subject=_("You have a seat: {when}"),
        body=_(
            "Hello,\n\n"
            "You have signed up for a group session of the programme “{programme_title}”.\n\n"
            "When: {when}\nWhere: {place}\n\n"
            "Open the session: {session_url}\n\n"
            "If you cannot come, give the seat up there: somebody else may be waiting for it. No reason is asked.\n\n"
            "Contact: {contact_name}, {contact_email}\n\n"
            "{support_line}"
        ),
    )


def _promoted() -> mail.Wording:
    return mail.Wording(
        subject=_("A seat is free, and it is yours: {when}"),
        body=_(
            "Hello,\n\n"
            "You were on the waiting list for a group session of the programme “{programme_title}”. Now you have a "
            "seat.\n\n"
            "When: {when}\nWhere: {place}\n\n"
            "Open the session: {session_url}\n\n"
            "If you cannot come, give the seat up there: somebody else may be waiting for it. No reason is asked.\n\n"
            "Contact: {contact_name}, {contact_email}\n\n"
            "{support_line}"
        ),
    )


def _reminder() -> mail.Wording:
    return mail.Wording(
        subject=_("In three days: {when}"),
        body=_(
            "Hello,\n\n"
            "In three days the group session of the programme “{programme_title}” takes place.\n\n"
            "When: {when}\nWhere: {place}\n\n"
            "Open the session: {session_url}\n\n"
            "You may stay away, keep silent or leave at any time; no reason is asked. If you cannot come, give the "
            "seat up on that page: somebody else may be waiting for it.\n\n"
            "Contact: {contact_name}, {contact_email}\n\n"
            "{support_line}"
        ),
    )


def _changed() -> mail.Wording:
    return mail.Wording(
        subject=_("The session has changed: {when}"),
        body=_(
            "Hello,\n\n"
            "Time or place of the group session of the programme “{programme_title}” have changed. You need not sign "
            "up again.\n\n"
            "When: {when}\nWhere: {place}\n\n"
            "Open the session: {session_url}\n\n"
            "Contact: {contact_name}, {contact_email}\n\n"
            "{support_line}"
        ),
    )


def _cancelled() -> mail.Wording:
    return mail.Wording(
        subject=_("The session is cancelled: {when}"),
        body=_(
            "Hello,\n\n"
            "The group session of the programme “{programme_title}” on {when} will not take place. Reason: {reason}\n\n"
            "Your training goes on as before; other sessions are on the same page.\n\n"
            "Open the sessions: {session_url}\n\n"
            "Contact: {contact_name}, {contact_email}\n\n"
            "{support_line}"
        ),
    )


WORDINGS = {
    BOOKED: _booked,
    PROMOTED: _promoted,
    REMINDER: _reminder,
    CHANGED: _changed,
    CANCELLED: _cancelled,
}
