"""Does a reply explain, with grounds? A small model over signs and wording, with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from analytics.reply_signs import NAMES, Signs, signs
from nlu.features import FeatureSpace, fit_features
from nlu.model_folder import read_model, write_model

KIND = "reply-check/1"
FOLDER = Path("models/replies")
FOLDS = 5
# Replies that explain nothing are rare; they weigh as much as if they were so many times more.
RARE_WEIGHT = 4.0
ENOUGH = 0.5
SHORTEST = 15
_ADVICE = {
    "依据": "没有写明依据（文件、条款或规定）",
    "核查": "没有写明核查经过",
    "原因": "没有说明原因",
    "下一步": "没有说明下一步怎么办",
    "日期": "没有写明时间",
}


@dataclass(frozen=True)
class Example:
    """A message, its reply and whether the reply explains with grounds (None: not labelled)."""

    message: str
    reply: str
    explains: bool | None = None


@dataclass(frozen=True)
class Checked:
    """What the check found; `explains` is a probability, `reasons` are sentences for people.

    `matters` asked about and `answered` of them.
    """

    explains: float
    matters: int
    answered: int
    reasons: tuple[str, ...]

    @property
    def doubtful(self) -> bool:
        """True when somebody should read the reply before it goes out."""
        return self.explains < ENOUGH or 2 * self.answered < self.matters


@dataclass(frozen=True)
class ReplyModel:
    """Weights of signs (standardised by `mean` and `spread`) and of words."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    sign_weights: NDArray[np.float64]
    features: FeatureSpace
    word_weights: NDArray[np.float32]
    bias: float
    scale: float
    card: dict[str, Any]

    def scores(
        self, examples: Sequence[Example], read: Sequence[Signs] | None = None
    ) -> NDArray[np.float64]:
        """Return the log odds (n,) that each reply explains."""
        found = read or [signs(one.message, one.reply) for one in examples]
        values = np.array([one.values for one in found]).reshape(len(examples), len(NAMES))
        by_signs = ((values - self.mean) / self.spread) @ self.sign_weights
        words = self.features.matrix([one.reply for one in examples]) @ self.word_weights
        total: NDArray[np.float64] = self.scale * (by_signs + words) + self.bias
        return total

    def check(self, message: str, reply: str) -> Checked:
        """Check one reply and say why."""
        read = signs(message, reply)
        score = float(self.scores([Example(message, reply)], [read])[0])
        probability = 1.0 / (1.0 + float(np.exp(-np.clip(score, -30, 30))))
        return Checked(probability, read.matters, read.answered, _reasons(reply, read))

    def save(self, folder: Path = FOLDER) -> str:
        """Write the model; return its digest."""
        arrays: dict[str, NDArray[Any]] = {
            "mean": self.mean,
            "spread": self.spread,
            "sign_weights": self.sign_weights,
            "keys": self.features.keys,
            "field_of": self.features.field_of,
            "idf": self.features.idf,
            "word_weights": self.word_weights,
            "fit": np.array([self.bias, self.scale]),
        }
        card = {key: value for key, value in self.card.items() if key != "digest"}
        return write_model(folder, arrays, {**card, "kind": KIND, "signs": list(NAMES)})

    @classmethod
    def load(cls, folder: Path = FOLDER) -> ReplyModel:
        """Return the model of a folder. Raises ModelError when it is missing or damaged."""
        arrays, card = read_model(folder, KIND)
        features = FeatureSpace(arrays["keys"], arrays["field_of"], arrays["idf"])
        bias, scale = (float(value) for value in arrays["fit"])
        return cls(
            arrays["mean"],
            arrays["spread"],
            arrays["sign_weights"],
            features,
            arrays["word_weights"],
            bias,
            scale,
            card,
        )


def _reasons(reply: str, read: Signs) -> tuple[str, ...]:
    found: list[str] = []
    body = reply.strip()
    value = dict(zip(NAMES, read.values.tolist(), strict=True))
    if len(body) < SHORTEST:
        found.append(f"答复只有 {len(body)} 个字")
    if value["转办"] and not (value["核查"] or value["原因"] or value["依据"]):
        found.append("只说已转办，没有答复内容")
    if read.answered < read.matters:
        found.append(f"反映了 {read.matters} 件事，只回应了 {read.answered} 件")
    if value["生硬"]:
        found.append("语气生硬")
    found.extend(sentence for name, sentence in _ADVICE.items() if not value[name])
    return tuple(found) or ("有依据、有经过、有下一步",)


def train(examples: Sequence[Example], seed: int = 0) -> tuple[ReplyModel, float]:
    """Train on labelled examples; return the model and its AUROC by cross-validation.

    The same reply text stays on one side of every split. Raises ValueError with too few of
    either kind.
    """
    rows = [one for one in examples if one.explains is not None]
    labels = np.array([bool(one.explains) for one in rows])
    if min(labels.sum(), (~labels).sum()) < FOLDS:
        raise ValueError(f"expected at least {FOLDS} rows of each label, got {labels.sum()} true")
    read = [signs(one.message, one.reply) for one in rows]
    _, first = np.unique([one.reply for one in rows], return_inverse=True)
    part = np.zeros(int(first.max()) + 1, dtype=np.int64)
    shown = np.array([labels[first == at].any() for at in range(len(part))])
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for number, (_, test) in enumerate(splitter.split(shown, shown)):
        part[test] = number
    fold = part[first]
    held_out = np.zeros(len(rows))
    for number in range(FOLDS):
        learn, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        model = _fit([rows[i] for i in learn], [read[i] for i in learn], labels[learn], {})
        held_out[test] = model.scores([rows[i] for i in test], [read[i] for i in test])
    area = float(roc_auc_score(labels, held_out))
    scale, bias = _calibrated(held_out, labels)
    card = {"rows": len(rows), "explaining": int(labels.sum()), "auroc": round(area, 4)}
    fitted = _fit(rows, read, labels, card)
    return (
        ReplyModel(
            fitted.mean,
            fitted.spread,
            fitted.sign_weights,
            fitted.features,
            fitted.word_weights,
            scale * fitted.bias + bias,
            scale,
            card,
        ),
        area,
    )


def _fit(
    rows: Sequence[Example],
    read: Sequence[Signs],
    labels: NDArray[np.bool_],
    card: dict[str, Any],
) -> ReplyModel:
    values = np.array([one.values for one in read])
    mean, spread = values.mean(0), np.maximum(values.std(0), 1e-6)
    weight = np.where(labels, 1.0, RARE_WEIGHT)
    by_signs = LogisticRegression(C=0.5, max_iter=500)
    by_signs.fit((values - mean) / spread, labels, sample_weight=weight)
    texts = [one.reply for one in rows]
    features = fit_features(texts, min_documents=3)
    by_words = LogisticRegression(C=4.0, max_iter=500)
    by_words.fit(features.matrix(texts), labels, sample_weight=weight)
    bias = float(by_signs.intercept_[0] + by_words.intercept_[0])
    words = by_words.coef_[0].astype(np.float32)
    return ReplyModel(mean, spread, by_signs.coef_[0], features, words, bias, 1.0, card)


def _calibrated(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Return (scale, shift) that make held-out log odds honest (Platt)."""
    fitted = LogisticRegression(C=1e3, max_iter=500).fit(scores[:, None], labels)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
