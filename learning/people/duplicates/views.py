"""Pairs of people who may be one, and what somebody says about them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from learning.errors import LearningError
from learning.people.access import institution_of
from learning.people.models import User

from . import services
from .finding import Evidence, Pair
from .services import Candidates, Outcome

PAIRS_ON_A_PAGE = 20

WORDS: dict[Evidence, str | Promise] = {
    Evidence.NUMBER: gettext_lazy("the same staff number"),
    Evidence.EMAIL: gettext_lazy("nearly the same e-mail"),
    Evidence.FOLLOWS: gettext_lazy("the same given name, and one took up the post when the other left it"),
    Evidence.NAME: gettext_lazy("the same name"),
    Evidence.SPELLING: gettext_lazy("names that differ by one letter"),
}
SAID: dict[Outcome, str | Promise] = {
    Outcome.JOINED: gettext_lazy("Joined. Posts, training and certificates now belong to one account."),
    Outcome.TOLD_APART: gettext_lazy("Saved: two people. You will not be asked again."),
    Outcome.HANDED_ON: gettext_lazy(
        "One of them also works where you do not look after people. The coordinator will decide; nothing has changed."
    ),
}


class DecisionForm(forms.Form):
    """What somebody says about one pair. `kept`: the account that stays."""

    first = forms.UUIDField()
    second = forms.UUIDField()
    same = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes")
    kept = forms.UUIDField(required=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest, code: str) -> HttpResponse:
    """One list of pairs; a POST decides about one of them."""
    institution = institution_of(request, code, *services.DECIDES)
    found = services.waiting(institution, by=request.user)
    if request.method == "POST":
        form = DecisionForm(request.POST)
        if not form.is_valid():
            raise Http404
        said = form.cleaned_data
        pair = _chosen(found, said["first"], said["second"])
        kept = User.objects.filter(number=said["kept"], pk__in=[pair.first, pair.second]).first()
        if said["kept"] and kept is None:
            raise Http404
        try:
            outcome = services.decide(pair=pair, same=said["same"], kept=kept, institution=institution, by=request.user)
        except LearningError as problem:
            messages.error(request, problem.message)
        else:
            messages.success(request, SAID[outcome])
        return redirect("institutions:duplicates", code=code)
    page = Paginator(found, PAIRS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, _reasons(one)) for one in services.shown(page.object_list, by=request.user)]
    context = {"institution": institution, "page": page, "rows": rows, "total": len(found)}
    return render(request, "institutions/duplicates.html", context)


def _chosen(found: list[Pair], first: UUID, second: UUID) -> Pair:
    """One of the pairs this reader is asked about; anything else is not there."""
    pks = set(User.objects.filter(number__in=[first, second]).values_list("pk", flat=True))
    for pair in found:
        if {pair.first, pair.second} == pks:
            return pair
    raise Http404


def _reasons(one: Candidates) -> str:
    words = [str(WORDS[evidence]) for evidence in one.evidence]
    return _("What speaks for it: %(reasons)s.") % {"reasons": "; ".join(words)}
