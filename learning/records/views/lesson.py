"""Reading a lesson: its blocks, its knowledge checks, and where one stopped."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from courses import selectors as courses
from courses.models import Unit
from courses.rendering import Check
from learning import services
from learning.models import CheckAnswer, Enrolment
from learning.records.forms import CheckForm, PositionForm
from learning.records.selectors import Place
from learning.records.views import sheet as sheets
from learning.records.views.reading import Traces, address_after, bar, find, finish
from learning.records.views.sheet import Asked, Reading


def page(
    request: HttpRequest, study: Enrolment, place: Place, traces: Traces, *, unanswered: int | None = None
) -> HttpResponse:
    """The lesson. `unanswered` is the block of a check that was sent without an answer."""
    own, language = traces.get(place.unit.id), get_language()
    reading = Reading(
        version_id=study.version_id,
        path=study.path,
        unit_key=place.unit.key,
        language=language,
        role=study.role_key,
        done=tuple(bar(study, place, traces)["siblings_done"]),
        stopped_at=own.block if own and not own.is_done else 0,
        is_done=bool(own and own.is_done),
        is_open=study.is_open,
    )
    asked = _asked(reading, place, _answers(study, place.unit.id) if study.started_at else {}, unanswered)
    sheet = sheets.answered(reading, asked) if asked else sheets.unanswered(reading)
    context = {"title": place.unit.title, "sheet": sheet.for_reader(study=study.number, token=get_token(request))}
    return render(request, "learning/lesson.html", context, status=200 if unanswered is None else 422)


@require_POST
def check(request: HttpRequest, enrolment: UUID, unit: str, block: int) -> HttpResponse:
    """An answer to a knowledge check. The page's script gets JSON, and the reason only when it asks to reveal it."""
    study, place = find(request, enrolment, unit)
    found = _check_at(study, place, block)
    by_script = request.accepts("application/json") and not request.accepts("text/html")
    form = CheckForm(request.POST, check=found)
    if not form.is_valid():
        if by_script:
            return JsonResponse({"reason": "unreadable"}, status=400)
        return page(request, study, place, {}, unanswered=block)
    chosen, sequence, now = form.cleaned_data["chosen"], form.cleaned_data["sequence"], timezone.now()
    is_kept = services.save_check(
        enrolment=study, unit=place.unit, block=block, chosen=chosen, sequence=sequence, at=now
    )
    if not by_script:
        services.save_position(enrolment=study, unit=place.unit, block=block, at=now)
        return redirect(f"{reverse('learning:unit', args=[enrolment, unit])}#b{block}")
    if not is_kept:
        newer = _answers(study, place.unit.id)[block]
        return JsonResponse({"reason": "newer", "sequence": newer["sequence"]}, status=409)
    answer = {"sequence": sequence, "saved_at": time_format(timezone.localtime(now))}
    if form.cleaned_data["reveal"]:
        answer["html"] = render_to_string("learning/check_answer.html", {"asked": Asked(found, tuple(chosen))})
    return JsonResponse(answer)


@require_POST
def position(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """Where reading goes on next time; sent by the page's script."""
    study, place = find(request, enrolment, unit)
    form = PositionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    services.save_position(enrolment=study, unit=place.unit, block=form.cleaned_data["block"], at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def done(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """The reader goes on: the lesson counts as done, and the next unit opens."""
    study, place = find(request, enrolment, unit)
    if place.unit.kind != Unit.Kind.LESSON:
        raise Http404
    return redirect(address_after(study, place, finish(study, place)))


def _answers(study: Enrolment, unit_id: int) -> Mapping[int, Mapping[str, object]]:
    """What the reader answered in the unit, by block."""
    kept = CheckAnswer.objects.filter(enrolment=study.pk, unit=unit_id).values("block", "chosen", "sequence")
    return {answer["block"]: answer for answer in kept}


def _asked(
    reading: Reading, place: Place, answers: Mapping[int, Mapping[str, object]], unanswered: int | None
) -> dict[int, Asked]:
    """The checks that are answered, or were sent without an answer just now, by block."""
    asked = {}
    for segment in courses.lesson(place.unit.id, reading.language, reading.role) if answers or unanswered else ():
        if segment.check and (segment.first in answers or segment.first == unanswered):
            kept = answers.get(segment.first, {"chosen": (), "sequence": 0})
            asked[segment.first] = Asked(
                segment.check, tuple(kept["chosen"]), kept["sequence"], is_unanswered=segment.first == unanswered
            )
    return asked


def _check_at(study: Enrolment, place: Place, block: int) -> Check:
    if place.unit.kind != Unit.Kind.LESSON:
        raise Http404
    for segment in courses.lesson(place.unit.id, get_language(), study.role_key):
        if segment.check and segment.first == block:
            return segment.check
    raise Http404
