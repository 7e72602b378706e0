"""Calendar API v3: acl. Only who has the role `owner` sees and changes access."""

from workspace_emulator.http import scopes
from workspace_emulator.http.message import Result
from workspace_emulator.http.method import Call, Method
from workspace_emulator.http.rosters import asked_page, require_match
from workspace_emulator.http.target import Target, target_of
from workspace_emulator.json_values import Json
from workspace_emulator.state import access, errors, rules
from workspace_emulator.state.access_rules import AccessRule, rule_id
from workspace_emulator.state.event_rules import typed
from workspace_emulator.state.list_tokens import fingerprint


def list_rules(call: Call) -> Result:
    target = _owned(call)
    found = _rules(call, target)
    deleted = call.query.flag("showDeleted") or False
    present = [key for key, rule in found.items() if deleted or rule.role != "none"]
    calendar = target.calendar
    page = asked_page(call, ("acl", calendar.key), calendar.access.log, present, not_false=("showDeleted",))
    items = [_shown(target, found[key]) for key in page.keys if key in found]
    etag = f'"p{fingerprint(calendar.key, calendar.access.log.head, call.request.query)}o"'
    value: Json = {"kind": "calendar#acl", "etag": etag} | page.tokens() | {"items": items}
    return Result(value, headers={"etag": etag})


def get_rule(call: Call) -> Result:
    target = _owned(call)
    return _result(target, _found(call, target))


def insert_rule(call: Call) -> Result:
    """A scope that has a rule already gets the new role."""
    target = _owned(call)
    body = call.body()
    scope = typed("scope", body.get("scope"), dict)
    scope_type = typed("scope.type", scope.get("type"), str)
    value = typed("scope.value", scope.get("value") or "", str).strip()
    return _put(call, target, scope_type, "" if scope_type == "default" else value, _role(body))


def patch_rule(call: Call) -> Result:
    target = _owned(call)
    rule, body = _found(call, target), call.body()
    require_match(call, _etag(target, rule))
    return _put(call, target, rule.scope_type, rule.value, _role(body) if "role" in body else rule.role)


def update_rule(call: Call) -> Result:
    target = _owned(call)
    rule = _found(call, target)
    require_match(call, _etag(target, rule))
    return _put(call, target, rule.scope_type, rule.value, _role(call.body()))


def delete_rule(call: Call) -> Result:
    target = _owned(call)
    rule = _found(call, target)
    require_match(call, _etag(target, rule))
    _put(call, target, rule.scope_type, rule.value, "none")
    return Result(None, 204)


def _owned(call: Call) -> Target:
    target = target_of(call)
    target.require_owner()
    return target


def _rules(call: Call, target: Target) -> dict[str, AccessRule]:
    workspace = call.workspace
    every = access.rules_of(target.calendar, workspace.directory, workspace.switches.internal_sharing)
    return {rule.id: rule for rule in every}


def _found(call: Call, target: Target) -> AccessRule:
    name = call.names["ruleId"]
    rule = _rules(call, target).get(name if name == "default" else name.lower())
    if rule is None or rule.role == "none":
        raise errors.not_found()
    return rule


def _role(body: Json) -> str:
    if not body.get("role"):
        raise errors.required("Missing role.")
    return str(typed("role", body["role"], str))


def _put(call: Call, target: Target, scope_type: str, value: str, role: str) -> Result:
    rules.check(call.workspace, target.calendar, call.user, scope_type, value, role)
    rules.put(call.workspace, target.calendar, scope_type, value, role, call.now)
    return _result(target, target.calendar.access.by_id[rule_id(scope_type, value.lower())])


def _etag(target: Target, rule: AccessRule) -> str:
    return f'"{fingerprint("acl", target.calendar.key, rule.id, rule.role, rule.version)}"'


def _shown(target: Target, rule: AccessRule) -> Json:
    scope = {"type": rule.scope_type} | ({"value": rule.value} if rule.value else {})
    etag = _etag(target, rule)
    return {"kind": "calendar#aclRule", "etag": etag, "id": rule.id, "scope": scope, "role": rule.role}


def _result(target: Target, rule: AccessRule) -> Result:
    return Result(_shown(target, rule), headers={"etag": _etag(target, rule)})


_ACL = "/calendar/v3/calendars/{calendarId}/acl"
METHODS = (
    Method("calendar.acl.list", "GET", _ACL, scopes.ACL_READ, list_rules),
    Method("calendar.acl.insert", "POST", _ACL, scopes.ACL_WRITE, insert_rule),
    Method("calendar.acl.get", "GET", _ACL + "/{ruleId}", scopes.ACL_GET, get_rule),
    Method("calendar.acl.patch", "PATCH", _ACL + "/{ruleId}", scopes.ACL_WRITE, patch_rule),
    Method("calendar.acl.update", "PUT", _ACL + "/{ruleId}", scopes.ACL_WRITE, update_rule),
    Method("calendar.acl.delete", "DELETE", _ACL + "/{ruleId}", scopes.ACL_WRITE, delete_rule),
)
