"""Registers the pages with Django, for their templates and static files."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lockstep.web"
    label = "web"
