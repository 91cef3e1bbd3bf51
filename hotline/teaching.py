"""Train the dispatcher's models from the city's hand-written messages.

Authors are kept apart: each is judged by a model that learned from the others, so that the
figures are those of a writer the model has never read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hotline.city import City
from hotline.classifiers import APPEAL, CATEGORY, URGENCY
from hotline.datafile import read_csv
from hotline.problems import Problems
from hotline.reading import plain
from hotline.thresholds import Thresholds, fit_thresholds
from hotline.timetable import APPEAL_TYPES
from hotline.units_for import UnitFinder
from nlu.extract import extract
from nlu.reliability import Reliability, measure
from nlu.training import Trained, train

HELD_OUT = "author_4.csv"
COLUMNS = (
    "id", "text", "appeal_type", "category", "urgency", "district", "place", "matters", "style",
)  # fmt: skip
FIELD_OF = {CATEGORY: "category", APPEAL: "appeal_type", URGENCY: "urgency"}


@dataclass(frozen=True, slots=True)
class Example:
    """One hand-written message with its labels."""

    author: str
    text: str
    category: str
    appeal_type: str
    urgency: str
    district: str


@dataclass(frozen=True)
class Lesson:
    """What training gave: held-out figures by part, thresholds, and the test on an unseen author."""

    reports: dict[str, Reliability]
    thresholds: Thresholds
    rows: int
    test: dict[str, Reliability]


def read_examples(city: City, files: Sequence[Path]) -> list[Example]:
    """Read message files.

    :raises CityError: naming file, line and remedy.
    """
    problems = Problems()
    examples = []
    for path in files:
        for record in read_csv(path, COLUMNS, problems):
            category = record.choice("category", tuple(city.categories))
            appeal = record.choice("appeal_type", APPEAL_TYPES)
            urgency = record.choice("urgency", ("一般", "较急", "紧急"))
            text = record.text("text")
            if text and category and appeal and urgency:
                district = record.text("district", required=False)
                examples.append(Example(path.stem, text, category, appeal, urgency, district))
    problems.raise_if_any()
    return examples


def hints(city: City) -> list[tuple[str, str]]:
    """Definitions and typical phrases of the taxonomy as further examples."""
    found = []
    for key, category in city.categories.items():
        found.append((category.definition, key))
        found.append(("，".join(category.typical), key))
        found.extend((phrase, key) for phrase in category.typical)
    return [(plain(text), label) for text, label in found]


def teach(
    city: City,
    files: Sequence[Path],
    out: Path,
    test_files: Sequence[Path] = (),
    *,
    with_hints: bool = True,
    on_progress: Callable[[str, int, int], None] = lambda _part, _done, _total: None,
) -> Lesson:
    """Train and write the three models and ``dial.json`` into ``out``.

    Deterministic: the same files give the same models.

    :param test_files: messages of authors not trained on, to be judged by.
    :raises CityError: a message file is wrong.
    """
    examples = read_examples(city, files)
    tests = read_examples(city, test_files)
    texts = [plain(one.text) for one in examples]
    authors = [one.author for one in examples]
    groups = authors if len(set(authors)) > 1 else None
    trained: dict[str, Trained] = {}
    for part, field in FIELD_OF.items():
        aids = hints(city) if part == CATEGORY and with_hints else []
        trained[part] = train(
            texts,
            [getattr(one, field) for one in examples],
            groups,
            lambda done, total, part=part: on_progress(part, done, total),  # type: ignore[misc]
            hints=aids,
        )
    digest = {part: one.classifier.save(out / part) for part, one in trained.items()}
    thresholds = _thresholds(city, digest[CATEGORY], trained[CATEGORY], examples)
    thresholds.save(out)
    judged = {part: _judge(one, tests, FIELD_OF[part]) for part, one in trained.items() if tests}
    reports = {part: one.reliability for part, one in trained.items()}
    return Lesson(reports, thresholds, len(examples), judged)


def _thresholds(
    city: City, digest: str, trained: Trained, examples: Sequence[Example]
) -> Thresholds:
    """Thresholds on units: the promise is about who gets the ticket, not what it is called."""
    labels = trained.classifier.labels
    finder = UnitFinder(city, labels)
    figures, right, categories, authors = [], [], [], []
    for row, kept in enumerate(trained.kept):
        example = examples[kept]
        read = extract(example.text)
        found = finder.candidates(
            trained.held_out[row], read.district, read.street, plain(example.text)
        )
        true = finder.leads(read.district, read.street)[int(trained.truth[row])]
        named = finder.named_unit(true, plain(example.text))
        expected = named[0] if named else true.unit
        second = found[1].probability if len(found) > 1 else 0.0
        figures.append((found[0].probability, float(trained.held_out[row].max()), second))
        right.append(found[0].unit.code == expected.code)
        categories.append(found[0].category)
        authors.append(example.author)
    return fit_thresholds(digest, figures, np.array(right), categories, authors)


def _judge(trained: Trained, tests: Sequence[Example], field: str) -> Reliability:
    model = trained.classifier
    at = {label: position for position, label in enumerate(model.labels)}
    known = [one for one in tests if getattr(one, field) in at]
    probabilities = model.predict_proba([plain(one.text) for one in known])
    truth = np.array([at[getattr(one, field)] for one in known])
    return measure(probabilities, model.decide(probabilities), truth, model.labels)
