"""The platform's pages of a package unit."""

from django.urls import path

from runtime import views

app_name = "runtime"

urlpatterns = [
    path("learn/<uuid:enrolment>/<slug:unit>/package/", views.open_package, name="open"),
    path("learn/<uuid:enrolment>/<slug:unit>/package/again/", views.begin_again, name="again"),
    path("learn/<uuid:enrolment>/<slug:unit>/package/renew/", views.renew, name="renew"),
    path("learn/<uuid:enrolment>/<slug:unit>/package/exit/", views.leave, name="leave"),
]
