"""Precision and recall of extraction on the hand-checked messages in tests/nlu/spans.jsonl.

    python benchmarks/extraction.py [--show] [--json]

A span counts as found when kind, start and end are those marked (exact), or when it overlaps a
marked span of its kind (touching). Marked are: named places, times (durations where the writer
says that something lasted), sums with a currency word, named organisations, and all personal data.
A place inside the name of an organisation is not marked again. Personal data in the messages is
invented. Personal recall counts a piece as found only when no character of it survives `mask`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from nlu.extract import extract
from nlu.personal import mask
from nlu.spans import PERSONAL_KINDS

MESSAGES = Path(__file__).parent.parent / "tests/nlu/spans.jsonl"


def measure() -> dict[str, dict[str, float]]:
    """Return kind → precision, recall, F1 (exact and touching) and the number marked."""
    counts: dict[str, Counter[str]] = {}
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = {
            (span.kind, span.start, span.end)
            for span in extract(row["text"], datetime.fromisoformat(row["written"])).spans
        }
        marked = {(kind, start, end) for kind, start, end, _ in row["spans"]}
        for kind in {span[0] for span in found | marked} - {"url"}:
            count = counts.setdefault(kind, Counter())
            ours = [span for span in found if span[0] == kind]
            theirs = [span for span in marked if span[0] == kind]
            count["found"] += len(ours)
            count["marked"] += len(theirs)
            count["exact"] += len(set(ours) & set(theirs))
            count["found_touching"] += sum(
                any(a < d and c < b for _, c, d in theirs) for _, a, b in ours
            )
            count["marked_touching"] += sum(
                any(a < d and c < b for _, c, d in ours) for _, a, b in theirs
            )
            if "--show" in sys.argv and set(ours) != set(theirs):
                missed = [row["text"][a:b] for _, a, b in set(theirs) - set(ours)]
                extra = [row["text"][a:b] for _, a, b in set(ours) - set(theirs)]
                print(f"{kind}: missed {missed} extra {extra} | {row['text'][:60]}")
    table = {}
    for kind, count in sorted(counts.items()):
        found, marked = max(count["found"], 1), max(count["marked"], 1)
        table[kind] = {
            "marked": count["marked"],
            "precision": count["exact"] / found,
            "recall": count["exact"] / marked,
            "precision_touching": count["found_touching"] / found,
            "recall_touching": count["marked_touching"] / marked,
        }
    return table


def personal_recall() -> tuple[float, int]:
    """Return the share of marked personal data that masking hides, and how many were marked."""
    hidden = marked = 0
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        masked = mask(row["text"])
        for kind, start, end, _ in row["spans"]:
            if kind in PERSONAL_KINDS:
                marked += 1
                hidden += any(span.start <= start and end <= span.end for span in masked.found)
    return hidden / marked, marked


def main() -> None:
    """Print the table."""
    table = measure()
    recall, marked = personal_recall()
    if "--json" in sys.argv:
        print(json.dumps({"kinds": table, "personal_recall": recall}, ensure_ascii=False))
        return
    print(f"{'kind':<14}{'marked':>7}{'P':>8}{'R':>8}{'P touch':>9}{'R touch':>9}")
    for kind, row in table.items():
        print(
            f"{kind:<14}{row['marked']:>7}{row['precision']:>8.3f}{row['recall']:>8.3f}"
            f"{row['precision_touching']:>9.3f}{row['recall_touching']:>9.3f}"
        )
    print(f"personal data hidden by mask: {recall:.4f} of {marked}")


if __name__ == "__main__":
    main()
