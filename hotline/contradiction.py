"""What speaks against sending a suggestion off unseen: rules, history, a place left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.duties import DutyTable
from hotline.evidence import Case
from hotline.neighbours import Near
from hotline.phrases import PhraseVote
from hotline.repeats import Earlier
from hotline.units_for import Candidate

ALIKE = 0.5


def contradiction(
    candidates: Sequence[Candidate],
    category: str,
    near: Sequence[Near],
    earlier: Earlier | None,
    votes: Mapping[str, PhraseVote],
    district: str | None,
) -> str:
    """What in rules or history contradicts the model, as half a sentence; "" where nothing."""
    chosen = candidates[0]
    leader = chosen.match.unit if chosen.match else chosen.unit
    if chosen.learned and leader.code != chosen.unit.code:
        return f"职责表写的是{leader.name}，而它近来退单，同类工单最后由{chosen.unit.name}办结"
    if earlier and earlier.unit_code and earlier.unit_code != chosen.unit.code:
        return f"同一市民的同一件事（{earlier.number}）上次由{earlier.unit_name}承办"
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


def missing_place(case: Case, duties: DutyTable) -> str:
    """What about the place is missing for the duty to be sure; "" where nothing."""
    if case.chosen.named:
        return ""
    place = case.reading.place
    by_street = duties.at(case.category, "street") is not None
    if not place.district and (by_street or duties.at(case.category, "district")):
        return "没有写明在哪个区"
    return "没有写明在哪个街镇" if by_street and not place.street else ""
