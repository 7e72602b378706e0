"""Clients that nobody here wrote, unmodified, at Google's own host names."""
