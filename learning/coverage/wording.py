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
from learning.coverage.reports import Plan
from learning.coverage.sources import Month
from learning.coverage.standing import NEVER, SOON_DAYS, Obligation, Rule, Standing, State, WhyNot

# Kinds of the component `state` and the glossary's words.
VALID = ("valid", gettext_lazy("Valid"))
SOON = ("soon", gettext_lazy("Expiring soon"))
STATES: dict[State, tuple[str, str | Promise]] = {
    State.EXPIRED: ("expired", gettext_lazy("Expired")),
    State.IN_PROGRESS: ("progress", gettext_lazy("In progress")),
    State.NOT_STARTED: ("none", gettext_lazy("Not started")),
}
REASONS: dict[Obligation, str | Promise] = {
    Obligation.NOT_YET_DUE: gettext_lazy("Not yet due"),
    Obligation.ON_LEAVE: gettext_lazy("On leave"),
    Obligation.EXEMPT: gettext_lazy("Exempt"),
    Obligation.NOT_REQUIRED: gettext_lazy("Not required"),
}


# The filter of the staff list: keys of `people.statuses` in groups.
STATUS_CHOICES = [
    ("", gettext_lazy("All staff")),
    (
        gettext_lazy("Must have a certificate"),
        [
            ("overdue", gettext_lazy("Still to complete")),
            ("valid", gettext_lazy("Valid")),
            ("soon", gettext_lazy("Expiring soon")),
            ("in_progress", gettext_lazy("In progress")),
            ("not_started", gettext_lazy("Not started")),
            ("expired", gettext_lazy("Expired")),
        ],
    ),
    (
        gettext_lazy("Validity ends"),
        [
            ("ends_30", gettext_lazy("Within 30 days")),
            ("ends_60", gettext_lazy("On days 31 to 60")),
            ("ends_90", gettext_lazy("On days 61 to 90")),
        ],
    ),
    (
        gettext_lazy("Not counted"),
        [
            ("not_yet_due", gettext_lazy("Not yet due")),
            ("on_leave", gettext_lazy("On leave")),
            ("exempt", gettext_lazy("Exempt")),
            ("not_required", gettext_lazy("Not required")),
        ],
    ),
]
STATUS_TITLES = {key: title for _group, choices in STATUS_CHOICES[1:] for key, title in choices}


def state_of(standing: Standing, on: date) -> tuple[str, str | Promise]:
    """How far a person is, for the component `state`."""
    if standing.state is State.VALID:
        return SOON if standing.covered_until <= on + timedelta(days=SOON_DAYS) else VALID
    if standing.obligation > Obligation.NOT_YET_DUE:
        return "exempt", REASONS[standing.obligation]
    return STATES[standing.state]


def reason_of(standing: Standing, on: date) -> str | Promise:
    """Why a person is not counted; nothing for those who are, or when `state_of` says it."""
    reason = REASONS.get(standing.obligation, "")
    return "" if state_of(standing, on)[1] == reason else reason


def day_of(standing: Standing) -> date | None:
    """The day that matters: the end of validity for those who have or had it, else the deadline."""
    if standing.state in (State.VALID, State.EXPIRED):
        return standing.covered_until
    return standing.due_on if standing.obligation <= Obligation.NOT_YET_DUE else None


def day_text(standing: Standing) -> str:
    day = day_of(standing)
    return _("no end date") if day == NEVER else short(day) if day else "–"


def percent(number: int | None) -> str:
    """`78 %`, or a dash when there is nobody to count."""
    return "–" if number is None else _("%(number)d%%") % {"number": number}


def rule(figures: Figures) -> str:
    """How coverage is counted, and who is left out of it."""
    return _(
        "How we count: staff with a certificate valid on this day, divided by staff who must have one. "
        "Not counted: deadline not passed yet (%(early)d), on leave (%(on_leave)d), exempt (%(exempt)d), "
        "not required (%(not_required)d)."
    ) % {
        "early": figures.not_yet_due,
        "on_leave": figures.on_leave,
        "exempt": figures.exempt,
        "not_required": figures.not_required,
    }


def law_point(point: str) -> str:
    """A point of section 5.1 of the Law on the Protection of the Children's Rights."""
    return _("Section 5.1, point %(point)s") % {"point": point} if point else ""


def asks(clause: Clause, positions: str = "") -> str:
    """Of whom a requirement asks what, by when, in whole sentences; `positions` names those it is for."""
    return _sentences(clause, _positions(clause.rule, positions))


def terms(clause: Clause) -> str:
    """The same beside one post, where which other positions are asked is of no interest."""
    return _sentences(clause, "")


def _sentences(clause: Clause, positions: str) -> str:
    rule = clause.rule
    told = [
        _("For: %(place)s.") % {"place": clause.institution_name},
        clause.sector_name and _("Only this sector: %(sector)s.") % {"sector": clause.sector_name},
        positions,
        points(rule),
        *deadline(rule),
        _("In force from %(day)s.") % {"day": short(rule.valid_from)},
        rule.valid_until and _("In force until %(day)s.") % {"day": short(rule.valid_until)},
        _("Checked on %(day)s.") % {"day": short(clause.legal_checked_on)}
        if clause.legal_checked_on
        else _("Not checked against the law yet."),
    ]
    return " ".join(filter(None, told))


def _positions(rule: Rule, named: str) -> str:
    if not rule.position_ids:
        return _("For every position.")
    if not named:
        return _("Not for all positions, see the table.")
    return _("Only these positions: %(positions)s.") % {"positions": named}


WHY_NOT: dict[WhyNot, str | Promise] = {
    WhyNot.PLACE: gettext_lazy("The rule is for another institution."),
    WhyNot.SECTOR: gettext_lazy("The rule is for another sector."),
    WhyNot.POSITION: gettext_lazy("The rule does not name this position."),
    WhyNot.LAW_POINT: gettext_lazy("The rule is for other points of section 5.1."),
}


def why_not(why: WhyNot) -> str | Promise:
    return WHY_NOT[why]


def points(rule: Rule) -> str:
    """Of which points of section 5.1 a rule speaks; nothing when of all."""
    listed = sorted(rule.law_points, key=lambda point: (len(point), point))
    return _("Only section 5.1, points: %(points)s.") % {"points": ", ".join(listed)} if listed else ""


def deadline(rule: Rule) -> list[str]:
    """By when, with how much grace, and how often."""
    if rule.due_on:
        by = _("Deadline: %(day)s; for those who begin later, %(days)d days from the start of work.")
        told = [by % {"day": short(rule.due_on), "days": rule.due_days}]
    elif rule.from_post:
        told = [_("Deadline, in days from the start of the post: %(days)d.") % {"days": rule.due_days}]
    else:
        told = [_("Deadline, in days from the start of work: %(days)d.") % {"days": rule.due_days}]
    if rule.grace_days:
        told.append(_("Counted as overdue after so many more days: %(days)d.") % {"days": rule.grace_days})
    if rule.repeat_months:
        told.append(_("Repeated every so many months: %(months)d.") % {"months": rule.repeat_months})
    return told


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


def reading(plan: Plan) -> list[str]:
    """What the plan's figures say, in whole sentences."""
    figures, place = plan.figures, plan.institution.name
    if not figures.required:
        return [
            _("%(place)s: nobody's deadline has passed yet, so there is no coverage to tell of.") % {"place": place}
        ]
    told = [
        _(
            "%(place)s today: %(percent)s of the staff who must have a certificate have a valid one, "
            "%(valid)d of %(required)d."
        )
        % {
            "place": place,
            "percent": percent(figures.percent),
            "valid": figures.valid,
            "required": figures.required,
        }
    ]
    past = next((month for month in plan.trend if month.percent is not None), None)
    if past and past.percent != figures.percent:
        told.append(
            _("It was %(percent)s, %(valid)d of %(required)d, on %(day)s.")
            % {
                "day": short(past.last_day),
                "percent": percent(past.percent),
                "valid": past.valid,
                "required": past.required,
            }
        )
    asked = [(name.name, item) for name, item in plan.sectors if item.required]
    if len(asked) > 1:
        name, least = min(asked, key=lambda pair: (pair[1].percent, pair[0]))
        told.append(
            _("Least covered sector: %(sector)s, %(percent)s.") % {"sector": name, "percent": percent(least.percent)}
        )
    told.append(
        _("Still to complete: %(overdue)d. Certificates that end within 60 days: %(soon)d.")
        % {"overdue": figures.overdue, "soon": figures.expiring_60}
    )
    return told


def trend(months: Sequence[Month]) -> str:
    return ", ".join(f"{short(month.last_day)} {percent(month.percent)}" for month in months)


def ending(months: Sequence[tuple[date, int]]) -> str:
    return ", ".join(f"{date_format(day, 'm.Y.')} {count}" for day, count in months)
