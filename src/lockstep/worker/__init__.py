"""Job bodies, each one call of one operation, and the schedules. Run by `lockstep worker`."""
