"""The database: opened, migrated, and handed out one session at a time.

SQLite runs in WAL mode with full synchronisation: what a ``with store.session()`` block has left
is on disk. A writing session takes SQLite's write lock at its start, so that it never fails
half-way for a lock it could not get.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from hotline.city import City, CityError, UnknownName, load_city
from hotline.clocks import Clocks
from hotline.errors import InvalidInput, StoreError
from hotline.migrations.upgrade import head_revision, upgrade
from hotline.models import (
    Appointment,
    Attachment,
    Base,
    ChatMessage,
    CitizenSession,
    Contact,
    Conversation,
    DailyMargin,
    DailyRollup,
    DailySpread,
    IdempotencyKey,
    LedgerEntry,
    NumberSeries,
    StaffSession,
    StaffUser,
    Switch,
    Ticket,
    TicketEvent,
    UnitReturn,
    WeChatConsent,
    WeChatCursor,
    WeChatIdentity,
    WeChatIncoming,
    WeChatOutgoing,
)
from hotline.settings import hotline_settings
from hotline.vault import Vault

__all__ = [
    "Appointment",
    "Attachment",
    "Base",
    "ChatMessage",
    "CitizenSession",
    "Contact",
    "Conversation",
    "DailyMargin",
    "DailyRollup",
    "DailySpread",
    "IdempotencyKey",
    "LedgerEntry",
    "NumberSeries",
    "StaffSession",
    "StaffUser",
    "Store",
    "Switch",
    "Ticket",
    "TicketEvent",
    "UnitReturn",
    "WeChatConsent",
    "WeChatCursor",
    "WeChatIdentity",
    "WeChatIncoming",
    "WeChatOutgoing",
    "clocks_of",
    "open_store",
    "vault_of",
]

logger = logging.getLogger("suisheng.store")

BUSY_SECONDS = 30
LOOK_SECONDS = 1.0
MIGRATION_LOCK = 7_123_450_001


class Store:
    """An open database with the vault and the city its sessions need."""

    def __init__(self, engine: Engine, vault: Vault, city: City | None = None) -> None:
        self.engine = engine
        self.vault = vault
        self._city = city
        self._looked = 0.0
        self._clocks: tuple[City, Clocks] | None = None

    @property
    def city(self) -> City:
        """The city as its files say now; looked at again every second.

        A file that has become wrong leaves the last good state in force.
        """
        moment = time.monotonic()
        if self._city is None:
            self._city, self._looked = load_city(), moment
        elif moment - self._looked > LOOK_SECONDS:
            self._looked = moment
            try:
                self._city = load_city(self._city.folder)
            except CityError as error:
                logger.warning("the city's files are wrong, the last good state stays: %s", error)
        return self._city

    def look_again(self) -> None:
        """Have the next reader look at the city's files."""
        self._looked = 0.0

    @property
    def clocks(self) -> Clocks:
        """The city's clock rules and holiday calendar."""
        city, kept = self.city, self._clocks
        if kept is None or kept[0] is not city:
            kept = city, Clocks(city.clocks, city.holidays)
            self._clocks = kept
        return kept[1]

    def unit_name(self, code: str) -> str:
        """The name of the unit with that code.

        :raises InvalidInput: the city has none.
        """
        try:
            return self.city.unit(code).name
        except UnknownName as error:
            raise InvalidInput(f"{error}", {"field": "unit_code"}) from error

    @contextmanager
    def session(self, *, read_only: bool = False) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any exception."""
        engine = self.engine
        if read_only and engine.dialect.name == "sqlite":
            engine = engine.execution_options(suisheng_read_only=True)
        session = Session(engine, expire_on_commit=False, info={"store": self})
        with session, session.begin():
            yield session

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def open_store(
    url: str | None = None,
    *,
    vault: Vault | None = None,
    city: City | None = None,
    migrate: bool = True,
) -> Store:
    """Open the database, making or migrating it first (safe with several processes at once).

    :param url: a SQLAlchemy URL; ``DATABASE_URL`` or ``sqlite:///var/suisheng.db`` by default.
    :raises StoreError: the URL is wrong or the database cannot be reached.
    """
    settings = hotline_settings()
    engine = _engine(url or settings.database_url)
    if vault is None:
        vault = Vault.from_keys(settings.vault_keys, settings.identity_key, settings.var / "keys")
    try:
        if migrate:
            migrate_database(engine)
    except CommandError as error:
        engine.dispose()
        raise StoreError("数据库的版本比程序新：请升级程序，或换一个数据库。") from error
    except DatabaseError as error:
        engine.dispose()
        where = engine.url.render_as_string(hide_password=True)
        raise StoreError(
            f"数据库打不开（{where}）：请检查 DATABASE_URL 和数据库是否启动。"
        ) from error
    return Store(engine, vault, city)


def migrate_database(engine: Engine) -> str:
    """Bring the tables to the newest revision and return it; one process at a time does the work."""
    head = head_revision()
    with engine.connect() as connection:
        if _revision(connection) == head:
            return head
    with _alone(engine):
        if engine.dialect.name == "sqlite":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK}
                )
            if _revision(connection) != head:
                upgrade(connection)
    return head


def store_of(session: Session) -> Store:
    """The store a session came from."""
    return cast(Store, session.info["store"])


def clocks_of(session: Session) -> Clocks:
    """The clocks of the store a session came from."""
    return store_of(session).clocks


def vault_of(session: Session) -> Vault:
    """The vault of the store a session came from."""
    return store_of(session).vault


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "DATABASE_URL 写法不对，例如 sqlite:///var/suisheng.db 或 postgresql://用户@主机/库名。"
        ) from error
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError("DATABASE_URL 只支持 sqlite 和 postgresql。")
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database in {None, "", ":memory:"}:
        raise StoreError("SQLite 需要一个文件，例如 sqlite:///var/suisheng.db。")
    path = Path(str(parsed.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # only the owner reads it; SQLite's side files take the same mode
    except OSError as error:
        raise StoreError(f"{path} 不能写：请检查文件夹和权限，或改 DATABASE_URL。") from error
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: see _begin_sqlite.
    cast(Any, connection).isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    kind = "DEFERRED" if options.get("suisheng_read_only") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {kind}")


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Hold a lock file beside a SQLite database; PostgreSQL locks inside its transaction."""
    if engine.dialect.name != "sqlite":
        yield
        return
    with Path(f"{engine.url.database}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
