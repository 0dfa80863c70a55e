"""Addresses of the rules of an institution."""

from django.urls import path

from learning.requirements import views

institutions = [
    path("<slug:code>/requirements/", views.rules, name="requirements"),
    path("<slug:code>/requirements/new/", views.new, name="new_requirement"),
    path("<slug:code>/requirements/<int:rule>/", views.change, name="change_requirement"),
    path("<slug:code>/requirements/<int:rule>/end/", views.end, name="end_requirement"),
]
