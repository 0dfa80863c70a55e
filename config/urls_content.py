"""Every address of the content origin. Nothing here knows a session: the token in the path says what may be had."""

from functools import partial

from django.urls import include, path

from runtime.content.views import problem

urlpatterns = [
    path("health/", include("config.health")),
    # On the host of the platform as well, see `config.content_origin`.
    path("xapi/", include("lrs.urls")),
    path("", include("runtime.content.urls")),
]

handler400, handler403, handler404, handler500 = (partial(problem, status=status) for status in (400, 403, 404, 500))
