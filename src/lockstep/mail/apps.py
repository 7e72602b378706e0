"""Registers the messages with Django, for their templates."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "lockstep.mail"
    label = "mail"
