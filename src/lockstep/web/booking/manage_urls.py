"""Addresses of a client's own appointment, below /appointment/."""

from django.urls import path

from lockstep.web.booking import manage

app_name = "appointment"
urlpatterns = [
    path("<str:token>/", manage.show, name="show"),
    path("<str:token>/booked/", manage.booked, name="booked"),
    path("<str:token>/cancel/", manage.cancel, name="cancel"),
    path("<str:token>/move/", manage.move, name="move"),
    path("<str:token>/appointment.ics", manage.calendar_entry, name="calendar_entry"),
]
