"""A school with a facilitator, a programme of lessons, a case and a quiz, and a session tomorrow at ten."""

from datetime import datetime, timedelta

from django.utils import timezone

from courses.models import CourseVersion, Module, Unit
from learning.gatherings import services
from learning.models import Enrolment, GroupSession, Institution, Scope, User
from tests import factories as make

PLACE = "Skolas iela 1, aktu zāle"


def tomorrow_at(hour: int) -> datetime:
    day = timezone.localtime() + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


class Place:
    """`version` has m1-one, m1-two (lessons) and m1-case; `session` covers the first and the last of them."""

    def __init__(self, code: str = "school", *, parent: Institution | None = None) -> None:
        self.institution = make.an_institution(code, parent=parent)
        self.version = a_programme()
        self.facilitator = make.a_user(f"facilitator@{code}.test", first_name="Vija", last_name="Ozola")
        make.a_scope(self.facilitator, self.institution, Scope.Role.FACILITATOR)

    def learner(self, number: int = 1, **fields) -> User:
        fields = {"first_name": f"Anna {number}", "last_name": "Liepa", **fields}
        person = make.a_user(f"learner{number}@{self.institution.code}.test", **fields)
        make.a_membership(person, self.institution)
        make.an_enrolment(person, self.version)
        return person

    def units(self, *keys: str) -> list[Unit]:
        return list(self.version.units.filter(key__in=keys or ["m1-one", "m1-case"]))

    def session(self, **fields) -> GroupSession:
        starts = fields.pop("starts_at", tomorrow_at(10))
        details = {
            "place": PLACE,
            "online_link": "",
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "sign_up_until": starts,
            "capacity": 2,
            "takes_walk_ins": True,
        }
        names = details.keys() & fields.keys()
        details |= {name: fields.pop(name) for name in names}
        return services.plan(
            institution=fields.pop("institution", self.institution),
            version=self.version,
            units=fields.pop("units", self.units()),
            facilitators=[self.facilitator],
            details=details,
            by=self.facilitator,
            at=timezone.now(),
            **fields,
        )


def a_programme() -> CourseVersion:
    version = make.a_version()
    module: Module = version.modules.get()
    make.a_unit(module, "m1-case", kind=Unit.Kind.CASE, body={})
    return version


def study_of(person: User) -> Enrolment:
    return Enrolment.objects.get(user=person)


def done_of(person: User) -> dict[str, bool]:
    """Units that are done, and whether on site."""
    states = study_of(person).unit_states.exclude(done_at=None)
    return dict(states.order_by("unit__position").values_list("unit__key", "on_site"))
