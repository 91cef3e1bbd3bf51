"""The living knowledge base in memory: entries, their two indexes and `retrieve`."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge_base.clauses import Cited, Clauses
from knowledge_base.content import load_folder
from knowledge_base.coverage import Coverage
from knowledge_base.entry import Clarify, Entry, Kind, Status
from knowledge_base.exact import ExactWordings
from knowledge_base.gist import gist
from knowledge_base.search import SearchIndex

if TYPE_CHECKING:
    from knowledge_base.store import EntryStore

PROFILE_SHARE = 1.0
BODY_SHARE = 0.35
DEPTH = 60
CITED_FROM = 0.43
CITED_LEAD = 0.1
WIDE_AREAS = frozenset({"全国", "广东省", "广州市", "全市"})
SHOWN = frozenset({Status.PUBLISHED, Status.EXPIRED})
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Found:
    """An entry found for a question.

    `score` orders entries; `exact` tells that the question is one of its wordings; `wording` is
    the fit of the closest wording, `profile` that of all wordings together and `body` that of the
    text, each on the scale of `SearchIndex`; `valid` tells whether it may be quoted; `coverage`
    is the share of the question the entry speaks about; `clarify` is set when
    the closest wording is one of the entry's ambiguous ones; `cited` marks a policy clause, whose
    `score` is the share of the question one of its sentences speaks about.
    """

    entry: Entry
    score: float
    exact: bool
    wording: float
    profile: float
    body: float
    meaning: float
    valid: bool
    coverage: float = 0.0
    clarify: Clarify | None = None
    cited: bool = False


class KnowledgeBase:
    """Entries searchable by wording and by content; edits are visible at once.

    Safe for use from several threads. With a store, `refresh` takes over what other processes
    have changed since the last look.
    """

    def __init__(self, entries: Iterable[Entry] = (), store: EntryStore | None = None) -> None:
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] = {}
        self._wordings = SearchIndex.from_texts([])
        self._profiles = SearchIndex.from_texts([])
        self._bodies = SearchIndex.from_texts([])
        self._titles: dict[str, str] = {}
        self._options: dict[str, str] = {}
        self._packages: dict[str, dict[str, None]] = {}
        self._exact = ExactWordings()
        self._coverage = Coverage()
        self._clauses = Clauses()
        self._revision = 0
        self.store = store
        self._fill(list(entries))
        if store is not None:
            self.refresh()

    @classmethod
    def from_folder(cls, folder: Path | None = None) -> KnowledgeBase:
        """Read the city's entry files; raises ContentError."""
        return cls(load_folder(folder))

    @property
    def has_meaning(self) -> bool:
        """Whether an embedding model takes part in the search."""
        return self._wordings.has_meaning

    @property
    def entries(self) -> list[Entry]:
        """All entries held, in order of arrival."""
        return list(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, name: str) -> Entry | None:
        """Return the entry with an id."""
        return self._entries.get(name)

    def titled(self, text: str) -> Entry | None:
        """Return the entry whose title, or an option leading to it, is exactly this text."""
        said = text.strip()
        name = self._titles.get(said) or self._options.get(said)
        return self._entries.get(name) if name else None

    def packages_of(self, name: str) -> list[Entry]:
        """Return the “一件事” an entry is a step of."""
        packages = self._packages.get(name, {})
        return [entry for key in packages if (entry := self._entries.get(key))]

    def put(self, entry: Entry) -> None:
        """Add or replace an entry."""
        with self._lock:
            self.remove(entry.id)
            self._fill([entry])

    def remove(self, name: str) -> None:
        """Forget an entry; unknown ids are ignored."""
        with self._lock:
            old = self._entries.pop(name, None)
            if old is None:
                return
            self._wordings.remove(key for key, _ in _indexed_wordings(old))
            self._profiles.remove([name])
            self._bodies.remove([name])
            self._exact.remove(old)
            self._coverage.remove(name)
            self._clauses.remove(name)
            if self._titles.get(old.title) == name:
                del self._titles[old.title]
            for option in old.clarify.options if old.clarify else []:
                self._options.pop(option.title, None)
            for step in old.steps:
                self._packages.get(step.entry, {}).pop(name, None)

    def refresh(self) -> None:
        """Take over changes from the store; costs one small query when there are none."""
        if self.store is None:
            return
        revision = self.store.revision()
        if revision == self._revision:
            return
        with self._lock:
            changed = self.store.changed_since(self._revision)
            for entry in changed:
                self.remove(entry.id)
            self._fill(changed)
            self._revision = revision

    def area_named(self, text: str) -> str | None:
        """Return the one district that entries are kept to and a text names."""
        areas = {entry.area for entry in self._entries.values()} - WIDE_AREAS
        named = {area for area in areas if area in text or area.removesuffix("区") in text}
        return named.pop() if len(named) == 1 else None

    def retrieve(
        self,
        question: str,
        *,
        area: str | None = None,
        audience: str | None = None,
        today: dt.date | None = None,
        top: int = 10,
    ) -> list[Found]:
        """Find entries for a question; the one function chat, hit test and evaluation use.

        Args:
            question: what was asked, in any script or Cantonese.
            area: district of the citizen, e.g. "天河区"; None keeps every area.
            audience: e.g. "老年人"; None keeps every audience.
            today: day on which entries must be valid; today by default.
            top: how many entries at most.

        Returns:
            Entries, best first. Expired ones stay in, marked not valid, so that the caller can
            say so instead of giving a worse answer.
        """
        day = today or dt.date.today()  # noqa: DTZ011 - the city's own calendar day
        with self._lock:
            wordings: dict[str, tuple[float, float, bool]] = {}
            about = gist(question)
            for hit in self._wordings.search(about, DEPTH):
                name, number = hit.id.split(_SEPARATOR)
                if name not in wordings:
                    ambiguous = number.startswith("c") and self._says_no_more(name, number, about)
                    wordings[name] = (hit.score, hit.meaning, ambiguous)
            profiles = {hit.id: hit.score for hit in self._profiles.search(about, DEPTH)}
            bodies = {hit.id: hit.score for hit in self._bodies.search(about, DEPTH)}
            same, asks_back = self._exact.find(question)
            found = []
            for name in wordings.keys() | profiles.keys() | bodies.keys():
                entry = self._entries[name]
                if not _fits(entry, area, audience):
                    continue
                wording, meaning, ambiguous = wordings.get(name, (0.0, 0.0, False))
                profile = profiles.get(name, 0.0)
                body = bodies.get(name, 0.0)
                exact = name == same
                ambiguous = asks_back if exact else ambiguous
                found.append(
                    Found(
                        entry=entry,
                        score=wording + PROFILE_SHARE * profile + BODY_SHARE * body + exact,
                        exact=exact,
                        wording=wording,
                        profile=profile,
                        body=body,
                        meaning=meaning,
                        valid=entry.valid_on(day),
                        clarify=entry.clarify if ambiguous else None,
                    )
                )
            found.sort(key=lambda f: (not f.exact, -f.score, f.entry.id))
            judged = [
                replace(f, coverage=self._coverage.share(question, f.entry.id)) for f in found[:top]
            ]
            clauses = [
                _of_clause(cited, day)
                for cited in self._clauses.find(question, top)
                if _fits(cited.entry, area, audience)
            ]
        first = judged[0] if judged else None
        if clauses and clauses[0].coverage >= CITED_FROM and not (first and first.exact):
            lead = clauses[0].coverage - (first.coverage if first else 0.0)
            if lead >= CITED_LEAD:
                return [clauses[0], *judged, *clauses[1:]][:top]
        return [*judged, *clauses][:top]

    def _says_no_more(self, name: str, number: str, about: str) -> bool:
        """Whether a question is no more exact than an entry's ambiguous wording."""
        clarify = self._entries[name].clarify
        if clarify is None:
            return False
        return len(about.strip()) <= len(gist(clarify.wordings[int(number[1:])]).strip()) + 1

    def _fill(self, entries: list[Entry]) -> None:
        shown = [entry for entry in entries if entry.status in SHOWN]
        with self._lock:
            for entry in shown:
                if entry.kind is Kind.CLAUSE:
                    self._clauses.add(entry)
                    self._entries[entry.id] = entry
                    self._titles.setdefault(entry.title, entry.id)
            shown = [entry for entry in shown if entry.kind is not Kind.CLAUSE]
            pairs = [pair for entry in shown for pair in _indexed_wordings(entry)]
            self._wordings.add([key for key, _ in pairs], [gist(text) for _, text in pairs])
            names = [entry.id for entry in shown]
            self._profiles.add(names, [_profile(entry) for entry in shown])
            self._bodies.add(names, [entry.body_text() for entry in shown])
            for entry in shown:
                self._entries[entry.id] = entry
                self._titles.setdefault(entry.title, entry.id)
                self._exact.add(entry)
                self._coverage.add(entry.id, f"{_profile(entry)}\n{entry.body_text()}")
                for option in entry.clarify.options if entry.clarify else []:
                    self._options[option.title] = option.entry
                for step in entry.steps:
                    self._packages.setdefault(step.entry, {})[entry.id] = None


def _indexed_wordings(entry: Entry) -> list[tuple[str, str]]:
    said = [*entry.wordings(), *entry.keywords]
    plain = [(f"{entry.id}{_SEPARATOR}{n}", text) for n, text in enumerate(said)]
    asked = entry.clarify.wordings if entry.clarify else []
    return plain + [(f"{entry.id}{_SEPARATOR}c{n}", text) for n, text in enumerate(asked)]


def _profile(entry: Entry) -> str:
    return "\n".join(gist(text) for text in (*entry.wordings(), *entry.keywords))


def _of_clause(cited: Cited, day: dt.date) -> Found:
    return Found(
        entry=cited.entry,
        score=cited.share,
        exact=False,
        wording=0.0,
        profile=0.0,
        body=cited.share,
        meaning=0.0,
        valid=cited.entry.valid_on(day),
        coverage=cited.share,
        cited=True,
    )


def _fits(entry: Entry, area: str | None, audience: str | None) -> bool:
    if area and entry.area not in WIDE_AREAS and entry.area != area:
        related = area.startswith(entry.area) or entry.area.startswith(area)
        if not related:
            return False
    return not (audience and entry.audience and audience not in entry.audience)
