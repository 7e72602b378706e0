"""What the operator sees and changes: organisations, whether they may use GSuite, and the log-ins of their admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lockstep.store.models import Organisation, User

if TYPE_CHECKING:
    # Generic for the type checker only: Django's own classes cannot be subscripted.
    _OrganisationAdmin = admin.ModelAdmin[Organisation]
    _UserAdmin = admin.ModelAdmin[User]
    _UserForm = forms.ModelForm[User]
else:
    _OrganisationAdmin = _UserAdmin = admin.ModelAdmin
    _UserForm = forms.ModelForm


class OrganisationAdmin(_OrganisationAdmin):
    list_display = ("name", "gsuite_enabled", "google_customer_id")
    list_editable = ("gsuite_enabled",)
    search_fields = ("name", "google_customer_id")
    fields = ("name", "slug", "gsuite_enabled", "google_customer_id", "hold_minutes", "grace_seconds")
    prepopulated_fields: ClassVar = {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        """Deleting an organisation would leave its events in Google with nobody to remove them."""
        return False


class UserForm(_UserForm):
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(),
        help_text=_("At least 10 characters. Empty keeps the old one."),
    )

    class Meta:
        model = User
        fields = ("name", "email", "organisation", "role", "is_active", "is_operator")

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> User:
        if self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        elif not self.instance.pk:
            self.instance.set_unusable_password()
        return super().save(commit)


class UserAdmin(_UserAdmin):
    form = UserForm
    list_display = ("name", "email", "organisation", "role", "is_active", "is_operator")
    list_filter = ("organisation", "role")
    search_fields = ("name", "email")


def register(site: admin.AdminSite = admin.site) -> None:
    """Put both on `site`; once, however often the addresses are loaded."""
    pairs: tuple[tuple[Any, Any], ...] = ((Organisation, OrganisationAdmin), (User, UserAdmin))
    for model in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken):
        # Tables of the libraries that are nobody's to look into.
        if site.is_registered(model):
            site.unregister(model)
    for model, model_admin in pairs:
        if not site.is_registered(model):
            site.register(model, model_admin)
    site.site_header = site.site_title = "Lockstep"
    site.index_title = _("Organisations and log-ins")
