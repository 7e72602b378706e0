"""The parameters of events.list read and checked.

Source: the reference of events.list; the combinations that a sync token forbids.
"""

from workspace_emulator.http.parameters import Parameters
from workspace_emulator.state import errors
from workspace_emulator.state.event import EventType
from workspace_emulator.state.instances import Window
from workspace_emulator.state.list_query import RESTRICTIONS, ListQuery
from workspace_emulator.state.switches import Switches

_NOT_BOUND = frozenset({"pageToken", "maxResults", "fields", "prettyPrint", "quotaUser", "key", "alt"})


def read_list_query(query: Parameters, switches: Switches) -> ListQuery:
    """Raises: ApiError 400 for values and combinations that Google refuses."""
    sync_token = query.text("syncToken")
    show_deleted = query.flag("showDeleted")
    if sync_token is not None and (show_deleted is False or any(query.texts(name) for name in RESTRICTIONS)):
        raise errors.sync_token_with_restrictions()
    order_by = query.text("orderBy")
    if order_by not in (None, "startTime", "updated"):
        raise errors.invalid(f"Invalid value for: orderBy: {order_by}", location="orderBy")
    return ListQuery(
        max_results=query.number("maxResults", 250, least=1, most=2500),
        single_events=query.flag("singleEvents") or False,
        show_deleted=show_deleted or False,
        show_hidden_invitations=query.flag("showHiddenInvitations") or False,
        window=_window(query),
        updated_min=query.instant("updatedMin"),
        order_by=order_by,
        event_types=read_event_types(query),
        text=query.text("q"),
        ical_uid=query.text("iCalUID"),
        properties=_properties(query),
        every_property=switches.property_filter == "and",
        sync_token=sync_token,
        page_token=query.text("pageToken"),
        spelling=query.spelling(without=_NOT_BOUND),
    )


def read_event_types(query: Parameters) -> frozenset[str]:
    """Raises: ApiError 400 for an unknown type."""
    kinds = frozenset(query.texts("eventTypes"))
    if unknown := kinds - set(EventType):
        raise errors.invalid(f"Invalid value for: eventTypes: {sorted(unknown)[0]}", location="eventTypes")
    return kinds


def _window(query: Parameters) -> Window:
    window = Window(query.instant("timeMin"), query.instant("timeMax"))
    if window.time_min and window.time_max and window.time_min >= window.time_max:
        raise errors.time_range_empty("timeMax")
    return window


def _properties(query: Parameters) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in ("private", "shared"):
        name = f"{kind}ExtendedProperty"
        for constraint in query.texts(name):
            key, equals, value = constraint.partition("=")
            if not key or not equals:
                raise errors.invalid(f"Invalid value for: {name}", location=name)
            found.setdefault(kind, []).append((key, value))
    return found
