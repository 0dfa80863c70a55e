"""Addresses of coverage below /institutions/ and /plan/."""

from django.urls import path

from learning.coverage.views import exports, figures, leaves, people
from learning.coverage.views import plan as plan_views

institutions = [
    path("", figures.home, name="home"),
    path("<slug:code>/", figures.institution, name="institution"),
    path("<slug:code>/coverage/", figures.coverage, name="coverage"),
    path("<slug:code>/people/", people.people_list, name="people"),
    path("<slug:code>/people/<uuid:number>/", people.person, name="person"),
    path("<slug:code>/people/<uuid:number>/exemptions/", people.exempt, name="exempt"),
    path("<slug:code>/people/<uuid:number>/exemptions/end/", people.end_exemption, name="end_exemption"),
    path("<slug:code>/people/<uuid:number>/leave/", leaves.grant, name="grant_leave"),
    path("<slug:code>/people/<uuid:number>/leave/end/", leaves.end, name="end_leave"),
    path("<slug:code>/exports/people.csv", exports.people_file, {"extension": "csv"}, name="export_people_csv"),
    path("<slug:code>/exports/people.xlsx", exports.people_file, {"extension": "xlsx"}, name="export_people_xlsx"),
]
plan = [
    path("", plan_views.home, name="home"),
    path("exports/coverage.csv", plan_views.coverage_file, {"extension": "csv"}, name="export_csv"),
    path("exports/coverage.xlsx", plan_views.coverage_file, {"extension": "xlsx"}, name="export_xlsx"),
]
