"""The vault: who to call, sealed apart from the ticket's text; and the keyed name of a person.

Sealing is Fernet (AES-128-CBC with HMAC-SHA256) from ``cryptography``. The first key seals, all
keys open, so a key is changed by putting a new one in front.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import BaseModel

from hotline.errors import VaultError
from hotline.models import Contact


class ContactData(BaseModel):
    """What the vault keeps of a person; ``found`` are originals masked out of the text."""

    phone: str | None = None
    name: str | None = None
    found: list[tuple[str, str]] = []

    @property
    def empty(self) -> bool:
        """True when there is nothing worth sealing."""
        return not (self.phone or self.name or self.found)


class Vault:
    """Seals and opens contact data."""

    def __init__(self, keys: list[str], identity_key: str) -> None:
        """Take Fernet keys (first seals, all open) and the key of the citizens' keyed names.

        :raises VaultError: a key is missing or malformed; the message says how to make one.
        """
        if not keys or len(identity_key) < 32:
            raise VaultError(
                "缺少密钥：请设置 SUISHENG_VAULT_KEYS 和 32 位以上的 SUISHENG_IDENTITY_KEY。"
            )
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise VaultError(
                "SUISHENG_VAULT_KEYS 不是有效的密钥：用 python -m hotline key 生成一个。"
            ) from error
        self._identity = identity_key.encode()

    @classmethod
    def from_keys(cls, vault_keys: str, identity_key: str, folder: Path) -> Vault:
        """Open with configured keys (comma separated), or with keys kept in ``folder``."""
        keys = [key.strip() for key in vault_keys.split(",") if key.strip()]
        if not keys:
            keys = [_kept_key(folder / "vault.key", lambda: Fernet.generate_key().decode())]
        identity = identity_key or _kept_key(
            folder / "identity.key", lambda: secrets.token_urlsafe(48)
        )
        return cls(keys, identity)

    def seal(self, data: ContactData) -> str:
        """Encrypt to text."""
        return self.seal_text(data.model_dump_json())

    def seal_text(self, text: str) -> str:
        """Encrypt any text that only this installation may read again."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> ContactData:
        """Decrypt.

        :raises VaultError: none of the keys fits.
        """
        return ContactData.model_validate_json(self.open_text(sealed))

    def open_text(self, sealed: str) -> str:
        """Decrypt what ``seal_text`` made.

        :raises VaultError: none of the keys fits.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise VaultError("联系方式无法解密：SUISHENG_VAULT_KEYS 里没有当时的密钥。") from error

    def citizen_key(self, identity: str) -> str:
        """The keyed name of a person: same phone (or channel id), same key; not reversible."""
        canonical = "".join(identity.split()).lower().removeprefix("+86")
        return hmac.new(self._identity, canonical.encode(), hashlib.sha256).hexdigest()[:32]

    def row_digest(self, row: dict[str, object]) -> str:
        """A keyed digest of an imported row, to see later whether the source changed it."""
        content = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
        return hmac.new(self._identity, content.encode(), hashlib.sha256).hexdigest()

    def contact(self, data: ContactData, citizen_key: str | None, now: datetime) -> Contact:
        """A row of sealed contact data, not yet in any session."""
        return Contact(citizen_key=citizen_key, sealed=self.seal(data), created_at=now)


def new_key() -> str:
    """A fresh key for ``SUISHENG_VAULT_KEYS``."""
    return Fernet.generate_key().decode()


def _kept_key(path: Path, make: Callable[[], str]) -> str:
    """Read a key file; the first process to come writes it, whole and private."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
