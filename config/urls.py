"""Every address. Stable ones are listed in docs/addresses.md; the Wagtail catch-all stays last."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.api import api

urlpatterns = [
    # Wagtail's own sign-in and password reset would be a second, weaker door (SECURITY finding 1).
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="cms_login"),
    path("cms/password_reset/", RedirectView.as_view(pattern_name="account_reset_password"), name="cms_password_reset"),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("config.urls_accounts")),
    path("api/v1/", api.urls),
    path("health/", include("config.health")),
    path("", include("cms.urls")),
    path("institutions/", include("learning.urls_institutions")),
    path("plan/", include("learning.urls_plan")),
    # These apps own addresses at the top level: /learn/, /invitation/ · /attempts/ · below units · /certificates/, /v/.
    path("", include("learning.urls")),
    path("", include("assessments.urls")),
    path("", include("runtime.urls")),
    path("", include("certificates.urls")),
    path("", include(wagtail_urls)),
]

handler500 = "cms.views.server_error"
