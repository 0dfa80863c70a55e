"""A unit that talks to the record store with the token of its session, and what it may do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from lrs.errors import Forbidden, Invalid, Unauthorised
from lrs.principals import Action, Asked, Principal, basic_pair
from lrs.reading import parse
from runtime.access.models import ApiToken
from runtime.access.services import token_of
from runtime.cmi5 import preferences, rules
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.hearing import hear
from runtime.cmi5.models import CourseRegistration, Session
from runtime.cmi5.registrations import may_study
from runtime.cmi5.sessions import SESSION_USER, digest, is_silent, note_seen
from runtime.cmi5.structure import structure_of

if TYPE_CHECKING:
    from lrs.selectors.statements import StatementQuerySet


class SessionPrincipal(Principal):
    """An assignable unit, for as long as its session lives (8.1.2, 8.2.1)."""

    makes_profiles_freely = True

    def __init__(self, session: Session) -> None:
        self.session = session
        self.registration: CourseRegistration = session.registration
        self.package = self.registration.package
        account = {"homePage": f"{settings.SITE_URL}/xapi/", "name": f"cmi5/{self.package.number}"}
        self.authority = {"objectType": "Agent", "account": account}

    def check(self, asked: Asked) -> None:
        try:
            _CHECKS[asked.action](self, asked)
        except rules.Refused as refused:
            raise Forbidden(str(refused)) from refused

    def may_void(self, target: object) -> bool:
        return False

    def stored(self, statements: Sequence[dict[str, Any]]) -> None:
        try:
            hear(session=self.session, said=statements, at=timezone.now())
        except rules.Refused as refused:
            raise Forbidden(str(refused)) from refused

    def readable(self, statements: StatementQuerySet) -> StatementQuerySet:
        """What was said in its registration."""
        return statements.filter(registration=self.registration.number)

    def _anything(self, asked: Asked) -> None:
        """Reading statements is narrowed by `readable`; what an activity is called is no secret."""

    def _say(self, asked: Asked) -> None:
        for statement in asked.statements:
            rules.check_sent(statement)

    def _state(self, asked: Asked) -> None:
        self._check_agent(asked.parameters)
        registration = asked.parameters.get("registration")
        if registration is not None and str(registration).lower() != str(self.registration.number):
            raise rules.Refused("8.1.4", "The registration must be the one of the launch.")

    def _write_state(self, asked: Asked) -> None:
        self._state(asked)
        if asked.parameters.get("stateId") in (cmi5.LAUNCH_DATA, None):
            raise rules.Refused("10.2.1", "A unit may not change its launch data.")

    def _read_own(self, asked: Asked) -> None:
        self._check_agent(asked.parameters)

    def _read_profile(self, asked: Asked) -> None:
        self._check_agent(asked.parameters)
        if asked.parameters.get("profileId") == cmi5.PREFERENCES:
            unread = Session.objects.filter(pk=self.session.pk, preferences_read_at=None)
            unread.update(preferences_read_at=timezone.now())

    def _write_profile(self, asked: Asked) -> None:
        self._check_agent(asked.parameters)
        if asked.parameters.get("profileId") != cmi5.PREFERENCES:
            return
        is_json = asked.content_type.partition(";")[0].strip().lower() == "application/json"
        if asked.content is None or not is_json:
            raise rules.Refused("11", "Learner preferences are a JSON object, and stay.")
        preferences.check(_read(asked.content))

    def _write_activity_profile(self, asked: Asked) -> None:
        unit = structure_of(self.package.number).unit_of(self.session.activity_id)
        if asked.parameters.get("activityId") != unit.iri:
            raise rules.Refused("12", "A unit keeps profiles of its own activity alone.")

    def _check_agent(self, parameters: Mapping[str, Any]) -> None:
        if not rules.same_agent(parameters.get("agent"), self.registration.actor):
            raise rules.Refused("8.1.3", "The agent must be the actor of the launch.")


_CHECKS = {
    Action.WRITE_STATEMENTS: SessionPrincipal._say,
    Action.READ_STATEMENTS: SessionPrincipal._anything,
    Action.READ_STATE: SessionPrincipal._state,
    Action.WRITE_STATE: SessionPrincipal._write_state,
    Action.READ_ACTIVITY_PROFILE: SessionPrincipal._anything,
    Action.WRITE_ACTIVITY_PROFILE: SessionPrincipal._write_activity_profile,
    Action.READ_AGENT_PROFILE: SessionPrincipal._read_profile,
    Action.WRITE_AGENT_PROFILE: SessionPrincipal._write_profile,
    Action.READ_ACTIVITY: SessionPrincipal._anything,
    Action.READ_AGENT: SessionPrincipal._read_own,
}


class StaffPrincipal(Principal):
    """A system of the staff that may read everything in the store (4.2), and write nothing."""

    READS = frozenset(action for action in Action if action.name.startswith("READ_"))

    def __init__(self, token: ApiToken) -> None:
        account = {"homePage": f"{settings.SITE_URL}/api/", "name": token.name}
        self.authority = {"objectType": "Agent", "account": account}
        self.may_read = ApiToken.Scope.STATEMENTS in token.scopes

    def check(self, asked: Asked) -> None:
        if not (self.may_read and asked.action in self.READS):
            raise Forbidden("This token may not do that.")


def of_session(scheme: str, credentials: str) -> SessionPrincipal | None:
    """An authenticator for `lrs.principals`: `Basic <auth-token>` (8.2.1). Raises Unauthorised once it is no good."""
    pair = basic_pair(scheme, credentials)
    if pair is None or pair[0] != SESSION_USER:
        return None
    rows = Session.objects.select_related("registration__package", "registration__study__enrolment__user")
    session = rows.filter(token_sha256=digest(credentials)).first()
    if session is None or session.ended_at:
        raise Unauthorised("The session has ended, or never was.")
    at = timezone.now()
    if is_silent(session, at=at):
        raise Unauthorised("The session was silent for too long.")
    if not may_study(session.registration):
        raise Unauthorised("The learner does not study this any more.")
    note_seen(session, at=at)
    return SessionPrincipal(session)


def of_staff(scheme: str, credentials: str) -> StaffPrincipal | None:
    """An authenticator for `lrs.principals`: `Bearer <token>` of a system of the staff."""
    token = token_of(credentials, at=timezone.now()) if scheme == "bearer" else None
    return StaffPrincipal(token) if token else None


def _read(content: bytes) -> Any:
    try:
        return parse(content)
    except Invalid as invalid:
        raise rules.Refused("11", "Learner preferences are a JSON object.") from invalid
