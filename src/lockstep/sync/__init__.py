"""HOW TWO COPIES CONVERGE, pure: the link machine, the three-way plan, marks and ids, channel life, the gateway port.

May import `lockstep.calendar` and the standard library; no framework, network, database, logging or clock.
"""
