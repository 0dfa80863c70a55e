"""Where H5P content keeps its states and says what it came to. The shapes of the answers are H5P's own."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from runtime import h5p, trials
from runtime.refusals import ActivityElsewhere, RuntimeRefusal, SaveMalformed, SaveTooLarge
from runtime.tokens import Ticket

log = logging.getLogger(__name__)

# Three bytes a character in the worst case of a form, and the other fields.
MOST_BYTES = 3 * h5p.MOST_CHARACTERS
MOST_RESULT_BYTES = 64 * 1024
MOST_DIGITS = 15

View = Callable[..., JsonResponse]


def refusals_told(view: View) -> View:
    """H5P reads `success` and `message`; our own script reads `code` and the status."""

    @wraps(view)
    def told(request: HttpRequest, ticket: Ticket, **ids: Any) -> JsonResponse:
        try:
            if ticket.launch is None and not ticket.is_trial:
                raise ActivityElsewhere
            return view(request, ticket, **ids)
        except RuntimeRefusal as refusal:
            log.info("h5p refused launch=%s code=%s reason=%s", ticket.launch, refusal.code, refusal)
            answer = {"success": False, "message": refusal.code, "code": refusal.code}
            return JsonResponse(answer, status=refusal.status)

    return told


@never_cache
@require_http_methods(["GET", "POST"])
@refusals_told
def state(request: HttpRequest, ticket: Ticket, *, activity: int, kind: str, part: str) -> JsonResponse:
    """A state of the content: `data` false when there is none (null would open H5P's "Data Reset" dialog)."""
    place = h5p.Place(kind, part)
    if request.method == "GET":
        value = None if ticket.is_trial else h5p.find_state(launch=ticket.launch, activity=activity, place=place)
        return JsonResponse({"success": True, "data": False if value is None else value})
    _check_size(request, MOST_BYTES)
    value, order = request.POST.get("data", "0"), request.POST.get("order", "0")
    if "\0" in value or not (order.isascii() and order.isdigit() and len(order) <= MOST_DIGITS):
        raise SaveMalformed("order or data")
    if not ticket.is_trial:
        h5p.save_state(
            launch=ticket.launch, activity=activity, place=place, value=value, order=int(order), at=timezone.now()
        )
    return JsonResponse({"success": True})


@never_cache
@require_POST
@refusals_told
def results(request: HttpRequest, ticket: Ticket, *, activity: int) -> JsonResponse:
    """A statement of the content, as JSON {number, statement}.

    Answers {counts, part, status, score, is_done}: `counts` False when the statement is not about the whole content;
    `part` and `status` are words of runtime.verdicts.Verdict.
    """
    _check_size(request, MOST_RESULT_BYTES)
    number, statement = _result(request.read(MOST_RESULT_BYTES + 1))
    if ticket.is_trial:
        saved = trials.judge_statement(package=ticket.package, activity=activity, statement=statement)
    else:
        saved = h5p.record_result(
            launch=ticket.launch, activity=activity, statement=statement, number=number, at=timezone.now()
        )
    if saved is None:
        return JsonResponse({"counts": False})
    return JsonResponse(
        {
            "counts": True,
            "part": saved.part.word,
            "status": saved.whole.word,
            "score": None if saved.whole.score is None else float(saved.whole.score),
            "is_done": saved.is_done,
        }
    )


def _result(body: bytes) -> tuple[UUID, dict[str, Any]]:
    try:
        sent = json.loads(body)
        number, statement = UUID(sent["number"]), sent["statement"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SaveMalformed("body") from None
    if not isinstance(statement, dict):
        raise SaveMalformed("statement")
    return number, statement


def _check_size(request: HttpRequest, most: int) -> None:
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise SaveTooLarge
