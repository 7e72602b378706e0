"""Registers the store with Django."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "lockstep.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
