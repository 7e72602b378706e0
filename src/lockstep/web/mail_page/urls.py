"""Addresses of the demo's mail page, below /mail/."""

from django.urls import path

from lockstep.web.mail_page import views

app_name = "mail_page"
urlpatterns = [
    path("", views.messages, name="list"),
    path("<uuid:uuid>/", views.message, name="message"),
    path("<uuid:uuid>/html/", views.message_html, name="html"),
    path("<uuid:uuid>/appointment.ics", views.calendar_file, name="calendar_file"),
]
