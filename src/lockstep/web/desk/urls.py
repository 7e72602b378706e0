"""The staff's desk: the calendar, an appointment, the conflict inbox."""

from django.urls import path

from lockstep.web.desk import (
    absences_view,
    appointment_view,
    book_view,
    calendar_view,
    clients_view,
    conflicts_view,
    day_view,
    move_view,
    people_view,
)

app_name = "desk"
urlpatterns = [
    path("", calendar_view.calendar, name="calendar"),
    path("appointments/<uuid:uuid>/", appointment_view.appointment, name="appointment"),
    path("appointments/<uuid:uuid>/cancel/", appointment_view.cancel, name="cancel"),
    path("appointments/<uuid:uuid>/move/", move_view.move, name="move"),
    path("appointments/<uuid:uuid>/people/", people_view.people, name="people"),
    path("appointments/<uuid:uuid>/progress/", day_view.progress, name="progress"),
    path("appointments/<uuid:uuid>/notes/", day_view.notes, name="notes"),
    path("book/", book_view.times, name="book"),
    path("book/details/", book_view.details, name="book_details"),
    path("book/clients/", book_view.find_client, name="book_find_client"),
    path("clients/", clients_view.clients, name="clients"),
    path("clients/<uuid:uuid>/", clients_view.client, name="client"),
    path("clients/<uuid:uuid>/change/", clients_view.change, name="client_change"),
    path("absences/", absences_view.absences, name="absences"),
    path("absences/add/", absences_view.add, name="absence_add"),
    path("absences/<uuid:uuid>/", absences_view.absence, name="absence"),
    path("absences/<uuid:uuid>/change/", absences_view.change, name="absence_change"),
    path("absences/<uuid:uuid>/remove/", absences_view.remove, name="absence_remove"),
    path("absences/<uuid:uuid>/restore/", absences_view.restore, name="absence_restore"),
    path("absences/<uuid:uuid>/remove-one/", absences_view.remove_one, name="absence_remove_one"),
    path("conflicts/", conflicts_view.conflict_list, name="conflicts"),
    path("conflicts/<int:number>/<str:way>/", conflicts_view.decide, name="decide"),
    path("decisions/<int:number>/undo/", conflicts_view.undo, name="undo_decision"),
]
