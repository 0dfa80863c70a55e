"""The rule in SQL says what the rule in Python says, for any history."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.coverage.programmes import programmes_at
from learning.coverage.selectors import rows_of, standing_in, tally
from learning.coverage.sql import POSITION, Part, standings
from learning.coverage.standing import Leave, Pause, Post, Proof, Retake, Rule, Standing, Study, standing
from learning.models import CompletionWithdrawal
from tests import factories as make

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 1)
LEAP = date(2024, 2, 29)
# Mostly days on which something turns: D itself, the deadline of a rule, a leap day, and their neighbours.
TURNS = [day + timedelta(days=shift) for day in (ON, ON - timedelta(days=30), LEAP) for shift in (-1, 0, 1)]
DAYS = st.one_of(st.sampled_from(TURNS), st.dates(date(2023, 1, 1), date(2027, 12, 31)))
PAST = st.one_of(st.sampled_from(TURNS[:6]), st.dates(date(2023, 1, 1), ON))
SPANS = st.tuples(PAST, st.one_of(st.none(), DAYS)).map(lambda span: (span[0], span[1] and max(span)))
PLACES = st.integers(0, 3)

POSTS = st.tuples(PLACES, st.integers(0, 1), SPANS, st.sampled_from([None, None, 0, 1, 40]))
RULES = st.tuples(
    st.sampled_from([0, 0, 0, 1, 2, 3]),
    st.sampled_from([0, 1, 2, 2, 2, 2]),
    st.sampled_from([(), (), (0,), (1,), (0, 1)]),
    st.sampled_from([0, 30, (ON - LEAP).days]),
    SPANS,
    st.sampled_from([(), (), ("18",), ("18", "2")]),
    st.one_of(st.sampled_from(["start", "start", "post"]), DAYS),
    st.sampled_from([0, 0, 1, 30]),
    st.sampled_from([None, None, 1, 12, 24]),
)
PROOFS = st.tuples(
    DAYS,
    st.sampled_from([0, 0, 1, 30]),
    st.one_of(st.none(), DAYS),
    st.one_of(st.none(), DAYS),
    st.sampled_from(["first", "first", "delta"]),
    st.integers(0, 2),
)
RETAKES = st.lists(st.tuples(DAYS, DAYS), max_size=2)
# (first day, how many days, where); None days: still away. They are laid one after another.
LEAVES = st.lists(st.tuples(PAST, st.one_of(st.none(), st.integers(1, 400)), PLACES), max_size=2)
STUDIES = st.tuples(st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS), st.booleans())
PAUSES = st.tuples(PLACES, SPANS)
PEOPLE = st.tuples(
    st.lists(POSTS, min_size=1, max_size=3),
    st.lists(PROOFS, max_size=3),
    st.lists(STUDIES, max_size=1),
    st.lists(PAUSES, max_size=2),
    LEAVES,
)


class Ground:
    """A small municipality: a school and a service below it, and an office below the service."""

    def __init__(self) -> None:
        self.sectors = [make.a_sector("education"), make.a_sector("social")]
        top = make.an_institution("top")
        school = make.an_institution("school", parent=top, sector=self.sectors[0])
        service = make.an_institution("service", parent=top, sector=self.sectors[1])
        office = make.an_institution("office", parent=service, sector=self.sectors[1])
        self.places = [top, school, service, office]
        for place in self.places:
            place.refresh_from_db()
        self.positions = [make.a_position("teacher"), make.a_position("officer", law_point="9")]
        self.version = make.a_version()
        self.course = self.version.course
        self.versions = [self.version]


@pytest.fixture
def ground() -> Ground:
    return Ground()


def noon(day: date | None) -> datetime | None:
    return day and timezone.make_aware(datetime.combine(day, time(12)))


def a_history(ground: Ground, history: tuple) -> dict[str, list]:
    """Write one person's history to the database and return the same as plain facts."""
    posts, proofs, studies, pauses, leaves = history
    person = make.a_user()
    facts: dict[str, list] = {"person": person, "posts": [], "proofs": [], "studies": [], "pauses": [], "leaves": []}
    held_open = set()
    for place, position, (starts_on, ends_on), earlier in posts:
        since = None if earlier is None else starts_on - timedelta(days=earlier)
        if ends_on is None and (place, position) in held_open:
            continue
        held_open |= {(place, position)} if ends_on is None else set()
        at, sort = ground.places[place], ground.positions[position]
        make.a_membership(person, at, position=sort, starts_on=starts_on, ends_on=ends_on, employed_since=since)
        facts["posts"].append(Post(at.path, at.sector_id, sort.pk, starts_on, ends_on, since, sort.law_point))
    for on, wait, until, withdrawn_on, kind, number in proofs:
        valid_from = on + timedelta(days=wait)
        until = until and max(until, valid_from)
        version = ground.versions[min(number, len(ground.versions) - 1)]
        completion = make.a_completion(person, version, on=on, until=until, valid_from=valid_from, kind=kind)
        if withdrawn_on:
            CompletionWithdrawal.objects.create(completion=completion, withdrawn_on=withdrawn_on, reason="Kļūda")
        facts["proofs"].append(Proof(on, valid_from, until, withdrawn_on, version.major, kind == "delta"))
        facts["studies"].append(Study(on, on))
    for started_on, ended_on, completed in studies:
        ended_on = ended_on and max(ended_on, started_on or ended_on)
        end = {"completed_at" if completed else "withdrawn_at": noon(ended_on)}
        make.an_enrolment(person, ground.version, started_at=noon(started_on), **end)
        facts["studies"].append(Study(started_on, ended_on))
    for place, (starts_on, ends_on) in pauses:
        make.an_exemption(person, ground.course, ground.places[place], starts_on=starts_on, ends_on=ends_on)
        facts["pauses"].append(Pause(ground.places[place].path, starts_on, ends_on))
    free = date.min
    for starts_on, days, place in sorted(leaves, key=lambda leave: leave[0]):
        starts_on = max(starts_on, free)
        ends_on = days and starts_on + timedelta(days=days - 1)
        make.a_leave(person, ground.places[place], starts_on=starts_on, ends_on=ends_on)
        facts["leaves"].append(Leave(ground.places[place].path, starts_on, ends_on))
        if ends_on is None:
            break
        free = ends_on + timedelta(days=1)
    return facts


def a_retake(ground: Ground, published_on: date, by: date) -> Retake:
    """Another first number of the programme's versions."""
    newest = ground.versions[-1].major
    version = make.a_version(
        ground.course, major=newest + 1, change="retake", published_at=noon(published_on), retake_by=by
    )
    ground.versions.append(version)
    return Retake(version.major, published_on, by)


def a_rule(ground: Ground, rule: tuple) -> Rule:
    place, sector, positions, due_days, (valid_from, valid_until), points, due, grace_days, repeat_months = rule
    due_on = due if isinstance(due, date) else None
    sector = ground.sectors[sector] if sector < 2 else None
    requirement = make.a_requirement(
        ground.course,
        ground.places[place],
        sector=sector,
        law_points=list(points),
        due_from="fixed" if due_on else due,
        due_days=due_days,
        due_on=due_on,
        grace_days=grace_days,
        repeat_months=repeat_months,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    asked = [ground.positions[position] for position in positions]
    requirement.positions.set(asked)
    return Rule(
        path=ground.places[place].path,
        due_days=due_days,
        valid_from=valid_from,
        valid_until=valid_until,
        sector_id=sector and sector.pk,
        position_ids=frozenset(position.pk for position in asked),
        law_points=frozenset(points),
        from_post=due == "post",
        due_on=due_on,
        grace_days=grace_days,
        repeat_months=repeat_months,
    )


def people_at(ground: Ground, place: int, **options) -> Part:
    institution = ground.places[place]
    rules = [rule for programme in programmes_at(institution, on=ON) for rule in programme.rules]
    return standings(institution, course_id=ground.course.pk, rules=rules, on=ON, with_deadline=True, **options)


def judged(part: Part) -> dict[int, Standing]:
    """What the database says of each person, in the words of Python."""
    with connection.cursor() as cursor:
        cursor.execute(part.sql, part.params)
        return {row["user_id"]: standing_in(row, on=ON) for row in rows_of(cursor)}


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    histories=st.lists(PEOPLE, min_size=2, max_size=4),
    rules=st.lists(RULES, min_size=1, max_size=3),
    retakes=RETAKES,
    place=PLACES,
)
def test_sql_and_python_agree_on_every_history(ground, histories, rules, retakes, place):
    with transaction.atomic():
        del ground.versions[1:]
        asked = [a_retake(ground, *days) for days in retakes]
        facts = [a_history(ground, history) for history in histories]
        said = [a_rule(ground, rule) for rule in rules]

        found = judged(people_at(ground, place, retakes=asked))
        in_position = [
            judged(people_at(ground, place, retakes=asked, position_key=position.key)) for position in ground.positions
        ]
        apart = tally([people_at(ground, place, retakes=asked, by=POSITION)], "position_id", on=ON)
        transaction.set_rollback(True)

    expected, expected_in, expected_apart = {}, [{} for _ in ground.positions], Counter()
    for person in facts:
        here = [post for post in person["posts"] if post.path.startswith(ground.places[place].path)]
        known = {key: person[key] for key in ("proofs", "studies", "pauses", "leaves")}
        about = {"rules": said, "retakes": asked, "on": ON, **known}
        if whole := standing(here, **about):
            expected[person["person"].pk] = whole
        for position, others in zip(ground.positions, expected_in, strict=True):
            if part := standing([post for post in here if post.position_id == position.pk], **about):
                others[person["person"].pk] = part
                expected_apart[position.pk, part.obligation, part.state] += 1
    assert found == expected
    assert in_position == expected_in
    counts = Counter()
    for row in apart:
        counts[row["position_id"], row["obligation"], row["state"]] += row["people"]
    assert counts == expected_apart


@pytest.mark.parametrize(
    ("started_at", "state"),
    [
        (datetime(2026, 3, 1, 21, 59, 59, tzinfo=UTC), "in_progress"),
        (datetime(2026, 3, 1, 22, 0, tzinfo=UTC), "not_started"),
    ],
)
def test_a_day_ends_at_midnight_in_riga(ground, started_at, state):
    person = make.a_user()
    make.a_membership(person, ground.places[1])
    make.an_enrolment(person, ground.version, started_at=started_at)
    make.a_requirement(ground.course, ground.places[0])

    assert judged(people_at(ground, 1))[person.pk].state == state


def test_no_people_and_no_programmes_are_counted_as_none(ground):
    assert tally([], on=ON) == []
    assert tally([people_at(ground, 0)], on=ON) == []


def test_the_retakes_of_a_programme_come_with_its_rules(ground):
    make.a_requirement(ground.course, ground.places[0])
    retake = a_retake(ground, date(2026, 2, 1), date(2026, 6, 1))

    (programme,) = programmes_at(ground.places[1], on=ON)

    assert programme.retakes == (retake,)
