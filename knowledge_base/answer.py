"""Answering a question: named steps from the words to one of a closed set of outcomes."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from knowledge_base import wording
from knowledge_base.base import CITED_FROM, WIDE_AREAS, Found, KnowledgeBase
from knowledge_base.calibration import Calibration, load_calibration, mode_of
from knowledge_base.entry import CLAUSE_BLOCK, Clarify, Entry, Kind
from knowledge_base.outcome import (
    Answer,
    Candidate,
    EntryReference,
    Outcome,
    PackageStep,
    sources_of,
)
from knowledge_base.refusal import Refusals, default_refusals
from knowledge_base.rewriting import Rewriter
from nlu.personal import mask
from nlu.safety import detect

MAX_CANDIDATES = 4
MAX_FOUND = 20
UNANSWERED = frozenset({Outcome.NOT_IN_BASE, Outcome.EXPIRED, Outcome.SEVERAL_CANDIDATES})


class GapLog(Protocol):
    """Where questions without an answer go; `knowledge_base.gaps.GapLog` is the real one."""

    def record(self, question: str, outcome: str, near: str | None) -> None:
        """Note a masked question."""


class Answerer:
    """Answers from one knowledge base; quick, thread-safe, and sees edits at once."""

    def __init__(
        self,
        base: KnowledgeBase,
        gaps: GapLog | None = None,
        refusals: Refusals | None = None,
        calibration: Calibration | None = None,
        rewriter: Rewriter | None = None,
    ) -> None:
        self.base = base
        self.gaps = gaps
        self.rewriter = rewriter
        self.refusals = refusals or default_refusals()
        self.calibration = calibration or load_calibration(mode_of(base))

    def answer(
        self,
        question: str,
        area: str | None = None,
        audience: str | None = None,
        today: dt.date | None = None,
    ) -> Answer:
        """Answer a question; one without an answer is kept as a gap.

        Args:
            question: the citizen's words; personal data in them is masked before anything is kept.
            area: district, e.g. "天河区".
            audience: whom it is for, e.g. "老年人".
            today: the day on which the answer must hold; today by default.

        Returns:
            An answer whose outcome is one of `Outcome`; never raises for any text.
        """
        answer = self.look_up(question, area, audience, today)
        if self.gaps and answer.outcome in UNANSWERED:
            near = answer.entry or (answer.candidates[0] if answer.candidates else None)
            self.gaps.record(answer.question, answer.outcome, near.id if near else None)
        return self.rewriter.rewrite(answer) if self.rewriter else answer

    def look_up(
        self,
        question: str,
        area: str | None = None,
        audience: str | None = None,
        today: dt.date | None = None,
    ) -> Answer:
        """Answer like `answer`, leaving no trace."""
        shown = mask(question.strip()).text
        if not shown:
            return Answer(outcome=Outcome.NOT_IN_BASE, question="", text=wording.EMPTY)
        if danger := detect(question):
            return Answer(
                outcome=Outcome.EMERGENCY,
                question=shown,
                text=danger.advice,
                phone=danger.phone,
                confidence=1.0,
            )
        if refusal := self.refusals.match(question):
            return Answer(outcome=Outcome.REFUSED, question=shown, text=refusal, confidence=1.0)
        self.base.refresh()
        day = today or dt.date.today()  # noqa: DTZ011 - the city's own calendar day
        if named := self.base.titled(question):
            return self._quote(shown, named, 1.0, day)
        area = area or self.base.area_named(question)
        found = self.base.retrieve(question, area=area, audience=audience, today=day, top=MAX_FOUND)
        return self._decide(shown, found, day, area)

    def show(self, entry_id: str, today: dt.date | None = None) -> Answer | None:
        """Return the answer of one entry, as when its button is pressed; None if unknown."""
        self.base.refresh()
        entry = self.base.entry(entry_id)
        day = today or dt.date.today()  # noqa: DTZ011 - the city's own calendar day
        return self._quote(entry.title, entry, 1.0, day) if entry else None

    def _decide(self, question: str, found: list[Found], day: dt.date, area: str | None) -> Answer:
        if not found:
            return Answer(outcome=Outcome.NOT_IN_BASE, question=question, text=wording.NOT_IN_BASE)
        best = found[0]
        if best.cited and best.score < CITED_FROM:
            return Answer(outcome=Outcome.NOT_IN_BASE, question=question, text=wording.NOT_IN_BASE)
        sure = self.calibration.confidence(found)
        if sure >= self.calibration.answer_from:
            if best.clarify and best.valid:
                return _ask_back(question, best.entry, best.clarify, sure)
            if area is None and len(versions := _district_versions(found)) > 1:
                return _ask_district(question, versions, sure)
            return self._quote(question, best.entry, sure, day)
        near = [f for f in found if f.valid and not f.cited and f.score >= best.score * 0.6][
            :MAX_CANDIDATES
        ]
        candidates = [_candidate(f) for f in near]
        if sure >= self.calibration.offer_from and candidates:
            return Answer(
                outcome=Outcome.SEVERAL_CANDIDATES,
                question=question,
                text=wording.SEVERAL,
                candidates=candidates,
                confidence=round(sure, 3),
            )
        return Answer(
            outcome=Outcome.NOT_IN_BASE,
            question=question,
            text=wording.NOT_IN_BASE_NEAR if candidates else wording.NOT_IN_BASE,
            candidates=candidates[:3],
            confidence=round(sure, 3),
        )

    def _quote(self, question: str, entry: Entry, sure: float, day: dt.date) -> Answer:
        if not entry.valid_on(day):
            return _withhold(question, entry, sure)
        return Answer(
            outcome=Outcome.ANSWERED,
            question=question,
            text=_say(entry),
            entry=_reference(entry),
            blocks=entry.blocks,
            sources=sources_of(entry),
            steps=self._steps(entry, day),
            follow_ups=self._follow_ups(entry),
            unit=entry.unit,
            phone=entry.phone,
            confidence=round(sure, 3),
            digest=entry.digest(),
        )

    def _follow_ups(self, entry: Entry) -> list[str]:
        steps = [e.title for step in entry.steps if (e := self.base.entry(step.entry))]
        packages = [package.title for package in self.base.packages_of(entry.id)]
        return list(dict.fromkeys([*packages[:1], *entry.follow_ups, *steps, *packages[1:]]))

    def _steps(self, package: Entry, day: dt.date) -> list[PackageStep]:
        found = [(step, self.base.entry(step.entry)) for step in package.steps]
        return [
            PackageStep(
                id=entry.id,
                title=entry.title,
                when=step.when,
                note=step.note,
                unit=entry.unit,
                phone=entry.phone,
                valid=entry.valid_on(day),
            )
            for step, entry in found
            if entry
        ]


def _district_versions(found: list[Found]) -> list[Entry]:
    """Return the entries that answer the same question for different districts, differently."""
    best = found[0].entry
    if best.area in WIDE_AREAS:
        return []
    asked = set(best.questions)
    same = [
        f.entry
        for f in found
        if f.valid and f.entry.area not in WIDE_AREAS and asked & set(f.entry.questions)
    ]
    differ = len({e.body_text().replace(e.area, "") for e in same}) > 1
    return sorted(same, key=lambda e: e.id) if differ else []


def _ask_district(question: str, versions: list[Entry], sure: float) -> Answer:
    first = versions[0]
    return Answer(
        outcome=Outcome.NEEDS_CLARIFYING,
        question=question,
        text=wording.WHICH_DISTRICT,
        entry=_reference(first),
        candidates=[Candidate(id=e.id, title=e.title, score=1.0) for e in versions],
        unit=first.unit,
        phone=first.phone,
        confidence=round(sure, 3),
        digest=first.digest(),
    )


def _ask_back(question: str, entry: Entry, clarify: Clarify, sure: float) -> Answer:
    return Answer(
        outcome=Outcome.NEEDS_CLARIFYING,
        question=question,
        text=clarify.question,
        entry=_reference(entry),
        candidates=[Candidate(id=o.entry, title=o.title, score=1.0) for o in clarify.options],
        unit=entry.unit,
        phone=entry.phone,
        confidence=round(sure, 3),
        digest=entry.digest(),
    )


def _candidate(found: Found) -> Candidate:
    return Candidate(
        id=found.entry.id, title=found.entry.title, score=round(min(1.0, found.score), 3)
    )


def _reference(entry: Entry) -> EntryReference:
    return EntryReference(
        id=entry.id, title=entry.title, kind=entry.kind.value, version=entry.version
    )


def _say(entry: Entry) -> str:
    if entry.kind is Kind.CLAUSE and entry.basis:
        quoted = next((b.text for b in entry.blocks if b.name == CLAUSE_BLOCK and b.text), None)
        if quoted:
            return wording.QUOTE.format(basis=entry.basis[0].cite(), text=quoted)
    return entry.summary


def _withhold(question: str, entry: Entry, sure: float) -> Answer:
    sentence = wording.EXPIRED if entry.expiry_date else wording.EXPIRED_NO_DATE
    return Answer(
        outcome=Outcome.EXPIRED,
        question=question,
        text=sentence.format(
            title=entry.title, date=entry.expiry_date, phone=entry.phone, unit=entry.unit
        ),
        entry=_reference(entry),
        unit=entry.unit,
        phone=entry.phone,
        confidence=round(sure, 3),
        digest=entry.digest(),
    )
