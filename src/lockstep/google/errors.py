"""One table: (status, reason) → our error. A rate limit also arrives as 403, so neither alone is enough.

Owns: what every refusal of the Calendar and Directory APIs means for the caller; the token endpoint speaks another
dialect and has its own table in `token_errors`. Nothing above this package ever sees a status code. The messages are
sentences for the person who can act; Google's own text is never repeated in them, because it can hold what we sent.

Three rules where the sources leave a gap:
- a 4xx without Google's envelope proves nothing about the event or person asked for (a proxy may have answered), so it
  is never read as "not there" or "deleted";
- an unknown refusal is lost access for this one person, never more, and never "free" or "done";
- an unknown invalid request is a mistake of ours.

Source: https://developers.google.com/workspace/calendar/api/guides/errors,
https://developers.google.com/workspace/admin/directory/v1/limits
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from lockstep.google.envelope import Refusal, plain_word
from lockstep.sync.errors import (
    AlreadyGone,
    AlreadyThere,
    ApiDisabled,
    DelegationRefused,
    EtagMismatch,
    Forbidden,
    NotACalendarUser,
    NotFound,
    OurMistake,
    PushRefused,
    RateLimited,
    Scope,
    SyncError,
    TokenExpired,
    Unreachable,
)


class Api(StrEnum):
    """The names under which the Cloud console lists them."""

    CALENDAR = "Google Calendar API"
    DIRECTORY = "Admin SDK API"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: it decides where one (status, reason) has several meanings."""

    api: Api
    scope: str
    subject: str
    is_page_of_events: bool = False
    """Its tokens can expire."""
    has_etag: bool = False
    """`If-Match` was sent."""
    by_typed_key: bool = False
    """It names a user or group by an address that a person typed, which can be malformed."""


def error_of(refusal: Refusal, asked: Asked) -> SyncError:
    """The error that `refusal` of an API call means."""
    if not refusal.is_googles:
        return _without_envelope(refusal, asked)
    for reason in refusal.reasons:
        for key in ((refusal.status, reason), (None, reason)):
            if key in TABLE:
                return TABLE[key](refusal, asked)
    by_status = TABLE.get((refusal.status, None))
    if by_status is not None:
        return by_status(refusal, asked)
    return _unreachable(refusal, asked) if refusal.status >= 500 else _our_mistake(refusal, asked)


def _without_envelope(refusal: Refusal, asked: Asked) -> SyncError:
    if refusal.status == 403 and refusal.message.strip().startswith(("Domain cannot use apis", "Invalid domain")):
        return _domain_refused(refusal, asked)
    if refusal.status in (400, 401, 429, 501):
        return TABLE[(refusal.status, None)](refusal, asked)
    return _unreachable(refusal, asked)


def _rate_limited(refusal: Refusal, _: Asked) -> SyncError:
    return RateLimited("Google asks for fewer calls. Lockstep slows down by itself.", until=refusal.wait_until)


def _quota_exceeded(refusal: Refusal, asked: Asked) -> SyncError:
    if asked.api is Api.DIRECTORY:  # There it counts calls at the same moment, and passes soon.
        return _rate_limited(refusal, asked)
    return RateLimited(
        "This calendar's use limits at Google are exceeded. Writing to it pauses; it can take some hours.",
        until=refusal.wait_until,
        for_hours=True,
    )


def _unreachable(refusal: Refusal, _: Asked) -> SyncError:
    who = "Google" if refusal.is_googles or refusal.status >= 500 else "Something between this server and Google"
    return Unreachable(
        f"{who} answered with status {refusal.status} instead of a result. Lockstep tries again by itself.",
        until=refusal.wait_until,
    )


def _api_disabled(_: Refusal, asked: Asked) -> SyncError:
    return ApiDisabled(
        f"The {asked.api} is not enabled in the service account's Cloud project. The operator enables it under "
        "APIs & Services → Library.",
        may_be_fresh=True,
    )


def _scope_refused(_: Refusal, asked: Asked) -> SyncError:
    return DelegationRefused(
        f"Google's answer says that the scope {asked.scope} is missing. Check that it is authorised for the Client ID.",
        scopes=(asked.scope,),
    )


def _not_a_calendar_user(_: Refusal, asked: Asked) -> SyncError:
    return NotACalendarUser(
        f"{asked.subject} cannot use Google Calendar: suspended, or without the Calendar service. "
        "Check the user in the Google Admin console."
    )


def _forbidden(_: Refusal, asked: Asked) -> SyncError:
    if asked.api is Api.DIRECTORY:
        return Forbidden(
            f"{asked.subject} may not read this in the Google directory. It needs an admin role with Users → Read "
            "and, where a group is used, Groups → Read; the group must belong to the same customer."
        )
    return Forbidden(f"Google does not allow this on the calendar of {asked.subject}. Check their access to it.")


def _domain_refused(_: Refusal, asked: Asked) -> SyncError:
    return Forbidden(
        f"Google does not let this domain use the {asked.api}. A super administrator checks API access in the Google "
        "Admin console.",
        scope=Scope.CONNECTION,
    )


def _credentials_refused(_: Refusal, asked: Asked) -> SyncError:
    return Forbidden(
        f"Google gave a token for {asked.subject} and then refused it. Check that the user is active in the Google "
        "Admin console."
    )


def _not_found(_: Refusal, asked: Asked) -> SyncError:
    what = "user or group" if asked.api is Api.DIRECTORY else "event or calendar"
    return NotFound(f"Google finds no such {what}, or gives no access to it.")


def _already_there(_: Refusal, __: Asked) -> SyncError:
    return AlreadyThere("Something with this id exists at Google, or existed and was deleted.")


def _conflict(refusal: Refusal, asked: Asked) -> SyncError:
    return EtagMismatch("The event was being changed at Google.") if asked.has_etag else _unreachable(refusal, asked)


def _already_gone(_: Refusal, asked: Asked) -> SyncError:
    if asked.is_page_of_events:
        return _token_expired(_, asked)
    return AlreadyGone("It was deleted at Google before.")


def _token_expired(_: Refusal, __: Asked) -> SyncError:
    return TokenExpired("Google no longer knows where we were; the calendar is read again from the beginning.")


def _etag_mismatch(refusal: Refusal, asked: Asked) -> SyncError:
    # Google has been seen to answer 412 to requests without a condition: that one passes.
    if not asked.has_etag:
        return _unreachable(refusal, asked)
    return EtagMismatch("The event was changed at Google since it was read.")


def _bad_request(refusal: Refusal, asked: Asked) -> SyncError:
    token_named = refusal.location in ("syncToken", "pageToken") or refusal.message.startswith("Invalid sync token")
    if asked.is_page_of_events and token_named:
        return _token_expired(refusal, asked)
    if refusal.location == "pageToken":  # It ended while we paged: the list has to be begun again.
        return _unreachable(refusal, asked)
    if asked.by_typed_key:
        return _not_found(refusal, asked)
    return _our_mistake(refusal, asked)


def _push_address_refused(refusal: Refusal, _: Asked) -> SyncError:
    reason = plain_word(refusal.reasons[0]) if refusal.reasons else ""
    return PushRefused(
        f"Google refuses the address for push notifications ({reason}). It must be HTTPS with a certificate that the "
        "public trusts. Until then Lockstep polls."
    )


def _no_push(_: Refusal, __: Asked) -> SyncError:
    return PushRefused("Google sends no notifications for this calendar. It is polled.", for_good=True)


def _our_mistake(refusal: Refusal, asked: Asked) -> SyncError:
    detail = ", ".join(filter(None, (str(refusal.status), *map(plain_word, refusal.reasons[:2]), refusal.location)))
    return OurMistake(f"The {asked.api} refused the request as it was made ({detail}). This is a defect of Lockstep.")


Meaning = Callable[[Refusal, Asked], SyncError]

TABLE: dict[tuple[int | None, str | None], Meaning] = {
    # Fewer calls, whatever the status says.
    (None, "rateLimitExceeded"): _rate_limited,
    (None, "userRateLimitExceeded"): _rate_limited,
    (None, "RATE_LIMIT_EXCEEDED"): _rate_limited,
    (None, "RESOURCE_EXHAUSTED"): _rate_limited,
    (429, None): _rate_limited,
    (None, "quotaExceeded"): _quota_exceeded,
    (None, "dailyLimitExceeded"): _quota_exceeded,
    # Access, of the whole connection and of one person.
    (None, "accessNotConfigured"): _api_disabled,
    (None, "SERVICE_DISABLED"): _api_disabled,
    (None, "insufficientPermissions"): _scope_refused,
    (None, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"): _scope_refused,
    (None, "domainCannotUseApis"): _domain_refused,
    (None, "notACalendarUser"): _not_a_calendar_user,
    (401, "push.webhookUrlUnauthorized"): _push_address_refused,
    (401, None): _credentials_refused,
    (403, None): _forbidden,
    # Refusals of one write: the calendar stays readable, so access is not lost.
    (None, "forbiddenForNonOrganizer"): _our_mistake,
    (None, "forbiddenForServiceAccounts"): _our_mistake,
    (None, "eventTypeRestriction"): _our_mistake,
    (None, "eventDurationExceedsLimit"): _our_mistake,
    (None, "malformedWorkingLocationEvent"): _our_mistake,
    (None, "cannotChangeOrganizer"): _our_mistake,
    (None, "cannotChangeOrganizerOfInstance"): _our_mistake,
    # The world has changed.
    (404, None): _not_found,
    (409, "duplicate"): _already_there,
    (409, "conflict"): _conflict,
    (409, None): _already_there,
    (400, "channelIdNotUnique"): _already_there,
    (410, "fullSyncRequired"): _token_expired,
    (410, "updatedMinTooLongAgo"): _token_expired,
    (410, None): _already_gone,
    (412, None): _etag_mismatch,
    # What we sent.
    (400, "syncTokenWithRequestRestrictions"): _our_mistake,
    (400, "pushNotSupportedForRequestedResource"): _no_push,
    (400, "push.webhookUrlNotHttps"): _push_address_refused,
    (400, "push.channelTypeNotSupported"): _push_address_refused,
    (400, None): _bad_request,
    (501, None): _our_mistake,
    # Nobody's fault.
    (408, None): _unreachable,
}
