"""Booking for a client: what, where, with whom and when on one page; for whom on the next, while the time is held."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lockstep import wiring
from lockstep.operations.booking import BookingRequest, ClientDetails, GivenAnswer, book, questions_of
from lockstep.operations.clients import client_of, clients_seen_by
from lockstep.operations.history import By
from lockstep.operations.holding import current_hold, hold_slot, release_hold
from lockstep.scheduling.refusals import Refused, SlotTaken
from lockstep.scheduling.roles import Ability
from lockstep.store.models import AppointmentHistory, Client, Hold, Question
from lockstep.web.access import MemberRequest, needs
from lockstep.web.booking.flow import flow_from, flow_token, new_flow
from lockstep.web.booking.holds import instant
from lockstep.web.booking.lookup import held_span
from lockstep.web.booking.question_fields import field_for, field_name, given
from lockstep.web.booking.times import Wish, times_page
from lockstep.web.desk.booking_choice import BookingChoice, read_choice

MOST_FOUND = 8


class QuestionsForm(forms.Form):
    """The service's questions; staff may leave out what clients must answer."""

    def __init__(self, questions: list[Question], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.questions = questions
        for question in questions:
            field = field_for(question)
            field.required = False
            self.fields[field_name(question)] = field


class NewClientForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("The confirmation goes there, with a link to move or cancel."),
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=64, required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.BOOK)
def times(request: MemberRequest) -> HttpResponse:
    """What, where, with whom, and when. A POST holds the time and goes on."""
    choice = read_choice(request.GET, request.user)
    notice = ""
    if request.method == "POST" and choice.is_whole:
        try:
            flow = _hold(request, choice)
        except Refused as refusal:
            notice = str(refusal)
        else:
            return redirect(f"{reverse('desk:book_details')}?{choice.query(flow=flow_token(flow))}")
    context: dict[str, Any] = {"choice": choice, "notice": notice, "client": _client(request, choice)}
    if choice.is_whole and choice.service and choice.location:
        zone = ZoneInfo(choice.location.time_zone)
        here = f"{reverse('desk:book')}?{choice.query()}"
        context |= {
            "times": times_page(
                Wish(choice.service, choice.location, choice.staff, zone),
                month=request.GET.get("month", ""),
                day=request.GET.get("day", ""),
                now=timezone.now(),
            ),
            "zone": zone,
            "place_name": choice.location.name,
            "zone_is_clients": False,
            "here": here,
            "slots_action": here,
        }
    return render(request, "desk/book.html", context, status=409 if notice else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.BOOK)
def details(request: MemberRequest) -> HttpResponse:
    """For whom; a POST books."""
    choice = read_choice(request.GET, request.user)
    flow = flow_from(choice.flow)
    hold = current_hold(flow=flow, now=timezone.now()) if flow else None
    if flow is None or hold is None:
        messages.warning(request, _("The time is not held any more. Please choose one."))
        return redirect(f"{reverse('desk:book')}?{choice.query(flow='')}")
    if request.method == "POST" and "back" in request.POST:
        release_hold(flow=flow)
        return redirect(f"{reverse('desk:book')}?{choice.query(flow='')}")
    known = _client(request, choice)
    form = NewClientForm(request.POST if request.method == "POST" and known is None else None)
    asked = QuestionsForm(questions_of(hold.service), request.POST if request.method == "POST" else None)
    if request.method == "POST" and asked.is_valid() and (known or form.is_valid()):
        client = known or ClientDetails(**form.cleaned_data)
        return _book(request, choice, flow, hold, client, given(asked.questions, asked.cleaned_data))
    return _details_page(request, choice, hold, form, known, asked)


@never_cache
@require_safe
@needs(Ability.BOOK)
def find_client(request: MemberRequest) -> HttpResponse:
    """The clients that the search finds, as links that choose one; for htmx."""
    choice = read_choice(request.GET, request.user)
    search = request.GET.get("search", "").strip()
    found = list(clients_seen_by(request.user, search=search)[:MOST_FOUND]) if search else []
    return render(request, "desk/book_found.html", {"found": _links(choice, found), "search": search})


def _book(
    request: MemberRequest,
    choice: BookingChoice,
    flow: UUID,
    hold: Hold,
    client: Client | ClientDetails,
    answers: tuple[GivenAnswer, ...],
) -> HttpResponse:
    wanted = BookingRequest(
        flow=flow,
        client=client,
        notes=request.POST.get("notes", "")[:2000],
        client_time_zone=hold.location.time_zone,
        by=By(AppointmentHistory.Actor.STAFF, request.user.name),
        answers=answers,
    )
    try:
        appointment = book(wanted, workspace=wiring.workspace(), clock=timezone.now)
    except Refused as refusal:
        release_hold(flow=flow)
        messages.warning(request, str(refusal))
        return redirect(f"{reverse('desk:book')}?{choice.query(flow='')}")
    messages.success(request, _("Booked. The client gets an e-mail with everything."))
    return redirect("desk:appointment", uuid=appointment.uuid)


def _details_page(
    request: MemberRequest,
    choice: BookingChoice,
    hold: Hold,
    form: NewClientForm,
    known: Client | None,
    asked: QuestionsForm,
) -> HttpResponse:
    search = request.GET.get("search", "").strip()
    found = list(clients_seen_by(request.user, search=search)[:MOST_FOUND]) if search else []
    context = {
        "choice": choice,
        "hold": hold,
        "held": held_span(hold),
        "zone": hold.location.time_zone,
        "form": form,
        "asked": asked,
        "client": known,
        "search": search,
        "found": _links(choice, found),
        "another_url": f"?{choice.query(client='')}",
        "notes": request.POST.get("notes", ""),
    }
    return render(request, "desk/book_details.html", context, status=422 if form.errors or asked.errors else 200)


def _links(choice: BookingChoice, clients: list[Client]) -> list[tuple[Client, str]]:
    return [(each, f"{reverse('desk:book_details')}?{choice.query(client=str(each.uuid))}") for each in clients]


def _client(request: MemberRequest, choice: BookingChoice) -> Client | None:
    return client_of(request.user, UUID(choice.client)) if choice.client else None


def _hold(request: MemberRequest, choice: BookingChoice) -> UUID:
    """Hold the time that was pressed. Raises: NotOffered, SlotTaken, TooManyHolds."""
    starts_at = instant(request.POST.get("starts_at", ""))
    if starts_at is None or choice.service is None or choice.location is None or choice.method is None:
        raise SlotTaken
    flow = new_flow()
    hold_slot(
        flow=flow,
        # Their own limit of holds, whatever network they are in.
        address=f"user {request.user.pk}",
        service=choice.service,
        location=choice.location,
        staff=choice.staff,
        meeting_method=choice.method,
        starts_at=starts_at,
        now=timezone.now(),
    )
    return flow
