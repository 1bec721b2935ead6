"""Django's PostgreSQL backend that makes sure the embedded server runs before it connects."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from core.servers import ensure_postgres


class DatabaseWrapper(base.DatabaseWrapper):
    """With ``DATABASE_URL`` nothing differs from Django's own; without it each new connection first ensures the server.

    So a command that needs no database starts none, and a server that was killed is brought back by whoever connects
    next.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - psycopg2's connection, as in Django
        """Connect; start or join the embedded server first when there is no other."""
        if settings.EMBEDDED_POSTGRES:
            ensure_postgres(settings.VAR)
        return super().get_new_connection(conn_params)
