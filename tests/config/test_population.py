"""The demo municipality: the list it comes from and the history it is given."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from django.conf import global_settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, OuterRef, Q
from django.utils import timezone

from assessments.models import Attempt
from assessments.scoring import mark
from assessments.selectors import forget_frozen, paper_questions
from certificates.models import Certificate
from config.population.accounts import NEWCOMER_EMAIL, newcomer_link
from config.population.demo import populate_demo
from config.population.municipality import PLACES, SECTORS
from config.population.names import surname
from config.population.personas import DEMO_PASSWORD, PERSONAS
from config.population.staff import CSV_PATH, lines, staff_list
from courses.selectors import outline
from learning.models import (
    AuditEvent,
    Completion,
    Enrolment,
    EvidenceRule,
    ExternalEvidence,
    GroupSession,
    Institution,
    Invitation,
    Membership,
    OutboxMessage,
    Requirement,
    Scope,
    Seat,
    StaffImport,
    UnitMark,
    UnitState,
    User,
)
from learning.people import invitations
from learning.people.selectors import invitation_state, without_account
from learning.records.services import units_missing
from learning.requirements.selectors import last_completions, period_of

TODAY = timezone.localdate()
EVERYTHING = (
    *(User, Institution, Membership, Scope, Requirement, StaffImport, Enrolment, UnitState, Attempt, Completion),
    *(Certificate, OutboxMessage, AuditEvent, ExternalEvidence, EvidenceRule),
    *(Certificate, OutboxMessage, AuditEvent, GroupSession, Seat, UnitMark),
)


@pytest.mark.parametrize(
    ("his", "hers"),
    [
        ("Bērziņš", "Bērziņa"),
        ("Kalns", "Kalna"),
        ("Lācis", "Lāce"),
        ("Eglītis", "Eglīte"),
        ("Liepa", "Liepa"),
        ("Ābele", "Ābele"),
        ("Baltais", "Baltā"),
        ("Mucenieks", "Muceniece"),
        ("Kovaļevskis", "Kovaļevska"),
        ("Vējš", "Vēja"),
        ("Zaķis", "Zaķe"),
    ],
)
def test_a_woman_bears_the_feminine_form_of_a_surname(his, hers):
    assert (surname(his, woman=False), surname(his, woman=True)) == (his, hers)


def test_the_committed_list_is_what_the_generator_writes():
    assert CSV_PATH.read_bytes() == staff_list().encode()


def test_the_list_is_a_believable_municipality():
    people = {line.email or (line.institution, line.staff_number): line for line in lines()}
    places = Counter(line.institution for line in lines())

    assert (len(PLACES), len(SECTORS), len(places)) == (16, 7, 16)
    assert {place.sector for place in PLACES} == {key for key, _lv, _en in SECTORS}
    assert 400 <= len(people) <= 440
    assert 0.04 < sum(not line.email for line in people.values()) / len(people) < 0.08
    assert sum(bool(line.ends_on) for line in lines()) == 14
    assert len(lines()) - len(people) == 9


def test_nobody_on_the_list_can_be_written_to():
    assert {line.email.rpartition(".")[2] for line in lines() if line.email} == {"example"}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo, made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_programme", "courses/programmes/notice-listen-report", verbosity=0)
        yield populate_demo(today=TODAY)
        transaction.set_rollback(True)
    outline.cache_clear()
    forget_frozen()


def test_everyone_on_the_list_is_there(demo, db):
    assert (demo.is_new, demo.institutions) == (True, 16)
    assert demo.people == 422
    assert not StaffImport.objects.exclude(counts__skipped=0).exists()


def test_a_second_run_changes_nothing(demo, db):
    before = [list(model.objects.order_by("pk").values()) for model in EVERYTHING]

    assert not populate_demo(today=TODAY + timedelta(days=1)).is_new

    assert [list(model.objects.order_by("pk").values()) for model in EVERYTHING] == before


def test_whoever_completed_has_done_every_required_unit_before(demo, db):
    completions = Completion.objects.filter(external=None).select_related("enrolment")

    assert completions.count() > 200
    for completion in completions:
        assert units_missing(completion.enrolment) == frozenset()
    late = UnitState.objects.filter(enrolment__completed_at__isnull=False, done_at__gt=F("enrolment__completed_at"))
    assert not late.exists()


def test_nobody_studied_before_being_asked_or_after_now(demo, db):
    wrong_order = Q(started_at__lt=F("enrolled_at")) | Q(completed_at__lt=F("started_at"))

    assert not Enrolment.objects.filter(wrong_order).exists()
    assert not UnitState.objects.filter(Q(done_at__lt=F("opened_at")) | Q(seen_at__gt=timezone.now())).exists()
    assert not Attempt.objects.filter(submitted_at__lt=F("started_at")).exists()


def test_nobody_with_a_valid_proof_is_asked_again(demo, db):
    proven = Completion.objects.valid(on=TODAY).values("user")

    assert not Enrolment.objects.open().filter(user__in=proven).exists()


def test_every_attempt_is_scored_as_its_answers_deserve(demo, db):
    attempts = Attempt.objects.order_by("pk").prefetch_related("responses")[:150]

    assert {attempt.passed for attempt in attempts} == {True, False}
    for attempt in attempts:
        answers = {response.question_version_id: response for response in attempt.responses.all()}
        questions = paper_questions(attempt.paper, language="lv")
        given = [question.restore(answers[pk].answer) for pk, question in zip(attempt.paper, questions, strict=True)]
        outcome = mark(questions, given, mark_percent=attempt.pass_mark_percent)
        assert (attempt.passed, attempt.maximum) == (outcome.passed, len(questions))
        assert abs(Fraction(attempt.points) - outcome.points) <= Fraction(1, 200)


def test_every_completion_has_its_certificate_of_that_day(demo, db):
    papers = {paper.completion_id: paper for paper in Certificate.objects.all()}

    own = Completion.objects.filter(external=None)
    assert papers.keys() == set(own.values_list("pk", flat=True))
    for completion in own:
        facts = papers[completion.pk].facts
        assert (facts.completed_on, facts.issued_on, facts.valid_until) == (
            *(completion.completed_on, completion.completed_on),
            completion.valid_until,
        )
        assert facts.version_in_force_on <= facts.completed_on


def test_the_school_of_the_hr_officer_shows_every_state(demo, db):
    staff = Membership.objects.employed(on=TODAY).filter(institution__code="centra-pamatskola").values("user")
    valid = Completion.objects.valid(on=TODAY).filter(user__in=staff)
    studies = Enrolment.objects.open().filter(user__in=staff)
    states = {
        "valid": valid.filter(valid_until__gt=TODAY + timedelta(days=90)),
        "within 30": valid.filter(valid_until__lte=TODAY + timedelta(days=30)),
        "within 60": valid.filter(valid_until__range=(TODAY + timedelta(days=31), TODAY + timedelta(days=60))),
        "within 90": valid.filter(valid_until__range=(TODAY + timedelta(days=61), TODAY + timedelta(days=90))),
        "renewed": valid.filter(kind="renewal"),
        "in progress": studies.exclude(started_at=None),
        "not started": studies.filter(started_at=None),
        "overdue": studies.filter(due_on__lt=TODAY),
        "expired": Completion.objects.filter(user__in=staff, valid_until__lt=TODAY, renewed_by=None),
    }

    assert [name for name, rows in states.items() if not rows.exists()] == []


def test_documents_of_training_elsewhere_show_every_state_but_one(demo, db):
    documents = ExternalEvidence.objects.filter(institution__code="centra-pamatskola")

    assert sorted(documents.values_list("state", flat=True)) == ["accepted", "proposed", "proposed", "refused"]
    assert Completion.objects.filter(kind="external").get().external in documents


def test_the_teacher_is_half_way_in_the_third_module(demo, db):
    study = Enrolment.objects.open().get(user__email__startswith="ilze.kalnina@")
    [latest, *others] = study.unit_states.select_related("unit__module").order_by("-seen_at")

    assert (latest.done_at, latest.unit.module.position) == (None, 3)
    assert all(state.done_at for state in others)
    assert [state.unit.module.position for state in others].count(3) > 0


def test_whoever_studied_has_an_account_and_was_invited_before(demo, db):
    studied = Enrolment.objects.exclude(started_at=None).select_related("user")

    assert [study.user for study in studied if not study.user.has_account] == []
    first = Invitation.objects.filter(user=OuterRef("user"))
    late = studied.exclude(user__email=None).annotate(sent_at=first.values("created_at")[:1])
    assert not late.filter(sent_at__gt=F("started_at")).exists()


def test_some_wait_with_an_invitation_and_one_newcomer_without(demo, db):
    school = Institution.objects.get(code="centra-pamatskola")
    states = {invitation_state(person, at=timezone.now())[0] for person in without_account(school, on=TODAY)}

    assert states == {"none", "progress", "expired"}
    assert User.objects.get(email=NEWCOMER_EMAIL) in without_account(school, on=TODAY)


def test_the_link_of_the_newcomer_works_until_it_is_used(demo, db):
    link = newcomer_link()
    assert newcomer_link() == link
    token = link.split("/")[-2]

    invitations.accept(token=token, password="zils kaķis lēni peld")

    assert newcomer_link() is None


def test_the_police_officer_may_renew_now(demo, db):
    officer = User.objects.get(email__startswith="andris.berzins@")
    [completion] = last_completions(officer, on=TODAY).values()

    assert TODAY + timedelta(days=35) <= completion.valid_until <= TODAY + timedelta(days=45)
    assert period_of(completion).is_open(on=TODAY)


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.key)
def test_every_persona_can_sign_in(demo, db, client, persona, settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS

    response = client.post("/accounts/login/", {"login": persona.email, "password": DEMO_PASSWORD})

    assert (response.status_code, response.url) == (302, "/learn/")


def test_one_group_session_was_held_and_one_is_to_come(demo, db):
    held, ahead = GroupSession.objects.order_by("starts_at")

    assert (held.state, ahead.state) == ("held", "planned")
    assert held.ends_at < timezone.now() < ahead.starts_at
    assert Counter(held.seats.values_list("state", flat=True)) == {
        "attended": 10, "absent": 2, "waiting": 1, "withdrawn": 1
    }  # fmt: skip
    assert UnitState.objects.filter(on_site=True).count() == UnitMark.objects.count() > 0
    assert (ahead.taken, ahead.free) == (7, 9)


def test_scopes_are_those_of_the_personas_alone(demo, db):
    assert set(Scope.objects.values_list("user__last_name", "role", "institution__code")) == {
        ("Liepiņa", "hr", "centra-pamatskola"),
        ("Vītola", "coordinator", "demo-novads"),
        ("Ozola", "facilitator", "demo-novads"),
    }
