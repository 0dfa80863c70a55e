"""Whether a programme was studied online, on site or both: a count over units. Pure: no database, no clock."""

from collections.abc import Collection, Iterable

from courses.models import Unit
from courses.selectors import UnitOutline

ONLINE, ON_SITE, BLENDED = "online", "on_site", "blended"
# What people can do together under a facilitator. A quiz is marked by the server, a package by its own reports.
ON_SITE_KINDS = frozenset({Unit.Kind.LESSON, Unit.Kind.CASE, Unit.Kind.SESSION})
# A quiz or a survey says what was learnt, not how it was taught, so neither decides the form.
NOT_TAUGHT = frozenset({Unit.Kind.QUIZ, Unit.Kind.SURVEY})


def form_of_study(required: Iterable[UnitOutline], on_site: Collection[int]) -> str:
    """The form of a completed way through its required units; `on_site` are ids of units done in a room."""
    here = [unit.id in on_site for unit in required if unit.kind not in NOT_TAUGHT]
    if not any(here):
        return ONLINE
    return ON_SITE if all(here) else BLENDED
