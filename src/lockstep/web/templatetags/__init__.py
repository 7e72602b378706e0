"""Tags of our own for the templates."""
