"""The admin's settings."""

from django.urls import path

from lockstep.web.settings import booking_pages, connecting, held, index, journal, living, log_ins, people, rules

app_name = "settings"
urlpatterns = [
    path("", index.index, name="index"),
    path("audit/", index.audit_log, name="audit"),
    path("booking-pages/", booking_pages.booking_pages, name="booking_pages"),
    path("log-ins/", log_ins.index, name="log_ins"),
    path("log-ins/invite/", log_ins.invite, name="log_in_invite"),
    path("log-ins/<uuid:uuid>/", log_ins.change, name="log_in"),
    path("log-ins/<uuid:uuid>/invite/", log_ins.invite_again, name="log_in_invite_again"),
    path("log-ins/<uuid:uuid>/close/", log_ins.close, name="log_in_close"),
    path("log-ins/<uuid:uuid>/open/", log_ins.open_again, name="log_in_open"),
    path("integrations/gsuite/", connecting.gsuite, name="gsuite"),
    path("integrations/gsuite/connect/", connecting.connect, name="gsuite_connect"),
    path("integrations/gsuite/check/", connecting.check, name="gsuite_check"),
    path("integrations/gsuite/progress/", connecting.progress, name="gsuite_progress"),
    path("integrations/gsuite/measured/", connecting.measured, name="gsuite_measured"),
    path("integrations/gsuite/save/", connecting.save, name="gsuite_save"),
    path("integrations/gsuite/users/", people.users, name="gsuite_users"),
    path("integrations/gsuite/users/do/", people.do, name="gsuite_do"),
    path("integrations/gsuite/users/rereading/", people.rereading, name="gsuite_rereading"),
    path("integrations/gsuite/users/manual/", people.manual, name="gsuite_manual"),
    path("integrations/gsuite/users/let-go/", people.let_go, name="gsuite_let_go"),
    path("integrations/gsuite/users/resync/<str:who>/", people.resync_many, name="gsuite_resync_many"),
    path("integrations/gsuite/users/<uuid:uuid>/resync/", people.resync, name="gsuite_resync"),
    path("integrations/gsuite/users/<uuid:uuid>/mend/", people.mend, name="gsuite_mend"),
    path("integrations/gsuite/content/", living.content, name="gsuite_content"),
    path("integrations/gsuite/rules/", rules.rules, name="gsuite_rules"),
    path("integrations/gsuite/journal/", journal.journal, name="gsuite_journal"),
    path("integrations/gsuite/journal/export/", journal.export, name="gsuite_journal_export"),
    path("integrations/gsuite/journal/undo/", journal.undo, name="gsuite_journal_undo"),
    path("integrations/gsuite/conflicts/", held.conflicts, name="gsuite_conflicts"),
    path("integrations/gsuite/brakes/<int:number>/<str:decision>/", held.decide_brake, name="gsuite_brake"),
    path("integrations/gsuite/unread/<int:number>/ignore/", held.ignore, name="gsuite_ignore"),
    path("integrations/gsuite/update/", living.update, name="gsuite_update"),
    path("integrations/gsuite/pause/", living.pause, name="gsuite_pause"),
    path("integrations/gsuite/resume/", living.resume, name="gsuite_resume"),
    path("integrations/gsuite/disconnect/", living.disconnect, name="gsuite_disconnect"),
]
