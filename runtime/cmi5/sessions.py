"""Sessions: launched, fetched once, heard, ended. Each change is one transaction with the statements it causes."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.models import Package
from runtime.cmi5 import addresses, registrations, statements, store
from runtime.cmi5.errors import AlreadyWaived, SessionEnded, UnitUnknown
from runtime.cmi5.models import CourseRegistration, Session, UnitProgress
from runtime.cmi5.structure import Structure, Unit, structure_of
from runtime.models import Registration
from runtime.player import file_address
from runtime.tokens import Ticket

# A unit that neither says nor asks anything for so long was left: its session is abandoned (9.3.6).
SILENCE = timedelta(hours=12)
SEEN_NOTED_EVERY = timedelta(minutes=10)
# The name before the colon of an auth-token, by which the store knows whose it is.
SESSION_USER = "cmi5-session"


@dataclass(frozen=True, slots=True)
class Launched:
    session: Session
    url: str
    method: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a unit is to be launched. `mastery_score` 0–1 in place of the package's; None: the package's."""

    mode: str = Session.Mode.NORMAL
    return_url: str = ""
    mastery_score: float | None = None


@transaction.atomic
def launch(*, registration: CourseRegistration, index: int, wanted: Wanted, at: datetime) -> Launched:
    """A new session of a unit, counted from 0, with its launch data and statement written (8.1, 9.3.1, 10).

    A session of the registration that is open still is abandoned. Raises UnitUnknown.
    """
    registration = registrations.lock(registration.pk)
    structure = structure_of(registration.package.number)
    unit = _unit(structure, index)
    for open_session in registration.sessions.live():
        _abandon(registration, structure, open_session, at)
    mastery = unit.settings.get("mastery_score") if wanted.mastery_score is None else wanted.mastery_score
    secret = secrets.token_urlsafe(32)
    session = Session.objects.create(
        registration=registration,
        activity_id=unit.activity,
        mode=wanted.mode,
        mastery_score=mastery,
        launched_at=at,
        fetch_sha256=digest(secret),
    )
    subject = _subject(registration, unit, session.number)
    data = statements.launch_data(
        template=statements.context_template(session=subject.session, publisher=unit.identifier),
        mode=session.mode,
        unit={**unit.settings, "mastery_score": mastery},
        method="OwnWindow" if has_own_window(unit) else "AnyWindow",
        return_url=wanted.return_url,
    )
    store.keep_launch_data(data, subject=subject)
    address = content_address(structure, unit, session)
    store.say([statements.launched(subject, data, url=address, at=at)], package=registration.package)
    url = addresses.launch_url(
        address,
        endpoint=f"{settings.CONTENT_ORIGIN}/xapi",
        fetch=f"{settings.CONTENT_ORIGIN}/rt/cmi5/fetch/{secret}/",
        actor=registration.actor,
        registration=subject.registration,
        activity=unit.iri,
    )
    return Launched(session, url, data["launchMethod"])


@transaction.atomic
def register_and_launch(
    *, package: Package, actor: dict[str, Any], number: UUID | None, index: int, wanted: Wanted, at: datetime
) -> tuple[CourseRegistration, Launched]:
    """Both in one; see registrations.register and `launch` for what they take and raise."""
    registration = registrations.register(package=package, actor=actor, number=number, at=at)
    return registration, launch(registration=registration, index=index, wanted=wanted, at=at)


def has_own_window(unit: Unit) -> bool:
    """8.1 launchMethod: wanted so by its author, or a page of another site, which the player's page may not frame."""
    return unit.settings["launch_method"] == "OwnWindow" or is_elsewhere(unit)


def is_elsewhere(unit: Unit) -> bool:
    return "://" in unit.href.partition("?")[0]


def content_address(structure: Structure, unit: Unit, session: Session) -> str:
    """Where the unit's own page is: elsewhere, or a file of the package, readable with a token that saves nothing."""
    if is_elsewhere(unit):
        return unit.href
    ticket = Ticket(structure.package, None, session=session.number)
    return settings.CONTENT_ORIGIN + file_address(ticket.token(), unit.href)


def may_read(number: UUID, *, package: UUID, at: datetime) -> bool:
    """Whether the files of a session may be read: while it lives, and for as long as SILENCE from its launch."""
    rows = Session.objects.select_related("registration__study__enrolment__user")
    session = rows.filter(number=number, registration__package__number=package).first()
    if session is None or not registrations.may_study(session.registration):
        return False
    is_live = session.ended_at is None and not is_silent(session, at=at)
    return is_live or session.launched_at > at - SILENCE


def is_silent(session: Session, *, at: datetime) -> bool:
    return session.last_sign < at - SILENCE


def note_seen(session: Session, *, at: datetime) -> None:
    """That the unit is there still, though it may have nothing to say; noted now and then."""
    if session.last_sign <= at - SEEN_NOTED_EVERY:
        Session.objects.live().filter(pk=session.pk).update(seen_at=at)


def fetch(*, secret: str, at: datetime) -> str | None:
    """The auth-token, for the first who asks while the session lives (8.2); None for everybody else."""
    token = base64.b64encode(f"{SESSION_USER}:{secrets.token_urlsafe(32)}".encode()).decode()
    unused = Session.objects.live().filter(fetch_sha256=digest(secret), fetched_at=None, launched_at__gt=at - SILENCE)
    return token if unused.update(fetched_at=at, token_sha256=digest(token)) else None


@transaction.atomic
def waive(*, registration: CourseRegistration, index: int, reason: str, at: datetime) -> None:
    """Say that a unit may be skipped (9.3.7), in a session of its own. Raises UnitUnknown, AlreadyWaived."""
    registration = registrations.lock(registration.pk)
    unit = _unit(structure_of(registration.package.number), index)
    progress, _is_new = UnitProgress.objects.get_or_create(registration=registration, activity_id=unit.activity)
    if not UnitProgress.objects.filter(pk=progress.pk, waived_at=None).update(waived_at=at):
        raise AlreadyWaived
    session = uuid4()
    subject = _subject(registration, unit, session)
    store.say([statements.waived(subject, reason=reason, at=at)], package=registration.package)
    registrations.evaluate(registration, at=at, session=session)


@transaction.atomic
def abandon(*, session: Session, at: datetime) -> None:
    """End a session that did not end itself (9.3.6). Raises SessionEnded."""
    registration = registrations.lock(session.registration_id)
    session = Session.objects.get(pk=session.pk)
    if session.ended_at:
        raise SessionEnded
    _abandon(registration, structure_of(registration.package.number), session, at)


def abandon_all(*, study: Registration, at: datetime) -> None:
    """End what is open of a learner's unit, which is begun anew in another registration (9.3.6)."""
    for session in Session.objects.live().filter(registration__study=study):
        _abandoned(session, at)


def abandon_silent(*, at: datetime | None = None) -> int:
    """Abandon every session that has been silent for too long (9.3.6); how many. `at` None: now."""
    at = at or timezone.now()
    launched = Session.objects.live().filter(launched_at__lte=at - SILENCE)
    silent = launched.exclude(heard_at__gt=at - SILENCE).exclude(seen_at__gt=at - SILENCE)
    return sum(_abandoned(session, at) for session in silent.order_by("pk"))


def digest(secret: str) -> str:
    """Of 32 random bytes: a slow hash would guard them no better."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _abandoned(session: Session, at: datetime) -> bool:
    try:
        abandon(session=session, at=at)
    except SessionEnded:
        return False
    return True


def _abandon(registration: CourseRegistration, structure: Structure, session: Session, at: datetime) -> None:
    lasted = (session.heard_at or session.launched_at) - session.launched_at
    subject = _subject(registration, structure.unit_of(session.activity_id), session.number)
    Session.objects.filter(pk=session.pk).update(ended_at=at, is_abandoned=True)
    store.say([statements.abandoned(subject, lasted=lasted, at=at)], package=registration.package)


def _unit(structure: Structure, index: int) -> Unit:
    if not 0 <= index < len(structure.units):
        raise UnitUnknown
    return structure.units[index]


def _subject(registration: CourseRegistration, unit: Unit, session: UUID) -> statements.Subject:
    return statements.Subject(registration.actor, str(registration.number), str(session), unit.iri, unit.identifier)
