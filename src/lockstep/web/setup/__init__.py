"""The set-up pages of admins and managers: locations, services, staff, assignments, hours, files, "why not?"."""
