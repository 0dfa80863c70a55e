"""Files of what the pages show, for those who may see the pages."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from learning.coverage import exports, people
from learning.coverage.exports import Table
from learning.coverage.forms import PeopleForm
from learning.coverage.reports import report
from learning.people.access import institution_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def people_file(request: HttpRequest, code: str, extension: str) -> HttpResponseBase:
    """The staff list with the filters and order of the page."""
    institution = institution_of(request, code)
    form = PeopleForm(request.GET)
    choice = form.choice
    shown = report(institution, on=choice.on, course_key=form.course_key)
    _some, total = people.page(institution, shown.programme, choice, start=0, count=1)
    table = exports.people_table(institution, shown.programme, choice, shown.figures)
    exports.record(
        table,
        kind="people",
        institution=institution,
        by=request.user,
        rows=total,
        format=extension,
        on=str(choice.on),
        status=choice.status,
        position=choice.position_key,
        searched=bool(choice.words),
    )
    return answer(table, extension)


def answer(table: Table, extension: str) -> HttpResponseBase:
    name = f"{table.name}.{extension}"
    if extension == "xlsx":
        return FileResponse(table.xlsx(), as_attachment=True, filename=name, content_type=XLSX)
    response = StreamingHttpResponse(table.csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
