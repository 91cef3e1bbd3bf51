"""Which units could take a matter: duty table × place, the operator it names, and the returns.

A unit's probability is that of all categories for which the duty table names it in this area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hotline.city import City, DutyMatch, UnknownName
from hotline.units import Unit
from nlu.ngrams import Floats


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that could take it, by the category that speaks most for it.

    ``named`` is the word by which the text itself names the unit, "" where it does not.
    ``learned`` says that tickets of this kind, returned by others, ended here.
    """

    unit: Unit
    probability: float
    category: str
    match: DutyMatch | None
    named: str = ""
    learned: bool = False


class UnitFinder:
    """The duty table ready to be asked for all categories of an area at once."""

    def __init__(self, city: City, labels: Sequence[str]) -> None:
        self._city = city
        self._labels = tuple(labels)
        self._leads = lru_cache(maxsize=512)(self._leads_in)

    def leads(self, district: str | None, street: str | None) -> tuple[DutyMatch, ...]:
        """Who leads each label in an area; an area the city does not know counts as unknown."""
        return self._leads(district or "", street or "")

    def candidates(
        self, probabilities: Floats, district: str | None, street: str | None, text: str
    ) -> list[Candidate]:
        """Units by falling probability; ``probabilities`` (k,) are those of the labels."""
        best: dict[str, tuple[int, float]] = {}
        total: dict[str, float] = {}
        named: dict[str, str] = {}
        leads = self.leads(district, street)
        for at, match in enumerate(leads):
            share = float(probabilities[at])
            found = self.named_unit(match, text) if share >= 0.05 else None
            unit, word = found or (match.unit, "")
            total[unit.code] = total.get(unit.code, 0.0) + share
            if word:
                named[unit.code] = word
            if unit.code not in best or share > best[unit.code][1]:
                best[unit.code] = (at, share)
        order = sorted(total, key=lambda code: (-total[code], code))
        return [
            Candidate(
                self._city.unit(code),
                min(1.0, total[code]),
                self._labels[best[code][0]],
                leads[best[code][0]],
                named.get(code, ""),
            )
            for code in order[:8]
        ]

    def named_unit(self, match: DutyMatch, text: str) -> tuple[Unit, str] | None:
        """The one operator among the duty's partners that the text names, and by which word.

        Only utilities count: citizens often name the wrong office, seldom the wrong operator.
        """
        found: dict[str, tuple[Unit, str]] = {}
        for unit in match.co_units:
            if unit.kind != "utility":
                continue
            names = (unit.name, *(alias.name for alias in unit.aliases))
            word = next((name for name in names if name in text), None)
            word = word or (unit.line if unit.line in text else None)
            if word and self._city.find_unit(unit.name) is unit:
                found[unit.code] = (unit, word)
        return next(iter(found.values())) if len(found) == 1 else None

    def _leads_in(self, district: str, street: str) -> tuple[DutyMatch, ...]:
        try:
            return tuple(self._city.lead_unit(one, district, street) for one in self._labels)
        except UnknownName:
            return tuple(self._city.lead_unit(one) for one in self._labels)
