"""The evidence pack: why this unit, what speaks against it, and how likely it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.city import City
from hotline.classifiers import Classifiers
from hotline.neighbours import Near
from hotline.phrases import PhraseVote
from hotline.reading import Reading
from hotline.return_history import ReturnHistory
from hotline.suggestion import (
    DutyClause,
    Evidence,
    Neighbour,
    ReturnRisk,
    SuggestedPlace,
    WordWeight,
)
from hotline.units_for import Candidate

MOST_WORDS = 6
LEAST_SHARE = 0.15
TRAPS = 40


@dataclass(frozen=True)
class Case:
    """Everything known about one matter when its evidence is put together.

    ``candidates`` are the units by falling probability, the suggested one first; ``rival`` is
    the category that speaks most for another choice, if any.
    """

    reading: Reading
    category: str
    candidates: Sequence[Candidate]
    near: Sequence[Near]
    votes: dict[str, PhraseVote]
    conflict: str
    rival: tuple[str, float] | None

    @property
    def chosen(self) -> Candidate:
        """The suggested unit."""
        return self.candidates[0]


def evidence_for(case: Case, city: City, models: Classifiers, history: ReturnHistory) -> Evidence:
    """Put the pack together."""
    match = case.chosen.match
    return Evidence(
        duty=DutyClause(clause=match.duty.clause, basis=match.duty.basis) if match else None,
        place=place_sentence(case.reading.place, _level(case.chosen)),
        neighbours=[
            Neighbour(
                number=near.ticket.number,
                title=near.ticket.title,
                unit=near.ticket.unit_name,
                status=near.ticket.status,
                similarity=near.similarity,
                outcome=near.ticket.outcome,
            )
            for near in case.near
        ],
        words=deciding_words(case.reading.text, case.category, models),
        counter=counter_argument(case, city, models),
        return_risk=_risk(case, history),
    )


def _level(chosen: Candidate) -> str:
    """What follows for the level and the unit."""
    if chosen.match is None:
        return ""
    if chosen.named:
        leader = chosen.match.unit.name
        return f"原文点名“{chosen.named}”，先交{chosen.unit.name}，{leader}协办"
    return chosen.match.explanation


def deciding_words(text: str, category: str, models: Classifiers) -> list[WordWeight]:
    """The words that spoke most for a category, strongest first."""
    if category not in models.category.labels:
        return []
    weights = models.category.explain(text, category, top=3 * MOST_WORDS)
    least = LEAST_SHARE * max((weight for _, weight in weights), default=0.0)
    return [
        WordWeight(word=word, weight=round(weight, 3))
        for word, weight in weights
        if weight > 0 and weight >= least
    ][:MOST_WORDS]


def place_sentence(place: SuggestedPlace, explanation: str) -> str:
    """Where it is and what follows for the level, in one sentence."""
    level = f"；{explanation}" if explanation else ""
    if place.district and place.street:
        where = f"“{place.text}”在{place.district}{place.street}" if place.text else (
            f"{place.district}{place.street}"
        )  # fmt: skip
        return where + level
    several = "、".join(
        dict.fromkeys(f"{one.district}{one.street or ''}" for one in place.candidates[:4])
    )
    if place.district:
        open_street = f"，街镇可能是{several}" if several else "，街镇未写明"
        return f"在{place.district}{open_street}{level}"
    if several:
        return f"“{place.text}”可能在{several}，要问清{level}"
    if place.text:
        return f"“{place.text}”查不到在哪个区{level}"
    return f"原文没有写明地点{level}"


def counter_argument(case: Case, city: City, models: Classifiers) -> str:
    """The strongest argument against the suggestion, in one Chinese sentence."""
    chosen = case.chosen
    if case.conflict:
        return f"{case.conflict}。"
    if case.rival is None:
        return "没有像样的反对理由：其余分类的把握都不足 2%。"
    category, share = case.rival
    name = category.split("/")[1]
    words = [f"“{one.word}”" for one in deciding_words(case.reading.text, category, models)[:2]]
    because = f"原文里的{'、'.join(words)}指向它" if words else "措辞上也说得通"
    other = next(
        (one for one in case.candidates[1:] if one.category == category),
        None,
    )
    so = f"，那样应交{other.unit.name}" if other else f"，但仍由{chosen.unit.name}承办"
    how = next(
        (one.how for one in city.categories[case.category].confused_with
         if one.category == category),
        "",
    )  # fmt: skip
    rule = f"；区分：{how}" if how else ""
    return f"也可能是“{name}”（把握 {share:.0%}），{because}{so}{rule}。"


def _risk(case: Case, history: ReturnHistory) -> ReturnRisk:
    unit, category = case.chosen.unit, case.category
    probability, returned, cases = history.risk(unit.code, category)
    name = category.split("/")[1]
    if cases:
        said = f"近 180 天{unit.name}经手“{name}”{cases} 件，退单 {returned} 件"
    else:
        said = f"近 180 天{unit.name}没有“{name}”的记录，按同类平均估计"
    if reason := history.usual_reason(unit.code, category):
        said += f"，常见理由：{reason}"
    elif case.chosen.match and case.chosen.match.duty.note:
        said += f"；易退原因：{case.chosen.match.duty.note[:TRAPS]}"
    return ReturnRisk(probability=round(probability, 4), why=said)
