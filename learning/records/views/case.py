"""A case: decide, read why, see every role side by side; or read the summary instead, which counts the same.

Which of the two a reader did is kept nowhere: both are the same request to the same address, both finish the unit,
and the answer lives in the page that shows it alone.
"""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses import selectors as courses
from courses.rendering import Case, CaseOption
from learning.models import Enrolment
from learning.records.forms import CaseForm
from learning.records.selectors import Place
from learning.records.views.reading import Traces, address_after, bar, finish

# Quality of an option -> colour, icon and first words of the feedback.
VERDICTS = {
    "good": ("success", "check", _("Yes, exactly")),
    "ok": ("info", "lamp", _("A good start, and something is still missing")),
    "poor": ("info", "lamp", _("There is a safer way")),
}


def page(request: HttpRequest, study: Enrolment, place: Place, traces: Traces) -> HttpResponse:
    case = courses.case(place.unit.id, get_language(), study.role_key)
    options = shuffled(case, study, place)
    own = traces.get(place.unit.id)
    context = bar(study, place, traces) | {
        "case": case,
        "options": options,
        "is_done": bool(own and own.is_done),
        "next_address": address_after(study, place),
    }
    if request.method != "POST":
        return render(request, "learning/case.html", context)
    form = CaseForm(request.POST, options=len(options))
    if not form.is_valid() or (form.cleaned_data["option"] is None and not form.cleaned_data["summary"]):
        return render(request, "learning/case.html", context | {"is_unanswered": True}, status=422)
    outcome = finish(study, place)
    context |= bar(study, place, traces, is_done=True)
    context |= {"is_done": True, "next_address": address_after(study, place, outcome)}
    if form.cleaned_data["summary"]:
        return render(request, "learning/case_summary.html", context)
    chosen = options[form.cleaned_data["option"]]
    return render(
        request, "learning/case_answer.html", context | {"chosen": chosen, "verdict": VERDICTS[chosen.quality]}
    )


def shuffled(case: Case, study: Enrolment, place: Place) -> list[CaseOption]:
    """The options in an order of this reader's own: the same at every visit and in every language."""

    def rank(numbered: tuple[int, CaseOption]) -> bytes:
        return sha256(f"{study.number}/{place.unit.key}/{numbered[0]}".encode()).digest()

    return [option for _number, option in sorted(enumerate(case.options), key=rank)]
