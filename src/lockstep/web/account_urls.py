"""Signing in and out, passwords, second factors, the identity provider.

allauth has many more pages; these are the ones that a closed installation needs. `account_signup` and
`socialaccount_signup` exist because allauth's other pages ask for their addresses; they answer that signing up is
closed.
"""

from allauth.account import views
from allauth.socialaccount import views as social_views
from allauth.socialaccount.providers.openid_connect import views as provider_views
from django.urls import include, path, re_path

from lockstep.web import single_sign_on

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/choose/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/chosen/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("sign-in/<slug:provider_id>/login/", single_sign_on.login, name="openid_connect_login"),
    path("sign-in/<slug:provider_id>/login/callback/", provider_views.callback, name="openid_connect_callback"),
    path("sign-in/cancelled/", social_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/error/", social_views.login_error, name="socialaccount_login_error"),
    path("sign-in/signup/", social_views.signup, name="socialaccount_signup"),
]
