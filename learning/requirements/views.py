"""The screen where rules are kept. HR and the coordinator set them; names of those affected are for HR alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.i18n import pick
from courses.models import Course
from learning.coverage.programmes import Clause
from learning.coverage.standing import Rule
from learning.errors import LearningError
from learning.evidence.forms import published
from learning.people.access import institution_of, scopes_above
from learning.people.models import Institution, Position, Scope
from learning.requirements import editing, preview
from learning.requirements.forms import EndForm, RequirementForm
from learning.requirements.models import Requirement
from learning.requirements.selectors import newest_versions

SETS_RULES = (Scope.Role.HR, Scope.Role.COORDINATOR)
STEP, SAVE, SEEN = "step", "save", "seen"


@dataclass(frozen=True)
class Listed:
    """A rule in the list. Those set above are read only, and so are those that have ended."""

    requirement: Requirement
    title: str
    is_own: bool
    can_change: bool

    @property
    def clause(self) -> Clause:
        return _clause(self.requirement, self.requirement.rule())

    @property
    def positions(self) -> str:
        return _named(self.requirement.positions.all())


@login_required
@require_safe
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The rules that hold here, those to come and those that have ended."""
    institution, today = institution_of(request, code, *SETS_RULES), timezone.localdate()
    path, step = institution.path, institution.steplen
    here = [path[:length] for length in range(step, len(path) + 1, step)]
    # Rules from above for sectors that nobody here belongs to.
    of_sector = Q(sector=None) | Q(sector=institution.sector_id) | Q(institution=institution)
    found = list(
        Requirement.objects.filter(of_sector if institution.is_leaf() else Q(), institution__path__in=here)
        .select_related("institution", "course", "sector")
        .prefetch_related("positions", "replaced_by")
        .order_by("course__key", "-valid_from", "-pk")
    )
    titles = _titles({requirement.course_id for requirement in found})
    sections: dict[str, list[Listed]] = {"now": [], "coming": [], "ended": []}
    for requirement in found:
        is_own = requirement.institution_id == institution.pk
        has_ended = requirement.valid_until is not None and requirement.valid_until < today
        section = "ended" if has_ended else "coming" if editing.is_coming(requirement, today=today) else "now"
        can_change = is_own and not has_ended and not requirement.replaced_by.all()
        title = titles.get(requirement.course_id, requirement.course.key)
        sections[section].append(Listed(requirement, title, is_own, can_change))
    return render(request, "institutions/requirements.html", {"institution": institution, **sections})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A new rule: the form, whom it would affect, then saved."""
    institution, today = institution_of(request, code, *SETS_RULES), timezone.localdate()
    form = RequirementForm(request.POST or None, programmes=published(), earliest=today)

    def save(course: Course) -> None:
        positions = form.cleaned_data["positions"]
        editing.make(institution=institution, course=course, facts=form.facts(), positions=positions, by=request.user)

    return _edited(request, institution, form, None, save)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str, rule: int) -> HttpResponse:
    """The rule in other words from a day on."""
    institution, today = institution_of(request, code, *SETS_RULES), timezone.localdate()
    old = _open(institution, rule, today)
    earliest = editing.earliest_change(old, today=today)
    form = RequirementForm(request.POST or None, programmes=[], earliest=earliest, changes=old)

    def save(_course: Course) -> None:
        positions = form.cleaned_data["positions"]
        editing.change(requirement=old, facts=form.facts(), positions=positions, by=request.user)

    return _edited(request, institution, form, old, save)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, code: str, rule: int) -> HttpResponse:
    """The rule asks nothing after a day."""
    institution, today = institution_of(request, code, *SETS_RULES), timezone.localdate()
    old = _open(institution, rule, today)
    form = EndForm(request.POST or None, requirement=old)
    page = {"institution": institution, "form": form, **_told(old)}
    if form.is_valid():
        last_day = form.cleaned_data["valid_until"]
        if _is_saving(request, form):
            try:
                editing.end(requirement=old, last_day=last_day, by=request.user)
            except LearningError as problem:
                form.add_error("valid_until", problem.message)
            else:
                return _saved(request, institution)
        else:
            day = last_day + timedelta(days=1)
            page |= _shown(request, institution, old.course, day, drops=old.rule(), adds=None)
    return render(request, "institutions/requirements_end.html", page, status=422 if form.errors else 200)


def _edited(
    request: HttpRequest,
    institution: Institution,
    form: RequirementForm,
    old: Requirement | None,
    save: Callable[[Course], None],
) -> HttpResponse:
    page = {"institution": institution, "form": form}
    if old is not None:
        is_coming = editing.is_coming(old, today=timezone.localdate())
        page |= {**_told(old), "is_coming": is_coming}
    if form.is_valid():
        course = old.course if old else form.course()
        if _is_saving(request, form):
            try:
                save(course)
            except LearningError as problem:
                form.add_error("valid_from", problem.message)
            else:
                return _saved(request, institution)
        else:
            draft = form.draft(institution, course)
            rule = form.rule(draft)
            drops = old.rule() if old else None
            page |= _shown(request, institution, course, rule.valid_from, drops=drops, adds=rule)
            page |= {"new": _clause(draft, rule), "new_positions": _named(form.cleaned_data["positions"])}
    return render(request, "institutions/requirements_form.html", page, status=422 if form.errors else 200)


def _is_saving(request: HttpRequest, form: RequirementForm | EndForm) -> bool:
    """Saved is only what was shown: what differs from its preview is shown again."""
    return request.POST.get(STEP) == SAVE and request.POST.get(SEEN) == form.fingerprint


def _saved(request: HttpRequest, institution: Institution) -> HttpResponse:
    messages.success(request, _("Saved. Figures follow within minutes."))
    return redirect("institutions:requirements", code=institution.code)


def _shown(
    request: HttpRequest, institution: Institution, course: Course, on: date, *, drops: Rule | None, adds: Rule | None
) -> dict[str, object]:
    sees_people = Scope.Role.HR in scopes_above(request.user, institution)
    groups = preview.effects(institution, course_id=course.pk, on=on, drops=drops, adds=adds, with_people=sees_people)
    return {"groups": groups, "on": on, "sees_people": sees_people, "shown": preview.PEOPLE_SHOWN}


def _open(institution: Institution, pk: int, today: date) -> Requirement:
    """A rule of this institution itself that has not ended. Anything else is 404."""
    rows = Requirement.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), institution=institution)
    return get_object_or_404(rows.select_related("institution", "course", "sector", "replaces"), pk=pk)


def _told(old: Requirement) -> dict[str, object]:
    """The rule as it is until now."""
    return {
        "old": _clause(old, old.rule()),
        "old_positions": _named(old.positions.all()),
        "title": _title(old.course),
    }


def _clause(requirement: Requirement, rule: Rule) -> Clause:
    return Clause(
        rule=rule,
        institution_name=requirement.institution.name,
        sector_name=requirement.sector.name if requirement.sector else "",
        legal_basis_lv=requirement.legal_basis_lv,
        legal_basis_en=requirement.legal_basis_en,
        legal_url=requirement.legal_url,
        legal_checked_on=requirement.legal_checked_on,
    )


def _named(positions: Iterable[Position]) -> str:
    return ", ".join(position.name for position in positions)


def _titles(course_ids: set[int]) -> dict[int, str]:
    return {pk: pick(version.title) for pk, version in newest_versions(course_ids).items()}


def _title(course: Course) -> str:
    return _titles({course.pk}).get(course.pk, course.key)
