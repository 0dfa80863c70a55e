"""Addresses of group sessions: for learners, and for those who run them."""

from django.urls import path

from learning.gatherings.views import learner, planning, register

learn = [
    path("learn/sessions/", learner.session_list, name="sessions"),
    path("learn/sessions/<uuid:number>/", learner.session_page, name="session"),
    path("learn/sessions/<uuid:number>/seat/", learner.change_seat, name="session_seat"),
    path("learn/sessions/<uuid:number>/session.ics", learner.calendar, name="session_calendar"),
    path("learn/sessions/<slug:code>/here/", learner.here, name="session_here"),
]
_AT = "<slug:code>/sessions/<uuid:number>/"
institutions = [
    path("<slug:code>/sessions/", planning.session_list, name="sessions"),
    path("<slug:code>/sessions/new/", planning.plan, name="plan_session"),
    path(_AT, register.session_page, name="session"),
    path(f"{_AT}change/", planning.change, name="change_session"),
    path(f"{_AT}cancel/", planning.cancel, name="cancel_session"),
    path(f"{_AT}seats/", register.tap, name="session_tap"),
    path(f"{_AT}people/", register.add, name="session_add"),
    path(f"{_AT}units/", register.confirm, name="session_confirm"),
    path(f"{_AT}screen/", register.screen, name="session_screen"),
    path(f"{_AT}sheet/", register.sheet, name="session_sheet"),
    path(f"{_AT}list.csv", register.list_file, {"extension": "csv"}, name="session_csv"),
    path(f"{_AT}list.xlsx", register.list_file, {"extension": "xlsx"}, name="session_xlsx"),
]
