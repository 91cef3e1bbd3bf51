"""What citizens agreed to be told in the mini-program, kept per kind of message."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.wechat.content import Subscription
from hotline.store import Store, WeChatConsent

MOST = 50
"""More consents than a citizen's tickets can have steps are not worth counting."""


class Consents:
    """Adds and uses up consents."""

    def __init__(self, store: Store, offered: tuple[Subscription, ...]) -> None:
        self._store = store
        self.offered = offered

    def note(self, citizen_id: str, choices: dict[str, bool]) -> dict[str, int]:
        """Keep what the citizen chose (kind: agreed or not); return what is left of each kind.

        One agreement to a one-time template is good for one message; a refusal takes back nothing
        that was agreed to before, except for long-term templates.
        """
        with self._store.session() as session:
            for one in self.offered:
                if one.key not in choices:
                    continue
                agreed = choices[one.key]
                kept = _locked(session, citizen_id, one.key)
                kept.updated_at = datetime.now(UTC)
                if one.long_term:
                    kept.remaining = int(agreed)
                elif agreed:
                    kept.remaining = min(kept.remaining + 1, MOST)
            session.flush()
            return self._left(session, citizen_id)

    def left(self, citizen_id: str) -> dict[str, int]:
        """Return how many more messages of each kind the citizen agreed to."""
        with self._store.session(read_only=True) as session:
            return self._left(session, citizen_id)

    @staticmethod
    def use(session: Session, citizen_id: str, one: Subscription) -> bool:
        """Count off one message in the caller's transaction; ``False`` when none is left."""
        kept = session.get(WeChatConsent, (citizen_id, one.key), with_for_update=True)
        if kept is None or kept.remaining < 1:
            return False
        if not one.long_term:
            kept.remaining -= 1
        return True

    def _left(self, session: Session, citizen_id: str) -> dict[str, int]:
        rows = session.scalars(select(WeChatConsent).where(WeChatConsent.citizen_id == citizen_id))
        kept = {row.subscription: row.remaining for row in rows}
        return {one.key: kept.get(one.key, 0) for one in self.offered}


def _locked(session: Session, citizen_id: str, key: str) -> WeChatConsent:
    """Return the row, made if there is none, for this transaction alone."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if postgres else sqlite.insert
    row = {"citizen_id": citizen_id, "subscription": key, "remaining": 0}
    session.execute(
        insert(WeChatConsent)
        .values(**row, updated_at=datetime.now(UTC))
        .on_conflict_do_nothing(index_elements=["citizen_id", "subscription"])
    )
    return session.get_one(WeChatConsent, (citizen_id, key), with_for_update=True)
