"""Is the process up, and can it serve? For load balancers and watchdogs."""

import logging

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache

log = logging.getLogger(__name__)

app_name = "health"


@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("live\n", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database and the cache answer, else 503; which one is missing, but never why."""
    parts = {"database": _database_answers(), "cache": _cache_answers()}
    return JsonResponse(
        {name: "ok" if well else "down" for name, well in parts.items()}, status=200 if all(parts.values()) else 503
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("the database does not answer")
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.set("health", "ok", 10)
        return cache.get("health") == "ok"
    except Exception:
        log.exception("the cache does not answer")
        return False


urlpatterns = [
    path("live", live, name="live"),
    path("ready", ready, name="ready"),
]
