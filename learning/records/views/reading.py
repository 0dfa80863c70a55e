"""What the pages of every kind of unit share: finding the place, noting the visit, going on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from learning import services
from learning.errors import EnrolmentClosed
from learning.models import Enrolment
from learning.records.selectors import Place, Trace, places, study_of
from learning.records.services import Finished

# A page opened again within this time is not noted again.
NOTED_FOR = timedelta(minutes=2)

Traces = Mapping[int, Trace]


def find(request: HttpRequest, number: UUID, key: str) -> tuple[Enrolment, Place, Traces]:
    """The reader's own study, a unit on its way, and what is kept of its units; everything else is 404."""
    study, traces = study_of(request.user, number)
    place = places(study.version_id, study.path, get_language()).get(key) if study else None
    if place is None:
        raise Http404
    return study, place, traces


def note_visit(study: Enrolment, place: Place, traces: Traces, now: datetime) -> None:
    """Note that the unit was opened, unless it just was."""
    own = traces.get(place.unit.id)
    is_latest = own is not None and all(own.seen_at >= trace.seen_at for trace in traces.values())
    if study.is_open and not (is_latest and now - own.seen_at < NOTED_FOR):
        services.open_unit(enrolment=study, unit=place.unit, at=now)


def finish(study: Enrolment, place: Place) -> Finished:
    """Finish the unit; a study withdrawn since it was found is 404 like any other."""
    try:
        return services.finish_unit(enrolment=study, unit=place.unit, at=timezone.now())
    except EnrolmentClosed:
        raise Http404 from None


def bar(study: Enrolment, place: Place, traces: Traces, *, is_done: bool = False) -> dict[str, object]:
    """What the header of a unit's page needs. `is_done`: the unit was finished by this request."""
    done = [
        index
        for index, unit in enumerate(place.siblings)
        if (unit.id in traces and traces[unit.id].is_done) or (is_done and unit is place.unit)
    ]
    return {"enrolment": study, "place": place, "siblings_done": done}


def address_after(study: Enrolment, place: Place, outcome: Finished | None = None) -> str:
    """Where going on leads: the next unit, or the page that says the whole is completed (or what is left)."""
    if place.following is None or (outcome and outcome.completion):
        return reverse("learning:completed", args=[study.number])
    return reverse("learning:unit", args=[study.number, place.following.key])
