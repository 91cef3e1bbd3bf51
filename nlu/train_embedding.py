"""Train the shipped embedding; `models/README.md` has the command.

A static model: one vector for every word, character and pair of characters; a text is their
sum. A vector is a projection, learned and the same for all, of what the Chinese Wikipedia says
of the word (`nlu.word_vectors`) plus a part of its own, so that words no pair contains move
along with the others. Two losses in turn: likeness in the right order (CoSENT) and every text
nearest to its partner among all of a batch (in-batch negatives), at several lengths of the
vector (Matryoshka).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
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
from nlu.word_vectors import Vectors, read_word_vectors

ROWS = 80_000
# Of these so many for words that no pair contains.
UNSEEN = 20_000
DIMENSION = 256
SIZES = (256, 64)
BATCH = 256
EPOCHS = 3
RATE = 2e-3
PROJECTION_RATE = 1e-3
SHARPNESS = 20.0
DROPPED = 0.1
# Starting lengths: of the projected vector, and of the own part beside it.
SAYS = {"word": 0.4, "character": 0.2, "pair": 0.12}
OWN = {"word": 0.7, "character": 0.2, "pair": 1.0}
# A rare part says more than a common one, but less than its information (-log p) suggests:
# “怎么”, “谁” decide what a question asks for.
RARITY = 0.6
RAREST = 9.0
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
    """Return words, characters, and pairs of neighbouring characters."""
    folded = "".join(map(chr, fold([text]).codes))
    characters = [char for char in folded if char != " "]
    words = [word for word in rjieba.cut(folded, False) if word.strip()]
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

    def __init__(self, texts: set[str], words: Vectors) -> None:
        """Choose the most common parts of the texts and of `words`; give each its start."""
        counts: Counter[Part] = Counter()
        for text in sorted(texts):
            counts.update(set(parts(text)))
        chosen = [part for part, _ in counts.most_common(ROWS - UNSEEN)]
        taken = set(chosen)
        unseen = (("word" if len(word) > 1 else "character", word) for word in words)
        chosen += list(islice((part for part in unseen if part not in taken), UNSEEN))
        self.vocabulary = Vocabulary({part: at for at, part in enumerate(chosen)}, {})
        rarity = np.array(
            [min(RAREST, np.log((len(texts) + 1) / (counts[part] + 1))) for part in chosen]
        )
        length = rarity**RARITY * np.array([SAYS[kind] for kind, _ in chosen])
        nothing = np.zeros(len(next(iter(words.values()))), np.float32)
        known = np.array([words.get(written, nothing) for _, written in chosen])
        own = torch.randn(len(chosen), DIMENSION) / DIMENSION**0.5
        own *= torch.tensor(length * [OWN[kind] for kind, _ in chosen]).float()[:, None]
        bag = torch.nn.EmbeddingBag.from_pretrained
        self.own = bag(own, freeze=False, mode="sum", sparse=True)
        self.known = bag(torch.from_numpy(known), mode="sum")
        self.length = torch.nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
            torch.tensor(length).float()[:, None], freeze=False, sparse=True
        )
        self.projection = torch.nn.Linear(known.shape[1], DIMENSION, bias=False)
        torch.nn.init.orthogonal_(self.projection.weight)

    def encode(self, texts: Sequence[str], dropped: float = 0.0) -> torch.Tensor:
        """Return (n, d) sums of the rows of each text, a share of the parts left out."""
        rows = [self.vocabulary.rows(text) for text in texts]
        if dropped:
            kept = (row[np.random.rand(len(row)) > dropped] for row in rows)
            rows = [some if len(some) else row for some, row in zip(kept, rows, strict=True)]
        starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
        flat, bounds = torch.from_numpy(np.concatenate(rows)), torch.from_numpy(starts)
        known = self.known(flat, bounds, per_sample_weights=self.length(flat)[:, 0])
        vectors: torch.Tensor = self.own(flat, bounds) + self.projection(known)
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
        with torch.no_grad():
            projected = self.projection(self.length.weight * self.known.weight)
            table = (self.own.weight + projected).numpy()
        scale = np.maximum(np.abs(table).max(axis=1) / 127, 1e-6)
        return {
            "keys": np.array([key_of(part) for part in self.vocabulary.position], np.uint64),
            "rows": np.round(table / scale[:, None]).astype(np.int8),
            "scale": scale.astype(np.float16),
        }


def train_embedding(
    data: Annotated[Path, typer.Option(help="Folder of the public data.")],
    words: Annotated[Path, typer.Option(help="The source package synonyms-3.10.2.tar.gz.")],
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
    trainer = Trainer(texts, read_word_vectors(words))
    rows = torch.optim.SparseAdam([trainer.own.weight, trainer.length.weight], lr=RATE)
    projection = torch.optim.Adam(trainer.projection.parameters(), lr=PROJECTION_RATE)
    with Progress() as progress:
        task = progress.add_task("training", total=None)
        for epoch in range(epochs):
            batches = _batches(by_source, partners)
            progress.update(task, total=epochs * len(batches))
            for number, batch in enumerate(batches):
                left = max(0.02, 1 - (epoch + number / len(batches)) / epochs)
                rows.param_groups[0]["lr"] = RATE * left
                projection.param_groups[0]["lr"] = PROJECTION_RATE * left
                loss = trainer.order_loss(batch) if _scored(batch) else trainer.partner_loss(batch)
                rows.zero_grad()
                projection.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                rows.step()  # type: ignore[no-untyped-call]
                projection.step()
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
