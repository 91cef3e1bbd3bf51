"""Stores on both databases, one clean database per test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from hotline.store import Store, open_store
from hotline.tickets import Intake, create_ticket
from hotline.vault import Vault
from tests.hotline.hotline_cast import CITIZEN, NOW


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault([Fernet.generate_key().decode()], "k" * 40)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _as_postgres(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A URL of a server with the right to create databases."""
    given = os.environ.get("SUISHENG_TEST_POSTGRES")
    if given:
        yield given
        return
    binaries = _binaries()
    if binaries is None:
        missing = "no PostgreSQL: set SUISHENG_TEST_POSTGRES or apt-get install postgresql"
        (pytest.fail if os.environ.get("CI") == "1" else pytest.skip)(missing)
    folder = Path(tempfile.mkdtemp(prefix="suisheng-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    port = _free_port()
    data, log = folder / "data", folder / "log"
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "suisheng", "-A", "trust", "-N"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(_as_postgres([*initdb, "-E", "UTF8", "--locale=C"]), **quiet)
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off -c max_connections=60"
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-l", str(log), "-w"]
    subprocess.run(_as_postgres([*control, "-o", options, "start"]), **quiet)
    try:
        yield f"postgresql://suisheng@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(_as_postgres([*control, "-m", "immediate", "stop"]), **quiet)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, vault: Vault) -> Iterator[str]:
    """The server with a migrated database to copy for each test."""
    with _administer(postgres_server) as run:
        run("DROP DATABASE IF EXISTS suisheng_template")
        run("CREATE DATABASE suisheng_template")
    open_store(_database(postgres_server, "suisheng_template"), vault=vault).close()
    yield postgres_server
    with _administer(postgres_server) as run:
        run("DROP DATABASE IF EXISTS suisheng_template WITH (FORCE)")


class _administer:  # noqa: N801
    def __init__(self, url: str) -> None:
        driver = make_url(url).set(drivername="postgresql+psycopg")
        self.engine = create_engine(driver, isolation_level="AUTOCOMMIT")

    def __enter__(self):
        self.connection = self.engine.connect()
        return lambda sql: self.connection.execute(text(sql))

    def __exit__(self, *_):
        self.connection.close()
        self.engine.dispose()


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    open_store(f"sqlite:///{path}", vault=vault).close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "hotline.db")
        yield f"sqlite:///{tmp_path / 'hotline.db'}"
        return
    server = request.getfixturevalue("postgres_template")
    name = f"suisheng_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    with _administer(server) as run:
        run(f"CREATE DATABASE {name} TEMPLATE suisheng_template")
    yield _database(server, name)
    with _administer(server) as run:
        run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(database_url: str, vault: Vault) -> Iterator[Store]:
    opened = open_store(database_url, vault=vault)
    yield opened
    opened.close()


@pytest.fixture
def lite(sqlite_template: Path, tmp_path: Path, vault: Vault) -> Iterator[Store]:
    """A store on SQLite alone, for what does not depend on the engine."""
    shutil.copy(sqlite_template, tmp_path / "lite.db")
    opened = open_store(f"sqlite:///{tmp_path / 'lite.db'}", vault=vault)
    yield opened
    opened.close()


@pytest.fixture
def make():
    """Make a ticket in a session with sensible defaults."""

    def _make(session, text="楼下烧烤店半夜噪音扰民", *, now=NOW, actor=CITIZEN, **fields):
        fields.setdefault("channel", "h5")
        fields.setdefault("appeal_type", "投诉")
        fields.setdefault("citizen_id", "citizen-1")
        return create_ticket(session, Intake(text=text, **fields), actor, now=now)

    return _make
