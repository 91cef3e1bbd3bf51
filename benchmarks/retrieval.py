"""Retrieval measured side by side: question → its answer, and paraphrase → its entry.

    python benchmarks/retrieval.py

Question–answer pairs come from `city_faq/faq_dev.csv` in the folder `SUISHENG_DATA` names; every
question is searched among all answers, and an answer given twice counts as one. The paraphrases
are the project's own (`tests/knowledge_base/questions.csv`).
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import roc_auc_score

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from knowledge_base.base import KnowledgeBase  # noqa: E402
from knowledge_base.calibration import load_calibration, mode_of  # noqa: E402
from knowledge_base.evaluate import HEADER, Ranking, accepted, hit_test  # noqa: E402
from knowledge_base.meaning import default_embedder  # noqa: E402
from knowledge_base.search import SearchIndex  # noqa: E402
from knowledge_base.terms import fold  # noqa: E402
from nlu.segment import default_segmenter  # noqa: E402

DATA = Path(os.environ.get("SUISHENG_DATA", ROOT.parent / "shared" / "data"))
QUESTIONS = ROOT / "tests" / "knowledge_base" / "questions.csv"

Analyser = Callable[[str], list[str]]


def bigrams(text: str) -> list[str]:
    """Return the character bigrams of a text, marks left out."""
    plain = "".join(c for c in text if c.isalnum())
    return [plain[i : i + 2] for i in range(len(plain) - 1)]


def bm25(texts: Sequence[str], analyser: Analyser, k1: float = 1.2, b: float = 0.75) -> Ranking:
    """Return BM25 (Robertson & Zaragoza 2009) over the analyser's terms as a ranking."""
    counter = CountVectorizer(analyzer=analyser)
    counts = counter.fit_transform(texts).tocsr().astype(np.float64)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    found = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log1p((len(texts) - found + 0.5) / (found + 0.5))
    rows = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
    damp = k1 * (1 - b + b * lengths[rows] / lengths.mean())
    weights = counts.data * (k1 + 1) / (counts.data + damp) * idf[counts.indices]
    table = sparse.csr_matrix((weights, counts.indices, counts.indptr), counts.shape)

    def rank(question: str) -> list[str]:
        asked = counter.transform([question])
        asked.data[:] = 1
        return _top((table @ asked.T.astype(np.float64)).toarray().ravel())

    return rank


def tf_idf(texts: Sequence[str]) -> Ranking:
    """Return cosine of TF-IDF over characters, bigrams and trigrams as a ranking."""
    vectoriser = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    table = vectoriser.fit_transform(texts)
    return lambda question: _top((table @ vectoriser.transform([question]).T).toarray().ravel())


def plain_embedding(texts: Sequence[str]) -> Ranking | None:
    """Return cosine of the installed embedding alone as a ranking; None without a model."""
    embedder = default_embedder()
    if embedder is None:
        return None
    table = embedder.encode(list(texts))
    return lambda question: _top(table @ embedder.encode([fold(question)])[0])


def own(texts: Sequence[str], *, lexical_only: bool) -> Ranking:
    """Return the project's own index as a ranking."""
    index = SearchIndex.from_texts(texts, lexical_only=lexical_only)
    return lambda question: [hit.id for hit in index.search(question, 10)]


def answers_table() -> None:
    """Print how often a question finds its answer."""
    file = DATA / "city_faq" / "faq_dev.csv"
    if not file.is_file():
        print(f"skipped: {file} is not there; set SUISHENG_DATA")
        return
    with file.open(encoding="utf-8", newline="") as lines:
        pairs = list(csv.DictReader(lines))
    answers = [pair["answer"] for pair in pairs]
    questions = [pair["question"] for pair in pairs]
    folded = [fold(text) for text in answers]
    same: dict[str, set[str]] = {}
    for number, text in enumerate(answers):
        same.setdefault(text, set()).add(str(number))
    right = [frozenset(same[text]) for text in answers]
    words = default_segmenter().words
    both: Analyser = lambda text: [*words(text), *bigrams(text)]  # noqa: E731
    methods: list[tuple[str, Ranking | None, bool]] = [
        ("BM25, jieba words", bm25(folded, words), True),
        ("BM25, bigrams", bm25(folded, bigrams), True),
        ("BM25, jieba words + bigrams", bm25(folded, both), True),
        ("TF-IDF, characters 1-3", tf_idf(folded), True),
        ("embedding alone", plain_embedding(folded), False),
        ("SearchIndex, lexical", own(answers, lexical_only=True), False),
        ("SearchIndex", own(answers, lexical_only=False), False),
    ]
    print(f"question → its answer among {len(answers)} (city_faq, development half)")
    print(HEADER)
    for name, rank, fold_first in methods:
        if rank is None:
            print(f"{name:<34}  no model installed")
            continue
        asked = [fold(q) for q in questions] if fold_first else questions
        began = time.process_time()
        score = hit_test(rank, asked, right)
        spent = (time.process_time() - began) / len(asked) * 1000
        print(f"{score.line(name)}   {spent:5.1f} ms CPU a query")


def entries_table() -> None:
    """Print how often a paraphrase finds its entry, and whether absence is recognised."""
    with QUESTIONS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    base = KnowledgeBase.from_folder()
    calibration = load_calibration(mode_of(base))
    asked = [row for row in rows if row["entry"]]
    score = hit_test(
        lambda q: [f.entry.id for f in base.retrieve(q)],
        [row["question"] for row in asked],
        [accepted(row["entry"]) for row in asked],
    )
    print(f"\nparaphrase → its entry among {len(base)} ({mode_of(base)})")
    print(HEADER)
    print(score.line("retrieve"))
    sure = [calibration.confidence(base.retrieve(row["question"])) for row in rows]
    for kind in ("off_topic", "near_miss"):
        kept = [n for n, row in enumerate(rows) if row["entry"] or row["kind"] == kind]
        area = roc_auc_score([bool(rows[n]["entry"]) for n in kept], [sure[n] for n in kept])
        print(f"answerable against {kind}: AUROC {area:.3f} ({len(kept)} questions)")


def _top(scores: np.ndarray) -> list[str]:
    return [str(n) for n in np.argsort(-scores, kind="stable")[:10]]


if __name__ == "__main__":
    answers_table()
    entries_table()
