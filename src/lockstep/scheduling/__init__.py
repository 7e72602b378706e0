"""WHO IS FREE, WHAT MAY BE BOOKED, pure: hours, services' rules, availability, assignment, appointments.

May import `lockstep.calendar` and the standard library; no framework, network, database, logging or clock.
"""
