"""Users, groups and members as the Directory API's JSON.

Source: the Directory discovery document. Empty arrays are left out, 64-bit numbers are strings.
"""

from hashlib import sha256

from workspace_emulator.http.event_json import timestamp
from workspace_emulator.json_values import Json
from workspace_emulator.state.directory import Directory, Group, Member, User


def etag(*parts: object) -> str:
    return f'"{sha256(repr(parts).encode()).hexdigest()[:43]}"'


def user_json(directory: Directory, user: User, *, public: bool = False) -> Json:
    """A user; `public` is the domain_public view that everyone may have."""
    name = {
        "givenName": user.given_name,
        "familyName": user.family_name,
        "fullName": f"{user.given_name} {user.family_name}".strip(),
    }
    shown: Json = {
        "kind": "admin#directory#user",
        "id": user.id,
        "etag": etag(user.id, user.version),
        "primaryEmail": user.primary_email,
        "name": name,
    }
    addresses = [{"address": user.primary_email, "primary": True}]
    addresses += [{"address": alias} for alias in user.aliases]
    if public:
        return shown | {"emails": addresses}
    shown |= {
        "isAdmin": user.is_admin,
        "isDelegatedAdmin": is_delegated_admin(directory, user),
        "lastLoginTime": timestamp(user.created_ms),
        "creationTime": timestamp(user.created_ms),
        "agreedToTerms": True,
        "suspended": user.suspended,
        "archived": user.archived,
        "changePasswordAtNextLogin": False,
        "ipWhitelisted": False,
        "emails": addresses,
    }
    return (
        shown
        | _states(user)
        | _aliases(directory, user)
        | {
            "customerId": directory.customer_id,
            "orgUnitPath": user.org_unit_path,
            "isMailboxSetup": True,
            "isEnrolledIn2Sv": False,
            "isEnforcedIn2Sv": False,
            "includeInGlobalAddressList": True,
        }
    )


def is_delegated_admin(directory: Directory, user: User) -> bool:
    """Whether somebody holds a role without being a super administrator."""
    return not user.is_admin and bool(directory.roles.of(user.id))


def _states(user: User) -> Json:
    """What is shown only of those who are out of service or come from outside."""
    shown: Json = {"suspensionReason": "ADMIN"} if user.suspended else {}
    for name, moment in (("suspensionTime", user.suspended_ms), ("archivalTime", user.archived_ms)):
        if moment is not None:
            shown[name] = timestamp(moment)
    return shown | ({"isGuestUser": True} if user.is_guest else {})


def _aliases(directory: Directory, user: User) -> Json:
    """Aliases of the primary domain, and apart from them those outside, which cannot be edited."""
    inside = [alias for alias in user.aliases if _is_in(alias, directory.domain)]
    outside = [alias for alias in user.aliases if alias not in inside]
    shown = {"aliases": inside, "nonEditableAliases": outside}
    return {name: held for name, held in shown.items() if held}


def _is_in(address: str, domain: str) -> bool:
    """Whether the address belongs to the primary domain or to one below it."""
    held = address.split("@")[-1].lower()
    return held == domain.lower() or held.endswith("." + domain.lower())


def deleted_user_json(user: User) -> Json:
    """The few fields that a deleted user still shows."""
    return {
        "kind": "admin#directory#user",
        "id": user.id,
        "etag": etag(user.id, "deleted"),
        "primaryEmail": user.primary_email,
        "deletionTime": timestamp(user.deleted_ms or 0),
    }


def group_json(group: Group) -> Json:
    shown: Json = {
        "kind": "admin#directory#group",
        "id": group.id,
        "etag": etag(group.id, group.email, group.name, group.description, len(group.members)),
        "email": group.email,
        "name": group.name,
        "directMembersCount": str(len(group.members)),
        "description": group.description,
        "adminCreated": True,
    }
    if group.aliases:
        shown["aliases"] = list(group.aliases)
    return shown


def member_json(directory: Directory, member: Member) -> Json:
    """A member row; a CUSTOMER row has no e-mail."""
    shown: Json = {
        "kind": "admin#directory#member",
        "etag": etag(member.id, member.email, member.role, member.type),
        "id": member.id,
    }
    if member.email is not None:
        shown["email"] = member.email
    shown |= {"role": member.role, "type": member.type}
    user = directory.users.get(member.id)
    if member.type != "CUSTOMER":
        shown["status"] = "SUSPENDED" if user is not None and user.suspended else "ACTIVE"
    return shown
