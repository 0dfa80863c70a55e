"""Taking back the last import of an institution: exactly, or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from learning.coverage.services import mark_dirty
from learning.people import employment
from learning.people.models import Institution, Invitation, Membership, User
from learning.records.models import AuditEvent, UnitState
from learning.requirements.models import Enrolment, Exemption, Leave

from .errors import AlreadyDone, MovedSince
from .models import StaffImport, WithdrawnPost
from .parsing import read_date
from .snapshots import Reach, batched
from .tracing import Trace, stands, values_of

UNDONE_WITHIN = timedelta(days=30)
BATCH = 1_000

REASONS: dict[str, str | Promise] = {
    "post": gettext_lazy("the post has been changed since"),
    "new_post": gettext_lazy("has another post since"),
    "person": gettext_lazy("name, address or language has been changed since"),
    "account": gettext_lazy("has signed in since"),
    "study": gettext_lazy("has begun the training since"),
    "exempt": gettext_lazy("has an exemption or a leave since"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Why an import can no longer be taken back: somebody, and what happened to them since."""

    name: str
    reason: str

    @property
    def message(self) -> str:
        return f"{self.name}: {REASONS[self.reason]}"


def undoable(institution: Institution | None) -> StaffImport | None:
    """The last import applied to this institution, while it is in time and everything that it wrote is known."""
    applied = StaffImport.objects.filter(institution=institution, state=StaffImport.State.APPLIED)
    last = applied.order_by("-applied_at", "-pk").first()
    is_in_time = last is not None and last.applied_at >= timezone.now() - UNDONE_WITHIN
    return last if is_in_time and last.trace is not None else None


def forget_earlier(staff_import: StaffImport) -> None:
    """Only the last import of an institution can be undone, so nobody needs what earlier ones wrote."""
    earlier = StaffImport.objects.filter(institution=staff_import.institution, trace__isnull=False)
    earlier.exclude(pk=staff_import.pk).update(trace=None)


def moved_since(staff_import: StaffImport) -> list[Moved]:
    """What stands in the way of taking the import back."""
    trace = Trace.read(staff_import.trace)
    found = dict.fromkeys((*_posts(trace), *_people(trace), *_studies(trace), *_pauses(trace, staff_import)))
    names = User.objects.in_bulk([pk for pk, _reason in found])
    return [Moved(names[pk].get_full_name(), reason) for pk, reason in found]


def _posts(trace: Trace) -> Iterator[tuple[int, str]]:
    places: set[tuple[int, int]] = set()
    for some in batched({*trace.posts, *trace.opened}):
        for post in Membership.objects.filter(pk__in=some):
            places.add((post.user_id, post.institution_id))
            said = {name: new for name, (_old, new) in trace.posts.get(post.pk, {}).items()}
            if values_of(post, said) != said or stands(post) != trace.opened.get(post.pk, stands(post)):
                yield post.user_id, "post"
    new = set(trace.new_people)
    for some in batched({user for user, _place in places}):
        later = Membership.objects.filter(user__in=some, pk__gt=trace.newest)
        for user, institution in later.values_list("user_id", "institution_id"):
            if user in new or (user, institution) in places:
                yield user, "new_post"


def _people(trace: Trace) -> Iterator[tuple[int, str]]:
    for some in batched(trace.people):
        for user in User.objects.filter(pk__in=some):
            if any(getattr(user, name) != new for name, (_old, new) in trace.people[user.pk].items()):
                yield user.pk, "person"
    for some in batched(trace.new_people):
        signed_in = User.objects.filter(pk__in=some).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        yield from ((pk, "account") for pk in signed_in.values_list("pk", flat=True))


def _studies(trace: Trace) -> Iterator[tuple[int, str]]:
    for some in batched(trace.enrolled):
        made = Enrolment.objects.filter(pk__in=some)
        begun = made.exclude(started_at=None) | made.exclude(completed_at=None) | made.exclude(withdrawn_at=None)
        yield from ((pk, "study") for pk in begun.values_list("user_id", flat=True))
        opened = UnitState.objects.filter(enrolment__in=some)
        yield from ((pk, "study") for pk in opened.values_list("enrolment__user_id", flat=True))
    for study in Enrolment.objects.filter(pk__in=trace.withdrawn):
        if Enrolment.objects.open().of(study.user).filter(course=study.course_id).exclude(pk__in=trace.enrolled):
            yield study.user_id, "study"


def _pauses(trace: Trace, staff_import: StaffImport) -> Iterator[tuple[int, str]]:
    for some in batched(trace.new_people):
        for model in (Exemption, Leave):
            paused = model.objects.filter(user__in=some, created_at__gt=staff_import.applied_at)
            yield from ((pk, "exempt") for pk in paused.values_list("user_id", flat=True))


@transaction.atomic
def undo(*, staff_import: StaffImport, by: User | None) -> Trace:
    """Make everything as it was before the import; what it had added is kept apart, not deleted.

    Raises AlreadyDone when it is not the last import any more, MovedSince with the reasons; nothing has changed then.
    """
    Reach(staff_import.institution).lock()
    staff_import.refresh_from_db()
    if undoable(staff_import.institution) != staff_import:
        raise AlreadyDone
    if moved := moved_since(staff_import):
        raise MovedSince([one.message for one in moved])
    trace = Trace.read(staff_import.trace)
    people, institutions = _touched(trace)
    _close(trace, by)
    _restore(trace)
    employment.recount(people)
    mark_dirty(institutions)
    staff_import.state, staff_import.trace = StaffImport.State.UNDONE, None
    staff_import.undone_at, staff_import.undone_by = timezone.now(), by
    staff_import.save(update_fields=["state", "trace", "undone_at", "undone_by"])
    AuditEvent.objects.create(
        actor=by,
        action="staff-import-undone",
        institution=staff_import.institution,
        subject=str(staff_import.number),
        facts={"withdrawn": len(trace.opened), "restored": len(trace.posts), "people": len(trace.people)},
    )
    return trace


def _touched(trace: Trace) -> tuple[set[int], set[int]]:
    """People and institutions."""
    people, institutions = set(), set()
    for some in batched({*trace.posts, *trace.opened}):
        for user, institution in Membership.objects.filter(pk__in=some).values_list("user_id", "institution_id"):
            people.add(user)
            institutions.add(institution)
    return people, institutions


def _close(trace: Trace, by: User | None) -> None:
    """Posts that the import opened were never true: they move to the withdrawn ones."""
    now = timezone.now()
    for some in batched(trace.opened):
        posts = Membership.objects.filter(pk__in=some)
        withdrawn = (WithdrawnPost.of(post, reason=WithdrawnPost.Reason.IMPORT_UNDONE, by=by) for post in posts)
        WithdrawnPost.objects.bulk_create(withdrawn, batch_size=BATCH)
        posts.delete()
    for some in batched(trace.enrolled):
        Enrolment.objects.open().filter(pk__in=some).update(withdrawn_at=now)
    for some in batched(trace.new_people):
        Invitation.objects.filter(user__in=some).void(reason=Invitation.Void.LEFT)


def _restore(trace: Trace) -> None:
    Enrolment.objects.filter(pk__in=trace.withdrawn).update(withdrawn_at=None)
    posts = _in_bulk(Membership, trace.posts)
    for pk, post in posts.items():
        # Counted anew afterwards; the database refuses one later than the start.
        post.employed_since = None
        for name, (old, _new) in trace.posts[pk].items():
            setattr(post, name, read_date(old) if name in ("starts_on", "ends_on") and old else old)
    fields = ["position", "manager", "employed_since", "department", "staff_number", "starts_on", "ends_on"]
    Membership.objects.bulk_update(posts.values(), fields, batch_size=BATCH)
    people = _in_bulk(User, trace.people)
    readdressed = [pk for pk, values in trace.people.items() if "email" in values]
    Invitation.objects.filter(user__in=readdressed).void(reason=Invitation.Void.ADDRESS)
    # In two steps: addresses that changed hands would meet half-way.
    User.objects.filter(pk__in=readdressed).update(email=None)
    for pk, user in people.items():
        for name, (old, _new) in trace.people[pk].items():
            setattr(user, name, old)
    User.objects.bulk_update(people.values(), ["first_name", "last_name", "email", "language"], batch_size=BATCH)


def _in_bulk(model: Any, pks: Iterable[int]) -> dict[int, Any]:
    return {pk: row for some in batched(pks) for pk, row in model.objects.in_bulk(some).items()}
