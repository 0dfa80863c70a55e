"""Reading a lesson: its blocks, its knowledge checks, and where one stopped."""

from uuid import UUID

from django.contrib.messages import get_messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from cms import frame
from courses import selectors as courses
from courses.models import Unit
from courses.rendering import Check
from learning import services
from learning.models import Enrolment
from learning.records.forms import CheckForm, PositionForm
from learning.records.selectors import Place, Trace
from learning.records.views.reading import Traces, address_after, bar, find, finish
from learning.records.views.sheet import Answer, Asked, Reading, context_of, fill_in, sheet_of


def page(
    request: HttpRequest, study: Enrolment, place: Place, traces: Traces, *, unanswered: int | None = None
) -> HttpResponse:
    """The lesson. `unanswered` is the block of a check that was sent without an answer."""
    own = traces.get(place.unit.id)
    reading = Reading(
        version_id=study.version_id,
        path=study.path,
        unit_key=place.unit.key,
        language=get_language(),
        role=study.role_key,
        done=tuple(bar(study, place, traces)["siblings_done"]),
        stopped_at=own.block if own and not own.is_done else 0,
        is_done=bool(own and own.is_done),
        is_open=study.is_open,
        answers=_answers(own),
        unanswered=unanswered,
    )
    status = 200 if unanswered is None else 422
    if get_messages(request):
        return render(request, "learning/lesson.html", context_of(reading, number=study.number), status=status)
    sheet = sheet_of(reading, frame.parts(signed_in=True))
    return HttpResponse(fill_in(sheet, number=study.number, token=get_token(request)), status=status)


@require_POST
def check(request: HttpRequest, enrolment: UUID, unit: str, block: int) -> HttpResponse:
    """An answer to a knowledge check. The page's script gets JSON, and the reason only when it asks to reveal it."""
    study, place, traces = find(request, enrolment, unit)
    found = _check_at(study, place, block)
    by_script = request.accepts("application/json") and not request.accepts("text/html")
    form = CheckForm(request.POST, check=found)
    if not form.is_valid():
        if by_script:
            return JsonResponse({"reason": "unreadable"}, status=400)
        return page(request, study, place, traces, unanswered=block)
    chosen, sequence, now = form.cleaned_data["chosen"], form.cleaned_data["sequence"], timezone.now()
    kept = services.save_check(enrolment=study, unit=place.unit, block=block, chosen=chosen, sequence=sequence, at=now)
    if not by_script:
        services.save_position(enrolment=study, unit=place.unit, block=block, at=now)
        return redirect(f"{reverse('learning:unit', args=[enrolment, unit])}#b{block}")
    if kept > sequence:
        return JsonResponse({"reason": "newer", "sequence": kept}, status=409)
    answer = {"sequence": sequence, "saved_at": time_format(timezone.localtime(now))}
    if form.cleaned_data["reveal"]:
        answer["html"] = render_to_string("learning/check_answer.html", {"asked": Asked(found, tuple(chosen))})
    return JsonResponse(answer)


@require_POST
def position(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """Where reading goes on next time; sent by the page's script."""
    study, place, _traces = find(request, enrolment, unit)
    form = PositionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    services.save_position(enrolment=study, unit=place.unit, block=form.cleaned_data["block"], at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def done(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """The reader goes on: the lesson counts as done, and the next unit opens."""
    study, place, _traces = find(request, enrolment, unit)
    if place.unit.kind != Unit.Kind.LESSON:
        raise Http404
    return redirect(address_after(study, place, finish(study, place)))


def _answers(own: Trace | None) -> tuple[Answer, ...]:
    """What the reader answered in the unit, in order."""
    kept = own.answers if own else {}
    return tuple(
        Answer(int(block), tuple(answer["chosen"]), answer["sequence"])
        for block, answer in sorted(kept.items(), key=lambda item: int(item[0]))
    )


def _check_at(study: Enrolment, place: Place, block: int) -> Check:
    if place.unit.kind != Unit.Kind.LESSON:
        raise Http404
    for segment in courses.lesson(place.unit.id, get_language(), study.role_key):
        if segment.check and segment.first == block:
            return segment.check
    raise Http404
