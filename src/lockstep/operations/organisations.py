"""Finding organisations, for pages that anybody may open."""

from __future__ import annotations

from django.db.models import QuerySet

from lockstep.store.models import Organisation


def organisation_of(slug: str) -> Organisation | None:
    return Organisation.objects.filter(slug=slug).first()


def all_organisations() -> QuerySet[Organisation]:
    return Organisation.objects.order_by("name")


def organisations_with_google() -> QuerySet[Organisation]:
    """Those for which the operator has enabled the integration, with their connection where there is one."""
    return Organisation.objects.filter(gsuite_enabled=True).select_related("connection").order_by("name")
