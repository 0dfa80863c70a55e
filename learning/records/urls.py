"""The learner's own pages, and the export of records for a state register."""

from django.urls import path

from learning.records.views import lesson
from learning.records.views.card import card
from learning.records.views.learner import completed, my_learning, programme, renew
from learning.records.views.player import unit
from learning.records.views.register import register, register_file

study = [
    path("learn/", my_learning, name="my_learning"),
    path("learn/card/", card, name="card"),
    path("learn/renew/<slug:course>/", renew, name="renew"),
    path("learn/<uuid:enrolment>/", programme, name="programme"),
    path("learn/<uuid:enrolment>/completed/", completed, name="completed"),
    path("learn/<uuid:enrolment>/<slug:unit>/", unit, name="unit"),
    path("learn/<uuid:enrolment>/<slug:unit>/done/", lesson.done, name="done"),
    path("learn/<uuid:enrolment>/<slug:unit>/position/", lesson.position, name="position"),
    path("learn/<uuid:enrolment>/<slug:unit>/checks/<int:block>/", lesson.check, name="check"),
]
institutions = [
    path("<slug:code>/exports/register/", register, name="register"),
    path("<slug:code>/exports/register.csv", register_file, {"extension": "csv"}, name="register_csv"),
    path("<slug:code>/exports/register.xlsx", register_file, {"extension": "xlsx"}, name="register_xlsx"),
]
