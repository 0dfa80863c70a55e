"""Since when somebody works at an institution without a gap, whatever the posts: `Membership.employed_since`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from learning.people.models import Membership

DAY = timedelta(days=1)
PEOPLE_AT_A_TIME = 2_000


def first_days(periods: Sequence[tuple[date, date | None]]) -> list[date]:
    """For each period, in the order given, the first day of the unbroken work it belongs to.

    Periods that overlap or follow one another without a free day are one; after a gap work begins anew.
    """
    order = sorted(range(len(periods)), key=lambda place: (periods[place][0], place))
    found: dict[int, date] = {}
    since = last = None
    for place in order:
        starts_on, ends_on = periods[place]
        if since is None or (last is not None and starts_on > last + DAY):
            since, last = starts_on, ends_on
        elif last is not None:
            last = None if ends_on is None else max(last, ends_on)
        found[place] = since
    return [found[place] for place in range(len(periods))]


def recount(users: Iterable[int]) -> int:
    """Set `employed_since` of every post of these people from the posts themselves; say how many changed."""
    changed = 0
    left = iter(sorted(set(users)))
    while some := list(islice(left, PEOPLE_AT_A_TIME)):
        posts = list(_changing(Membership.objects.filter(user__in=some).order_by("starts_on", "pk")))
        Membership.objects.bulk_update(posts, ["employed_since"], batch_size=1_000)
        changed += len(posts)
    return changed


def _changing(posts: Iterable[Membership]) -> Iterator[Membership]:
    together: dict[tuple[int, int], list[Membership]] = defaultdict(list)
    for post in posts:
        together[post.user_id, post.institution_id].append(post)
    for held in together.values():
        for post, since in zip(held, first_days([(one.starts_on, one.ends_on) for one in held]), strict=True):
            employed_since = since if since < post.starts_on else None
            if post.employed_since != employed_since:
                post.employed_since = employed_since
                yield post
