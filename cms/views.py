"""Pages of the frame itself."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import i18n
from django.views.decorators.http import require_POST

from cms.forms import ProfileForm


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language here and now; a signed-in person keeps it on every device and in mail."""
    form = ProfileForm(request.POST)
    if request.user.is_authenticated and form.is_valid():
        form.save(request.user)
    return i18n.set_language(request)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    return render(request, "account/profile.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or the cookie is gone; nothing was changed."""
    return render(request, "403_csrf.html", status=403)
