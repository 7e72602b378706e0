"""The WSGI application that the web server runs. Raises: ImproperlyConfigured without a secret key."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockstep.config.settings")
if settings.SECRET_KEY == settings.NO_SECRET_KEY:
    raise ImproperlyConfigured(
        "LOCKSTEP_SECRET_KEY is not set. Sessions and the links in e-mails depend on it: set it to a long random text."
    )
application = get_wsgi_application()
