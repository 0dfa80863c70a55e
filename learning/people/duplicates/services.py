"""Pairs that wait for a decision, and the decision."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from learning.people.models import Institution, Membership, Scope, User
from learning.people.staff_import.snapshots import batched
from learning.records.models import AuditEvent

from . import merging
from .errors import CannotBeJoined
from .finding import Evidence, Held, Pair, Someone, pairs
from .models import PairDecision

# Who may decide about pairs of people: HR about its own; a coordinator about those between institutions.
DECIDES = (Scope.Role.HR, Scope.Role.COORDINATOR)


class Outcome(StrEnum):
    JOINED = "joined"
    TOLD_APART = "told-apart"
    HANDED_ON = "handed-on"


@dataclass(frozen=True, slots=True)
class Candidates:
    """A pair as it is shown: `posts` of each as far as the reader may see them."""

    first: User
    second: User
    evidence: tuple[Evidence, ...]
    kept: User
    posts: dict[int, list[Membership]]
    is_handed_on: bool

    @property
    def sides(self) -> list[tuple[User, list[Membership]]]:
        return [(person, self.posts[person.pk]) for person in (self.first, self.second)]


def waiting(institution: Institution, *, by: User) -> list[Pair]:
    """Pairs of people who both work or worked here or below, about whom nobody has decided, the likeliest first."""
    people = _people(institution)
    told = dict(_decisions(people))
    found = [pair for pair in pairs(people) if told.get((pair.first, pair.second)) not in _SETTLED]
    if Institution.objects.visible_to(by, Scope.Role.HR).filter(pk=institution.pk).exists():
        handed = PairDecision.Answer.HANDED_ON
        whole = _wholly_within(found, by)
        return [pair for pair in found if told.get((pair.first, pair.second)) != handed or pair in whole]
    return _between_institutions(found, told, people)


_SETTLED = (PairDecision.Answer.SAME, PairDecision.Answer.DIFFERENT)


def _between_institutions(found: list[Pair], told: dict, people: list[Someone]) -> list[Pair]:
    """What no officer of one institution can decide: the coordinator's share."""
    places = {one.pk: {post.institution for post in one.posts} for one in people}
    return [
        pair for pair in found if (pair.first, pair.second) in told or len(places[pair.first] | places[pair.second]) > 1
    ]


def _people(institution: Institution) -> list[Someone]:
    posts: dict[int, list[Held]] = defaultdict(list)
    held = Membership.objects.filter(institution__path__startswith=institution.path)
    for user, *post in held.values_list(
        "user_id", "institution_id", "position_id", "staff_number", "starts_on", "ends_on"
    ):
        posts[user].append(Held(*post))
    users = User.objects.filter(pk__in=held.values("user")).order_by("pk")
    return [
        Someone(pk, first_name, last_name, email or "", tuple(posts[pk]))
        for pk, first_name, last_name, email in users.values_list("pk", "first_name", "last_name", "email")
    ]


def _decisions(people: Sequence[Someone]) -> list[tuple[tuple[int, int], str]]:
    rows = []
    for some in batched([one.pk for one in people]):
        rows += PairDecision.objects.filter(first__in=some).values_list("first_id", "second_id", "answer")
    return [((first, second), answer) for first, second, answer in rows]


def _wholly_within(found: list[Pair], by: User) -> set[Pair]:
    """Pairs of people who have no post, past ones included, beyond what this officer looks after."""
    pks = {pk for pair in found for pk in (pair.first, pair.second)}
    mine = Institution.objects.visible_to(by, *DECIDES)
    outside = {
        user
        for some in batched(pks)
        for user in Membership.objects.filter(user__in=some)
        .exclude(institution__in=mine)
        .values_list("user_id", flat=True)
    }
    return {pair for pair in found if not {pair.first, pair.second} & outside}


def shown(found: Sequence[Pair], *, by: User) -> list[Candidates]:
    """The people and posts of some pairs, in a fixed number of queries."""
    pks = {pk for pair in found for pk in (pair.first, pair.second)}
    users = User.objects.in_bulk(pks)
    posts: dict[int, list[Membership]] = defaultdict(list)
    visible = Membership.objects.filter(institution__in=Institution.objects.visible_to(by, *DECIDES), user__in=pks)
    for post in visible.select_related("institution", "position").order_by("-starts_on"):
        posts[post.user_id].append(post)
    whole = _wholly_within(list(found), by)
    return [
        Candidates(
            first=users[pair.first],
            second=users[pair.second],
            evidence=pair.evidence,
            kept=merging.stays(users[pair.first], users[pair.second]),
            posts={pk: posts[pk] for pk in (pair.first, pair.second)},
            is_handed_on=pair not in whole,
        )
        for pair in found
    ]


@transaction.atomic
def decide(*, pair: Pair, same: bool, kept: User | None, institution: Institution, by: User) -> Outcome:
    """Join the two, or never ask again; what reaches beyond the officer's institutions is handed on.

    `pair` is one of `waiting`. Raises CannotBeJoined; nothing has changed then.
    """
    people = User.objects.in_bulk([pair.first, pair.second])
    if not same:
        _remember(pair, PairDecision.Answer.DIFFERENT, institution, by)
        _note("people-told-apart", people, institution, by)
        return Outcome.TOLD_APART
    if pair not in _wholly_within([pair], by):
        _remember(pair, PairDecision.Answer.HANDED_ON, institution, by)
        _note("people-handed-on", people, institution, by)
        return Outcome.HANDED_ON
    kept = kept or merging.stays(*people.values())
    if kept.pk not in people:
        raise CannotBeJoined
    gone = next(user for pk, user in people.items() if pk != kept.pk)
    _remember(pair, PairDecision.Answer.SAME, institution, by)
    merging.join(kept=kept, gone=gone, by=by)
    return Outcome.JOINED


def _remember(pair: Pair, answer: str, institution: Institution, by: User) -> None:
    PairDecision.objects.update_or_create(
        first_id=pair.first,
        second_id=pair.second,
        defaults={"answer": answer, "institution": institution, "decided_by": by},
    )


def _note(action: str, people: dict[int, User], institution: Institution, by: User) -> None:
    one, other = people.values()
    AuditEvent.objects.create(
        actor=by, action=action, institution=institution, subject=str(one.number), facts={"other": str(other.number)}
    )
