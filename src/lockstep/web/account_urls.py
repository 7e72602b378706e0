"""Signing in and out. allauth has many more pages; these are the ones that a closed installation needs.

`account_signup` exists because allauth's log-in page asks for its address; it answers that signing up is closed.
"""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
]
