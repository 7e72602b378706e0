"""Who may read what of the Directory, and about which customer or domain a list is."""

from workspace_emulator.http.method import Call
from workspace_emulator.state.errors import directory_error, directory_forbidden
from workspace_emulator.state.roles import USERS_RETRIEVE

_VIEWS = {"admin_view", "domain_public"}


def require(call: Call, privilege: str) -> None:
    """Raises: ApiError 403 for a caller without the admin privilege."""
    if not call.workspace.directory.may(call.user, privilege):
        raise directory_forbidden()


def require_users(call: Call) -> bool:
    """Whether the caller sees the public view; anybody may ask for that one, only admins for the other."""
    view = call.query.text("viewType") or "admin_view"
    if view not in _VIEWS:
        raise directory_error(400, "invalid", "Invalid Input: viewType")
    if view == "domain_public":
        return True
    require(call, USERS_RETRIEVE)
    return False


def require_customer_or_domain(call: Call) -> None:
    """Raises: ApiError 400 when neither is named, 404 when it is not ours."""
    customer, domain = call.query.text("customer"), call.query.text("domain")
    directory = call.workspace.directory
    if customer is None and domain is None:
        raise directory_error(400, "badRequest", "Bad Request")
    if customer not in (None, "my_customer", directory.customer_id):
        raise directory_error(404, "notFound", "Customer doesn't exist")
    if domain is not None and not directory.owns_domain_of("@" + domain):
        raise directory_error(404, "notFound", "Domain not found.")
