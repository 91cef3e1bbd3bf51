"""The three trained classifiers the dispatcher reads with, and the thresholds of its dial."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hotline.city import City
from hotline.thresholds import FILE as THRESHOLDS_FILE
from hotline.thresholds import Thresholds
from nlu.classifier import TextClassifier
from nlu.model_folder import ModelError

CATEGORY, APPEAL, URGENCY = PARTS = ("category", "appeal", "urgency")
TRAIN_HINT = "请运行 python -m hotline train"


class ModelsUnusable(ValueError):  # noqa: N818
    """The models are missing, damaged or of another city; the message says what to do."""


@dataclass(frozen=True)
class Classifiers:
    """Category, appeal type, urgency and the dial; ``digest`` changes when any of them does."""

    category: TextClassifier
    appeal: TextClassifier
    urgency: TextClassifier
    thresholds: Thresholds
    digest: str


def load_classifiers(folder: Path | str, city: City) -> Classifiers:
    """Load a model folder with the parts ``category``, ``appeal`` and ``urgency``.

    A folder that has not changed is read once in a process.

    :raises ModelsUnusable: a part is missing or damaged, or knows categories the city lacks.
    """
    path = Path(folder).resolve()
    try:
        stamp = tuple((path / part / "model.json").stat().st_mtime_ns for part in PARTS)
        loaded = _load(path, (*stamp, (path / THRESHOLDS_FILE).stat().st_mtime_ns))
    except (OSError, ModelError, ValueError) as error:
        raise ModelsUnusable(f"分类模型不可用（{error}）：{TRAIN_HINT}") from error
    unknown = [label for label in loaded.category.labels if label not in city.categories]
    if unknown:
        raise ModelsUnusable(f"分类模型里的“{unknown[0]}”不在 taxonomy.yml 里：{TRAIN_HINT}")
    return loaded


def category_labels(folder: Path) -> frozenset[str]:
    """The categories the model of a folder can name; none where there is no model."""
    try:
        card = json.loads((folder / CATEGORY / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(card.get("labels") or ())


@lru_cache(maxsize=4)
def _load(path: Path, _stamp: tuple[int, ...]) -> Classifiers:
    category, appeal, urgency = (TextClassifier.load(path / part) for part in PARTS)
    thresholds = Thresholds.load(path, category.digest)
    joined = f"{category.digest}{appeal.digest}{urgency.digest}{thresholds.digest}"
    digest = hashlib.sha256(joined.encode()).hexdigest()
    return Classifiers(category, appeal, urgency, thresholds, digest)
