"""Opening and migrating the database, alone and all at once."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, StatementError

from hotline.errors import StoreError
from hotline.migrations.upgrade import alembic_config
from hotline.store import Base, Ticket, open_store

ROOT = Path(__file__).parents[2]


def test_models_and_migrations_say_the_same(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_can_be_undone(store):
    from alembic import command

    with store.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


def test_several_processes_may_start_at_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'new' / 'hotline.db'}"
    environment = {
        "DATABASE_URL": url, "SUISHENG_VAR": str(tmp_path), "PATH": "/usr/bin:/bin",
    }  # fmt: skip
    command = [sys.executable, "-m", "hotline", "migrate"]
    running = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(4)
    ]
    outputs = [process.communicate(timeout=60)[0].decode() for process in running]
    assert [process.returncode for process in running] == [0] * 4, outputs
    keys = list((tmp_path / "keys").iterdir())
    assert sorted(path.name for path in keys) == ["identity.key", "vault.key"]
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert (tmp_path / "new" / "hotline.db").stat().st_mode & 0o777 == 0o600


def test_sqlite_is_durable_and_keeps_references(lite):
    with lite.session(read_only=True) as session:
        connection = session.connection()
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    assert values == ["wal", 2, 1, 30_000]


def test_an_exception_leaves_nothing_behind(store, make):
    def fail():
        with store.session() as session:
            make(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.session(read_only=True) as session:
        assert session.query(Ticket).count() == 0
        assert session.execute(text("SELECT count(*) FROM number_series")).scalar() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger",
        "UPDATE ledger SET kind = 'x'",
        "DELETE FROM ticket_event",
        "UPDATE ticket_event SET actor = 'x'",
    ],
)
def test_history_and_ledger_can_only_grow(store, make, statement):
    with store.session() as session:
        make(session)
    with pytest.raises(DBAPIError, match="append-only"), store.session() as session:
        session.execute(text(statement))


def test_a_moment_without_zone_is_not_stored(lite, make):
    with lite.session() as session:
        make(session).closed_at = datetime.fromisoformat("2026-03-02")
        with pytest.raises(StatementError, match="time zone"):
            session.flush()
        session.expunge_all()


def test_moments_come_back_in_utc(store, make):
    with store.session() as session:
        make(session)
    with store.session(read_only=True) as session:
        assert session.query(Ticket).one().received_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "写法不对"),
        ("mysql://host/name", "只支持"),
        ("sqlite://", "需要一个文件"),
        ("sqlite:////proc/none/x.db", "不能写"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "是否启动"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_in_one_sentence(url, said, vault):
    with pytest.raises(StoreError, match=said) as refusal:
        open_store(url, vault=vault)
    assert "secret" not in refusal.value.message


def test_a_broken_file_and_a_newer_database_are_told_apart(tmp_path, vault, lite):
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoreError, match="打不开"):
        open_store(f"sqlite:///{broken}", vault=vault)
    with lite.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="比程序新"):
        open_store(str(lite.engine.url), vault=vault)
