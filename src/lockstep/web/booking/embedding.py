"""The booking pages within another web site: who may show them, and the script that puts them there.

Within a frame of another site a browser keeps no cookies for us. The pages need none: the flow and the appointment are
in the address, signed, and no form relies on a cookie (docs/decisions).
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lockstep.store.models import Organisation
from lockstep.web.booking.lookup import organisation_or_404
from lockstep.web.security import policy

HOW_LONG_S = 3600


def may_be_embedded(response: HttpResponse, organisation: Organisation) -> HttpResponse:
    """Let the sites that the organisation named show this answer in a frame; without any, nobody may."""
    if organisation.embed_origins:
        response.headers["Content-Security-Policy"] = policy(organisation.embed_origins)
        # The older header knows no list of sites, and browsers that read the policy ignore it.
        response.xframe_options_exempt = True
    return response


@require_safe
@cache_control(public=True, max_age=HOW_LONG_S)
def script(request: HttpRequest, slug: str) -> HttpResponse:
    """`<script src=".../embed.js" async></script>` puts the booking pages where the tag stands and keeps their height.

    What the tag's own data attributes name is chosen already: data-service, data-location, data-staff.
    """
    organisation = organisation_or_404(slug)
    return render(
        request, "booking/embed.js", {"organisation": organisation}, content_type="text/javascript; charset=utf-8"
    )
