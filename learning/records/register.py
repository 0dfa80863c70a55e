"""What a state register of training asks of an organiser: applicants, completions and attestations of some days.

The columns are described in docs/register-export.md; their names and order never change. No personal codes, scores,
answers or times of study: the first are not kept here, the others are nobody's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.i18n import pick
from courses.models import ACADEMIC_HOUR_MINUTES, CourseVersion
from learning import sheets
from learning.models import AuditEvent, Completion, Enrolment, Institution, Membership, User
from learning.papers import Attestation, attestations_of
from learning.sheets import Cell, Row

PEOPLE_AT_A_TIME = 500
# One format whatever the reader's language: programs read it, too.
DELIMITER = ";"

Facts = dict[str, Cell]

PERSON = (
    "person_number",
    "surname",
    "given_name",
    "institution_code",
    "institution_name",
    "institution_registration_number",
    "position",
    "law_point",
)
PROGRAMME = ("programme_key", "programme_title", "programme_version")
APPLICANT = ("enrolled_on", "path", "due_on", "status", "status_on")
COMPLETION = (
    "kind",
    "source",
    "completed_on",
    "valid_from",
    "valid_until",
    "withdrawn_on",
    "hours",
    "minutes_per_hour",
    "provider",
    "provider_registration_number",
    "document_number",
)
ATTESTATION = ("completion_number", "issued_on", "valid_from", "valid_until", "revoked_on", "replaces")
PARTS: dict[str, tuple[str, ...]] = {
    "applicant": (*PERSON, *PROGRAMME, *APPLICANT),
    "completion": (*PERSON, *PROGRAMME, *COMPLETION),
    "attestation": (*PERSON, *PROGRAMME, *ATTESTATION),
}
TITLES: dict[str, str | Promise] = {
    "applicant": gettext_lazy("Applicants"),
    "completion": gettext_lazy("Completions"),
    "attestation": gettext_lazy("Attestations"),
}
KEYS = ("record", "record_number")
# Every column once, in the order of the parts.
COLUMNS = (*KEYS, *dict.fromkeys(name for names in PARTS.values() for name in names))


@dataclass(frozen=True, slots=True)
class Register:
    """What happened from one day to another, both included, to people employed that day at a place or below it."""

    institution: Institution
    since: date
    until: date

    @property
    def name(self) -> str:
        return f"{self.institution.code}-register-{self.since}-{self.until}"

    def csv(self) -> Iterator[bytes]:
        """One table: `record` says what a row is; columns of the other parts are empty."""
        return sheets.csv_lines(self._lines(), delimiter=DELIMITER)

    def xlsx(self) -> IO[bytes]:
        """A sheet for each part, and one that says what the file is."""
        return sheets.xlsx_book(
            tables=[
                (str(TITLES[part]), [18] * (len(names) + 1), self._sheet(part, names)) for part, names in PARTS.items()
            ],
            notes=(_("About this file"), self._notes()),
        )

    def rows(self, part: str) -> Iterator[Facts]:
        """The facts of one part by the names of its columns, and `record_number`."""
        read = _READERS[part]
        for people in self._people():
            yield from read(self, people)

    def _lines(self) -> Iterator[Row]:
        yield COLUMNS
        for part in PARTS:
            for facts in self.rows(part):
                yield [part, *(facts.get(name) for name in COLUMNS[1:])]

    def _sheet(self, part: str, names: Sequence[str]) -> Iterator[Row]:
        yield ["record_number", *names]
        for facts in self.rows(part):
            yield [facts.get(name) for name in ("record_number", *names)]

    def _notes(self) -> Iterator[Row]:
        yield [_("Institution"), self.institution.name]
        yield [_("First day"), self.since]
        yield [_("Last day"), self.until]
        yield [_("People"), _("those employed here or below on the day of the event")]
        yield [_("Columns"), "docs/register-export.md"]

    def _people(self) -> Iterator[_People]:
        """Everybody with a post here in these days, so many at a time."""
        posts = Membership.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=self.since),
            institution__path__startswith=self.institution.path,
            starts_on__lte=self.until,
        )
        last = 0
        while some := list(
            posts.filter(user_id__gt=last)
            .order_by("user_id")
            .values_list("user_id", flat=True)
            .distinct()[:PEOPLE_AT_A_TIME]
        ):
            last = some[-1]
            related = posts.filter(user__in=some).select_related("user", "institution", "position")
            yield _People(some, list(related.order_by("starts_on", "pk")))

    def _moments(self) -> tuple[datetime, datetime]:
        """The first moment of these days and the first after them."""
        days = (self.since, self.until + timedelta(days=1))
        first, after = (timezone.make_aware(datetime.combine(day, time.min)) for day in days)
        return first, after


class _People:
    """Some people with their posts."""

    def __init__(self, ids: Sequence[int], posts: Sequence[Membership]) -> None:
        self.ids = ids
        self._posts: dict[int, list[Membership]] = {}
        for post in posts:
            self._posts.setdefault(post.user_id, []).append(post)

    def facts(self, user_id: int, on: date) -> Facts | None:
        """Who and where on that day: the post held longest; None for somebody not employed then."""
        posts = self._posts.get(user_id, ())
        post = next((post for post in posts if post.starts_on <= on and (post.ends_on or on) >= on), None)
        if post is None:
            return None
        return {
            "person_number": str(post.user.number),
            "surname": post.user.last_name,
            "given_name": post.user.first_name,
            "institution_code": post.institution.code,
            "institution_name": post.institution.name,
            "institution_registration_number": post.institution.registration_number,
            "position": getattr(post.position, f"name_{settings.LANGUAGE_CODE}"),
            "law_point": post.position.law_point,
        }


def _applicants(register: Register, people: _People) -> Iterator[Facts]:
    first, after = register._moments()
    rows = Enrolment.objects.filter(user__in=people.ids, enrolled_at__gte=first, enrolled_at__lt=after)
    for enrolment in _with_programme(rows).order_by("enrolled_at", "pk"):
        on = timezone.localdate(enrolment.enrolled_at)
        if who := people.facts(enrolment.user_id, on):
            ended_at = enrolment.completed_at or enrolment.withdrawn_at
            yield {
                "record_number": str(enrolment.number),
                **who,
                **_programme(enrolment.course.key, enrolment.version),
                "enrolled_on": on,
                "path": enrolment.path,
                "due_on": enrolment.due_on,
                "status": "completed" if enrolment.completed_at else "withdrawn" if ended_at else "open",
                "status_on": ended_at and timezone.localdate(ended_at),
            }


def _completions(register: Register, people: _People) -> Iterator[Facts]:
    rows = Completion.objects.filter(user__in=people.ids, completed_on__range=(register.since, register.until))
    rows = _with_programme(rows).select_related("external", "withdrawal").defer("evidence")
    hours = dict(rows.filter(external=None).values_list("pk", "evidence__academic_hours"))
    for completion in rows.order_by("completed_at", "pk"):
        if who := people.facts(completion.user_id, completion.completed_on):
            withdrawal = getattr(completion, "withdrawal", None)
            yield {
                "record_number": str(completion.number),
                **who,
                **_programme(completion.course.key, completion.version),
                "kind": completion.kind,
                "valid_from": completion.valid_from,
                "valid_until": completion.valid_until,
                "withdrawn_on": withdrawal and withdrawal.withdrawn_on,
                **_source(completion, hours.get(completion.pk)),
            }


def _source(completion: Completion, hours: float | None) -> Facts:
    external = completion.external
    if external is None:
        return {
            "source": "platform",
            "completed_on": completion.completed_on,
            "hours": None if hours is None else Decimal(str(hours)),
            "minutes_per_hour": ACADEMIC_HOUR_MINUTES,
        }
    return {
        "source": "external",
        "completed_on": external.completed_on,
        "hours": external.hours,
        "minutes_per_hour": external.minutes_per_hour,
        "provider": external.provider,
        "provider_registration_number": external.provider_registration_number,
        "document_number": external.document_number,
    }


def _attestations(register: Register, people: _People) -> Iterator[Facts]:
    found: list[Attestation] = attestations_of(people.ids, since=register.since, until=register.until)
    rows = _with_programme(Completion.objects.filter(pk__in={paper.completion_id for paper in found}))
    completions = rows.defer("evidence").in_bulk()
    for paper in sorted(found, key=lambda paper: (paper.issued_on, paper.number)):
        completion = completions[paper.completion_id]
        if who := people.facts(completion.user_id, paper.issued_on):
            yield {
                "record_number": paper.number,
                **who,
                **_programme(completion.course.key, completion.version),
                "completion_number": str(completion.number),
                "issued_on": paper.issued_on,
                "valid_from": paper.valid_from,
                "valid_until": paper.valid_until,
                "revoked_on": paper.revoked_on,
                "replaces": paper.replaces,
            }


_READERS: dict[str, Callable[[Register, _People], Iterable[Facts]]] = {
    "applicant": _applicants,
    "completion": _completions,
    "attestation": _attestations,
}


def _with_programme(rows: QuerySet) -> QuerySet:
    return rows.select_related("course", "version")


def _programme(key: str, version: CourseVersion | None) -> Facts:
    title: Any = version and pick(version.title, settings.LANGUAGE_CODE)
    return {
        "programme_key": key,
        "programme_title": title or "",
        "programme_version": version.label if version else "",
    }


def note(register: Register, *, by: User | None, extension: str) -> None:
    """Keep who took which days; never what was in them."""
    AuditEvent.objects.create(
        actor=by,
        action="exported-register",
        institution=register.institution,
        subject=register.name,
        facts={"since": str(register.since), "until": str(register.until), "format": extension},
    )
