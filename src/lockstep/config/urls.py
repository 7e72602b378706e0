"""Every address of an installation."""

from django.urls import include, path

from lockstep.web import health, metrics
from lockstep.web.settings.guide import printable

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("lockstep.web.account_urls")),
    path("book/", include("lockstep.web.booking.urls")),
    path("appointment/", include("lockstep.web.booking.manage_urls")),
    path("desk/", include("lockstep.web.desk.urls")),
    path("reports/", include("lockstep.web.reports.urls")),
    path("setup/", include("lockstep.web.setup.urls")),
    path("settings/", include("lockstep.web.settings.urls")),
    path("google/set-up/<str:token>/", printable, name="google_set_up"),
    path("google/", include("lockstep.web.google_push_urls")),
    path("mail/", include("lockstep.web.mail_page.urls")),
    path("operator/", include("lockstep.web.operator_urls")),
    path("", include("lockstep.web.front_urls")),
]
