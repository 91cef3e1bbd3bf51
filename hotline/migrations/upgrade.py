"""Run Alembic from inside the program, on a connection that is already in a transaction."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def alembic_config() -> Config:
    """Alembic's settings without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


@lru_cache(maxsize=1)
def head_revision() -> str:
    """The newest revision in this folder."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        raise RuntimeError("hotline/migrations/versions is empty")
    return head


def upgrade(connection: Connection) -> None:
    """Bring the database behind ``connection`` to the newest revision, in its transaction."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
