"""The staff's desk: the calendar, an appointment, the conflict inbox."""

from django.urls import path

from lockstep.web.desk import (
    appointment_view,
    book_view,
    calendar_view,
    clients_view,
    conflicts_view,
    day_view,
    move_view,
)

app_name = "desk"
urlpatterns = [
    path("", calendar_view.calendar, name="calendar"),
    path("appointments/<uuid:uuid>/", appointment_view.appointment, name="appointment"),
    path("appointments/<uuid:uuid>/cancel/", appointment_view.cancel, name="cancel"),
    path("appointments/<uuid:uuid>/move/", move_view.move, name="move"),
    path("appointments/<uuid:uuid>/progress/", day_view.progress, name="progress"),
    path("appointments/<uuid:uuid>/notes/", day_view.notes, name="notes"),
    path("book/", book_view.times, name="book"),
    path("book/details/", book_view.details, name="book_details"),
    path("book/clients/", book_view.find_client, name="book_find_client"),
    path("clients/", clients_view.clients, name="clients"),
    path("clients/<uuid:uuid>/", clients_view.client, name="client"),
    path("clients/<uuid:uuid>/change/", clients_view.change, name="client_change"),
    path("conflicts/", conflicts_view.conflicts, name="conflicts"),
]
