"""What the store knows of activities, agents and itself (part 3, 2.4, 2.5 and 2.8)."""

from django.http import HttpResponse, JsonResponse

from lrs.principals import Action
from lrs.selectors.agents import person
from lrs.selectors.terms import definition_of
from lrs.validation.atoms import Edition
from lrs.views import parameters as read
from lrs.views.frame import VERSION, Call, resource

FIRST_VERSIONS = ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]


def get_activity(call: Call) -> HttpResponse:
    call.only({"activityId"}, required=("activityId",))
    activity = read.iri(call.parameters, "activityId")
    call.ask(Action.READ_ACTIVITY, parameters=call.parameters)
    definition = definition_of(activity)
    found = {"objectType": "Activity", "id": activity}
    return JsonResponse({**found, "definition": definition} if definition else found)


def get_agent(call: Call) -> HttpResponse:
    call.only({"agent"}, required=("agent",))
    agent = read.agent(call.parameters)
    call.ask(Action.READ_AGENT, parameters={"agent": agent})
    return JsonResponse(person(agent))


def get_about(call: Call) -> HttpResponse:
    """A client that speaks 1.0.x is told the versions that its specification knows (2.8), all others of 2.0 too."""
    call.only(set())
    speaks_first = VERSION in call.headers and call.edition is Edition.FIRST
    versions = FIRST_VERSIONS if speaks_first else [*FIRST_VERSIONS, Edition.SECOND.value]
    return JsonResponse({"version": versions})


activities = resource(get=get_activity)
agents = resource(get=get_agent)
about = resource(is_open=True, get=get_about)
