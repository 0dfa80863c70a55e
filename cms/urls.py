from django.urls import path

from cms import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("language/", views.set_language, name="set_language"),
    path("robots.txt", views.robots, name="robots"),
]
