"""Sentence pairs the embedding model is trained on, read from the public data folder."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
# A long detail says little more than its beginning, and costs as much as ten titles.
LONGEST = 90

SAME_OR_NOT = {"0": 0.0, "1": 1.0}
INFERENCE = {"entailment": 1.0, "neutral": 0.4, "contradiction": 0.2}
GRADES = {str(grade): grade / 5 for grade in range(6)}
RELEVANCE = {"0": 0.0, "1": 0.5, "2": 1.0}
SCORED = {
    "atec_train39k": SAME_OR_NOT,
    "afqmc_train": SAME_OR_NOT,
    "oppo_xiaobu_dev": SAME_OR_NOT,
    "lcqmc_dev": SAME_OR_NOT,
    "bq_dev": SAME_OR_NOT,
    "simclue_train_pair_1w": SAME_OR_NOT,
    "bustm_test_public": SAME_OR_NOT,
    "bustm_dev_few_all": SAME_OR_NOT,
    "bustm_train_few_all": SAME_OR_NOT,
    "pawsx_zh_dev": SAME_OR_NOT,
    "qbqtc_dev": RELEVANCE,
    "stsb_zh_train": GRADES,
    "ocnli_train10k": INFERENCE,
    "ocnli_dev": INFERENCE,
    "snli_zh_dev": INFERENCE,
    "snli_zh_test": INFERENCE,
    "mnli_zh_dev": INFERENCE,
}
BELONGING = (
    ("citizen_messages/labelled_train.csv", "title", "detail"),
    ("citizen_messages/unlabelled_4326.csv", "title", "detail"),
    ("citizen_messages/replies_dev.csv", "title", "detail"),
    ("citizen_messages/replies_dev.csv", "detail", "reply"),
    ("mayor_mailbox/letters_dev.csv", "title", "query"),
    ("mayor_mailbox/letters_dev.csv", "query", "reply"),
    ("city_faq/faq_dev.csv", "question", "answer"),
    ("welfare_faq/faq.csv", "question", "answer"),
    ("online_petitions/messages.csv", "title", "content"),
)
# (source, held-out rows) to watch while training; STS-B's development part is never trained on.
WATCHED = (("lcqmc_dev", 2500), ("bq_dev", 2500))


@dataclass(frozen=True)
class Scored:
    """Two texts and how alike they are, 0 to 1."""

    first: str
    second: str
    likeness: float


@dataclass(frozen=True)
class Belonging:
    """Two texts that belong together, and one that does not where it is known."""

    first: str
    second: str
    stranger: str | None = None


def scored_pairs(folder: Path) -> dict[str, list[Scored]]:
    """Return the scored pairs by source; rows with another label are left out."""
    pairs = {}
    for source, likeness in SCORED.items():
        pairs[source] = [
            Scored(row["sentence1"], row["sentence2"], likeness[row["label"]])
            for row in _tsv(folder / "sentence_pairs" / f"{source}.tsv")
            if row["label"] in likeness and row["sentence1"] and row["sentence2"]
        ]
    return pairs


def belonging_pairs(folder: Path) -> list[Belonging]:
    """Return titles with their details, questions with answers, and triples with a stranger."""
    pairs = [
        Belonging(row["query"], row["positive"], row["negative"])
        for row in _tsv(folder / "sentence_pairs" / "simclue_train_triplets_1w.tsv")
    ]
    for source in ("triclue_train", "triclue_dev"):
        for row in _tsv(folder / "sentence_pairs" / f"{source}.tsv"):
            if row["label"] in {"1", "2"}:
                near = int(row["label"])
                texts = [row["sentence0"], row["sentence1"], row["sentence2"]]
                pairs.append(Belonging(texts[0], texts[near], texts[3 - near]))
    for name, first, second in BELONGING:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row[first].strip() and row[second].strip():
                    pairs.append(Belonging(row[first][:LONGEST], row[second][:LONGEST]))
    with (folder / "service_matters" / "matters.jsonl").open(encoding="utf-8") as file:
        for line in file:
            matter = json.loads(line)
            if matter["parentCatalogName"] != matter["TASK_NAME"]:
                pairs.append(Belonging(matter["TASK_NAME"], matter["parentCatalogName"]))
    return pairs


def similarity_test(folder: Path) -> list[Scored]:
    """Return STS-B's development part."""
    return [
        Scored(row["sentence1"], row["sentence2"], float(row["label"]))
        for row in _tsv(folder / "sentence_pairs" / "stsb_zh_dev.tsv")
    ]


def _tsv(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a tab-separated file without quoting."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
