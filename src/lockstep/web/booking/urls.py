"""Addresses of the booking pages, below /book/."""

from django.urls import path

from lockstep.web.booking import details, embedding, views

app_name = "booking"
urlpatterns = [
    path("<slug:slug>/", views.questions, name="questions"),
    path("<slug:slug>/embed.js", embedding.script, name="embed_script"),
    path("<slug:slug>/details/", details.details, name="details"),
]
