"""Every setting of an installation, read from the environment here and nowhere else.

`docs/settings.md` lists the variables for operators. A value that cannot be used stops the start with a sentence.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parent.parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def database_from(url: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL address (`postgresql://user:password@host:port/name?host=/socket/folder`).

    Raises: ImproperlyConfigured for any other kind of database.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://; Lockstep needs PostgreSQL 15 or newer.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "lockstep",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": query,
        # One lasting connection per thread: opening one costs more than a page.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def sign_in_client_from(path: str) -> dict[str, Any] | None:
    """The OAuth client in the file that Google's console offers for download (`client_secret_….json`); None for "".

    Raises: ImproperlyConfigured when it cannot be read, or is another kind of file.
    """
    if not path:
        return None
    try:
        content = json.loads(Path(path).read_text())
        client = content.get("web") or content["installed"]
        return {"client_id": client["client_id"], "secret": client["client_secret"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ImproperlyConfigured(
            "LOCKSTEP_SIGN_IN_CLIENT_FILE is the OAuth client's JSON file from Google's console (APIs & Services, "
            "Credentials, OAuth 2.0 Client IDs, Download JSON); the file that it names cannot be read as one."
        ) from None


DEBUG = _flag("LOCKSTEP_DEBUG")
NO_SECRET_KEY = "unset"  # noqa: S105  (commands that serve nothing run with it; lockstep.config.wsgi refuses it)
SECRET_KEY = os.environ.get("LOCKSTEP_SECRET_KEY", "") or NO_SECRET_KEY

ENVIRONMENT = os.environ.get("LOCKSTEP_ENVIRONMENT", "production")
if ENVIRONMENT not in {"demo", "production"}:
    raise ImproperlyConfigured("LOCKSTEP_ENVIRONMENT is either demo or production.")

PUBLIC_URL = os.environ.get("LOCKSTEP_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
"""Where people and Google reach this installation from outside."""
PUSH_URL = os.environ.get("LOCKSTEP_PUSH_URL", f"{PUBLIC_URL}/google/push")
"""Where Google posts its notifications; empty where no inbound connection is possible (then Lockstep polls)."""
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = sorted({_public.hostname or "localhost", "localhost", "127.0.0.1"})
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("LOCKSTEP_BEHIND_PROXY") else None
SESSION_COOKIE_NAME = "lockstep_session"
CSRF_COOKIE_NAME = "lockstep_csrf"
SESSION_COOKIE_HTTPONLY = True

GOOGLE_SERVICE_ACCOUNT_FILE = os.environ.get("LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE", "")
GOOGLE_CALENDAR_URL = os.environ.get("LOCKSTEP_GOOGLE_CALENDAR_URL", "https://www.googleapis.com")
GOOGLE_DIRECTORY_URL = os.environ.get("LOCKSTEP_GOOGLE_DIRECTORY_URL", "https://admin.googleapis.com")
GOOGLE_PROJECT_UNITS_A_MINUTE = int(os.environ.get("LOCKSTEP_GOOGLE_PROJECT_UNITS", "10000"))
GOOGLE_USER_UNITS_A_MINUTE = int(os.environ.get("LOCKSTEP_GOOGLE_USER_UNITS", "600"))
"""Google's quota for the service account's Cloud project: calls a minute, of everybody and of each person."""
METRICS_TOKEN = os.environ.get("LOCKSTEP_METRICS_TOKEN", "")
"""What Prometheus has to send as its bearer token; without one there are no metrics to be had."""
WEBHOOKS_MAY_BE_PRIVATE = _flag("LOCKSTEP_WEBHOOKS_MAY_BE_PRIVATE")
"""Lets admins have alerts posted into this installation's own network."""

MAIL_CATCHER = _flag("LOCKSTEP_MAIL_CATCHER")
"""Keeps e-mails on a page instead of sending them. For demonstrations."""
EMAIL_BACKEND = "lockstep.mail.catcher.Backend" if MAIL_CATCHER else "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("LOCKSTEP_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("LOCKSTEP_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("LOCKSTEP_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LOCKSTEP_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("LOCKSTEP_SMTP_STARTTLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("LOCKSTEP_MAIL_FROM", "Appointments <appointments@localhost>")

DATABASES = {"default": database_from(os.environ.get("DATABASE_URL", "postgresql:///lockstep"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In the database, so that rate limits hold over all web processes.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "procrastinate.contrib.django",
    "lockstep.store",
    "lockstep.mail",
    "lockstep.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lockstep.web.security.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lockstep.web.second_factor.SecondFactorFirst",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "lockstep.config.urls"
WSGI_APPLICATION = "lockstep.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Found before the templates of any app, so that ours replace allauth's.
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lockstep.web.context.installation",
            ],
        },
    },
]

# Every form gets the design system's fields.
FORM_RENDERER = "lockstep.web.forms.FieldRenderer"

AUTH_USER_MODEL = "store.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lockstep.web.accounts.ClosedAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
"""Seconds for which a link to choose a password holds, that of an invitation included."""

SECOND_FACTOR = os.environ.get("LOCKSTEP_SECOND_FACTOR") or ("offered" if ENVIRONMENT == "demo" else "required")
"""Whether admins and operators who sign in with a password need a second factor; everybody else is offered one."""
if SECOND_FACTOR not in {"offered", "required"}:
    raise ImproperlyConfigured("LOCKSTEP_SECOND_FACTOR is either offered or required.")
MFA_ADAPTER = "lockstep.web.second_factor.Adapter"
MFA_TOTP_ISSUER = "Lockstep"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # An admin or the operator gave the address; nobody signs up.

SIGN_IN_CLIENT = sign_in_client_from(os.environ.get("LOCKSTEP_SIGN_IN_CLIENT_FILE", ""))
SIGN_IN_ISSUER = os.environ.get("LOCKSTEP_SIGN_IN_ISSUER", "https://accounts.google.com").rstrip("/")
SIGN_IN_NAME = os.environ.get("LOCKSTEP_SIGN_IN_NAME", "Google")
SOCIALACCOUNT_ADAPTER = "lockstep.web.single_sign_on.Adapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": SIGN_IN_NAME,
                **SIGN_IN_CLIENT,
                "settings": {"server_url": SIGN_IN_ISSUER, "token_auth_method": "client_secret_post"},
            }
        ]
        if SIGN_IN_CLIENT
        else [],
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _flag("LOCKSTEP_BEHIND_PROXY") else 0

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
"""What clients can read (lockstep.web.booking.language chooses); staff and admins read `LANGUAGE_CODE`."""
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Served from the packages themselves, so that no collecting step stands between installing and serving.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the log-in e-mail is unique by a constraint on its lower-case form
]

# Imported at the start everywhere, so that only jobs that exist can be deferred.
PROCRASTINATE_IMPORT_PATHS = ["lockstep.worker.tasks"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_keys": {"()": "lockstep.config.quiet_logs.WithoutKeys"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_keys"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "procrastinate": {"level": "WARNING"},
        # Their finer levels print addresses of calls, and with them e-mail addresses.
        "urllib3": {"level": "WARNING"},
        "google": {"level": "WARNING"},
    },
}
