"""The decision on one matter that has been read: candidates, contradictions, dial, evidence.

Duty table × place × history → units.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hotline.city import City, DutyMatch
from hotline.classifiers import Classifiers
from hotline.contradiction import contradiction, missing_place
from hotline.dial import Doubts, set_dial
from hotline.evidence import Case, evidence_for
from hotline.ledger import digest_of
from hotline.neighbours import Near, NeighbourIndex
from hotline.phrases import PhraseReader
from hotline.progress import UnitName
from hotline.reading import Part, Reading
from hotline.repeats import Earlier
from hotline.return_history import ReturnHistory
from hotline.suggestion import (
    AlternativeUnit,
    Digests,
    EarlierTicket,
    MatterCategory,
    NamedProbability,
    SafetyNotice,
    Suggestion,
    Urgency,
)
from hotline.switches import Switches
from hotline.units_for import Candidate, UnitFinder

LEAST_RIVAL = 0.02
RULE_FILES = ("taxonomy.yml", "duties.csv", "units.yml", "places.csv", "clocks.yml", "safety.yml")


@dataclass(frozen=True)
class Known:
    """What the archive has taught so far, and when it was looked at (monotonic seconds)."""

    history: ReturnHistory
    switches: Switches
    looked: float


class Decider:
    """Decides with one set of models; ``index`` holds the closed tickets as these see them."""

    def __init__(self, city: City, models: Classifiers) -> None:
        self.models = models
        self.index = NeighbourIndex(models)
        self._city = city
        self._finder = UnitFinder(city, models.category.labels)
        self._phrases = PhraseReader(city)
        self.rules = _digest_of_files(city.folder / name for name in RULE_FILES)
        self.dictionary = _digest_of_files([city.folder / "dictionary.txt"])

    def decide(
        self, reading: Reading, near: Sequence[Near], earlier: Earlier | None, known: Known
    ) -> Suggestion:
        """Return the suggestion for one reading."""
        case = self._case(reading, near, earlier, known.history)
        chosen, place, question = case.chosen, reading.place, reading.question
        doubts = Doubts(
            danger=reading.danger.kind if reading.danger else "",
            refused=len(question.refused),
            place=missing_place(case, self._city.duties),
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
            repeat_of=earlier.number if earlier else None,
            earlier=_earlier(earlier),
            matters=[self._part(one, reading) for one in reading.matters],
            digests=Digests(
                model=self.models.digest,
                rules=self.rules,
                dictionary=self.dictionary,
                input=digest_of(question.text),
            ),
        )

    def _part(self, part: Part, reading: Reading) -> MatterCategory:
        """One matter of the text with the unit its category has in this place."""
        place = reading.place
        found = self._finder.candidates(part.probabilities, place.district, place.street, part.text)
        unit = found[0].unit
        return MatterCategory(
            text=part.text,
            start=part.start,
            end=part.end,
            category=part.category,
            unit=UnitName(code=unit.code, name=unit.name),
        )

    def _case(
        self,
        reading: Reading,
        near: Sequence[Near],
        earlier: Earlier | None,
        history: ReturnHistory,
    ) -> Case:
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
        conflict = contradiction(candidates, category, near, earlier, votes, place.district)
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


def _units_of(leader: DutyMatch, found: Sequence[Candidate]) -> set[str]:
    """The units that taking the likeliest category could mean: its leader or the one named."""
    partners = {one.code for one in leader.co_units}
    return {leader.unit.code} | {
        one.unit.code for one in found if one.named and one.unit.code in partners
    }


def _earlier(earlier: Earlier | None) -> EarlierTicket | None:
    if earlier is None:
        return None
    unit = UnitName(code=earlier.unit_code, name=earlier.unit_name) if earlier.unit_code else None
    return EarlierTicket(
        number=earlier.number,
        unit=unit,
        handler=earlier.handler,
        status=earlier.status,
        received_at=earlier.received_at,
    )


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


def _digest_of_files(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        if path.exists():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
