"""The admin's settings."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def soon(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


app_name = "settings"
urlpatterns = [path("", soon, name="index")]
