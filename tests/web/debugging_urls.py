"""The addresses of an installation that is being debugged: the style guide among them."""

from django.urls import include, path

from lockstep.web import front

urlpatterns = [path("styleguide/", front.styleguide), path("", include("lockstep.config.urls"))]
