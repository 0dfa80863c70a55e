"""What the page frame needs on every request."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {"quick_exit_url": settings.QUICK_EXIT_URL}
