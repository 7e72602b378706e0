"""What admins and managers set up: locations, services, staff, assignments and hours; each change audited."""
