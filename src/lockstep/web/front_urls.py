"""The front page, and while debugging the style guide."""

from django.conf import settings
from django.urls import path

from lockstep.web import front

urlpatterns = [
    path("", front.front, name="front"),
    # Pages that are not ours to write, such as the Django admin's, are asked for by browsers under this name.
    path("favicon.ico", front.favicon, name="favicon"),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", front.styleguide, name="styleguide"))
