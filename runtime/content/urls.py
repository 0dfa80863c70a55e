"""Addresses of the content origin that belong to launches."""

from django.urls import path, register_converter

from runtime.cmi5 import views as cmi5
from runtime.content import commits, files, h5p, views
from runtime.content.converters import NameConverter, TicketConverter

register_converter(TicketConverter, "ticket")
register_converter(NameConverter, "name")

app_name = "content"

urlpatterns = [
    path("play/<ticket:ticket>/", views.play, name="play"),
    path("rt/<ticket:ticket>/commit/", commits.commit, name="commit"),
    path("p/<ticket:ticket>/<path:name>", files.package_file, name="file"),
    path("rt/<ticket:ticket>/h5p/<int:activity>/states/<name:kind>/<name:part>/", h5p.state, name="h5p_state"),
    path("rt/<ticket:ticket>/h5p/<int:activity>/results/", h5p.results, name="h5p_results"),
    path("rt/cmi5/fetch/<str:secret>/", cmi5.fetch, name="cmi5_fetch"),
    path("rt/<ticket:ticket>/cmi5/launch/", cmi5.launch, name="cmi5_launch"),
    path("rt/<ticket:ticket>/cmi5/window/", cmi5.open_window, name="cmi5_window"),
    path("rt/<ticket:ticket>/cmi5/status/", cmi5.status, name="cmi5_status"),
    path("rt/<ticket:ticket>/cmi5/returned/", cmi5.returned, name="cmi5_returned"),
]
