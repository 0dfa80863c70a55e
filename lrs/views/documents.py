"""States of activities, profiles of activities and of agents (part 3, 2.3, 2.6 and 2.7)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.http import http_date

from lrs.errors import Invalid
from lrs.keys import agent_key, iri_key
from lrs.models import ActivityProfile, AgentProfile, Document, StateDocument
from lrs.principals import Action
from lrs.services import documents as services
from lrs.services.documents import Care, Place, Precondition
from lrs.validation.atoms import Edition
from lrs.views import parameters as read
from lrs.views.frame import Call, resource

DEFAULT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of the three resources: what its documents are called and belong to."""

    model: type[Document]
    identifier: str
    owners: tuple[str, ...]
    optional: tuple[str, ...]
    reading: Action
    writing: Action
    # The owner columns for checked parameters; a place for one document, or for all of them.
    place: Callable[[dict[str, Any], bool], dict[str, Any]]
    # What PUT asks in version 1.0.
    care: Care
    is_deleted_at_once: bool


def get(call: Call, shelf: Shelf) -> HttpResponse:
    """One document, or the ids of those stored since a moment."""
    if shelf.identifier not in call.parameters:
        return _list(call, shelf)
    # `since` means nothing for one document, and clients that always send it are not refused.
    place, asked = _place(call, shelf, "since")
    read.moment(call.parameters, "since")
    call.ask(shelf.reading, parameters=asked)
    found = services.get_document(place)
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response.headers["ETag"] = f'"{found.sha1}"'
    response.headers["Last-Modified"] = http_date(found.updated_at.timestamp())
    return response


def put(call: Call, shelf: Shelf) -> HttpResponse:
    place, content_type = _writing(call, shelf)
    services.put_document(
        place=place,
        content=call.content,
        content_type=content_type,
        precondition=_precondition(call),
        care=_care(call, shelf),
    )
    return HttpResponse(status=204)


def _care(call: Call, shelf: Shelf) -> Care:
    """Version 2.0 wants the care of profiles for states too, and lets a first version come without a word."""
    if call.edition is Edition.SECOND:
        return Care.EXISTING
    return Care.EXISTING if shelf.care is Care.ALWAYS and call.principal.makes_profiles_freely else shelf.care


def post(call: Call, shelf: Shelf) -> HttpResponse:
    place, content_type = _writing(call, shelf)
    services.post_document(
        place=place, content=call.content, content_type=content_type, precondition=_precondition(call)
    )
    return HttpResponse(status=204)


def delete(call: Call, shelf: Shelf) -> HttpResponse:
    if shelf.is_deleted_at_once and shelf.identifier not in call.parameters:
        return _delete_all(call, shelf)
    place, asked = _place(call, shelf)
    call.ask(shelf.writing, parameters=asked)
    services.delete_document(place=place, precondition=_precondition(call))
    return HttpResponse(status=204)


def _list(call: Call, shelf: Shelf) -> HttpResponse:
    call.only({*shelf.owners, *shelf.optional, "since"}, required=shelf.owners)
    asked = _read(call)
    since = read.moment(call.parameters, "since")
    call.ask(shelf.reading, parameters=asked)
    rows = shelf.model.objects.filter(**shelf.place(asked, False))
    if since:
        rows = rows.filter(updated_at__gt=since)
    identifiers = rows.order_by("pk").values_list("identifier", flat=True)
    return JsonResponse(list(dict.fromkeys(identifiers)), safe=False)


def _delete_all(call: Call, shelf: Shelf) -> HttpResponse:
    call.only({*shelf.owners, *shelf.optional}, required=shelf.owners)
    asked = _read(call)
    call.ask(shelf.writing, parameters=asked)
    shelf.model.objects.filter(**shelf.place(asked, False)).delete()
    return HttpResponse(status=204)


def _writing(call: Call, shelf: Shelf) -> tuple[Place, str]:
    place, asked = _place(call, shelf)
    content_type = call.header("Content-Type") or DEFAULT_TYPE
    if len(content_type) > 255:
        raise Invalid("The Content-Type is too long.")
    call.ask(shelf.writing, parameters=asked, content=call.content, content_type=content_type)
    return place, content_type


def _place(call: Call, shelf: Shelf, *allowed: str) -> tuple[Place, dict[str, Any]]:
    required = (*shelf.owners, shelf.identifier)
    call.only({*required, *shelf.optional, *allowed}, required=required)
    asked = _read(call)
    if "\0" in asked[shelf.identifier]:
        raise Invalid(f"{shelf.identifier} must not have control characters.")
    return Place(shelf.model, shelf.place(asked, True), asked[shelf.identifier]), asked


def _read(call: Call) -> dict[str, Any]:
    """The parameters, checked, with the agent as an object and the registration as a UUID."""
    asked: dict[str, Any] = dict(call.parameters)
    read.iri(call.parameters, "activityId")
    if "agent" in asked:
        asked["agent"] = read.agent(call.parameters)
    if "registration" in asked:
        asked["registration"] = read.uuid(call.parameters, "registration")
    return asked


def _precondition(call: Call) -> Precondition:
    return Precondition(call.header("If-Match"), call.header("If-None-Match"))


def _state_place(asked: dict[str, Any], is_single: bool) -> dict[str, Any]:
    place = {"activity_key": iri_key(asked["activityId"]), "agent_key": agent_key(asked["agent"])}
    if "registration" in asked:
        return {**place, "registration": asked["registration"]}
    # 2.3: lists and deletions without a registration are about every one of them.
    return {**place, "registration": StateDocument.NO_REGISTRATION} if is_single else place


STATE = Shelf(
    model=StateDocument,
    identifier="stateId",
    owners=("activityId", "agent"),
    optional=("registration",),
    reading=Action.READ_STATE,
    writing=Action.WRITE_STATE,
    place=_state_place,
    care=Care.NONE,
    is_deleted_at_once=True,
)
ACTIVITY_PROFILE = Shelf(
    model=ActivityProfile,
    identifier="profileId",
    owners=("activityId",),
    optional=(),
    reading=Action.READ_ACTIVITY_PROFILE,
    writing=Action.WRITE_ACTIVITY_PROFILE,
    place=lambda asked, is_single: {"activity_key": iri_key(asked["activityId"])},
    care=Care.ALWAYS,
    is_deleted_at_once=False,
)
AGENT_PROFILE = Shelf(
    model=AgentProfile,
    identifier="profileId",
    owners=("agent",),
    optional=(),
    reading=Action.READ_AGENT_PROFILE,
    writing=Action.WRITE_AGENT_PROFILE,
    place=lambda asked, is_single: {"agent_key": agent_key(asked["agent"])},
    care=Care.ALWAYS,
    is_deleted_at_once=False,
)


def _resource(shelf: Shelf) -> Callable[..., HttpResponse]:
    return resource(
        get=lambda call: get(call, shelf),
        put=lambda call: put(call, shelf),
        post=lambda call: post(call, shelf),
        delete=lambda call: delete(call, shelf),
    )


state = _resource(STATE)
activity_profile = _resource(ACTIVITY_PROFILE)
agent_profile = _resource(AGENT_PROFILE)
