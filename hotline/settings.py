"""Settings the hotline itself needs; every one can be set in the environment."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HotlineSettings(BaseSettings):
    """Where the data lies and which keys seal it.

    Keys left empty are made once and kept, readable by the owner only, under ``var/keys``: every
    installation has its own, and there is no default secret.
    """

    model_config = SettingsConfigDict(
        env_prefix="SUISHENG_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
    )

    database_url: str = Field(
        default="sqlite:///var/suisheng.db",
        validation_alias=AliasChoices("DATABASE_URL", "SUISHENG_DATABASE_URL"),
    )
    var: Path = Path("var")
    vault_keys: str = ""
    identity_key: str = ""
    demo: bool = False
    models: Path = Field(default=Path("models"), description="分类模型所在文件夹")


@lru_cache(maxsize=1)
def hotline_settings() -> HotlineSettings:
    """The settings of this process, read once."""
    return HotlineSettings()
