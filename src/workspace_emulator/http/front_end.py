"""Refusals of Google's API front end: credentials, scopes, disabled APIs, quotas, and what is not emulated.

Source: captures of error bodies.
"""

from workspace_emulator.state.errors import ApiError, Dialect

PROJECT_NUMBER = "104125936281"
SERVICES = {"calendar": "calendar-json.googleapis.com", "directory": "admin.googleapis.com"}
_TITLES = {"calendar": "Google Calendar API", "directory": "Admin SDK API"}
_ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def _info(reason: str, **metadata: str) -> dict[str, object]:
    return {"@type": _ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def missing_credentials(api: str, method: str) -> ApiError:
    return ApiError(
        401,
        "required",
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        location_type="header",
        location="Authorization",
        dialect=Dialect.FRONT_END,
        inner_message="Login Required.",
        grpc_status="UNAUTHENTICATED",
        details=[_info("CREDENTIALS_MISSING", service=SERVICES[api], method=method)],
        headers={"www-authenticate": 'Bearer realm="https://accounts.google.com/"'},
    )


def invalid_credentials() -> ApiError:
    return ApiError(
        401,
        "authError",
        "Invalid Credentials",
        location_type="header",
        location="Authorization",
        headers={"www-authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )


def insufficient_scopes(api: str, method: str, scopes: frozenset[str]) -> ApiError:
    return ApiError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        dialect=Dialect.FRONT_END,
        inner_message="Insufficient Permission",
        grpc_status="PERMISSION_DENIED",
        details=[_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", service=SERVICES[api], method=method)],
        headers={
            "www-authenticate": 'Bearer realm="https://accounts.google.com/", error="insufficient_scope", '
            f'scope="{" ".join(sorted(scopes))}"'
        },
    )


def api_disabled(api: str) -> ApiError:
    service = SERVICES[api]
    page = f"https://console.developers.google.com/apis/api/{service}/overview?project={PROJECT_NUMBER}"
    message = (
        f"{_TITLES[api]} has not been used in project {PROJECT_NUMBER} before or it is disabled. Enable it by visiting "
        f"{page} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our "
        "systems and retry."
    )
    return ApiError(
        403,
        "accessNotConfigured",
        message,
        "usageLimits",
        dialect=Dialect.FRONT_END,
        grpc_status="PERMISSION_DENIED",
        details=[_info("SERVICE_DISABLED", service=service, consumer=f"projects/{PROJECT_NUMBER}")],
        extended_help="https://console.developers.google.com",
    )


def quota_exceeded(api: str, *, per_user: bool, limit: int) -> ApiError:
    service = SERVICES[api]
    words = "Queries per minute per user" if per_user else "Queries per minute"
    of_user = per_user and api == "directory"
    return ApiError(
        403,
        "userRateLimitExceeded" if of_user else "rateLimitExceeded",
        f"Quota exceeded for quota metric 'Queries' and limit '{words}' of service '{service}' for consumer "
        f"'project_number:{PROJECT_NUMBER}'.",
        "usageLimits",
        dialect=Dialect.FRONT_END,
        inner_message="User Rate Limit Exceeded" if of_user else "Rate Limit Exceeded",
        grpc_status="PERMISSION_DENIED",
        details=[
            _info(
                "RATE_LIMIT_EXCEEDED",
                service=service,
                quota_metric=f"{service}/default",
                quota_limit="defaultPerMinutePerUser" if per_user else "defaultPerMinutePerProject",
                quota_limit_value=str(limit),
                consumer=f"projects/{PROJECT_NUMBER}",
            )
        ],
    )


def not_emulated(method: str) -> ApiError:
    message = f"workspace_emulator does not implement {method}; COVERAGE.md lists what it does."
    return ApiError(501, "notImplemented", message, "emulator")


def own_mistake(kind: str) -> ApiError:
    return ApiError(500, "emulatorFailed", f"The emulator itself failed ({kind}); its log says where.", "emulator")


def no_such_path() -> ApiError:
    return ApiError(404, "notFound", "The requested URL was not found on this server.")
