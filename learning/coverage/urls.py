"""Addresses of coverage below /institutions/ and /plan/."""

from django.urls import path

from learning.coverage.views import figures, people

institutions = [
    path("", figures.home, name="home"),
    path("<slug:code>/", figures.institution, name="institution"),
    path("<slug:code>/coverage/", figures.coverage, name="coverage"),
    path("<slug:code>/people/", people.people_list, name="people"),
    path("<slug:code>/people/<uuid:number>/", people.person, name="person"),
    path("<slug:code>/people/<uuid:number>/exemptions/", people.exempt, name="exempt"),
    path("<slug:code>/people/<uuid:number>/exemptions/end/", people.end_exemption, name="end_exemption"),
]
