"""Google's methods as `Request -> Response`, callable without a socket; only server knows Starlette.

May import state, faults, clock and emulator's values; never pages.
"""
