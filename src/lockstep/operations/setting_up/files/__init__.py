"""The set-up as CSV files: checked as a whole, shown before it is written, and read back the same."""
