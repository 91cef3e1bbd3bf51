"""Probable label errors of an archive, by confident learning.

C. Northcutt et al., Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 2021: a
row is suspect when a model that had not seen it is surer of another label than it usually is
of that label's own rows, and less sure of the recorded label than of its own rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlu.linear import Labels
from nlu.ngrams import Floats
from nlu.training import Trained


@dataclass(frozen=True)
class Suspect:
    """A row whose recorded label looks wrong: the likelier label, both probabilities, why."""

    row: int
    recorded: str
    likelier: str
    probability: float
    recorded_probability: float
    words: list[str]


def suspects(trained: Trained, texts: Sequence[str]) -> list[Suspect]:
    """Return the suspect rows of the training table, the most certain first.

    `texts` are those given to `train`; row numbers count from 0 in them.
    """
    labels = trained.classifier.labels
    own = trained.held_out[np.arange(len(trained.truth)), trained.truth]
    usual = _usual_confidence(trained.held_out, trained.truth, len(labels))
    confident = np.where(trained.held_out >= usual, trained.held_out, 0)
    rival = np.argmax(confident, axis=1)
    margin = confident[np.arange(len(rival)), rival] - own
    found = np.flatnonzero((rival != trained.truth) & (margin > 0) & (own < usual[trained.truth]))
    listed = []
    for at in found[np.argsort(-margin[found], kind="stable")]:
        row, name = int(trained.kept[at]), labels[rival[at]]
        words = [
            word for word, weight in trained.classifier.explain(texts[row], name) if weight > 0
        ]
        listed.append(
            Suspect(
                row,
                labels[trained.truth[at]],
                name,
                float(trained.held_out[at, rival[at]]),
                float(own[at]),
                words[:5],
            )
        )
    return listed


def _usual_confidence(probabilities: Floats, truth: Labels, count: int) -> Floats:
    """Return for each label the mean probability the model gives it on its own rows."""
    return np.array(
        [
            probabilities[truth == label, label].mean() if (truth == label).any() else 1.0
            for label in range(count)
        ],
        dtype=np.float32,
    )
