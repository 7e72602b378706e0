"""The people of an appointment, in the order in which they are named."""

from __future__ import annotations

from lockstep.store.models import Appointment


def everyone(appointment: Appointment) -> list[int]:
    """The staff members whose time it takes, its own first; nobody while it is unassigned."""
    if appointment.staff_id is None:
        return []
    through = Appointment.additional.through.objects.filter(appointment_id=appointment.pk)
    others = through.order_by("staffmember_id").values_list("staffmember_id", flat=True)
    return [appointment.staff_id, *(each for each in others if each != appointment.staff_id)]
