"""From scores to probabilities that mean what they say, and to decisions fair to rare labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit, log_softmax
from sklearn.metrics import f1_score

from nlu.linear import Labels
from nlu.ngrams import Floats

OFFSET_PENALTY = 1e-3
OTHER_PENALTY = 1e-4
BALANCES = np.round(np.arange(0.0, 1.05, 0.1), 1)
MOST_SCORES = 4_000_000


@dataclass(frozen=True)
class Calibration:
    """softmax(strength · ln sigmoid(score + shift) + offset), and a preference for rare labels.

    A one-against-the-rest score says little once its label clearly fits, and everything where it
    clearly does not; the sigmoid flattens the former, which a softmax of plain scores cannot.
    `offset` (k,), `log_prior` (k,) ln share of each label in training, `balance` 0 decides for
    the likeliest label, 1 for the one whose probability is highest against its share.
    """

    strength: float
    shift: float
    offset: Floats
    log_prior: Floats
    balance: float

    def probabilities(self, scores: Floats) -> Floats:
        """Return calibrated probabilities (n, k); each row sums to one."""
        fit = log_expit(scores.astype(np.float64) + self.shift)
        logs = log_softmax(self.strength * fit + self.offset, axis=1)
        probabilities: Floats = np.exp(logs).astype(np.float32)
        return probabilities

    def decide(self, probabilities: Floats) -> Labels:
        """Return the position of the chosen label for each row."""
        logs = np.log(np.maximum(probabilities, 1e-12)) - self.balance * self.log_prior
        chosen: Labels = np.argmax(logs, axis=1)
        return chosen


def fit_calibration(
    scores: Sequence[Floats], labels: Labels
) -> tuple[Calibration, NDArray[np.float64]]:
    """Return the calibration that fits held-out scores best, and the share of each kind of model.

    Every array of `scores` (n, k) comes from one kind of model that had not seen its rows; the
    calibration is for their sum weighted by the shares. Maximum likelihood with small penalties,
    after C. Guo et al., On Calibration of Modern Neural Networks, ICML 2017. Of very many rows a
    fixed sample is used.
    """
    count = scores[0].shape[1]
    kinds = len(scores)
    picked = np.arange(len(labels))
    if len(picked) * count > MOST_SCORES:
        picked = np.random.default_rng(0).permutation(picked)[: MOST_SCORES // count]
    held_out = [one[picked].astype(np.float64) for one in scores]
    truth, rows = labels[picked], np.arange(len(picked))

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        shares, shift, strength = np.exp(at[:kinds]), at[kinds], np.exp(at[kinds + 1])
        offset = at[kinds + 2 :]
        score = sum(share * one for share, one in zip(shares, held_out, strict=True)) + shift
        fit = strength * log_expit(score)
        logs = log_softmax(fit + offset, axis=1)
        error = np.exp(logs)
        error[rows, truth] -= 1
        error /= len(rows)
        inner = error * strength * expit(-score)
        slope = np.concatenate(
            (
                [share * (inner * one).sum() for share, one in zip(shares, held_out, strict=True)],
                [inner.sum(), (error * fit).sum()],
                error.sum(axis=0),
            )
        )
        penalty = np.concatenate(
            (np.full(kinds + 2, OTHER_PENALTY), np.full(count, OFFSET_PENALTY))
        )
        value = -logs[rows, truth].mean() + (penalty * at**2).sum()
        return float(value), slope + 2 * penalty * at

    found = minimize(loss, np.zeros(kinds + 2 + count), jac=True, method="L-BFGS-B").x
    shares = np.exp(found[:kinds])
    frequency = (np.bincount(labels, minlength=count) + 0.5) / (len(labels) + 0.5 * count)
    plain = Calibration(
        float(np.exp(found[kinds + 1])),
        float(found[kinds]),
        found[kinds + 2 :].astype(np.float32),
        np.log(frequency).astype(np.float32),
        0.0,
    )
    joined = np.asarray(sum(share * one for share, one in zip(shares, scores, strict=True)))
    balance = _best_balance(plain, joined, labels)
    return (
        Calibration(plain.strength, plain.shift, plain.offset, plain.log_prior, balance),
        shares,
    )


def _best_balance(plain: Calibration, scores: Floats, labels: Labels) -> float:
    """Return the balance with the best macro-F1 on held-out rows; 0 unless the gain is plain.

    The score is smoothed over neighbouring balances, because a single peak is luck.
    """
    probabilities = plain.probabilities(scores)
    macro = []
    for balance in BALANCES:
        tilted = Calibration(
            plain.strength, plain.shift, plain.offset, plain.log_prior, float(balance)
        )
        macro.append(f1_score(labels, tilted.decide(probabilities), average="macro"))
    smooth = np.convolve(np.pad(macro, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    best = int(np.argmax(smooth))
    return float(BALANCES[best]) if smooth[best] > macro[0] + 0.01 else 0.0
