"""Train the shipped embedding: `python -m nlu.train_embedding --data FOLDER --out models/embedding`.

A static model: one vector for every word, character and pair of characters; a text is their
sum. Two losses in turn: likeness in the right order (CoSENT) and every text nearest to its
partner among all of a batch (in-batch negatives), at several lengths of the vector (Matryoshka).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import rjieba
import torch
import typer
from numpy.typing import NDArray
from rich.progress import Progress
from scipy.stats import spearmanr

from nlu.embedding_data import (
    WATCHED,
    Belonging,
    Scored,
    belonging_pairs,
    scored_pairs,
    similarity_test,
)
from nlu.embeddings import KIND
from nlu.folding import fold
from nlu.model_folder import write_model
from nlu.ngrams import CHARACTERS, WORDS, Ints, document_keys, word_keys

ROWS = 80_000
DIMENSION = 256
SIZES = (256, 64)
BATCH = 256
EPOCHS = 4
RATE = 2e-3
SHARPNESS = 20.0
DROPPED = 0.1
# Starting lengths: a word says more than a pair of characters, a pair more than a character.
SAYS = {"word": 1.2, "character": 0.6, "pair": 0.8}
Part = tuple[str, str]


@dataclass
class Vocabulary:
    """The parts that have a row, with what each text is made of kept once read."""

    position: dict[Part, int]
    read: dict[str, Ints]

    def rows(self, text: str) -> Ints:
        """Return the positions of a text's known parts, at least one."""
        if text not in self.read:
            known = [self.position[part] for part in parts(text) if part in self.position]
            self.read[text] = np.array(known or [0], dtype=np.int64)
        return self.read[text]


def parts(text: str) -> list[Part]:
    """Return words of two or more characters, characters, and pairs of neighbours."""
    folded = "".join(map(chr, fold([text]).codes))
    characters = [char for char in folded if char != " "]
    words = [word for word in rjieba.cut(folded, False) if len(word.strip()) > 1]
    pairs = map("".join, pairwise(characters))
    return [
        *(("word", word) for word in words),
        *(("character", char) for char in characters),
        *(("pair", pair) for pair in pairs),
    ]


def key_of(part: Part) -> np.uint64:
    """Return the key under which `nlu.ngrams` finds a part in a text."""
    kind, written = part
    codes = np.array([ord(char) for char in written], dtype=np.uint32)
    if kind == "word":
        words, _ = word_keys(codes, 0, np.array([len(codes)]), 0, 1)
        return np.uint64(words[0])
    keys, fields = np.zeros(64, np.uint64), np.zeros(64, np.int8)
    document_keys(codes, 0, len(codes), np.array([0]), 0, 0, CHARACTERS, WORDS, keys, fields)
    return np.uint64(keys[len(codes) - 1])


class Trainer:
    """The table under training."""

    def __init__(self, texts: set[str]) -> None:
        """Choose the most common parts of the texts and give each a random start."""
        counts: Counter[Part] = Counter()
        for text in sorted(texts):
            counts.update(set(parts(text)))
        chosen = counts.most_common(ROWS)
        self.vocabulary = Vocabulary({part: at for at, (part, _) in enumerate(chosen)}, {})
        start = torch.randn(len(chosen), DIMENSION) / DIMENSION**0.5
        length = [
            SAYS[kind] * np.log((len(texts) + 1) / (count + 1)) for (kind, _), count in chosen
        ]
        start *= torch.tensor(length, dtype=torch.float32)[:, None] * 0.2
        self.table = torch.nn.EmbeddingBag.from_pretrained(
            start, freeze=False, mode="sum", sparse=True
        )

    def encode(self, texts: Sequence[str], dropped: float = 0.0) -> torch.Tensor:
        """Return (n, d) sums of the rows of each text, a share of the parts left out."""
        rows = [self.vocabulary.rows(text) for text in texts]
        if dropped:
            kept = (row[np.random.rand(len(row)) > dropped] for row in rows)
            rows = [some if len(some) else row for some, row in zip(kept, rows, strict=True)]
        starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
        vectors: torch.Tensor = self.table(
            torch.from_numpy(np.concatenate(rows)), torch.from_numpy(starts)
        )
        return vectors

    def order_loss(self, pairs: Sequence[Scored]) -> torch.Tensor:
        """CoSENT (J. Su, 2022): of two pairs the more alike must have the higher cosine."""
        first = self.encode([pair.first for pair in pairs], DROPPED)
        second = self.encode([pair.second for pair in pairs], DROPPED)
        truth = torch.tensor([pair.likeness for pair in pairs])
        losses = []
        for size in SIZES:
            cosine = torch.cosine_similarity(first[:, :size], second[:, :size]) * SHARPNESS
            wrong = cosine[:, None] - cosine[None, :]
            wrong = wrong.masked_fill(truth[:, None] >= truth[None, :], -1e12)
            losses.append(torch.logsumexp(torch.cat([torch.zeros(1), wrong.flatten()]), 0))
        return torch.stack(losses).mean() * 0.3

    def partner_loss(self, pairs: Sequence[Belonging]) -> torch.Tensor:
        """In-batch negatives (M. Henderson et al., 2017), known strangers added as hard ones."""
        first = self.encode([pair.first for pair in pairs], DROPPED)
        others = [pair.second for pair in pairs]
        others += [pair.stranger for pair in pairs if pair.stranger]
        second = self.encode(others, DROPPED)
        losses = []
        for size in SIZES:
            near = torch.nn.functional.normalize(first[:, :size], dim=1)
            far = torch.nn.functional.normalize(second[:, :size], dim=1)
            scores = near @ far.T * SHARPNESS
            losses.append(torch.nn.functional.cross_entropy(scores, torch.arange(len(pairs))))
        return torch.stack(losses).mean()

    def spearman(self, pairs: Sequence[Scored]) -> float:
        """Return 100 × Spearman's rank correlation of cosine and likeness."""
        with torch.no_grad():
            first = self.encode([pair.first for pair in pairs])
            second = self.encode([pair.second for pair in pairs])
            cosine = torch.cosine_similarity(first, second).numpy()
        return 100 * float(spearmanr(cosine, [pair.likeness for pair in pairs])[0])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return keys, 8-bit rows and their scales."""
        table = self.table.weight.detach().numpy()
        scale = np.maximum(np.abs(table).max(axis=1) / 127, 1e-6)
        return {
            "keys": np.array([key_of(part) for part in self.vocabulary.position], np.uint64),
            "rows": np.round(table / scale[:, None]).astype(np.int8),
            "scale": scale.astype(np.float16),
        }


def train_embedding(
    data: Annotated[Path, typer.Option(help="Folder of the public data.")],
    out: Annotated[Path, typer.Option(help="Model folder.")],
    epochs: Annotated[int, typer.Option(help="Times over all pairs.")] = EPOCHS,
    watch: Annotated[bool, typer.Option(help="Keep rows apart and print how it goes.")] = False,
) -> None:
    """Train and write the model. Deterministic on one kind of machine."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    by_source = scored_pairs(data)
    watched = {"STS-B": similarity_test(data)}
    for source, count in WATCHED if watch else ():
        random.shuffle(by_source[source])
        watched[source], by_source[source] = by_source[source][:count], by_source[source][count:]
    partners = belonging_pairs(data)
    partners += [
        Belonging(pair.first, pair.second)
        for pairs in by_source.values()
        for pair in pairs
        if pair.likeness == 1
    ]
    texts = {text for pair in partners for text in (pair.first, pair.second, pair.stranger) if text}
    texts |= {text for pairs in by_source.values() for p in pairs for text in (p.first, p.second)}
    trainer = Trainer(texts)
    optimiser = torch.optim.SparseAdam(trainer.table.parameters(), lr=RATE)
    with Progress() as progress:
        task = progress.add_task("training", total=None)
        for epoch in range(epochs):
            batches = _batches(by_source, partners)
            progress.update(task, total=epochs * len(batches))
            for number, batch in enumerate(batches):
                done = (epoch + number / len(batches)) / epochs
                optimiser.param_groups[0]["lr"] = RATE * max(0.02, 1 - done)
                loss = trainer.order_loss(batch) if _scored(batch) else trainer.partner_loss(batch)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()  # type: ignore[no-untyped-call]
                progress.advance(task)
    scores = {name: round(trainer.spearman(pairs), 2) for name, pairs in watched.items()}
    typer.echo(f"Spearman × 100 on rows kept apart: {scores}")
    card = {"kind": KIND, "dimension": DIMENSION, "sizes": SIZES, "rows": ROWS, "scores": scores}
    typer.echo(f"{out} {write_model(out, trainer.arrays(), card)[:12]}")


def _scored(batch: list[Any]) -> bool:
    return isinstance(batch[0], Scored)


def _batches(by_source: dict[str, list[Scored]], partners: list[Belonging]) -> list[list[Any]]:
    """Return all batches of one time over the pairs, mixed; scored ones of one source each."""
    batches: list[list[Any]] = []
    sources: list[list[Any]] = [*by_source.values(), partners]
    for pairs in sources:
        shuffled = random.sample(pairs, len(pairs))
        batches += [shuffled[at : at + BATCH] for at in range(0, len(shuffled), BATCH)]
    random.shuffle(batches)
    return batches


if __name__ == "__main__":
    typer.run(train_embedding)
