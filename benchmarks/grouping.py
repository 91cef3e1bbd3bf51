"""Recurring groups: quality beside the usual methods, and cost as the archive grows.

    python -m benchmarks.grouping                     quality on the dev groups, cost at 10k
    python -m benchmarks.grouping --sizes 10000 --sizes 100000 --sizes 1000000

The archive grows by invented matters made of the public messages' sentences. Every size runs in a process of its own,
whose peak memory is measured.
"""

from __future__ import annotations

import csv
import os
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from analytics.archive_file import read_tickets
from analytics.grouping import Told, group, group_ids
from analytics.ranking import described
from analytics.silver import Agreement, measure, read_silver

DATA = Path(os.environ.get("SUISHENG_DATA", Path(__file__).parents[1] / "../shared/data"))
_SENTENCE = re.compile(r"[。！？!?；;，,\s]+")
_ENDINGS = ("小区", "花园", "路", "村", "苑", "城", "广场")
_HAN = [chr(code) for code in range(0x4E00, 0x9000)]
app = typer.Typer(add_completion=False)
console = Console(width=110)


def messages() -> list[Told]:
    """The public messages, or a sentence that says what is missing."""
    source = DATA / "citizen_messages" / "unlabelled_4326.csv"
    if not source.is_file():
        sys.exit(f"skipped: no {source}; set SUISHENG_DATA to the folder of public data")
    return read_tickets(source, "message_id", ["title", "detail"], "time", "user")


def ours(told: Sequence[Told]) -> dict[str, str]:
    return dict(zip([one.id for one in told], group_ids(told, group(told)), strict=True))


def _tfidf(told: Sequence[Told]):
    import rjieba
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [" ".join(rjieba.cut(f"{one.title} {one.title} {one.detail}", True)) for one in told]
    reader = TfidfVectorizer(token_pattern=r"\S{2,}", min_df=2, max_df=0.1, sublinear_tf=True)
    return reader.fit_transform(texts)


def _dense(told: Sequence[Told]):
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    return normalize(TruncatedSVD(100, random_state=0).fit_transform(_tfidf(told)))


def _named(told: Sequence[Told], labels: Sequence[int]) -> dict[str, str]:
    counts: dict[int, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return {
        one.id: str(label) if label >= 0 and counts[label] > 1 else ""
        for one, label in zip(told, labels, strict=True)
    }


def hdbscan(told: Sequence[Told]) -> dict[str, str]:
    from sklearn.cluster import HDBSCAN

    return _named(told, HDBSCAN(min_cluster_size=2, copy=True).fit_predict(_dense(told)))


def components(told: Sequence[Told], threshold: float) -> dict[str, str]:
    from scipy.sparse.csgraph import connected_components

    vectors = _tfidf(told)
    near = vectors @ vectors.T
    near.data[near.data < threshold] = 0
    near.eliminate_zeros()
    return _named(told, connected_components(near, directed=False)[1])


def average_linkage(told: Sequence[Told], threshold: float) -> dict[str, str]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    vectors = _tfidf(told)
    far = 1.0 - np.asarray((vectors @ vectors.T).todense())
    np.fill_diagonal(far, 0)
    tree = linkage(squareform(np.clip((far + far.T) / 2, 0, None), checks=False), "average")
    return _named(told, fcluster(tree, 1 - threshold, "distance"))


def best_of(
    method: Callable[[Sequence[Told], float], dict[str, str]], silver: dict[str, str]
) -> Callable[[Sequence[Told]], dict[str, str]]:
    """The peer with the threshold that suits it best on the dev groups."""

    def run(told: Sequence[Told]) -> dict[str, str]:
        tried = [method(told, threshold) for threshold in (0.06, 0.1, 0.15, 0.2, 0.3, 0.45)]
        return max(tried, key=lambda found: measure(silver, found).bcubed_f1)

    return run


def quality() -> None:
    told = messages()
    silver = read_silver(DATA / "citizen_messages" / "recurring_groups_dev.csv")
    table = Table(title=f"{len(told)} messages, {len(silver)} of them in silver groups (dev part)")
    for column in ("method", "B-cubed P", "R", "F1", "pair P", "R", "F1", "biggest", "seconds"):
        table.add_column(column, justify="left" if column == "method" else "right")
    ours(told[:50])  # compiling is not measured
    for name, method in (
        ("this project", ours),
        ("HDBSCAN on LSA", hdbscan),
        ("TF-IDF components, best threshold of 6", best_of(components, silver)),
        ("average linkage, best threshold of 6", best_of(average_linkage, silver)),
    ):
        started = time.perf_counter()
        found = method(told)
        spent = time.perf_counter() - started
        table.add_row(name, *_figures(measure(silver, found)), str(_biggest(found)), f"{spent:.1f}")
    console.print(table)
    for rank, one in enumerate(described(told, group(told), 5), start=1):
        console.print(f"{rank}. {one.title}: {one.tickets} tickets, heat at its height {one.peak}")


def _figures(found: Agreement) -> list[str]:
    values = (
        found.bcubed_precision, found.bcubed_recall, found.bcubed_f1,
        found.pair_precision, found.pair_recall, found.pair_f1,
    )  # fmt: skip
    return [f"{value:.3f}" for value in values]


def _biggest(found: dict[str, str]) -> int:
    counts: dict[str, int] = {}
    for name in filter(None, found.values()):
        counts[name] = counts.get(name, 0) + 1
    return max(counts.values(), default=0)


def grown(told: Sequence[Told], size: int, seed: int = 0) -> list[Told]:
    """The messages, then invented matters: a place of its own, and sentences of the messages.

    How many people a matter has follows a power law, as in the messages; two thirds are single.
    """
    draw = random.Random(seed)
    sentences = [part for one in told for part in _SENTENCE.split(one.detail) if len(part) > 5]
    found = list(told[:size])
    while len(found) < size:
        place = "".join(draw.choice(_HAN) for _ in range(3)) + draw.choice(_ENDINGS)
        pool = draw.sample(sentences, 8)
        people = min(200, int(draw.paretovariate(1.4))) if draw.random() < 0.5 else 1
        start = draw.random() * 700
        for _ in range(min(people, size - len(found))):
            said = draw.sample(pool, draw.randrange(2, 6))
            found.append(
                Told(
                    f"x{len(found)}",
                    f"{place}{said[0][:18]}",
                    f"{place}" + "，".join(said),
                    told[0].day + start + draw.random() * 60,
                )
            )
    return found


@app.command()
def cost(size: int) -> None:
    """Group `size` tickets in this process and print seconds and peak memory."""
    told = grown(messages(), size)
    group(told[:50])
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    found = group(told)
    spent = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    members = found.members()
    used = after.ru_utime - before.ru_utime
    peak = after.ru_maxrss / 1024**2
    grouped = sum(map(len, members.values()))
    print(f"{size},{spent:.1f},{used:.1f},{peak:.2f},{len(members)},{grouped}")


@app.command()
def run(
    sizes: Annotated[list[int] | None, typer.Option(help="archive sizes to time")] = None,
) -> None:
    """Print quality and cost."""
    quality()
    table = Table(title="cost of grouping (own process; peak memory with the texts)")
    for column in ("tickets", "seconds", "CPU seconds", "peak GB", "groups", "tickets in groups"):
        table.add_column(column, justify="right")
    for size in sizes or [10_000]:
        command = [sys.executable, "-m", "benchmarks.grouping", "cost", str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        table.add_row(*next(csv.reader([done.stdout.strip().splitlines()[-1]])))
    console.print(table)


if __name__ == "__main__":
    app(["run", *sys.argv[1:]] if sys.argv[1:2] != ["cost"] else sys.argv[1:])
