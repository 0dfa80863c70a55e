"""HR says what the columns of its lists mean: once for a file that is not clear, and any time later."""

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from learning.errors import LearningError
from learning.people.access import institution_of
from learning.people.staff_import import choosing
from learning.people.staff_import.choosing import Column
from learning.people.staff_import.columns import NOT_READ, TITLES
from learning.people.staff_import.models import StaffImport


class ColumnsForm(forms.Form):
    """What each column means, in the order of the file."""

    def __init__(self, columns: Sequence[Column], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NOT_READ, gettext_lazy("Not read")), *((name, _(title)) for name, title in TITLES.items())]
        for place, column in enumerate(columns):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=column.title or _("Column %(number)d, without a name") % {"number": place + 1},
                help_text=", ".join(filter(None, column.samples)),
                choices=choices,
                initial=column.field,
                required=False,
            )

    def meanings(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """The columns of one file; what is said here is remembered."""
    institution = institution_of(request, code)
    kept = get_object_or_404(StaffImport, institution=institution, number=number)
    if kept.state != StaffImport.State.COLUMNS:
        return redirect("institutions:import_preview", code=code, number=number)
    form = ColumnsForm(choosing.columns_of(kept), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            choosing.match_columns(staff_import=kept, fields=form.meanings(), by=request.user)
        except LearningError as problem:
            form.add_error(None, problem.message)
        else:
            return redirect("institutions:import_preview", code=code, number=number)
    page = {"institution": institution, "form": form, "kept": kept}
    return render(request, "institutions/import_columns.html", page, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remembered(request: HttpRequest, code: str) -> HttpResponse:
    """What is remembered of headings, to be changed; it counts from the next file on."""
    institution = institution_of(request, code)
    columns = choosing.known_headings(institution)
    form = ColumnsForm(columns, request.POST or None)
    if request.method == "POST" and form.is_valid():
        titles = [column.title for column in columns]
        headings = dict(zip(titles, form.meanings(), strict=True))
        choosing.remember(institution=institution, headings=headings, by=request.user)
        messages.success(request, _("Saved. The next list is read like this."))
        return redirect("institutions:import", code=code)
    page = {"institution": institution, "form": form, "kept": None}
    return render(request, "institutions/import_columns.html", page, status=422 if form.errors else 200)
