"""Half-way through the programme: who has studied what by today, believable and consistent.

Progress is written in bulk; every completion, renewal and certificate is made by the services, at its own time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from courses.models import Course, CourseVersion
from courses.selectors import UnitOutline, outline
from learning.coverage.services import mark_dirty
from learning.models import Completion, Enrolment, Institution, User
from learning.records.services import record_completion
from learning.requirements.asking import enrol_required
from learning.requirements.paths import modules_on, units_on
from learning.requirements.renewals import start_refresher
from learning.requirements.selectors import newest_version

from .accounts import NEWCOMER_EMAIL
from .personas import PERSONAS
from .structure import PILOT_BEGAN, PILOT_SCHOOL, WAVE_BEGAN
from .studies import Studies

SEED = 20241012
# Institution -> shares of those who have completed and who are under way; the rest has not begun.
WAVE = {
    "demo-vidusskola": (0.38, 0.36),
    "centra-pamatskola": (0.45, 0.35),
    "liepkalnu-pamatskola": (0.65, 0.24),
    "ezermalas-pamatskola": (0.22, 0.4),
    "pii-saulite": (0.5, 0.3),
    "pii-rukitis": (0.1, 0.34),
    "pii-pienenite": (0.75, 0.2),
    "makslu-skola": (0.08, 0.22),
    "izglitibas-parvalde": (0.85, 0.1),
    "veselibas-centrs": (0.45, 0.3),
    "jaunatnes-centrs": (0.3, 0.35),
}
# The school whose HR officer visitors play shows every state on any day: certificates that run out so many days from
# now, below zero ago, and are not renewed.
SCHOOL_EXPIRIES = (20, 27, 50, 75, 82, -30, -80, -95)
SHARE_RENEWED_AFTER_THE_WINDOW_OPENED = 0.3
SHARE_RENEWED_NEAR_THE_END = 0.75
LAPSED_ARE_ASKED_EVERY_DAYS = 10
POLICE_EXPIRES_IN = timedelta(days=45)
WORK_BEGINS = time(8, 20)


@dataclass(frozen=True, slots=True)
class Finish:
    """A study whose last unit is done at a moment."""

    at: datetime
    enrolment: Enrolment


def write_history(root: Institution, course: Course, *, today: date) -> None:
    """Enrol, study, complete and renew up to today. Call inside a transaction, once."""
    _History(root, course, today).write()


class _History:
    def __init__(self, root: Institution, course: Course, today: date) -> None:
        self.root, self.course, self.today = root, course, today
        self.source = Random(SEED)  # noqa: S311 - a demo must come out the same every time
        self.version = newest_version(course)
        self.studies = Studies(self.source)
        self.full = self._units(Enrolment.Path.FULL)
        self.refresher = self._units(Enrolment.Path.REFRESHER)
        self.personas = {persona.email: persona.key for persona in PERSONAS}
        self.expiries = iter(SCHOOL_EXPIRIES)
        self.settled: set[int] = set()
        """Enrolments whose certificate is left to run out."""

    def _units(self, path: str) -> tuple[UnitOutline, ...]:
        return units_on(path, outline(self.version.pk, settings.LANGUAGE_CODE))

    def write(self) -> None:
        self._publish_before_the_pilot()
        for days in range(PILOT_BEGAN.days, -1, -100):
            self._enrol(self.today - timedelta(days=days))
        finishes = list(self._first_studies())
        self.studies.write()
        self._complete(finishes)
        renewals = list(self._renewals())
        self.studies.write()
        self._complete(renewals)
        self._ask_the_lapsed_again()
        list(self._second_studies())
        self.studies.write()
        mark_dirty(Institution.objects.under(self.root).values_list("pk", flat=True))

    def _publish_before_the_pilot(self) -> None:
        """The fiction: this version has been taught since the pilot began."""
        before = self._at(self.today - PILOT_BEGAN - timedelta(days=30))
        CourseVersion.objects.filter(pk=self.version.pk, published_at__gt=before).update(published_at=before)
        outline.cache_clear()

    def _at(self, day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, WORK_BEGINS))

    def _some_time(self, day: date) -> datetime:
        return self._at(day) + timedelta(minutes=self.source.randint(0, 9 * 60))

    def _enrol(self, day: date, users: Iterable[User] | None = None) -> None:
        enrol_required(on=day, institution=self.root, at=self._at(day), users=users)

    def _ask_the_lapsed_again(self) -> None:
        """Those whose grace is over, at the time; then everybody as of today, when every proof is known."""
        over = self.today - timedelta(days=self.version.grace_days)
        lapsed = User.objects.filter(completions__course=self.course).annotate(until=Max("completions__valid_until"))
        users = list(lapsed.filter(until__lt=over))
        for days in range(60, 0, -LAPSED_ARE_ASKED_EVERY_DAYS):
            self._enrol(self.today - timedelta(days=days), users)
        self._enrol(self.today)

    def _open(self) -> Iterator[Enrolment]:
        open_ones = Enrolment.objects.open().filter(course=self.course, institution__path__startswith=self.root.path)
        yield from open_ones.select_related("user", "institution", "requirement").order_by("pk")

    # Everybody's first way through.

    def _first_studies(self) -> Iterator[Finish]:
        for enrolment in self._open():
            if enrolment.user.email == NEWCOMER_EMAIL:
                continue
            persona = self.personas.get(enrolment.user.email)
            asked_on = timezone.localdate(enrolment.enrolled_at)
            if persona == "teacher":
                self._half_way(enrolment)
            elif persona == "police":
                yield self._finish(enrolment, self._completed_on(self.today + POLICE_EXPIRES_IN))
            elif enrolment.requirement.valid_from < self.today - WAVE_BEGAN:
                yield from self._pilot(enrolment, asked_on)
            else:
                yield from self._wave(enrolment, asked_on)

    def _pilot(self, enrolment: Enrolment, asked_on: date) -> Iterator[Finish]:
        """Years ago, and nearly everybody in time; those who started work lately are under way."""
        is_first = asked_on == self.today - PILOT_BEGAN
        if is_first and enrolment.institution.code == PILOT_SCHOOL and (days := next(self.expiries, None)) is not None:
            self.settled.add(enrolment.pk)
            yield self._finish(enrolment, self._completed_on(self.today + timedelta(days=days)))
            return
        latest = min(asked_on + timedelta(days=200), self.today - timedelta(days=2))
        if asked_on > self.today - timedelta(days=90):
            if self.source.random() < 0.5:
                self._begin(enrolment, asked_on)
        elif (latest - asked_on).days > 10:
            yield self._finish(enrolment, asked_on + timedelta(days=self.source.randint(10, (latest - asked_on).days)))

    def _wave(self, enrolment: Enrolment, asked_on: date) -> Iterator[Finish]:
        completed, under_way = WAVE[enrolment.institution.code]
        fate = self.source.random()
        days = (self.today - asked_on).days
        if days < 20 or not enrolment.user.email:
            return
        if fate < completed:
            yield self._finish(enrolment, self.today - timedelta(days=self.source.randint(2, days - 12)))
        elif fate < completed + under_way:
            self._begin(enrolment, asked_on)

    def _half_way(self, enrolment: Enrolment) -> None:
        """Two modules and half of the third."""
        modules = list(modules_on(enrolment.path, outline(self.version.pk, settings.LANGUAGE_CODE)))
        count = sum(len(units) for _module, units in modules[:2]) + len(modules[2][1]) // 2
        begins = self._some_time(self.today - timedelta(days=19))
        self.studies.study(enrolment, self.full, count=count, begins=begins, ends=self._at(self.today - 2 * _DAY))

    def _begin(self, enrolment: Enrolment, asked_on: date) -> None:
        days = (self.today - asked_on).days
        if days < 4:
            return
        began = self.today - timedelta(days=self.source.randint(3, min(days, 60)))
        ends = self._some_time(self.today - timedelta(days=self.source.randint(1, 2)))
        count = self.source.randint(1, len(self.full) - 1)
        self.studies.study(enrolment, self.full, count=count, begins=self._some_time(began), ends=ends)

    def _finish(self, enrolment: Enrolment, day: date) -> Finish:
        took = timedelta(days=self.source.randint(4, 40))
        begins = max(self._some_time(day - took), enrolment.enrolled_at)
        ends = max(self._some_time(day), begins + timedelta(hours=6))
        at = self.studies.study(enrolment, self.full, count=len(self.full), begins=begins, ends=ends)
        return Finish(at, enrolment)

    def _completed_on(self, last_valid_day: date) -> date:
        """The day of completion that gives this last valid day."""
        months = last_valid_day.year * 12 + last_valid_day.month - 1 - (self.version.validity_months or 0)
        return date(months // 12, months % 12 + 1, min(last_valid_day.day, 28))

    @staticmethod
    def _complete(finishes: list[Finish]) -> None:
        for finish in sorted(finishes, key=lambda one: (one.at, one.enrolment.pk)):
            record_completion(enrolment=finish.enrolment, at=finish.at)

    # Renewals and those who let it run out.

    def _renewals(self) -> Iterator[Finish]:
        soon = self.today + timedelta(days=self.version.renewal_window_days)
        held = Completion.objects.filter(
            course=self.course, enrolment__institution__path__startswith=self.root.path, valid_until__lte=soon
        ).exclude(Q(user__email__in=self.personas) | Q(enrolment__in=self.settled))
        for completion in held.select_related("user").order_by("pk"):
            near_the_end = completion.valid_until <= self.today + timedelta(days=15)
            share = SHARE_RENEWED_NEAR_THE_END if near_the_end else SHARE_RENEWED_AFTER_THE_WINDOW_OPENED
            if self.source.random() < share:
                yield self._renewal(completion)

    def _renewal(self, completion: Completion) -> Finish:
        opens = completion.valid_until - timedelta(days=self.version.renewal_window_days)
        last = min(completion.valid_until, self.today - _DAY)
        begins = self._some_time(opens + timedelta(days=self.source.randint(0, max((last - opens).days - 1, 0))))
        enrolment, _new = start_refresher(user=completion.user, course=self.course, at=begins)
        units = self._units(enrolment.path)
        ends = begins + timedelta(minutes=self.source.randint(25, 80))
        return Finish(self.studies.study(enrolment, units, count=len(units), begins=begins, ends=ends), enrolment)

    def _second_studies(self) -> Iterator[None]:
        """Some of those who let it run out have begun again."""
        for enrolment in self._open():
            asked_on = timezone.localdate(enrolment.enrolled_at)
            has_run_out = enrolment.started_at is None and Completion.objects.of(enrolment.user).exists()
            if has_run_out and asked_on < self.today - timedelta(days=5) and self.source.random() < 0.5:
                yield self._begin(enrolment, asked_on)


_DAY = timedelta(days=1)
