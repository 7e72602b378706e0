"""REPORTS: what was booked, kept and missed; as a picture, as a table and as CSV."""
