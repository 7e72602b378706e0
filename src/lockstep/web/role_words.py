"""What the roles are called, and what each may do, in a sentence for whoever chooses one."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lockstep.scheduling.roles import Role

ROLES: dict[Role, tuple[Promise, Promise]] = {
    Role.STAFF: (_("Staff"), _("Their own appointments and hours.")),
    Role.STAFF_PLUS: (_("Staff plus"), _("Also sees the others at their locations.")),
    Role.STAFF_ADVANCED: (_("Staff advanced"), _("Also changes the appointments of the others there.")),
    Role.CONTACT_CENTRE: (_("Contact centre"), _("Books for any client, location and staff member.")),
    Role.MANAGER: (_("Manager"), _("Looks after their locations: staff, services, hours, reports.")),
    Role.ADMIN: (_("Admin"), _("Everything, settings and integrations included.")),
}


def role_name(role: str) -> str:
    return str(ROLES[Role(role)][0]) if role in set(Role) else role
