"""The set-up."""

from django.urls import path

from lockstep.web.setup import files, index, lists, places, services, staff, why

app_name = "setup"
urlpatterns = [
    path("", index.index, name="index"),
    path("following/", index.following, name="following"),
    path("locations/new/", places.location, name="location_new"),
    path("locations/<uuid:uuid>/", places.location, name="location"),
    path("locations/<uuid:uuid>/hours/", places.opening_hours, name="opening_hours"),
    path("closures/", places.closures, name="closures"),
    path("closures/new/", places.closure, name="closure_new"),
    path("closures/<uuid:uuid>/", places.closure, name="closure"),
    path("closures/<uuid:uuid>/remove/", places.closure_remove, name="closure_remove"),
    path("categories/", services.categories, name="categories"),
    path("categories/<uuid:uuid>/", services.category_action, name="category_action"),
    path("services/new/", services.service, name="service_new"),
    path("services/<uuid:uuid>/", services.service, name="service"),
    path("services/<uuid:uuid>/staff/", services.staffing, name="staffing"),
    path("services/<uuid:uuid>/questions/new/", services.question, name="question_new"),
    path("services/<uuid:uuid>/questions/<uuid:question>/", services.question, name="question"),
    path("services/<uuid:uuid>/questions/<uuid:question>/do/", services.question_action, name="question_action"),
    path("staff/new/", staff.staff_member, name="staff_new"),
    path("staff/<uuid:uuid>/", staff.staff_member, name="staff_member"),
    path("staff/<uuid:uuid>/assignments/", staff.assignments, name="assignments"),
    path("staff/<uuid:uuid>/hours/", staff.hours, name="hours"),
    path("staff/<uuid:uuid>/hours/dates/", staff.dates, name="dates"),
    path("staff/<uuid:uuid>/hours/copy/", staff.copy_hours, name="copy_hours"),
    path("files/", files.files, name="files"),
    path("files/check/", files.check, name="file_check"),
    path("files/write/", files.write, name="file_write"),
    path("files/<slug:kind>.csv", files.export, name="file_export"),
    path("why/", why.why, name="why"),
    path("<slug:kind>/", lists.listing, name="list"),
    path("<slug:kind>/do/", lists.bulk, name="bulk"),
]
