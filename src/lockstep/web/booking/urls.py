"""Addresses of the booking pages, below /book/."""

from django.urls import path

from lockstep.web.booking import details, views

app_name = "booking"
urlpatterns = [
    path("<slug:slug>/", views.questions, name="questions"),
    path("<slug:slug>/details/", details.details, name="details"),
]
