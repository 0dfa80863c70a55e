"""The words beside figures, the same on pages and in exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learning.coverage.figures import Figures
from learning.coverage.programmes import Clause
from learning.coverage.standing import Obligation, State

# What a person's row says: a kind of `state` and the glossary's words.
STATES: dict[str, tuple[str, str | Promise]] = {
    State.VALID: ("valid", gettext_lazy("Valid")),
    "soon": ("soon", gettext_lazy("Expiring soon")),
    State.EXPIRED: ("expired", gettext_lazy("Expired")),
    State.IN_PROGRESS: ("progress", gettext_lazy("In progress")),
    State.NOT_STARTED: ("none", gettext_lazy("Not started")),
    Obligation.NOT_YET_DUE.name.lower(): ("required", gettext_lazy("Not yet due")),
    Obligation.EXEMPT.name.lower(): ("exempt", gettext_lazy("Exempt")),
    Obligation.NOT_REQUIRED.name.lower(): ("exempt", gettext_lazy("Not required")),
}


def percent(number: int | None) -> str:
    """`78 %`, or a dash when there is nobody to count."""
    return "–" if number is None else _("%(number)d%%") % {"number": number}


def rule() -> str:
    """How coverage is counted."""
    return _(
        "How we count: staff with a certificate valid on this day, divided by staff who must have one. "
        "Not counted are those whose deadline has not passed yet, those who are exempt, and those of whom the "
        "programme is not required. Each person counts once, whatever the number of posts. "
        "The percentage is rounded down."
    )


def law_point(point: str) -> str:
    """A point of section 5.1 of the Law on the Protection of the Children's Rights."""
    return _("Section 5.1, point %(point)s") % {"point": point} if point else ""


def asks(clause: Clause) -> str:
    """Of whom a requirement asks what, by when, in whole sentences."""
    rule = clause.rule
    told = [
        _("For: %(place)s.") % {"place": clause.institution_name},
        clause.sector_name and _("Only this sector: %(sector)s.") % {"sector": clause.sector_name},
        _("Not for all positions, see the table.") if rule.position_ids else _("For every position."),
        _("Deadline, in days from the start of work: %(days)d.") % {"days": rule.due_days},
        _("In force from %(day)s.") % {"day": short(rule.valid_from)},
        rule.valid_until and _("In force until %(day)s.") % {"day": short(rule.valid_until)},
    ]
    return " ".join(filter(None, told))


def short(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


@dataclass(frozen=True)
class Window:
    """Thirty days ahead in which valid certificates end; `counts` of each ten."""

    title: str
    status: str
    last: date
    counts: Sequence[int]

    @property
    def people(self) -> int:
        return sum(self.counts)


def windows(figures: Figures, on: date) -> list[Window]:
    tens = figures.tens
    return [
        Window(_("Within 30 days"), "ends_30", on + timedelta(days=30), tens[:3]),
        Window(_("On days 31 to 60"), "ends_60", on + timedelta(days=60), tens[3:6]),
        Window(_("On days 61 to 90"), "ends_90", on + timedelta(days=90), tens[6:]),
    ]
