"""Sessions as a learner's lists show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.selectors import Outline, outline
from learning.gatherings import wording
from learning.gatherings.models import GroupSession


@dataclass(frozen=True)
class Listed:
    """A session with its programme, its hours, and how it stands with the learner's seat (kind and words)."""

    session: GroupSession
    outline: Outline
    when: str
    said: tuple[str, str]


def listed(sessions: Iterable[GroupSession], language: str) -> list[Listed]:
    """`sessions` come from `selectors.sessions_of`."""
    return [
        Listed(
            session,
            outline(session.version_id, language),
            wording.when(session),
            wording.of_own_seat(session, session.seat_state),
        )
        for session in sessions
    ]
