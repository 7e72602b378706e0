"""Every request's way: faults, credentials, scopes, quotas, the method, and how the answer is packed.

Callable without a socket. Push messages leave as soon as the change is made.
"""

import gzip
import logging
import traceback
from dataclasses import dataclass, replace

from workspace_emulator.core import Core
from workspace_emulator.faults import When
from workspace_emulator.http import accounts, batch, control, front_end
from workspace_emulator.http.envelopes import JSON_TYPE, error_response
from workspace_emulator.http.json_text import compact, pretty
from workspace_emulator.http.message import Request, Response, Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.misfortune import hampered, refusal, strike
from workspace_emulator.http.projection import project
from workspace_emulator.http.router import ROUTER
from workspace_emulator.state import due, errors
from workspace_emulator.state.accounts import settle as settle_renames
from workspace_emulator.state.directory import User
from workspace_emulator.state.workspace import Workspace

_LOG = logging.getLogger(__name__)
_GZIP_FROM_BYTES = 600
_READING = frozenset({"GET", "HEAD"})
_SYNC_FIRST_SECONDS = 0.25
_PAGES_QUOTA_USER = "emulator-pages"
"""The pages' own calls carry this, so that they take nothing from the quota of the program under test."""


def handle(core: Core, request: Request) -> Response:
    """The answer to any request."""
    request = request.with_method_override()
    with core.lock:
        _settle(core)
        try:
            response = _routed(core, request)
        except Exception as mistake:  # noqa: BLE001  (as below)
            response = _own_mistake(request.path, mistake)
        _deliver(core)
        if request.method not in _READING:
            core.revision += 1
    return _packed(request, response)


def _routed(core: Core, request: Request) -> Response:
    if request.path == "/healthz":
        return Response(200, {"content-type": "text/plain; charset=utf-8"}, b"ok\n")
    if request.path.startswith(control.PREFIX):
        return control.answer(core, request)
    if accounts.serves(request.path):
        return accounts.answer(core, request)
    if request.path == batch.PATH:
        return _batch(core, request)
    return _logged(core, request)


def _own_mistake(what: str | None, mistake: Exception) -> Response:
    """Without the exception's own text, which may hold what somebody wrote into a calendar."""
    where = "".join(traceback.format_tb(mistake.__traceback__))
    _LOG.error("%s failed with %s\n%s", what, type(mistake).__name__, where)
    return error_response(front_end.own_mistake(type(mistake).__name__))


def tick(core: Core) -> None:
    """Do what has become due without a request: delayed copies and their notifications."""
    with core.lock:
        _settle(core)
        _deliver(core)


def _settle(core: Core) -> None:
    if core.workspace.pending and due.settle(core.workspace, core.clock.now()):
        core.revision += 1
    if core.workspace.directory.renames and settle_renames(core.workspace, core.clock.now()):
        core.revision += 1


def _deliver(core: Core) -> None:
    if messages := core.workspace.take_notifications(core.clock.now()):
        core.deliver(messages)


@dataclass(slots=True)
class _Known:
    """What is known about a request when it is logged."""

    subject: str | None = None
    method: str | None = None


def _logged(core: Core, request: Request, *, in_batch: bool = False) -> Response:
    known = _Known()
    try:
        response = _answer(core, request, known, in_batch=in_batch)
    except errors.ApiError as error:
        response = error_response(error)
    except Exception as mistake:  # noqa: BLE001  (an emulator that hangs up tells a client less than one that says 500)
        response = _own_mistake(known.method, mistake)
    from_pages = request.headers.get("x-goog-quota-user") == _PAGES_QUOTA_USER
    answered = (request.method, request.path, response.status, known.subject, known.method)
    core.requests.add(core.clock.now(), *answered, from_pages=from_pages)
    return response


def _answer(core: Core, request: Request, known: _Known, *, in_batch: bool) -> Response:
    found = ROUTER.find(request.method, request.path)
    if found is None:
        raise front_end.no_such_path()
    method, names = found
    known.method = method.name
    workspace, now = core.workspace, core.clock.now()
    token = _bearer(request)
    grant = workspace.credentials.grant_of(token, now) if token else None
    user = workspace.directory.users.get(grant.subject_id or "") if grant else None
    known.subject = user.primary_email if user else None
    fault = strike(core, When.BEFORE, method.name, known.subject, request)
    if fault is not None and (fault.refuses or fault.cut):
        return refusal(fault, method.name)
    if token is None:
        raise front_end.missing_credentials(method.api, method.grpc_name)
    if grant is None or (grant.subject_id is not None and user is None):
        raise front_end.invalid_credentials()
    _lose_tokens(workspace, request, token)
    if not workspace.apis[method.api]:
        raise front_end.api_disabled(method.api)
    if method.handle is None:
        raise front_end.not_emulated(method.name)
    if not grant.scopes & method.scopes:
        raise front_end.insufficient_scopes(method.api, method.grpc_name, method.scopes)
    _charge(core, method, request, grant.client_id)
    user = _served_user(method, user or _account_itself(workspace, method, grant.client_id))
    workspace.muted_owner_id = None if workspace.switches.echo else user.id
    try:
        result = method.handle(Call(workspace, now, request, names, user, grant, in_batch))
    finally:
        workspace.muted_owner_id = None
    response = _rendered(request, result)
    after = strike(core, When.AFTER, method.name, known.subject, request)
    if after is not None and (after.refuses or after.cut):
        return refusal(after, method.name)
    if workspace.switches.push_sync_first and method.name.endswith(".watch"):
        response = replace(response, delay_seconds=_SYNC_FIRST_SECONDS)
    return hampered(response, fault, after)


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token.strip()
    return next((value for key, value in request.query if key in {"access_token", "oauth_token"}), None)


def _lose_tokens(workspace: Workspace, request: Request, token: str) -> None:
    """Lose an access token or a sync token now and then, for good. Raises: ApiError 401, 410."""
    switches = workspace.switches
    if switches.token_loss_probability and workspace.chance.happens("token lost", switches.token_loss_probability):
        del workspace.credentials.grants[token]
        raise front_end.invalid_credentials()
    if not switches.sync_token_loss_probability and not workspace.lost_sync_tokens:
        return
    for key, value in request.query:
        if key != "syncToken" or not value:
            continue
        if workspace.chance.happens("sync token lost", switches.sync_token_loss_probability):
            workspace.lost_sync_tokens.add(value)
        if value in workspace.lost_sync_tokens:
            raise errors.full_sync_required()


def _account_itself(workspace: Workspace, method: Method, client_id: str) -> User | None:
    """The service account as a caller of the Directory, when a role was given to the account itself."""
    account = workspace.credentials.account(client_id)
    if account is None or method.api != "directory" or not workspace.directory.roles.of(account.client_id):
        return None
    return User(account.client_id, account.email, "", "", 0)


def _served_user(method: Method, user: User | None) -> User:
    """The user for whom the method may run at all. Raises: ApiError 403."""
    if method.api == "calendar":
        if user is None or not user.has_calendar or user.suspended:
            raise errors.not_a_calendar_user()
    elif user is None or user.suspended:
        raise errors.directory_forbidden()
    return user


def _charge(core: Core, method: Method, request: Request, client_id: str) -> None:
    switches = core.workspace.switches
    if not switches.quotas:
        return
    who = next((value for key, value in request.query if key == "quotaUser"), None)
    who = who or request.headers.get("x-goog-quota-user") or client_id
    per_user = switches.quota_per_user if method.api == "calendar" else switches.quota_directory_per_user
    now = core.clock.now()
    # Source: the quota guide; a patch of anything in a calendar counts as three.
    units = 3 if method.api == "calendar" and method.verb == "PATCH" else 1
    if not core.quotas.spend(method.api, f"user {who}", units, per_user, now):
        raise front_end.quota_exceeded(method.api, per_user=True, limit=per_user)
    if not core.quotas.spend(method.api, "project", units, switches.quota_per_project, now):
        raise front_end.quota_exceeded(method.api, per_user=False, limit=switches.quota_per_project)


def _batch(core: Core, request: Request) -> Response:
    def answer(inner: Request) -> Response:
        if not inner.path.startswith("/calendar/v3/"):
            return error_response(front_end.no_such_path())
        return _logged(core, inner.with_method_override(), in_batch=True)

    try:
        return batch.answer(request, answer, core.workspace.random)
    except errors.ApiError as error:
        return error_response(error)


def _rendered(request: Request, result: Result) -> Response:
    headers = dict(result.headers)
    etag = headers.get("etag")
    if request.method == "GET" and etag is not None and request.headers.get("if-none-match") in {etag, "*"}:
        return Response(304, {"etag": etag})
    if result.value is None:
        return Response(result.status, headers)
    value = result.value
    text_of = pretty
    for key, text in request.query:
        if key == "fields" and text:
            value = project(value, text)
        elif key == "prettyPrint":
            text_of = compact if text == "false" else pretty
    body = text_of(value).encode()
    headers |= {"content-type": JSON_TYPE, "vary": "Origin, X-Origin, Referer", "cache-control": "private"}
    return Response(result.status, headers, body)


def _packed(request: Request, response: Response) -> Response:
    if "gzip" not in request.headers.get("accept-encoding", "") or len(response.body) < _GZIP_FROM_BYTES:
        return response
    headers = {**response.headers, "content-encoding": "gzip"}
    return replace(response, headers=headers, body=gzip.compress(response.body, compresslevel=1))
