"""Which model decides: each one ever used is kept, and every switch is a ledger entry with a way back.

While nobody has chosen, the model folder of the settings decides; when its content changes, the
next start notes that in the ledger too.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.city import City
from hotline.classifiers import PARTS, Classifiers, ModelsUnusable, load_classifiers
from hotline.errors import InvalidInput
from hotline.ledger import Decision, record
from hotline.models import LedgerEntry
from hotline.thresholds import FILE as THRESHOLDS_FILE

KIND = "model"
MACHINE = "machine"
NAME_LENGTH = 16


@dataclass(frozen=True, slots=True)
class ModelSwitch:
    """One change of the deciding model; ``chosen`` is false where the folder's content changed."""

    at: datetime
    actor: str
    before: str
    after: str
    reason: str
    chosen: bool


class ModelShelf:
    """Copies of the models that decide or have decided, each in a folder named by its digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, models: Path, city: City) -> Classifiers:
        """Copy a model folder onto the shelf unless it is there; return what it holds.

        :raises ModelsUnusable: it is damaged or of another city.
        """
        loaded = load_classifiers(models, city)
        place = self.place(loaded.digest)
        if not place.exists():
            half = place.with_name(f"{place.name}.half")
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(parents=True)
            for part in PARTS:
                shutil.copytree(models / part, half / part)
            shutil.copy2(models / THRESHOLDS_FILE, half)
            half.rename(place)
        return loaded

    def place(self, digest: str) -> Path:
        """Where the model with that digest lies or would lie."""
        return self._folder / digest[:NAME_LENGTH]

    def load(self, digest: str, city: City) -> Classifiers:
        """Return a kept model.

        :raises ModelsUnusable: it is not on the shelf, or not what its digest says.
        """
        loaded = load_classifiers(self.place(digest), city)
        if loaded.digest != digest:
            raise ModelsUnusable(f"存档的模型 {digest[:NAME_LENGTH]} 与台账记的摘要不符")
        return loaded


def switches_of_model(session: Session) -> list[ModelSwitch]:
    """Every change of the deciding model, newest first."""
    entries = session.scalars(
        select(LedgerEntry).where(LedgerEntry.kind == KIND).order_by(LedgerEntry.seq.desc())
    )
    return [_read(one) for one in entries]


def latest_switch(session: Session) -> ModelSwitch | None:
    """The change that holds now, ``None`` while nothing was ever noted."""
    entry = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.kind == KIND)
        .order_by(LedgerEntry.seq.desc())
        .limit(1)
    ).first()
    return _read(entry) if entry else None


def open_models(session: Session, shelf: ModelShelf, folder: Path, city: City) -> Classifiers:
    """The model that decides now; a changed model folder is kept and noted in the ledger.

    :raises ModelsUnusable: it cannot be used.
    """
    last = latest_switch(session)
    if last and last.chosen:
        return shelf.load(last.after, city)
    loaded = shelf.keep(folder, city)
    before = last.after if last else ""
    if loaded.digest != before:
        reason = "模型文件夹的内容变了" if before else "首次启用"
        _note(session, before, loaded.digest, reason, MACHINE, datetime.now(UTC), False)
    return loaded


def switch_model(
    session: Session,
    shelf: ModelShelf,
    present: Path,
    wanted: Path,
    city: City,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> ModelSwitch:
    """Let another model decide from now on; running servers follow within half a minute.

    :param present: the folder that decides while nobody has chosen.
    :raises ModelsUnusable: one of the two cannot be used.
    :raises InvalidInput: it decides already.
    """
    before = open_models(session, shelf, present, city).digest
    after = shelf.keep(wanted, city).digest
    if before == after:
        raise InvalidInput(f"{wanted} 就是现在用的模型（{after[:NAME_LENGTH]}），没有改动。")
    return _note(session, before, after, reason, actor, now, True)


def switch_back(
    session: Session, shelf: ModelShelf, city: City, *, reason: str, actor: str, now: datetime
) -> ModelSwitch:
    """Let the model before the present one decide again.

    :raises InvalidInput: there is none.
    :raises ModelsUnusable: it is not on the shelf any more.
    """
    last = latest_switch(session)
    if last is None or not last.before:
        raise InvalidInput("没有换过模型，无从退回。")
    shelf.load(last.before, city)
    return _note(session, last.after, last.before, reason, actor, now, True)


def _note(
    session: Session,
    before: str,
    after: str,
    reason: str,
    actor: str,
    now: datetime,
    chosen: bool,
) -> ModelSwitch:
    facts = {"before": before, "after": after, "reason": reason, "chosen": chosen}
    record(session, [Decision(KIND, actor, None, facts, {"model": after})], now)
    return ModelSwitch(now, actor, before, after, reason, chosen)


def _read(entry: LedgerEntry) -> ModelSwitch:
    facts = json.loads(entry.content)["facts"]
    return ModelSwitch(
        entry.at, entry.actor, facts["before"], facts["after"], facts["reason"], facts["chosen"]
    )
