"""Reading a matter: plain form, danger, place and times, its parts, what each is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from hotline.classifiers import Classifiers
from hotline.suggestion import CandidatePlace, SuggestedPlace
from hotline.urgency import judge_urgency
from nlu import matters, safety
from nlu.extract import extract
from nlu.matters import Matter
from nlu.ngrams import Floats
from nlu.normalise import normalise
from nlu.safety import Danger
from nlu.spans import Extraction, Place

MOST_MATTERS = 6
MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Question:
    """A matter to be read. ``district`` and ``street`` are given where already known.

    ``refused`` are the codes of units that have sent this very ticket back.
    """

    text: str
    title: str = ""
    place: str | None = None
    now: datetime | None = None
    citizen_key: str | None = None
    district: str | None = None
    street: str | None = None
    refused: tuple[str, ...] = ()
    number: str = ""

    @property
    def moment(self) -> datetime:
        """When it was written."""
        return self.now or datetime.now(UTC)


@dataclass(frozen=True)
class Part:
    """One matter of a text, ``text == message[start:end]``; ``probabilities`` (k,)."""

    text: str
    start: int
    end: int
    probabilities: Floats
    category: str


@dataclass(frozen=True)
class Reading:
    """What was understood. ``probabilities`` (k,) over the categories of the model; ``main`` is
    the position of the chosen one; ``appeal`` the chosen appeal type with its probability."""

    question: Question
    text: str
    danger: Danger | None
    place: SuggestedPlace
    probabilities: Floats
    main: int
    appeal: tuple[str, float]
    urgency: tuple[str, list[str]]
    matters: list[Part]


def plain(text: str, title: str = "") -> str:
    """A message as the classifiers read it: in plain form, a title as its first line."""
    body = normalise(text).text.replace("\n", " ")
    if not title.strip():
        return body
    return f"{normalise(title).text}\n{body}"


def read_all(questions: Sequence[Question], models: Classifiers) -> list[Reading]:
    """Read matters in one batch; the order stays."""
    texts = [plain(one.text, one.title) for one in questions]
    parts = [_parts(one.text) for one in questions]
    batch = [*texts, *(plain(part.text) for several in parts for part in several)]
    probabilities = models.category.predict_proba(batch)
    chosen = models.category.decide(probabilities)
    labels = models.category.labels
    appeals = models.appeal.predict_proba(texts)
    appeal_at = models.appeal.decide(appeals)
    urgencies = models.urgency.predict(texts)
    readings = []
    at = len(texts)
    for row, (question, several) in enumerate(zip(questions, parts, strict=True)):
        found = extract(question.text, question.moment)
        danger = safety.detect(f"{question.title}\n{question.text}".strip())
        split = [
            Part(part.text, part.start, part.end, probabilities[n], labels[int(chosen[n])])
            for n, part in enumerate(several, start=at)
        ]
        at += len(several)
        whole = Part(
            question.text, 0, len(question.text), probabilities[row], labels[int(chosen[row])]
        )
        appeal = int(appeal_at[row])
        readings.append(
            Reading(
                question=question,
                text=texts[row],
                danger=danger,
                place=_place(question, found),
                probabilities=probabilities[row],
                main=int(chosen[row]),
                appeal=(models.appeal.labels[appeal], float(appeals[row][appeal])),
                urgency=judge_urgency(
                    urgencies[row], danger, question.text, found.times, question.moment
                ),
                matters=split or [whole],
            )
        )
    return readings


def vectors(texts: Sequence[str], models: Classifiers) -> object:
    """The texts as rows of unit length in the category model's feature space (CSR matrix)."""
    matrix = models.category.features.matrix(texts)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(length, 1e-9), np.diff(matrix.indptr)).astype(np.float32)
    return matrix


def _parts(text: str) -> list[Matter]:
    found = matters.split(text)
    return found[:MOST_MATTERS] if len(found) > 1 else []


def _place(question: Question, found: Extraction) -> SuggestedPlace:
    """The place a person gave goes before what the text mentions."""
    district, street, places = found.district, found.street, list(found.places)
    if question.place:
        given = extract(question.place, question.moment)
        places = [*given.places, *places]
        if given.district:
            district = given.district
            street = given.street or (street if found.district == given.district else None)
    if question.district:
        street = question.street or (street if district == question.district else None)
        district = question.district
    named = question.place or _best_name(places)
    candidates = [
        CandidatePlace(district=one, street=other or None)
        for place in places
        if place.district is None or (street is None and len(place.candidates) > 1)
        for one, other in place.candidates
        if district is None or one == district
    ]
    unique = list({(one.district, one.street): one for one in candidates}.values())
    return SuggestedPlace(
        text=named, district=district, street=street, candidates=unique[:MOST_CANDIDATES]
    )


def _best_name(places: Sequence[Place]) -> str:
    """The most exact place of a text: one below the district that is resolved, else any."""
    exact = [one for one in places if one.kind != "district"]
    best = max(
        exact,
        key=lambda one: (one.street is not None, one.district is not None, len(one.text)),
        default=None,
    )
    return best.text if best else next((one.text for one in places), "")
