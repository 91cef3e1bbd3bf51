"""The dispatcher: reads a matter and suggests who should get it, how sure, and why.

Duty table × place × history → units, the three-way dial and the evidence pack.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from hotline.city import City, DutyMatch
from hotline.classifiers import Classifiers, ModelsUnusable, load_classifiers
from hotline.dial import Doubts, set_dial
from hotline.evidence import Case, evidence_for
from hotline.intake import Intake
from hotline.ledger import digest_of
from hotline.neighbours import Near, NeighbourIndex
from hotline.phrases import PhraseReader, PhraseVote
from hotline.progress import UnitName
from hotline.reading import Question, Reading, read_all
from hotline.repeats import find_repeats
from hotline.return_history import ReturnHistory, load_history
from hotline.settings import hotline_settings
from hotline.store import Store
from hotline.suggestion import (
    AlternativeUnit,
    Digests,
    MatterCategory,
    NamedProbability,
    SafetyNotice,
    Suggestion,
    Urgency,
)
from hotline.switches import Switches, load_switches
from hotline.units_for import Candidate, UnitFinder

__all__ = ["Dispatcher", "ModelsUnusable", "Question", "batch_suggester"]

FRESH_SECONDS = 20.0
LEAST_RIVAL = 0.02
ALIKE = 0.5
RULE_FILES = ("taxonomy.yml", "duties.csv", "units.yml", "places.csv", "clocks.yml", "safety.yml")


@dataclass(frozen=True)
class _Known:
    """What the archive has taught so far, and when it was looked at (monotonic seconds)."""

    history: ReturnHistory
    switches: Switches
    looked: float


class Dispatcher:
    """Suggests units for matters. Safe to share between threads.

    :param models: a model folder as ``python -m hotline train`` writes it, or loaded classifiers.
    :param as_of: look at the archive as it stood then and never again; ``None`` keeps up with it.
    :raises ModelsUnusable: the models are missing, damaged or of another city.
    """

    def __init__(
        self,
        city: City,
        models: Path | str | Classifiers,
        store: Store,
        *,
        as_of: datetime | None = None,
    ) -> None:
        self._city = city
        self._store = store
        self._as_of = as_of
        self.models = models if isinstance(models, Classifiers) else load_classifiers(models, city)
        self._finder = UnitFinder(city, self.models.category.labels)
        self._phrases = PhraseReader(city)
        self._index = NeighbourIndex(self.models)
        self._rules = _digest_of_files(city.folder / name for name in RULE_FILES)
        self._dictionary = _digest_of_files([city.folder / "dictionary.txt"])
        self._looking = Lock()
        self._known = _Known(ReturnHistory(), Switches(), 0.0)
        self.refresh()

    def suggest(
        self,
        text: str,
        title: str = "",
        place: str | None = None,
        now: datetime | None = None,
        citizen_key: str | None = None,
    ) -> Suggestion:
        """Read one matter. ``now`` is when it was written, ``citizen_key`` who wrote it."""
        return self.suggest_many([Question(text, title, place, now, citizen_key)])[0]

    def suggest_many(
        self, questions: Sequence[Question], *, session: Session | None = None
    ) -> list[Suggestion]:
        """Read matters in one batch; the order stays, and no answer depends on the others.

        :param session: look for repeats in this session, which may hold what is not written yet.
        """
        if not questions:
            return []
        if session is None:
            self._keep_up()
        known = self._known
        readings = read_all(questions, self.models)
        near = self._index.nearest(
            [one.text for one in readings],
            [self.models.category.labels[one.main] for one in readings],
            without=[one.question.number for one in readings],
        )
        with self._looking_at(session) as archive:
            repeats = find_repeats(archive, readings, self.models)
        return [
            self._suggestion(reading, alike, repeat, known)
            for reading, alike, repeat in zip(readings, near, repeats, strict=True)
        ]

    def refresh(self, now: datetime | None = None, *, session: Session | None = None) -> None:
        """Look at the archive anew: closed tickets, returns, switches."""
        moment = self._as_of or now or datetime.now(UTC)
        with self._looking_at(session) as archive:
            self._index.refresh(archive, self._as_of)
            history = load_history(archive, moment)
            self._known = _Known(history, load_switches(archive), time.monotonic())

    def _looking_at(self, session: Session | None) -> AbstractContextManager[Session]:
        return nullcontext(session) if session else self._store.session(read_only=True)

    def _keep_up(self) -> None:
        """Refresh when the last look is old; one thread does it, the others go on."""
        if self._as_of or time.monotonic() - self._known.looked < FRESH_SECONDS:
            return
        if self._looking.acquire(blocking=False):
            try:
                self.refresh()
            finally:
                self._looking.release()

    def _suggestion(
        self, reading: Reading, near: Sequence[Near], repeat: str | None, known: _Known
    ) -> Suggestion:
        case = self._case(reading, near, known.history)
        chosen, place, question = case.chosen, reading.place, reading.question
        doubts = Doubts(
            danger=reading.danger.kind if reading.danger else "",
            refused=len(question.refused),
            place=self._missing_place(case),
            conflict=case.conflict,
        )
        confidence = round(chosen.probability, 4)
        dial, why = set_dial(
            case.category, confidence, doubts, self.models.thresholds, known.switches
        )
        danger = reading.danger
        return Suggestion(
            categories=self._categories(reading, case.category),
            appeal_type=NamedProbability(
                name=reading.appeal[0], probability=min(1.0, round(reading.appeal[1], 4))
            ),
            urgency=Urgency(level=reading.urgency[0], reasons=reading.urgency[1]),
            place=place,
            unit=UnitName(code=chosen.unit.code, name=chosen.unit.name),
            co_units=_co_units(chosen),
            alternatives=[
                AlternativeUnit(
                    code=one.unit.code, name=one.unit.name, probability=round(one.probability, 4)
                )
                for one in case.candidates[1:4]
                if one.probability >= LEAST_RIVAL
            ],
            confidence=confidence,
            dial=dial,
            dial_reason=why,
            evidence=evidence_for(case, self._city, self.models, known.history),
            safety=SafetyNotice(kind=danger.kind, phone=danger.phone, advice=danger.advice)
            if danger
            else None,
            repeat_of=repeat,
            matters=[MatterCategory(text=text, category=name) for text, name in reading.matters],
            digests=Digests(
                model=self.models.digest,
                rules=self._rules,
                dictionary=self._dictionary,
                input=digest_of(question.text),
            ),
        )

    def _case(self, reading: Reading, near: Sequence[Near], history: ReturnHistory) -> Case:
        labels, place = self.models.category.labels, reading.place
        found = self._finder.candidates(
            reading.probabilities, place.district, place.street, reading.text
        )
        main = labels[reading.main]
        leader = self._finder.leads(place.district, place.street)[reading.main]
        # Where the likeliest category's unit is also the likeliest unit, it names the matter.
        category = main if found[0].unit.code in _units_of(leader, found) else found[0].category
        if category == main and not found[0].named:
            found[0] = replace(found[0], category=main, match=leader)
        believed = self._believe(found, float(reading.probabilities.max()))
        learned = self._learn(believed, category, place.district or "", history)
        candidates = [one for one in learned if one.unit.code not in reading.question.refused]
        candidates = candidates or learned  # all have refused: the desk decides anyway
        votes = self._phrases.vote(reading.text)
        conflict = self._conflict(candidates, category, near, votes, place.district)
        rival = next(
            (
                (labels[at], float(reading.probabilities[at]))
                for at in (-reading.probabilities).argsort()
                if labels[at] != category
            ),
            None,
        )
        if rival and rival[1] < LEAST_RIVAL:
            rival = None
        return Case(reading, category, candidates, near, votes, conflict, rival)

    def _believe(self, found: Sequence[Candidate], category: float) -> list[Candidate]:
        """Turn the model's shares into how often such a suggestion is right; the order stays."""
        first, *others = found
        second = others[0].probability if others else 0.0
        sure = self.models.thresholds.confidence(first.probability, category, second)
        rest = (1 - sure) / max(1 - first.probability, 1e-6)
        return [
            replace(first, probability=sure),
            *(replace(one, probability=min(sure, one.probability * rest)) for one in others),
        ]

    def _learn(
        self,
        found: Sequence[Candidate],
        category: str,
        district: str,
        history: ReturnHistory,
    ) -> list[Candidate]:
        """Move probability from units that refuse this kind of ticket to those that close it."""
        shares = {one.unit.code: one for one in found}
        for one in found:
            for code, share in history.flow(one.unit.code, category, district).items():
                moved = one.probability * share
                giver = shares[one.unit.code]
                shares[one.unit.code] = replace(giver, probability=giver.probability - moved)
                taker = shares.get(code) or Candidate(
                    self._city.unit(code), 0.0, one.category, one.match, learned=True
                )
                shares[code] = replace(
                    taker, probability=min(1.0, taker.probability + moved), learned=True
                )
        return sorted(shares.values(), key=lambda one: (-one.probability, one.unit.code))

    def _conflict(
        self,
        candidates: Sequence[Candidate],
        category: str,
        near: Sequence[Near],
        votes: Mapping[str, PhraseVote],
        district: str | None,
    ) -> str:
        """What in rules or history contradicts the model, as half a sentence; "" where nothing."""
        chosen = candidates[0]
        leader = chosen.match.unit if chosen.match else chosen.unit
        if chosen.learned and leader.code != chosen.unit.code:
            return f"职责表写的是{leader.name}，而它近来退单，同类工单最后由{chosen.unit.name}办结"
        strongest = next(iter(votes.values()), None)
        if strongest and category not in votes:
            words = "、".join(f"“{one}”" for one in strongest.phrases[:2])
            name = strongest.category.split("/")[1]
            return f"原文里的{words}是“{name}”的典型说法，与模型的判断不一致"
        elsewhere = [
            one.ticket
            for one in near
            if one.similarity >= ALIKE
            and one.ticket.district == (district or "")
            and one.ticket.unit_code != chosen.unit.code
        ]
        if len(elsewhere) >= 2:
            return f"最像的已办结工单（{elsewhere[0].number}）由{elsewhere[0].unit_name}办结"
        return ""

    def _missing_place(self, case: Case) -> str:
        """What about the place is missing for the duty to be sure; "" where nothing."""
        place, duties = case.reading.place, self._city.duties
        if case.chosen.named:
            return ""
        by_street = duties.at(case.category, "street") is not None
        if not place.district and (by_street or duties.at(case.category, "district")):
            return "没有写明在哪个区"
        return "没有写明在哪个街镇" if by_street and not place.street else ""

    def _categories(self, reading: Reading, first: str) -> list[NamedProbability]:
        labels = self.models.category.labels
        order = (-reading.probabilities).argsort()
        names = [first, *(labels[at] for at in order if labels[at] != first)][:3]
        return [
            NamedProbability(
                name=name,
                probability=min(1.0, round(float(reading.probabilities[labels.index(name)]), 4)),
            )
            for name in names
        ]


def batch_suggester(store: Store) -> Any:
    """The reader an import asks: one suggestion per matter; ``None`` without usable models."""
    try:
        dispatcher = Dispatcher(store.city, hotline_settings().models, store)
    except ModelsUnusable:
        return None

    def read(intakes: Sequence[Intake]) -> list[dict[str, Any]]:
        questions = [question_of(store, one) for one in intakes]
        return [one.model_dump(mode="json") for one in dispatcher.suggest_many(questions)]

    return read


def question_of(store: Store, intake: Intake) -> Question:
    """A matter that comes in, as a question to the dispatcher."""
    identity = intake.phone or intake.citizen_id
    return Question(
        text=intake.text,
        title=intake.title,
        place=intake.place,
        now=intake.received_at,
        citizen_key=store.vault.citizen_key(identity) if identity else None,
        district=intake.district,
        street=intake.street,
    )


def _units_of(leader: DutyMatch, found: Sequence[Candidate]) -> set[str]:
    """The units that taking the likeliest category could mean: its leader or the one named."""
    partners = {one.code for one in leader.co_units}
    return {leader.unit.code} | {
        one.unit.code for one in found if one.named and one.unit.code in partners
    }


def _co_units(chosen: Candidate) -> list[UnitName]:
    if chosen.match is None:
        return []
    units = [chosen.match.unit, *chosen.match.co_units]
    if chosen.named:
        # The operator leads; who supervises it by the duty table goes along.
        units = [chosen.match.unit]
    elif not chosen.learned:
        units = units[1:]
    return [UnitName(code=one.code, name=one.name) for one in units if one.code != chosen.unit.code]


def _digest_of_files(files: Any) -> str:
    digest = hashlib.sha256()
    for path in files:
        if path.exists():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
