"""Where Google posts its notifications."""

from django.urls import path

from lockstep.web import google_push

urlpatterns = [path("push", google_push.push, name="google_push")]
