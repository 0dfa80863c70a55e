"""Addresses about people: for those invited and for HR."""

from django.urls import path

from learning.people import column_views, import_views, invitation_views, views
from learning.people.codes import views as code_views
from learning.people.duplicates import views as duplicate_views
from learning.people.posts import views as post_views

invited = [
    path("code/", code_views.sign_in, name="code"),
    path("code/password/", code_views.choose_password, name="code_password"),
    path("code/leave/", code_views.leave, name="leave_computer"),
    path("invitation/<slug:token>/", views.accept, name="accept_invitation"),
    path("invitation/<slug:token>/not-me/", views.decline, name="decline_invitation"),
]
officer = [
    path("<slug:code>/import/", import_views.hand_in, name="import"),
    path("<slug:code>/import/sample.csv", import_views.download_sample, name="import_sample"),
    path("<slug:code>/import/<uuid:number>/", import_views.preview, name="import_preview"),
    path("<slug:code>/import/<uuid:number>/columns/", column_views.match, name="import_columns"),
    path("<slug:code>/import/<uuid:number>/progress/", import_views.progress, name="import_progress"),
    path("<slug:code>/import/<uuid:number>/undo/", import_views.undo, name="undo_import"),
    path("<slug:code>/import/columns/", column_views.remembered, name="remembered_columns"),
    path("<slug:code>/codes/", code_views.codes, name="codes"),
    path("<slug:code>/duplicates/", duplicate_views.duplicates, name="duplicates"),
    path("<slug:code>/invitations/", invitation_views.invitation_list, name="invitations"),
    path("<slug:code>/people/<uuid:number>/edit/", post_views.edit_person, name="edit_person"),
    path("<slug:code>/people/<uuid:number>/posts/new/", post_views.add_post, name="add_post"),
    path("<slug:code>/people/<uuid:number>/posts/<int:post>/", post_views.edit_post, name="edit_post"),
    path("<slug:code>/people/new/", invitation_views.invite, name="invite"),
]
