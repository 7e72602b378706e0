"""The staff's desk: the calendar, one appointment, the conflict inbox."""
