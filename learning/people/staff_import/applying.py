"""Writing a plan to the database, in bulk and in one transaction."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from learning.coverage.services import mark_dirty
from learning.people import employment, invitations
from learning.people.models import Institution, Invitation, Membership, Position, User
from learning.requirements.asking import enrol_required

from .managers import Ref
from .planning import Change, Join, Leave, Plan
from .snapshots import batched
from .tracing import Trace

BATCH = 1_000
PEOPLE_ENROLLED_AT_A_TIME = 2_000
# How far the work is after each part of it, as measured with 20,000 rows.
WRITTEN_PERCENT, ENROLLED_PERCENT = 45, 90
Progress = Callable[[int], None]
"""Hears how many per cent are done."""
PERIOD = {"starts_on", "ends_on"}
DETAILS = ("department", "staff_number", "starts_on", "ends_on")


def unheard(percent: int) -> None:
    """Nobody waits for the progress."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many people and posts a list touched."""

    joined: int
    changed: int
    left: int
    unchanged: int
    enrolled: int = 0
    invited: int = 0
    skipped: int = 0

    def counts(self) -> dict[str, int]:
        return asdict(self)


@transaction.atomic
def apply_plan(
    plan: Plan, *, on: date, by: User | None, invite: bool, progress: Progress = unheard
) -> tuple[Outcome, Trace]:
    """Make the plan true. Whoever works on that day is enrolled in what is required; joiners may be invited."""
    writer = _Writer(plan, on)
    writer.write()
    progress(WRITTEN_PERCENT)
    at, enrolled = timezone.now(), 0
    for number, users in enumerate(batched(writer.touched.values(), PEOPLE_ENROLLED_AT_A_TIME), start=1):
        enrolled += enrol_required(on=on, users=users, at=at)
        done = number * PEOPLE_ENROLLED_AT_A_TIME / max(len(writer.touched), 1)
        progress(round(WRITTEN_PERCENT + (ENROLLED_PERCENT - WRITTEN_PERCENT) * min(done, 1)))
    writer.trace.note_studies(writer.touched, at=at)
    invited = 0
    if invite:
        for institution, users in writer.joiners.items():
            sent = invitations.invite(users=users, institution=writer.institutions[institution], by=by)
            invited += len(sent.invited)
    outcome = Outcome(
        joined=len(plan.joins),
        changed=len(plan.changes),
        left=len(plan.leaves),
        unchanged=len(plan.unchanged),
        enrolled=enrolled,
        invited=invited,
    )
    return outcome, writer.trace


class _Writer:
    def __init__(self, plan: Plan, on: date) -> None:
        self.plan, self.on = plan, on
        rows = [item.row for item in (*plan.joins, *plan.changes)]
        codes = {row.institution for row in rows} | {leave.post.institution for leave in plan.leaves}
        self.institutions = {one.code: one for one in Institution.objects.filter(code__in=codes)}
        self.positions = dict(Position.objects.values_list("key", "pk"))
        self.touched: dict[int, User] = {}
        """People whose requirements may have changed."""
        self.new: dict[tuple[str, ...], User] = {}
        self.trace = Trace()
        self.joiners: dict[str, list[User]] = defaultdict(list)

    def write(self) -> None:
        if self.plan.changes_nothing:
            return
        self._add_people()
        self._leave()
        self._change_people()
        self._change_posts()
        self._join()
        self.trace.new_people = [user.pk for user in self.new.values()]
        employment.recount(self.recounted)
        mark_dirty(institution.pk for institution in self.institutions.values())

    @property
    def recounted(self) -> set[int]:
        """Whose posts may now follow one another: everybody but those who join with one post alone."""
        posts = Counter(join.key for join in self.plan.joins)
        pks = {user.pk for key, user in self.new.items() if posts[key] > 1}
        pks |= {join.person for join in self.plan.joins if join.person}
        pks |= {leave.post.person for leave in self.plan.leaves}
        changed = (change for change in self.plan.changes if change.moves_on or change.details.keys() & PERIOD)
        return pks | {change.post.person for change in changed}

    def _add_people(self) -> None:
        """First, because they may be the managers of others."""
        for join in self.plan.joins:
            if join.person is None and join.key not in self.new:
                self.new[join.key] = _new_user(join)
        User.objects.bulk_create(self.new.values(), batch_size=BATCH)

    def _manager(self, ref: Ref | None) -> int | None:
        return self.new[ref].pk if isinstance(ref, tuple) else ref

    def _leave(self) -> None:
        by_day: dict[date, list[Leave]] = defaultdict(list)
        for leave in self.plan.leaves:
            self.trace.change_post(leave.post.pk, "ends_on", leave.post.ends_on, leave.ends_on)
            by_day[leave.ends_on].append(leave)
        for ends_on, leaves in by_day.items():
            for some in batched(leaves):
                Membership.objects.filter(pk__in=[leave.post.pk for leave in some]).update(ends_on=ends_on)
                if ends_on < self.on:
                    gone = Q(user__in=[leave.post.person for leave in some], institution__in=self.institutions.values())
                    Invitation.objects.filter(gone).void(reason=Invitation.Void.LEFT)

    def _change_people(self) -> None:
        new: dict[int, dict[str, object]] = defaultdict(dict)
        for change in self.plan.changes:
            new[change.post.person].update({name: value for name, (_old, value) in change.person.items()})
        readdressed = [pk for pk, values in new.items() if "email" in values]
        Invitation.objects.filter(user__in=readdressed).void(reason=Invitation.Void.ADDRESS)
        users = User.objects.in_bulk([pk for pk, values in new.items() if values])
        for pk, user in users.items():
            for name, value in new[pk].items():
                self.trace.change_person(pk, name, getattr(user, name), value)
                setattr(user, name, value)
        User.objects.bulk_update(users.values(), ["first_name", "last_name", "email", "language"], batch_size=BATCH)

    def _change_posts(self) -> None:
        """Corrections first: a post that moves on is closed before another opens."""
        posts = Membership.objects.in_bulk([change.post.pk for change in self.plan.changes])
        opened = []
        for change in self.plan.changes:
            post = posts[change.post.pk]
            if change.moves_on:
                self._set(post, "ends_on", change.moves_on - timedelta(days=1))
                opened.append(self._moved(change, post))
            else:
                self._correct(change, post)
        Membership.objects.bulk_update(
            posts.values(), ["position", "manager", "employed_since", *DETAILS], batch_size=BATCH
        )
        Membership.objects.bulk_create(opened, batch_size=BATCH)
        self.trace.open_posts(opened)
        self._touch(User.objects.in_bulk({change.post.person for change in self.plan.changes}).values())

    def _correct(self, change: Change, post: Membership) -> None:
        for name, (_old, value) in change.details.items():
            if name == "position":
                self._set(post, "position_id", self.positions[value])
            elif name == "manager":
                self._set(post, "manager_id", self._manager(value))
            else:
                self._set(post, name, value)
        if "starts_on" in change.details:
            # The database refuses one later than the start; it is counted anew below.
            post.employed_since = None

    def _set(self, post: Membership, name: str, value: object) -> None:
        self.trace.change_post(post.pk, name, getattr(post, name), value)
        setattr(post, name, value)

    def _moved(self, change: Change, post: Membership) -> Membership:
        return Membership(
            user_id=post.user_id,
            institution_id=post.institution_id,
            position_id=self.positions[change.row.position],
            department=change.row.department or post.department,
            staff_number=change.row.staff_number or post.staff_number,
            manager_id=self._manager(change.details.get("manager", (None, post.manager_id))[1]),
            starts_on=change.moves_on,
        )

    def _join(self) -> None:
        known = User.objects.in_bulk([join.person for join in self.plan.joins if join.person])
        people = [known[join.person] if join.person else self.new[join.key] for join in self.plan.joins]
        posts = [self._membership(join, user) for join, user in zip(self.plan.joins, people, strict=True)]
        Membership.objects.bulk_create(posts, batch_size=BATCH)
        self.trace.open_posts(posts)
        self._touch(people)
        for join, user in zip(self.plan.joins, people, strict=True):
            if join.row.ends_on is None or join.row.ends_on >= self.on:
                self.joiners[join.row.institution].append(user)

    def _membership(self, join: Join, user: User) -> Membership:
        return Membership(
            user=user,
            institution=self.institutions[join.row.institution],
            position_id=self.positions[join.row.position],
            department=join.row.department,
            staff_number=join.row.staff_number,
            manager_id=self._manager(join.manager),
            starts_on=join.row.starts_on,
            ends_on=join.row.ends_on,
        )

    def _touch(self, users: Iterable[User]) -> None:
        self.touched |= {user.pk: user for user in users}


def _new_user(join: Join) -> User:
    """No password opens this account until its owner sets one."""
    return User(
        email=join.row.email or None,
        first_name=join.row.first_name,
        last_name=join.row.last_name,
        language=join.row.language or settings.LANGUAGE_CODE,
        password=f"{UNUSABLE_PASSWORD_PREFIX}{uuid.uuid4().hex}",
    )
