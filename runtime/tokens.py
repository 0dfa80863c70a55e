"""Signed, expiring tokens in the addresses of the content origin: which package may be read, for which launch."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.core.cache import cache
from django.utils import timezone

from runtime.errors import LaunchGone, UnknownToken
from runtime.models import Launch

LIVES = timedelta(hours=12)
# An editor's trial: long enough for a training, and nobody's record hangs on it.
TRIAL_LIVES = timedelta(hours=2)
TRIAL = b"t"
SESSION = b"s"
# The page around a window has its token live on while it is open, see `runtime.services.renew_launch`; not for ever.
LONGEST = timedelta(days=7)
ASKED_AGAIN_AFTER_S = 60
# Neither a colon, which paths may not like, nor anything of base64.
_signer = signing.TimestampSigner(sep=".", salt="runtime.tokens")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token allows: the files of one package, and to save in one launch; None: nothing is saved.

    `is_trial`: an editor tries the package; it plays as for a learner, and what it saves is answered and dropped.
    `session`: of a cmi5 unit, whose files may be read as long as it lives.
    """

    package: UUID
    launch: UUID | None
    is_trial: bool = False
    session: UUID | None = None

    def token(self) -> str:
        """Letters, digits, `-`, `_` and dots; it is good for LIVES (TRIAL_LIVES) from now, one of a session with it."""
        return _signer.sign(urlsafe_b64encode(self.package.bytes + self._rest()).rstrip(b"=").decode())

    def _rest(self) -> bytes:
        if self.is_trial:
            return TRIAL
        if self.session:
            return SESSION + self.session.bytes
        return self.launch.bytes if self.launch else b""


def token_of(launch: Launch) -> str:
    """A new token for a launch; reads its registration and package."""
    return Ticket(launch.registration.package.number, launch.number).token()


def ticket_of(token: str) -> Ticket:
    """What the token allows; the database is asked only about one that has outlived LIVES. Raises UnknownToken."""
    try:
        text = _signer.unsign(token)
        numbers = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        package, rest = UUID(bytes=numbers[:16]), numbers[16:]
        # A launch has sixteen bytes and no letter before them.
        if len(rest) == 17 and rest.startswith(SESSION):
            return Ticket(package, None, session=UUID(bytes=rest[1:]))
        _signer.unsign(token, max_age=TRIAL_LIVES if rest == TRIAL else LONGEST)
        if rest == TRIAL:
            return Ticket(package, None, is_trial=True)
        ticket = Ticket(package, UUID(bytes=rest) if rest else None)
    except (signing.BadSignature, ValueError):
        raise UnknownToken from None
    if not (_is_fresh(token) or _is_kept_open(ticket.launch)):
        raise UnknownToken
    return ticket


def _is_fresh(token: str) -> bool:
    try:
        _signer.unsign(token, max_age=LIVES)
    except signing.SignatureExpired:
        return False
    return True


def _is_kept_open(launch: UUID | None) -> bool:
    """Whether the page around the window asked for it lately. A no is not kept: the page may be about to ask."""
    if launch is None:
        return False
    key = f"runtime.kept_open.{launch.hex}"
    if cache.get(key):
        return True
    lately = Launch.objects.filter(number=launch, closed_at=None, renewed_at__gt=timezone.now() - LIVES)
    is_kept = lately.exists()
    if is_kept:
        cache.set(key, True, ASKED_AGAIN_AFTER_S)
    return is_kept


def launch_of(token: str | Ticket) -> Launch:
    """The launch of a token with its registration, package, unit, enrolment and learner, live or not.

    Raises UnknownToken, LaunchGone.
    """
    ticket = token if isinstance(token, Ticket) else ticket_of(token)
    found = Launch.objects.select_related(
        "registration__package", "registration__unit", "registration__enrolment__user"
    ).filter(number=ticket.launch, registration__package__number=ticket.package)
    launch = found.first() if ticket.launch else None
    if launch is None or not may_study(launch):
        raise LaunchGone
    return launch


def may_study(launch: Launch) -> bool:
    """Whether the learner still has an account and the study was not withdrawn; a completed one may be looked at."""
    enrolment = launch.registration.enrolment
    return enrolment.user.is_active and enrolment.withdrawn_at is None
