"""Units done together: marked for those present, once, and what a certificate says of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Attempt
from certificates.models import Certificate
from courses.models import Unit
from learning.errors import NotOnSite
from learning.gatherings import marking, seats
from learning.gatherings.errors import ConfirmedAlready, MarkStays, NotBegun
from learning.models import AuditEvent, Completion, GroupSession, MarkWithdrawal, Seat, UnitMark, UnitState
from learning.services import finish_unit
from tests import factories as make
from tests.learning.gatherings.ground import Place, done_of, study_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return Place()


def running(place, /, **fields) -> GroupSession:
    """A session that began an hour ago."""
    return place.session(starts_at=timezone.now() - timedelta(hours=1), **fields)


def present(session, *people) -> list[Seat]:
    return [
        seats.sign_in(session=session, user=person, how=Seat.Origin.LIST, by=person, at=timezone.now())[0]
        for person in people
    ]


def confirm(place, session, *keys, at=None) -> int:
    units = place.units(*keys) if keys else session.units.all()
    return marking.confirm(session=session, units=units, by=place.facilitator, at=at or timezone.now())


def test_units_are_marked_for_those_who_are_there_and_for_nobody_else(place):
    session = running(place)
    here, absent = place.learner(1), place.learner(2)
    present(session, here)

    assert confirm(place, session) == 1

    assert (done_of(here), done_of(absent)) == ({"m1-one": True, "m1-case": True}, {})
    marks = UnitMark.objects.values_list("unit__key", "marked_by", "enrolment")
    assert list(marks) == [(key, place.facilitator.pk, study_of(here).pk) for key in ("m1-one", "m1-case")]
    session.refresh_from_db()
    assert session.state == "held"


def test_confirming_again_changes_nothing_and_reaches_who_came_late(place):
    session = running(place)
    first, late = place.learner(1), place.learner(2)
    present(session, first)
    confirm(place, session)
    rows = list(UnitState.objects.values_list("pk", "done_at"))

    assert confirm(place, session) == 1
    assert list(UnitState.objects.values_list("pk", "done_at")) == rows
    assert UnitMark.objects.count() == 2
    present(session, late)
    assert confirm(place, session) == 2
    assert done_of(late) == {"m1-one": True, "m1-case": True}


def test_the_last_unit_completes_the_programme_on_site(place):
    session, person = running(place, units=place.units("m1-one", "m1-two", "m1-case")), place.learner()
    present(session, person)

    confirm(place, session)

    completion = Completion.objects.get(user=person)
    assert completion.evidence["form"] == "on_site"
    assert Certificate.objects.get(completion=completion).facts.form == "klātienē"


def test_a_unit_done_on_the_platform_makes_it_blended(place):
    session, person = running(place), place.learner()
    two = place.version.units.get(key="m1-two")
    finish_unit(enrolment=study_of(person), unit=two, at=timezone.now())
    present(session, person)

    confirm(place, session)

    completion = Completion.objects.get(user=person)
    assert completion.evidence["form"] == "blended"
    assert Certificate.objects.get(completion=completion).facts.form == "jaukta: tiešsaistē un klātienē"


def test_a_session_behind_a_link_is_online(place):
    every = place.units("m1-one", "m1-two", "m1-case")
    session = running(place, place="", online_link="https://meet.example/room", units=every)
    person = place.learner()
    present(session, person)

    confirm(place, session)

    completion = Completion.objects.get(user=person)
    assert (completion.evidence["form"], set(done_of(person).values())) == ("online", {False})


def test_what_somebody_did_alone_stays_as_it_was(place):
    session, person = running(place), place.learner()
    one = place.version.units.get(key="m1-one")
    finish_unit(enrolment=study_of(person), unit=one, at=timezone.now())
    present(session, person)

    confirm(place, session)

    assert done_of(person) == {"m1-one": False, "m1-case": True}
    assert [mark.unit.key for mark in UnitMark.objects.all()] == ["m1-case"]


def test_a_quiz_and_a_package_are_never_marked(place):
    module = place.version.modules.get()
    kinds = [Unit.Kind.QUIZ, Unit.Kind.PACKAGE, Unit.Kind.SURVEY]
    others = [make.a_unit(module, f"m1-{kind}", kind=kind) for kind in kinds]
    every = [*place.units("m1-one", "m1-two", "m1-case"), *others]
    session, person = running(place, units=every), place.learner()
    present(session, person)

    confirm(place, session)

    assert set(done_of(person)) == {"m1-one", "m1-two", "m1-case"}
    assert not Completion.objects.exists()
    assert not Attempt.objects.exists()
    for unit in others:
        with pytest.raises(NotOnSite):
            finish_unit(enrolment=study_of(person), unit=unit, at=timezone.now(), on_site=True)


def test_an_older_version_is_marked_by_the_same_keys(place):
    person = place.learner()
    newer = make.a_version(place.version.course, major=2)
    session = running(place, units=newer.units.filter(key="m1-one"))
    present(session, person)

    confirm(place, session)

    assert done_of(person) == {"m1-one": True}
    assert study_of(person).version == place.version


def test_nobody_confirms_for_themselves(place):
    session, other = running(place), make.a_user()
    make.a_membership(place.facilitator, place.institution)
    make.an_enrolment(place.facilitator, place.version)
    present(session, place.facilitator)

    assert confirm(place, session) == 0
    assert done_of(place.facilitator) == {}
    assert marking.confirm(session=session, units=session.units.all(), by=other, at=timezone.now()) == 1
    assert done_of(place.facilitator) == {"m1-one": True, "m1-case": True}


def test_nothing_is_marked_before_the_beginning_or_after_a_week(place):
    session, person = place.session(), place.learner()
    seats.book(session=session, user=person, at=timezone.now())

    for moment in (session.starts_at - timedelta(seconds=1), session.ends_at + timedelta(days=7, seconds=1)):
        with pytest.raises(NotBegun):
            confirm(place, session, at=moment)


def test_a_mark_is_taken_back_by_a_row_and_made_again(place):
    session, person = running(place), place.learner()
    [seat] = present(session, person)
    confirm(place, session)

    with pytest.raises(ConfirmedAlready):
        seats.undo(seat=seat, by=place.facilitator, at=timezone.now())
    assert marking.take_back(seat=seat, by=place.facilitator, at=timezone.now()) == 2
    assert marking.take_back(seat=seat, by=place.facilitator, at=timezone.now()) == 0

    assert done_of(person) == {}
    assert (UnitMark.objects.count(), MarkWithdrawal.objects.count()) == (2, 2)
    assert AuditEvent.objects.filter(action="session-marks-withdrawn").count() == 1
    confirm(place, session)
    assert done_of(person) == {"m1-one": True, "m1-case": True}
    assert UnitMark.objects.filter(withdrawal=None).count() == 2


def test_taking_back_leaves_what_the_person_did_alone(place):
    session, person = running(place), place.learner()
    one = place.version.units.get(key="m1-one")
    finish_unit(enrolment=study_of(person), unit=one, at=timezone.now())
    [seat] = present(session, person)
    confirm(place, session)

    marking.take_back(seat=seat, by=place.facilitator, at=timezone.now())

    assert done_of(person) == {"m1-one": False}


def test_a_mark_stays_after_the_day_and_after_a_completion(place):
    session, person, other = running(place), place.learner(1), place.learner(2)
    mine, theirs = present(session, person, other)
    confirm(place, session)
    finish_unit(enrolment=study_of(other), unit=place.version.units.get(key="m1-two"), at=timezone.now())

    with pytest.raises(MarkStays):
        marking.take_back(seat=mine, by=place.facilitator, at=timezone.now() + timedelta(days=1))
    with pytest.raises(MarkStays):
        marking.take_back(seat=theirs, by=place.facilitator, at=timezone.now())

    assert MarkWithdrawal.objects.count() == 0
    assert Completion.objects.get().user == other


def test_who_studies_no_more_is_present_and_nothing_is_marked(place):
    session, person = running(place), place.learner()
    present(session, person)
    study = study_of(person)
    study.withdrawn_at = timezone.now()
    study.save()

    assert confirm(place, session) == 1
    assert not UnitState.objects.exists()
