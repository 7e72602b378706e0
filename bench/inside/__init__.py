"""The benchmarks themselves: imported once Django knows its database."""
