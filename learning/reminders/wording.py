"""The words beside reminders, the same on pages and in files."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.i18n import pick
from courses.models import CourseVersion
from learning.reminders.models import Reminder
from learning.reminders.policy import DUE

# Kinds of the component `state`.
KINDS = {
    Reminder.State.PLANNED: "progress",
    Reminder.State.SENT: "done",
    Reminder.State.DELIVERED: "valid",
    Reminder.State.BOUNCED: "error",
    Reminder.State.UNSURE: "soon",
    Reminder.State.SKIPPED: "exempt",
}


def state_of(line: Reminder) -> tuple[str, str]:
    """Kind (as the component `state` names it) and words."""
    return KINDS[Reminder.State(line.state)], line.get_state_display()


def step_of(kind: str, days: int) -> str:
    """When a step falls, in words."""
    if days == 0:
        return _("on the day of the deadline") if kind == DUE else _("on the last day of validity")
    n = abs(days)
    if kind == DUE:
        if days < 0:
            return ngettext("%(n)d day before the deadline", "%(n)d days before the deadline", n) % {"n": n}
        return ngettext("%(n)d day after the deadline", "%(n)d days after the deadline", n) % {"n": n}
    if days < 0:
        return ngettext("%(n)d day before validity ends", "%(n)d days before validity ends", n) % {"n": n}
    return ngettext("%(n)d day after validity ended", "%(n)d days after validity ended", n) % {"n": n}


def titles_of(course_ids: Collection[int]) -> dict[int, str]:
    """The programmes' titles in the active language, by course."""
    titles: dict[int, str] = {}
    versions = CourseVersion.objects.filter(course__in=set(course_ids)).newest_first().only("course_id", "title")
    for version in versions:
        titles.setdefault(version.course_id, pick(version.title))
    return titles
