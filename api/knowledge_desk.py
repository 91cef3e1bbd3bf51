"""What the knowledge desk does: who may edit what, and the shapes it shows."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

from pydantic import ValidationError

from api.errors import Forbidden, NotFound, Unprocessable
from api.principal import Staff
from api.schemas.knowledge import EntrySummary, FieldDifference, FindingShape
from hotline.city import City
from hotline.lifecycle import Role
from knowledge_base.answer import Answerer
from knowledge_base.catalogue import Listed
from knowledge_base.check import Finding, check
from knowledge_base.content import explain
from knowledge_base.entry import Entry, Status
from knowledge_base.gaps import GapLog
from knowledge_base.store import MOVES, Difference, EntryStore

REVIEWERS = frozenset({Role.KNOWLEDGE_EDITOR, Role.MANAGER})
SIGN = {Status.PUBLISHED, Status.EXPIRED}


class KnowledgeDesk:
    """The editors' side of the knowledge base."""

    def __init__(self, store: EntryStore, gaps: GapLog, answerer: Answerer, city: City) -> None:
        self.store = store
        self.gaps = gaps
        self._answerer = answerer
        self._city = city
        self._lock = threading.Lock()
        self._found: tuple[int, list[Finding]] = (-1, [])

    def unit_of(self, staff: Staff) -> str | None:
        """Return the unit whose entries a handler is kept to; None for who serves all units."""
        if staff.role != Role.UNIT_HANDLER:
            return None
        return self._city.unit(staff.unit_code).name if staff.unit_code else ""

    def may_edit(self, staff: Staff, entry: Entry) -> bool:
        """Whether somebody may write this entry: editors all, a unit its own."""
        unit = self.unit_of(staff)
        if unit is not None:
            return entry.unit == unit
        return staff.role == Role.KNOWLEDGE_EDITOR

    def moves(self, staff: Staff, entry: Entry) -> list[str]:
        """Return the states somebody may bring this entry to."""
        return [to.value for to in sorted(MOVES[entry.status]) if self._may_move(staff, entry, to)]

    def require_edit(self, staff: Staff, entry: Entry) -> None:
        """Raise Forbidden unless somebody may write this entry."""
        if not self.may_edit(staff, entry):
            raise Forbidden("只能修改本单位负责的条目。", code="not_allowed")

    def require_move(self, staff: Staff, entry: Entry, to: Status) -> None:
        """Raise Forbidden unless somebody may bring this entry to a state."""
        if to in MOVES[entry.status] and not self._may_move(staff, entry, to):
            raise Forbidden("发布和停用由知识编辑或管理者审核。", code="not_allowed")

    def entry(self, entry_id: str) -> Entry:
        """Return the working version; raises NotFound."""
        entry = self.store.get(entry_id)
        if entry is None:
            raise NotFound("没有这个条目。", code="entry_not_found")
        return entry

    def published(self, entry: Entry) -> list[int]:
        """Close the gaps that a freshly published entry answers; return their ids."""
        return self.gaps.close_answered(entry.id, self._answered_by)

    def findings(self) -> list[Finding]:
        """Return contradictions and duplicates, worked out once per state of the base."""
        revision = self.store.revision()
        with self._lock:
            if self._found[0] != revision:
                self._found = (revision, check(self.store.all()))
            return self._found[1]

    def title(self, entry_id: str) -> str:
        """Return an entry's title, its id when it is unknown."""
        entry = self.store.get(entry_id)
        return entry.title if entry else entry_id

    def finding_shape(self, finding: Finding) -> FindingShape:
        """Return a finding as shown."""
        return FindingShape(
            kind=finding.kind,
            first=finding.first,
            first_title=self.title(finding.first),
            second=finding.second,
            second_title=self.title(finding.second),
            detail=finding.detail,
        )

    def _may_move(self, staff: Staff, entry: Entry, to: Status) -> bool:
        return staff.role in REVIEWERS if to in SIGN else self.may_edit(staff, entry)

    def _answered_by(self, question: str) -> str | None:
        answer = self._answerer.look_up(question)
        return answer.entry.id if answer.entry and answer.sources else None


def read_content(entry_id: str, content: dict[str, Any]) -> Entry:
    """Return the entry a form holds; raises Unprocessable with the field and the remedy."""
    try:
        return Entry.model_validate({**content, "id": entry_id, "status": Status.DRAFT})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])[:60]
        raise Unprocessable(
            f"{field or '条目'}：{explain(first)}", code="entry_invalid", detail={"field": field}
        ) from error


def summary_of(listed: Listed) -> EntrySummary:
    """Return one line of the list."""
    return plain_summary(listed.entry, listed.in_force, listed.updated_at)


def plain_summary(
    entry: Entry, in_force: int | None, updated_at: dt.datetime | None = None
) -> EntrySummary:
    """Return an entry as a line."""
    return EntrySummary(
        id=entry.id,
        title=entry.title,
        kind=entry.kind.value,
        area=entry.area,
        unit=entry.unit,
        owner=entry.owner,
        reviewer=entry.reviewer,
        status=entry.status.value,
        version=entry.version,
        in_force=in_force,
        expiry_date=entry.expiry_date,
        reviewed_date=entry.reviewed_date,
        updated_at=updated_at,
    )


def field_differences(fields: list[Difference]) -> list[FieldDifference]:
    """Return differences as shown."""
    return [FieldDifference(field=f, before=was, after=now) for f, was, now in fields]
