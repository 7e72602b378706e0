"""The staff's desk: the calendar, an appointment, the conflict inbox."""

from django.urls import path

from lockstep.web.desk import appointment_view, calendar_view, conflicts_view

app_name = "desk"
urlpatterns = [
    path("", calendar_view.calendar, name="calendar"),
    path("appointments/<uuid:uuid>/", appointment_view.appointment, name="appointment"),
    path("appointments/<uuid:uuid>/cancel/", appointment_view.cancel, name="cancel"),
    path("conflicts/", conflicts_view.conflicts, name="conflicts"),
]
