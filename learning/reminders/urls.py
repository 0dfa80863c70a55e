"""Addresses of reminders: for HR below /institutions/, for learners below /learn/."""

from django.urls import path

from learning.reminders import views

officer = [
    path("<slug:code>/reminders/", views.policy, name="reminders"),
    path("<slug:code>/reminders/ledger/", views.ledger, name="reminder_ledger"),
    path("<slug:code>/reminders/addresses/<uuid:number>/", views.address_checked, name="reminder_address"),
    path("<slug:code>/exports/reminders.csv", views.ledger_file, name="export_reminders_csv"),
]
study = [
    path("learn/<uuid:enrolment>/due.ics", views.due_file, name="due_calendar"),
]
