"""Files in and out."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from learning.evidence import files
from learning.evidence.errors import FileTooLarge
from learning.evidence.models import ExternalEvidence

# Room for the other fields and the wrapping of a file in a request.
ENVELOPE_BYTES = 100_000


def served(evidence: ExternalEvidence) -> FileResponse:
    """The file as something to save, never as something this site shows: it came from outside."""
    if not evidence.file_kind:
        raise Http404
    try:
        file = files.path_of(evidence).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        file,
        as_attachment=True,
        filename=files.download_name(evidence),
        content_type=files.MEDIA_TYPES[evidence.file_kind],
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def too_large(request: HttpRequest) -> HttpResponse | None:
    """A request that is not worth reading, answered."""
    if int(request.META.get("CONTENT_LENGTH") or 0) <= files.MOST_BYTES + ENVELOPE_BYTES:
        return None
    page = {"title": _("The file is too large"), "message": FileTooLarge.message}
    return render(request, "institutions/evidence_too_large.html", page, status=413)
