"""A clean store for every test, and invented neighbourhoods that complain."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from hotline.store import Store, open_store
from hotline.vault import Vault

DATA = Path(os.environ.get("SUISHENG_DATA", Path(__file__).parents[2] / "../shared/data"))


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault([Fernet.generate_key().decode()], "k" * 40)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    open_store(f"sqlite:///{path}", vault=vault).close()
    return path


@pytest.fixture
def store(template: Path, tmp_path: Path, vault: Vault) -> Iterator[Store]:
    shutil.copy(template, tmp_path / "store.db")
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}", vault=vault)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of public data, or a skip that says what is missing."""
    folder = DATA / "citizen_messages"
    if not folder.is_dir():
        pytest.skip(f"public data not at {DATA}: set SUISHENG_DATA")
    return folder
