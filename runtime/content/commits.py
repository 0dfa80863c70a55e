"""Where the player saves: one request for one save."""

from __future__ import annotations

import logging

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from runtime import services, trials
from runtime.refusals import ActivityElsewhere, RuntimeRefusal, SaveTooLarge
from runtime.saves import MOST_BYTES, Save, parse
from runtime.tokens import Ticket

log = logging.getLogger(__name__)

# SCORM 1.2 RTE 3.4.5 knows no code for this; scorm-again gives 391 in both standards, "general commit failure".
COMMIT_FAILED = 391


@never_cache
@require_POST
def commit(request: HttpRequest, ticket: Ticket) -> JsonResponse:
    """Keep a save (see runtime.saves), sent as JSON or by a beacon as plain text.

    Answers {result, errorCode, part, status, score, is_done}: `part` and `status` are the words of
    runtime.verdicts.Verdict for the activity and for the whole. Refusals carry `code` and their status.
    """
    try:
        saved = _saved(ticket, parse(_body(request)))
    except RuntimeRefusal as refusal:
        log.info("save refused launch=%s code=%s reason=%s", ticket.launch, refusal.code, refusal)
        answer = {"result": "false", "errorCode": COMMIT_FAILED, "code": refusal.code}
        return JsonResponse(answer, status=refusal.status)
    return JsonResponse(
        {
            "result": "true",
            "errorCode": 0,
            "part": saved.part.word,
            "status": saved.whole.word,
            "score": None if saved.whole.score is None else float(saved.whole.score),
            "is_done": saved.is_done,
        }
    )


def _saved(ticket: Ticket, save: Save) -> services.Saved:
    if ticket.is_trial:
        return trials.judge_save(package=ticket.package, save=save)
    if ticket.launch is None:
        raise ActivityElsewhere
    return services.commit(launch=ticket.launch, save=save, at=timezone.now())


def _body(request: HttpRequest) -> bytes:
    """At most one byte more than is allowed is read, whatever length is announced."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise SaveTooLarge
    return request.read(MOST_BYTES + 1)
