"""The knowledge desk's part of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx2
import streamlit as st

from dashboard import texts
from dashboard.client import ApiDown, Client, connection, refusal
from dashboard.knowledge_shapes import (
    Due,
    EntryDetail,
    EntryPage,
    Findings,
    Gap,
    GapPage,
    ImportReport,
    VersionChanges,
)
from dashboard.settings import api_timeout, api_url
from dashboard.sign_in import TOKEN

ENTRIES = "/v1/knowledge/entries"
GAPS = "/v1/knowledge/gaps"
UPLOAD_PATIENCE = 120.0


class KnowledgeClient(Client):
    """Reads and edits entries on behalf of one person."""

    def entries(self, filters: Mapping[str, str | int | None]) -> EntryPage:
        """Return a page of entries; empty filters do not filter."""
        wanted = {name: value for name, value in filters.items() if value not in (None, "")}
        return self._ask(EntryPage, "GET", ENTRIES, params=wanted)

    def entry(self, name: str) -> EntryDetail:
        """Return an entry with its versions and what contradicts it."""
        return self._ask(EntryDetail, "GET", _path(name))

    def save(self, name: str, version: int, content: Mapping[str, Any], note: str) -> EntryDetail:
        """Save a draft; raises ``Conflict`` when somebody else was faster."""
        body = {"version": version, "content": dict(content), "note": note}
        return self._ask(EntryDetail, "POST", _path(name), body)

    def move(self, name: str, version: int, to: str, note: str) -> EntryDetail:
        """Bring an entry to another state."""
        body = {"version": version, "to": to, "note": note}
        return self._ask(EntryDetail, "POST", f"{_path(name)}/status", body)

    def changes(self, name: str, before: int, after: int) -> VersionChanges:
        """Return what changed between two versions."""
        params: dict[str, str | int | None] = {"before": before, "after": after}
        return self._ask(VersionChanges, "GET", f"{_path(name)}/differences", params=params)

    def due(self) -> Due:
        """Return what needs its owner."""
        return self._ask(Due, "GET", "/v1/knowledge/due")

    def findings(self) -> Findings:
        """Return contradictions and duplicates."""
        return self._ask(Findings, "GET", "/v1/knowledge/findings")

    def table(self) -> bytes:
        """Return the entries as a workbook."""
        return self._call("GET", "/v1/knowledge/table").content

    def upload(
        self, file: str, content: bytes, kind: str, *, preview: bool, title: str, unit: str
    ) -> ImportReport:
        """Import a file, or only look what it would do."""
        fields = {"kind": kind, "preview": str(preview).lower(), "title": title, "unit": unit}
        try:
            response = self._http.post(
                "/v1/knowledge/imports",
                files={"file": (file, content)},
                data=fields,
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=UPLOAD_PATIENCE,
            )
        except httpx2.TimeoutException as error:
            raise ApiDown(texts.API_SLOW) from error
        except httpx2.HTTPError as error:
            raise ApiDown(texts.API_DOWN) from error
        if not response.is_success:
            raise refusal(response)
        return ImportReport.model_validate_json(response.content)

    def gaps(self, *, closed: bool) -> GapPage:
        """Return the questions without a good answer, or those that have one by now."""
        params: dict[str, str | int | None] = {"closed": str(closed).lower()}
        return self._ask(GapPage, "GET", GAPS, params=params)

    def draft_gap(self, gap: int, unit: str) -> Gap:
        """Make a draft entry of a gap."""
        return self._ask(Gap, "POST", f"{GAPS}/{gap}/draft", {"unit": unit})

    def dismiss_gap(self, gap: int) -> Gap:
        """Say that a gap needs no entry."""
        return self._ask(Gap, "POST", f"{GAPS}/{gap}/dismiss")


def knowledge_client() -> KnowledgeClient:
    """Return the knowledge desk with the rights of whoever is signed in."""
    return KnowledgeClient(connection(api_url(), api_timeout()), st.session_state.get(TOKEN))


def _path(name: str) -> str:
    return f"{ENTRIES}/{quote(name, safe='')}"
