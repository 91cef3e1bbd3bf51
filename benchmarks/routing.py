"""Routing measured beside its peers: categories, a mayor's letters, our own taxonomy, speed.

    python benchmarks/routing.py                    # everything, half an hour on two cores
    python benchmarks/routing.py --only speed       # categories | letters | taxonomy | speed

The public data lies in the folder `SUISHENG_DATA` names; without it only `taxonomy` runs.

categories  `citizen_messages/labelled_train.csv`, 7 labels. A fifth (near-duplicates kept together)
            is set apart. Each contender learns four fifths of the rest, its threshold for a promised
            98 % is chosen on the fifth fifth, and both are judged on what was set apart.
letters     `mayor_mailbox/letters_dev.csv`, agencies with at least 10 letters. By date: the earlier
            70 % teach, the later 30 % judge. Folds: five, every letter judged once.
taxonomy    the shipped model on the author nobody trained on, with the confusions that matter.
speed       from text to calibrated label on one core, tickets cut to 380 characters, in CPU seconds
            (other work on the machine does not count); memory of a process that predicts.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.routing_peers import (  # noqa: E402
    Contender,
    Ours,
    calibrated_union,
    character_svm,
    signalen,
    tuned_logistic,
    words,
)
from hotline.reading import plain  # noqa: E402
from nlu.classifier import TextClassifier  # noqa: E402
from nlu.reliability import calibration_error, threshold_for  # noqa: E402
from nlu.tables import read_table  # noqa: E402

DATA = Path(os.environ.get("SUISHENG_DATA", ROOT.parent / "shared" / "data"))
PROMISE = 0.98
SEED = 20
LENGTH = 380
CONTENDERS: dict[str, Callable[[], Contender]] = {
    "Signalen, its own grid": signalen,
    "logistic regression, tuned": tuned_logistic,
    "characters + SVC": character_svm,
    "calibrated union": calibrated_union,
    "Suisheng": Ours,
}


@dataclass(frozen=True)
class Rows:
    """Texts with title as first line, labels, and which rows belong together."""

    texts: list[str]
    labels: list[str]
    groups: list[str]

    def take(self, rows: Sequence[int] | np.ndarray) -> Rows:
        """Return some of the rows."""
        picked = [int(row) for row in rows]
        return Rows(*([part[row] for row in picked] for part in (
            self.texts, self.labels, self.groups)))  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """A contender's answers on rows it had not seen."""

    right: np.ndarray
    confidence: np.ndarray
    in_top3: np.ndarray
    decided: list[str]


def messages() -> Rows:
    """The citizens' messages."""
    table = read_table(DATA / "citizen_messages" / "labelled_train.csv")
    return Rows(table.texts(["title", "detail"]), table.values("label"), table.values("dup_group"))


def letters() -> Rows:
    """The letters of agencies with at least ten, by date; `groups` holds the dates."""
    table = read_table(DATA / "mayor_mailbox" / "letters_dev.csv")
    rows = Rows(
        table.texts(["title", "query"]), table.values("agency_norm"), table.values("query_date")
    )
    often = {label for label, count in Counter(rows.labels).items() if count >= 10}
    kept = [row for row, label in enumerate(rows.labels) if label in often]
    return rows.take(sorted(kept, key=lambda row: rows.groups[row]))


def judge(contender: Contender, rows: Rows) -> Judged:
    """Let a contender answer."""
    names, shares, chosen = contender.probabilities(rows.texts)
    at = np.arange(len(chosen))
    others = shares.copy()
    others[at, chosen] = -1
    second = np.argsort(-others, axis=1)[:, :2]
    decided = [names[int(one)] for one in chosen]
    right = np.array([one == true for one, true in zip(decided, rows.labels, strict=True)])
    among = [
        true in {names[int(one)] for one in two}
        for two, true in zip(second, rows.labels, strict=True)
    ]
    return Judged(right, shares[at, chosen], right | np.array(among), decided)


def macro(judged: Sequence[Judged], rows: Sequence[Rows]) -> float:
    """Macro-F1 over all parts together."""
    truth = [label for part in rows for label in part.labels]
    decided = [label for part in judged for label in part.decided]
    return float(f1_score(truth, decided, average="macro", labels=sorted(set(truth))))


def fifth(rows: Rows, seed: int) -> tuple[Rows, Rows]:
    """Four fifths and a fifth, near-duplicates on one side."""
    splitter = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
    most, few = next(iter(splitter.split(rows.texts, rows.labels, rows.groups)))
    return rows.take(most), rows.take(few)


def categories(wanted: Sequence[str]) -> None:
    """Print the table of the seven categories."""
    rest, apart = fifth(messages(), SEED)
    learn, choose = fifth(rest, SEED + 1)
    print(
        f"\n7 categories: {len(learn.texts)} learned, threshold on {len(choose.texts)}, "
        f"judged on {len(apart.texts)}"
    )
    print(f"{'':<28}{'macro-F1':>9}{'accuracy':>9}{'top-3':>7}{'ECE':>7}"
          f"{'covered':>9}{'accuracy of these':>19}{'train s':>9}")  # fmt: skip
    for name in wanted:
        contender = CONTENDERS[name]()
        began = time.process_time()
        contender.fit(learn.texts, learn.labels, learn.groups)
        spent = time.process_time() - began
        chosen_on, judged = judge(contender, choose), judge(contender, apart)
        line = threshold_for(chosen_on.confidence, chosen_on.right, PROMISE)
        sure = judged.confidence >= (2.0 if line is None else line)
        kept = f"{judged.right[sure].mean():.3f}" if sure.any() else "–"
        print(
            f"{name:<28}{macro([judged], [apart]):>9.4f}{judged.right.mean():>9.4f}"
            f"{judged.in_top3.mean():>7.3f}"
            f"{calibration_error(judged.confidence, judged.right)[0]:>7.3f}"
            f"{sure.mean():>9.1%}{kept:>19}{spent:>9.0f}",
            flush=True,
        )


def mailbox(wanted: Sequence[str]) -> None:
    """Print the table of the mayor's letters, by date and by folds."""
    rows = letters()
    cut = int(0.7 * len(rows.texts))
    by_date = [(rows.take(range(cut)), rows.take(range(cut, len(rows.texts))))]
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    by_fold = [
        (rows.take(learn), rows.take(test)) for learn, test in folds.split(rows.texts, rows.labels)
    ]
    print(f"\nmayor's letters: {len(rows.texts)}, {len(set(rows.labels))} agencies")
    print(f"{'':<28}{'by date: macro-F1':>18}{'top-3':>7}{'folds: macro-F1':>17}{'top-3':>7}")
    for name in wanted:
        line = f"{name:<28}"
        for splits, width in ((by_date, 18), (by_fold, 17)):
            judged = []
            for learn, test in splits:
                contender = _small(name)
                # Letters stand alone: no two belong together.
                contender.fit(learn.texts, learn.labels, [""] * len(learn.texts))
                judged.append(judge(contender, test))
            top = np.concatenate([one.in_top3 for one in judged]).mean()
            line += f"{macro(judged, [test for _, test in splits]):>{width}.3f}{top:>7.3f}"
        print(line, flush=True)


def _small(name: str) -> Contender:
    """The contender with as many inner folds as the rarest agency allows."""
    make = CONTENDERS[name]
    return make() if name in {"Suisheng", "characters + SVC"} else make(folds=3)  # type: ignore[call-arg]


def taxonomy() -> None:
    """Print how the shipped model reads an author it never learned from."""
    model = TextClassifier.load(ROOT / "models" / "category")
    with (ROOT / "city" / "messages" / "author_4.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    truth = [row["category"] for row in rows]
    ranked = model.predict([plain(row["text"]) for row in rows])
    decided = [one[0][0] for one in ranked]
    top = np.mean([true in {name for name, _ in one[:3]} for true, one in zip(truth, ranked,
                                                                              strict=True)])  # fmt: skip
    score = f1_score(truth, decided, average="macro")
    print(
        f"\nown taxonomy: {len(rows)} messages of the held-out author, {len(set(truth))} categories"
    )
    print(
        f"macro-F1 {score:.3f}, accuracy {np.mean(np.array(truth) == decided):.3f}, top-3 {top:.3f}"
    )
    print("most frequent confusions (true → decided):")
    wrong = Counter((t, d) for t, d in zip(truth, decided, strict=True) if t != d)
    for (true, other), count in wrong.most_common(10):
        print(f"  {count} × {true} → {other}")


def speed(wanted: Sequence[str]) -> None:
    """Print tickets a second on one core, and memory."""
    rows = messages()
    fresh = [text[:LENGTH] for text in rows.texts if len(text) >= LENGTH]
    while len(fresh) < 4000:
        fresh += fresh
    fresh = fresh[:4000]
    learn = rows.take(range(0, len(rows.texts), 3))
    print(f"\ntickets a second on one core, {LENGTH} characters each ({len(fresh)} tickets)")
    rates: dict[str, float] = {}
    for name in wanted:
        contender = CONTENDERS[name]()
        contender.fit(learn.texts, learn.labels, learn.groups)
        contender.probabilities(fresh[:200])
        rates[name] = max(_rate(contender, fresh) for _ in range(3))
        slower = rates.get("Suisheng", rates[name]) / rates[name]
        ratio = f"{slower:.1f} times slower" if slower != 1 else ""
        print(f"{name:<28}{rates[name]:>9,.0f}   {ratio}", flush=True)
        if isinstance(contender, Ours):
            used = _memory(contender.trained.classifier, fresh)
            print(f"{'':<28}memory of a process that loads it and predicts: {used} MB")


def _rate(contender: Contender, texts: Sequence[str]) -> float:
    words.cache_clear()
    began = time.process_time()
    contender.probabilities(texts)
    return len(texts) / (time.process_time() - began)


def _memory(model: TextClassifier, texts: Sequence[str]) -> int:
    """Peak resident memory of `python -m nlu predict` in MB."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        model.save(folder / "model")
        with (folder / "tickets.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text"])
            writer.writerows([text] for text in texts)
        subprocess.run(
            [sys.executable, "-m", "nlu", "predict", "--model", str(folder / "model"),
             "--tickets", str(folder / "tickets.csv"), "--text", "text",
             "--out", str(folder / "out.csv")],
            check=True, cwd=ROOT, capture_output=True,
        )  # fmt: skip
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _wanted(only: Sequence[str]) -> Iterator[str]:
    for part in ("categories", "letters", "taxonomy", "speed"):
        if not only or part in only:
            yield part


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", action="append", default=[], help="a part; repeat for more")
    parser.add_argument("--contender", action="append", default=[], help="begin of a name")
    asked = parser.parse_args()
    wanted = [
        name
        for name in CONTENDERS
        if not asked.contender or any(name.startswith(one) for one in asked.contender)
    ]
    for part in _wanted(asked.only):
        if part == "taxonomy":
            taxonomy()
        elif not DATA.is_dir():
            print(f"{part} skipped: {DATA} is not there; set SUISHENG_DATA")
        else:
            # Ours first where the others are compared with it.
            order = sorted(wanted, key="Suisheng".__ne__) if part == "speed" else wanted
            {"categories": categories, "letters": mailbox, "speed": speed}[part](order)


if __name__ == "__main__":
    main()
