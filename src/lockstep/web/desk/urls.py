"""The staff's desk."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def soon(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


app_name = "desk"
urlpatterns = [path("", soon, name="calendar"), path("conflicts/", soon, name="conflicts")]
