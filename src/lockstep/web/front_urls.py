"""The front page, and while debugging the style guide."""

from django.conf import settings
from django.urls import path

from lockstep.web import front

urlpatterns = [path("", front.front, name="front")]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", front.styleguide, name="styleguide"))
