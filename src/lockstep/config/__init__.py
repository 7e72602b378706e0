"""Settings, addresses and the WSGI entry point. Imports everything; nothing imports it but the entry points."""
