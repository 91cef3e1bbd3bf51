"""Which citizen an openid is: found under its keyed name, kept sealed."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.store import Store, WeChatIdentity

AppName = Literal["mini_program", "official_account"]


@dataclass(frozen=True)
class Person:
    """A citizen's account in one app."""

    key: str
    citizen_id: str
    app: str


class Identities:
    """Finds and makes identities; the openid itself is only given out to be written to."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, app: AppName, app_id: str, openid: str, unionid: str | None = None) -> Person:
        """Return who this is, made known if new.

        With a unionid the same person in our other app is the same citizen.
        """
        key = self.key_of(app_id, openid)
        union_key = self._keyed("union", unionid) if unionid else None
        # A twin request may be first.
        with suppress(IntegrityError), self._store.session() as session:
            found = session.get(WeChatIdentity, key)
            if found is None:
                now = datetime.now(UTC)
                found = WeChatIdentity(
                    key=key,
                    citizen_id=_citizen_with(session, union_key)
                    or "citizen-" + secrets.token_hex(12),
                    app=app,
                    person_key=union_key,
                    sealed=self._store.vault.seal_text(openid),
                    created_at=now,
                )
                session.add(found)
                session.flush()
            return Person(found.key, found.citizen_id, found.app)
        with self._store.session(read_only=True) as session:
            found = session.get_one(WeChatIdentity, key)
            return Person(found.key, found.citizen_id, found.app)

    def key_of(self, app_id: str, openid: str) -> str:
        """Return the keyed name of an openid."""
        return self._keyed(app_id, openid)

    def openid(self, key: str) -> str | None:
        """Return whom to write to, or ``None`` when the identity was deleted."""
        with self._store.session(read_only=True) as session:
            found = session.get(WeChatIdentity, key)
            return self._store.vault.open_text(found.sealed) if found else None

    def note_heard(self, key: str) -> None:
        """The person wrote just now, so follows us: for 48 hours the account may answer."""
        with self._store.session() as session:
            found = session.get_one(WeChatIdentity, key)
            found.last_heard_at, found.follows = datetime.now(UTC), True

    def note_following(self, key: str, follows: bool) -> None:
        """The person followed or left the official account."""
        with self._store.session() as session:
            session.get_one(WeChatIdentity, key).follows = follows

    def offer(self, key: str, choices: list[tuple[str, str]]) -> None:
        """Remember the choices (title, payload) the person was last given."""
        with self._store.session() as session:
            session.get_one(WeChatIdentity, key).offered = [list(choice) for choice in choices]

    def offered(self, key: str) -> list[tuple[str, str]]:
        """Return the choices last given."""
        with self._store.session(read_only=True) as session:
            return [
                (title, payload) for title, payload in session.get_one(WeChatIdentity, key).offered
            ]

    def _keyed(self, kind: str, identity: str) -> str:
        # The vault folds case, which openids keep apart.
        digest = hashlib.sha256(f"wechat:{kind}:{identity}".encode()).hexdigest()
        return self._store.vault.citizen_key(digest)


def _citizen_with(session: Session, union_key: str | None) -> str | None:
    if union_key is None:
        return None
    same = select(WeChatIdentity.citizen_id).where(WeChatIdentity.person_key == union_key)
    return session.scalar(same.limit(1))
