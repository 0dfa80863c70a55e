from django.urls import path

from certificates import views

app_name = "certificates"

urlpatterns = [
    path("certificates/", views.mine, name="mine"),
    path("certificates/<str:code>/", views.detail, name="detail"),
    path("certificates/<str:code>/pdf/", views.pdf, name="pdf"),
    path("v/", views.verify_form, name="verify_form"),
    path("v/<str:code>/", views.verify, name="verify"),
]
