from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def floor(request: HttpRequest) -> HttpResponse:
    """The least a signed-in page can cost: every middleware, the session, the person, three words."""
    return HttpResponse(f"Labdien, {request.user.first_name}")


urlpatterns = [path("floor/", floor), path("", include("config.urls"))]
