"""THE WIRE to Google Workspace: delegation, transport, errors, event JSON, the Calendar and Directory APIs.

Implements the port of `lockstep.sync.gateway`. May import `lockstep.sync`, `lockstep.calendar`, google-auth (for
signing only), urllib3 and the standard library; no Django, no database, no jobs. Only `lockstep.wiring` imports it.
"""
