"""The learning record store; served with the platform and with packages, without session or CSRF on either."""

from django.urls import path

from lrs.views import documents, frame, knowledge, statements

app_name = "xapi"
urlpatterns = [
    path("statements", statements.statements, name="statements"),
    path("statements/more/<str:token>", statements.more_statements, name="more"),
    path("activities/state", documents.state, name="state"),
    path("activities/profile", documents.activity_profile, name="activity_profile"),
    path("activities", knowledge.activities, name="activities"),
    path("agents/profile", documents.agent_profile, name="agent_profile"),
    path("agents", knowledge.agents, name="agents"),
    path("about", knowledge.about, name="about"),
    path("<path:rest>", frame.unknown, name="unknown"),
]
