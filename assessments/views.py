"""Pages of a quiz. Everything but the autosave works as plain pages and forms."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import services
from assessments.errors import AttemptHandedIn, EnrolmentClosed, NewerAnswerKept
from assessments.forms import PageForm, SaveForm, TurnForm
from assessments.models import Attempt, DraftAnswer, Quiz
from assessments.sheets import Result, Sheet
from learning.models import Enrolment
from learning.records.selectors import Place, places
from learning.services import open_unit

RESULTS_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, enrolment: UUID, unit: str) -> HttpResponse:
    """What awaits the learner in this quiz; posting starts an attempt or goes on with the open one."""
    study = get_object_or_404(Enrolment.objects.readable().of(request.user), number=enrolment)
    place = _way(study).get(unit)
    if place is None:
        raise Http404
    quiz = get_object_or_404(Quiz, unit=place.unit.id)
    if request.method == "POST":
        try:
            attempt = services.start_attempt(enrolment=study, quiz=quiz, at=timezone.now())
        except EnrolmentClosed:
            return _closed(request, study, unit)
        return redirect("assessments:attempt", number=attempt.number)
    open_unit(enrolment=study, unit=place.unit, at=timezone.now())
    attempts = list(Attempt.objects.filter(enrolment=study, quiz=quiz)[:RESULTS_SHOWN])
    context = {
        "enrolment": study,
        "place": place,
        "quiz": quiz,
        "is_under_way": any(one.submitted_at is None for one in attempts),
        "handed_in": [one for one in attempts if one.submitted_at],
    }
    return render(request, "assessments/quiz_intro.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, number: UUID) -> HttpResponse:
    """One question at a time. Every button saves the answer before it turns the page."""
    if request.method == "POST":
        return _turn(request, number)
    found = _attempt_of(request, number)
    if found.submitted_at:
        return redirect("assessments:result", number=number)
    if not found.enrolment.is_open:
        return _closed(request, found.enrolment, found.quiz.unit.key)
    sheet = Sheet(found, language=get_language())
    form = PageForm(request.GET)
    if not form.is_valid():
        return redirect(f"{request.path}?q={sheet.first_unanswered}")
    page = form.cleaned_data["q"]
    context = {"attempt": found, "sheet": sheet, **_around(found)}
    if page > len(sheet):
        return render(request, "assessments/attempt_check.html", context)
    context |= {"number": page, "before": page - 1, "total": len(sheet)}
    context |= {"question": sheet.question(page), "sequence": sheet.next_sequence(page)}
    return render(request, "assessments/attempt.html", context)


def _turn(request: HttpRequest, number: UUID) -> HttpResponse:
    form = TurnForm(request.POST)
    if not form.is_valid():
        return redirect("assessments:attempt", number=number)
    page = form.destination()
    try:
        _save(request, number, form)
    except (AttemptHandedIn, EnrolmentClosed) as closed:
        messages.info(request, closed.message)
        return redirect("assessments:attempt", number=number)
    except NewerAnswerKept as newer:
        messages.warning(request, newer.message)
        page = form.cleaned_data["question"]
    anchor = form.anchor() if page == form.cleaned_data["question"] else ""
    return redirect(f"{reverse('assessments:attempt', args=[number])}?q={page}{anchor}")


@require_POST
def answers(request: HttpRequest, number: UUID) -> JsonResponse:
    """The autosave of the page's script. Only a 2xx answer means saved."""
    form = SaveForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"reason": "unreadable"}, status=400)
    try:
        draft = _save(request, number, form)
    except NewerAnswerKept as newer:
        return JsonResponse({"reason": "newer", "sequence": newer.sequence}, status=409)
    except (AttemptHandedIn, EnrolmentClosed) as closed:
        return JsonResponse({"reason": "closed", "message": str(closed.message)}, status=410)
    return JsonResponse({"sequence": draft.sequence, "saved_at": time_format(timezone.localtime(draft.saved_at))})


def _save(request: HttpRequest, number: UUID, form: SaveForm) -> DraftAnswer:
    mine = DraftAnswer.objects.of(request.user).select_related("attempt__enrolment")
    draft = mine.filter(attempt__number=number, position=form.cleaned_data["question"]).first()
    if draft is None:
        attempt = get_object_or_404(Attempt.objects.of(request.user), number=number)
        raise AttemptHandedIn if attempt.submitted_at else Http404
    return services.save_answer(
        draft=draft,
        fields=dict(request.POST.lists()),
        sequence=form.cleaned_data["sequence"],
        at=timezone.now(),
    )


@require_POST
def submit(request: HttpRequest, number: UUID) -> HttpResponse:
    attempt = _attempt_of(request, number)
    try:
        services.submit_attempt(attempt=attempt, at=timezone.now())
    except EnrolmentClosed:
        return _closed(request, attempt.enrolment, attempt.quiz.unit.key)
    return redirect("assessments:result", number=number)


@require_safe
def result(request: HttpRequest, number: UUID) -> HttpResponse:
    attempt = _attempt_of(request, number)
    if attempt.submitted_at is None:
        return redirect("assessments:attempt", number=number)
    # The lessons of a withdrawn study cannot be opened, so no link leads there.
    way = {} if attempt.enrolment.withdrawn_at else _way(attempt.enrolment)
    context = {"attempt": attempt, "result": Result(attempt, way, language=get_language()), **_around(attempt)}
    return render(request, "assessments/attempt_result.html", context)


def _attempt_of(request: HttpRequest, number: UUID) -> Attempt:
    attempts = Attempt.objects.of(request.user).select_related("enrolment", "quiz__unit")
    return get_object_or_404(attempts, number=number)


def _way(study: Enrolment) -> dict[str, Place]:
    return places(study.version_id, study.path, get_language())


def _around(attempt: Attempt) -> dict[str, object]:
    """What the header of each page needs."""
    return {"enrolment": attempt.enrolment, "place": _way(attempt.enrolment)[attempt.quiz.unit.key]}


def _closed(request: HttpRequest, study: Enrolment, unit: str) -> HttpResponse:
    messages.info(request, EnrolmentClosed.message)
    if study.withdrawn_at:
        return redirect("learning:my_learning")
    return redirect("assessments:start", enrolment=study.number, unit=unit)
