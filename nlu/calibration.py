"""From scores to probabilities that mean what they say, and to decisions fair to rare labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.metrics import f1_score

from nlu.linear import Labels
from nlu.ngrams import Floats

BIAS_PENALTY = 1e-3
BALANCES = np.round(np.arange(0.0, 1.05, 0.1), 1)


@dataclass(frozen=True)
class Calibration:
    """softmax(scale · score + offset), and how far rare labels are preferred in a decision.

    `offset` (k,), `log_prior` (k,) ln share of each label in training, `balance` 0 decides for
    the likeliest label, 1 for the one whose probability is highest against its share.
    """

    scale: float
    offset: Floats
    log_prior: Floats
    balance: float

    def probabilities(self, scores: Floats) -> Floats:
        """Return calibrated probabilities (n, k); each row sums to one."""
        logs = log_softmax(self.scale * scores.astype(np.float64) + self.offset, axis=1)
        probabilities: Floats = np.exp(logs).astype(np.float32)
        return probabilities

    def decide(self, probabilities: Floats) -> Labels:
        """Return the position of the chosen label for each row."""
        logs = np.log(np.maximum(probabilities, 1e-12)) - self.balance * self.log_prior
        chosen: Labels = np.argmax(logs, axis=1)
        return chosen


def fit_calibration(scores: Floats, labels: Labels) -> Calibration:
    """Return the calibration that fits held-out scores best.

    Temperature scaling with a bias per label (C. Guo et al., On Calibration of Modern Neural
    Networks, ICML 2017), fitted by maximum likelihood with a small penalty on the biases.
    `scores` (n, k) must come from models that had not seen their rows.
    """
    count = scores.shape[1]
    held_out = scores.astype(np.float64)
    rows = np.arange(len(labels))

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scale = np.exp(parameters[0])
        logs = log_softmax(scale * held_out + parameters[1:], axis=1)
        error = np.exp(logs)
        error[rows, labels] -= 1
        slope = np.concatenate(([(error * held_out).sum() * scale], error.sum(axis=0)))
        value = -logs[rows, labels].mean() + BIAS_PENALTY * (parameters[1:] ** 2).sum()
        slope = slope / len(labels)
        slope[1:] += 2 * BIAS_PENALTY * parameters[1:]
        return float(value), slope

    found = minimize(loss, np.zeros(count + 1), jac=True, method="L-BFGS-B").x
    shares = (np.bincount(labels, minlength=count) + 0.5) / (len(labels) + 0.5 * count)
    plain = Calibration(
        float(np.exp(found[0])),
        found[1:].astype(np.float32),
        np.log(shares).astype(np.float32),
        0.0,
    )
    return Calibration(
        plain.scale, plain.offset, plain.log_prior, _best_balance(plain, scores, labels)
    )


def _best_balance(plain: Calibration, scores: Floats, labels: Labels) -> float:
    """Return the balance with the best macro-F1 on held-out rows; 0 unless the gain is plain.

    The score is smoothed over neighbouring balances, because a single peak is luck.
    """
    probabilities = plain.probabilities(scores)
    macro = []
    for balance in BALANCES:
        tilted = Calibration(plain.scale, plain.offset, plain.log_prior, float(balance))
        macro.append(f1_score(labels, tilted.decide(probabilities), average="macro"))
    smooth = np.convolve(np.pad(macro, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    best = int(np.argmax(smooth))
    return float(BALANCES[best]) if smooth[best] > macro[0] + 0.01 else 0.0
