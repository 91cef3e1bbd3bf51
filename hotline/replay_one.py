"""One decision again: does the same input with the same model and rules give the same answer?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.classifiers import Classifiers, ModelsUnusable, load_classifiers
from hotline.dispatch import Dispatcher
from hotline.errors import InvalidInput
from hotline.ledger import digest_of
from hotline.lookup import find_ticket
from hotline.model_shelf import ModelShelf
from hotline.models import LedgerEntry, Ticket, UnitReturn
from hotline.replay import question_about
from hotline.store import Store

READINGS = ("suggest", "suggest_again")
PARTS = {"input": "原文", "model": "模型", "rules": "规则", "dictionary": "词典"}
COMPARED = {"unit": "承办单位", "categories": "事项分类", "confidence": "把握", "dial": "派单档位"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of the answer that came out otherwise."""

    part: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class ReplayedDecision:
    """The ledger entry replayed, what of its making is not the same any more, and what differs."""

    seq: int
    changed: Sequence[str]
    differences: Sequence[Difference]

    @property
    def same(self) -> bool:
        """Whether the answer is the one in the ledger."""
        return not self.differences


def replay_decision(store: Store, number: str, shelf: ModelShelf, models: Path) -> ReplayedDecision:
    """Read a ticket again as it was read last, knowing only what was known then.

    The model is the one the ledger names, from the shelf or the model folder.

    :raises TicketNotFound: there is no such ticket.
    :raises InvalidInput: no machine has read it.
    :raises ModelsUnusable: the model of that time is kept nowhere.
    """
    with store.session(read_only=True) as session:
        ticket = find_ticket(session, number)
        entry = session.scalars(
            select(LedgerEntry)
            .where(LedgerEntry.ticket == ticket.number, LedgerEntry.kind.in_(READINGS))
            .order_by(LedgerEntry.seq.desc())
            .limit(1)
        ).first()
        if entry is None:
            raise InvalidInput(f"工单 {number} 没有机器给过的建议，无从重放。")
        refused = _refused(session, ticket, entry) if entry.kind == "suggest_again" else ()
        question = question_about(ticket, refused)
    content = json.loads(entry.content)
    then: Mapping[str, Any] = content["facts"]
    digests: Mapping[str, str] = content["digests"]
    dispatcher = Dispatcher(
        store.city, _model(digests["model"], shelf, models, store), store, as_of=entry.at
    )
    made = dispatcher.suggest_many([question])[0].model_dump(mode="json")
    now = {**made, "unit": (made["unit"] or {}).get("code")}
    present = {**made["digests"], "input": digest_of(ticket.text)}
    return ReplayedDecision(
        entry.seq,
        [said for part, said in PARTS.items() if digests.get(part) != present[part]],
        [
            Difference(said, _shown(then.get(part)), _shown(now[part]))
            for part, said in COMPARED.items()
            if then.get(part) != now[part]
        ],
    )


def _model(digest: str, shelf: ModelShelf, folder: Path, store: Store) -> Classifiers:
    try:
        return shelf.load(digest, store.city)
    except ModelsUnusable:
        present = load_classifiers(folder, store.city)
        if present.digest != digest:
            raise
        return present


def _refused(session: Session, ticket: Ticket, entry: LedgerEntry) -> tuple[str, ...]:
    codes = session.scalars(
        select(UnitReturn.unit_code)
        .where(UnitReturn.ticket_id == ticket.id, UnitReturn.at <= entry.at)
        .distinct()
    )
    return tuple(sorted(codes))


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
