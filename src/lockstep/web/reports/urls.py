"""Reports for managers and admins."""

from django.urls import path

from lockstep.web.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("download/", views.download, name="download"),
]
