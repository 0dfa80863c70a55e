"""What lies on a learner's desk today: what to go on with, what is asked, what is done, what may be renewed.

Read in a fixed number of queries, however many programmes there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cms.i18n import pick
from courses.models import Unit
from courses.selectors import Outline, outline, unit_text
from learning.gatherings.listing import Listed, listed
from learning.gatherings.selectors import coming_for
from learning.models import Completion, Enrolment, Membership, User
from learning.papers import Paper, papers_of
from learning.records.selectors import Place, Study, studies
from learning.records.validity import RenewalPeriod
from learning.requirements.selectors import (
    RenewalOffer,
    last_completions,
    newest_versions,
    period_of,
    renewal_offers,
)


@dataclass(frozen=True)
class Task:
    """An open study, why it is asked and how long there is."""

    study: Study
    position: str
    on: date

    @property
    def enrolment(self) -> Enrolment:
        return self.study.enrolment

    @property
    def days_left(self) -> int | None:
        """Whole days to the deadline, negative after it; None without one."""
        return (self.enrolment.due_on - self.on).days if self.enrolment.due_on else None

    @property
    def urgency(self) -> tuple[bool, date, int]:
        """In order: what was begun last is not more urgent than what is due first."""
        return self.enrolment.due_on is None, self.enrolment.due_on or date.max, self.enrolment.pk

    @cached_property
    def next_step(self) -> Place | None:
        return self.study.next_step

    @property
    def block(self) -> int:
        """The block to go on from; 0 is the beginning."""
        return self.study.next_block

    @property
    def minutes_left(self) -> int:
        """Of the next unit: what is read of a lesson counts, block by block."""
        unit = self.next_step.unit
        if unit.kind != Unit.Kind.LESSON or not self.block:
            return unit.minutes
        blocks = len(unit_text(unit.id, self.study.language).body)
        return max(1, ceil(unit.minutes * (blocks - self.block) / blocks))

    @property
    def siblings_done(self) -> list[int]:
        """Indexes, in the module of the next unit, of the units that are done."""
        return [index for index, unit in enumerate(self.next_step.siblings) if unit.id in self.study.done]

    @property
    def days_since(self) -> int | None:
        """Days since the next unit was last open: 0 today; None when it never was."""
        trace = self.study.traces.get(self.next_step.unit.id)
        return (self.on - timezone.localdate(trace.seen_at)).days if trace else None


@dataclass(frozen=True)
class Held:
    """A completed programme."""

    completion: Completion
    outline: Outline
    period: RenewalPeriod | None
    on: date

    @property
    def has_expired(self) -> bool:
        return self.period is not None and self.period.has_expired(on=self.on)


@dataclass(frozen=True)
class Desk:
    on: date
    tasks: Sequence[Task]
    held: Sequence[Held]
    offers: Sequence[tuple[RenewalOffer, Outline]]
    lapsed: Sequence[Held]
    papers: Sequence[Paper]
    sessions: Sequence[Listed]

    @classmethod
    def of(cls, user: User, *, on: date, language: str) -> "Desk":
        enrolments = (
            Enrolment.objects.open()
            .of(user)
            .annotate(**_positions(on))
            .order_by()
            .select_related("institution", "requirement__institution")
        )
        tasks = [Task(study, _position(study.enrolment), on) for study in studies(enrolments, language=language)]
        last = last_completions(user, on=on)
        # An open "what changed" does not stand in the way: a renewal covers it.
        under_way = {task.enrolment.course_id for task in tasks if task.enrolment.path != Enrolment.Path.DELTA}
        idle = {course_id: completion for course_id, completion in last.items() if course_id not in under_way}
        versions = newest_versions(idle) if idle else {}
        held = [
            Held(completion, outline(completion.terms.pk, language), period_of(completion), on)
            for completion in last.values()
        ]
        return cls(
            on=on,
            tasks=sorted(tasks, key=lambda task: task.urgency),
            held=[one for one in held if not one.has_expired],
            offers=[
                (offer, outline(offer.version.pk, language)) for offer in renewal_offers(idle, on=on, versions=versions)
            ],
            lapsed=[
                one
                for one in held
                if one.completion.course_id in idle and one.has_expired and not one.period.is_open(on=on)
            ],
            papers=papers_of(user, on=on) if last else [],
            sessions=listed(coming_for(user, at=timezone.now()), language),
        )

    @cached_property
    def resume(self) -> Task | None:
        """What to go on with: the study opened last while something of it is left, else the one due first."""
        open_tasks = [task for task in self.tasks if task.next_step]
        begun = [task for task in open_tasks if task.study.last]
        return max(begun, key=lambda task: task.study.last.seen_at) if begun else next(iter(open_tasks), None)

    @property
    def next_renewal(self) -> Held | None:
        """The proof that runs out first."""
        ending = [one for one in self.held if one.period]
        return min(ending, key=lambda one: one.period.expires_on, default=None)


def _positions(on: date) -> dict[str, Coalesce]:
    """For each language, the name of the post in the institution that asked, else of the one held longest."""
    posts = Membership.objects.employed(on=on).filter(user=OuterRef("user")).order_by("starts_on", "pk")
    asking = posts.filter(institution=OuterRef("institution"))
    return {
        f"position_{code}": Coalesce(*(Subquery(held.values(f"position__name_{code}")[:1]) for held in (asking, posts)))
        for code, _ in settings.LANGUAGES
    }


def _position(enrolment: Enrolment) -> str:
    """What `_positions` found; '' with no post."""
    return pick({code: getattr(enrolment, f"position_{code}") or "" for code, _ in settings.LANGUAGES})
