"""Alembic's entry: uses the connection it is given, or opens ``DATABASE_URL`` for developers."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from hotline.models import Base


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _migrate(given)
else:
    from hotline.store import open_store

    store = open_store(migrate=False)
    with store.engine.begin() as opened:
        _migrate(opened)
    store.close()
