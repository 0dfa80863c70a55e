"""Addresses of the content origin that belong to launches."""

from django.urls import path, register_converter

from runtime.content import files, views
from runtime.content.converters import TicketConverter

register_converter(TicketConverter, "ticket")

app_name = "content"

urlpatterns = [
    path("play/<ticket:ticket>/", views.play, name="play"),
    path("p/<ticket:ticket>/<path:name>", files.package_file, name="file"),
]
