"""The operator's pages: Django's own admin, for the one who runs the installation.

Its log-in page is replaced by ours, so that one rate limit guards every password.
"""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from lockstep.web import operator_admin

operator_admin.register()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # the way allauth documents

urlpatterns, app_name, _name = admin.site.urls
