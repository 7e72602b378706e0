"""How forms look: the renderer that gives every Django form the design system's fields."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template import loader


class FieldRenderer(DjangoTemplates):
    """Django's own widgets inside our fields: label, help, errors, control (components/field.html)."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("components/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)
