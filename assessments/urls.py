from django.urls import path

from assessments import views

app_name = "assessments"

urlpatterns = [
    path("learn/<uuid:enrolment>/<slug:unit>/quiz/", views.start, name="start"),
    path("attempts/<uuid:number>/", views.attempt, name="attempt"),
    path("attempts/<uuid:number>/answers/", views.answers, name="answers"),
    path("attempts/<uuid:number>/submit/", views.submit, name="submit"),
    path("attempts/<uuid:number>/result/", views.result, name="result"),
]
