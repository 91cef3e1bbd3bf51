"""How well and how fast the bot reads intents, and Rasa's default pipeline on the same folds.

Run with the bot's environment from the project's root:

    .venv-bot/bin/python -m benchmarks.intents                 # ours: about a minute
    .venv-bot/bin/python -m benchmarks.intents --diet 1        # also Rasa's default, one fold

Measured:
    own      the bot's own examples, 5 stratified folds (seed 1), macro F1 and accuracy;
             the city's messages (authors 1-3) join the training side of every fold
    routes   messages of the held-out author: does 咨询 go to the knowledge base and everything
             else to a ticket; how many are left to the fallback
    smp      SMP2017 task 1, the published train and test files (needs the public data)
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import yaml
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold

from bot.components.city_messages import INTENTS, CityMessages
from bot.components.city_tokenizer import cut, load_jieba
from bot.components.intent_model import Document, IntentModel
from bot.components.several_things import SEVERAL

DATA = Path(os.environ.get("SUISHENG_DATA", "../shared/data"))
CONFIG = yaml.safe_load(Path("config.yml").read_text(encoding="utf-8"))
TICKETS = set(CONFIG["pipeline"][2]["families"][0])
SURE = CONFIG["pipeline"][2]["sure"]
HELD_OUT = Path("city/messages/author_4.csv")
DEFAULT_PIPELINE = [
    {"name": "JiebaTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
]
Examples = tuple[list[str], list[str]]


class Words:
    """Texts to documents, with the city's dictionary."""

    def __init__(self) -> None:
        self._jieba = load_jieba(Path("city/dictionary.txt"))

    def __call__(self, texts: list[str]) -> list[Document]:
        return [(text, [token.text for token in cut(self._jieba, text)]) for text in texts]


def own_examples() -> Examples:
    texts: list[str] = []
    labels: list[str] = []
    for file in sorted(Path("bot/data/nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [line[2:].strip() for line in block["examples"].splitlines() if line.strip()]
            if block["intent"] != SEVERAL:
                texts += lines
                labels += [block["intent"]] * len(lines)
    return texts, labels


def city_examples() -> Examples:
    importer = next(i for i in CONFIG["importers"] if i["name"].endswith("CityMessages"))
    options = {name: value for name, value in importer.items() if name != "name"}
    data = CityMessages(**options).get_nlu_data().intent_examples
    return [e.get("text") for e in data], [e.get("intent") for e in data]


def folds(labels: list[str]) -> list[tuple[np.ndarray, np.ndarray]]:
    splitter = StratifiedKFold(5, shuffle=True, random_state=1)
    return list(splitter.split(np.zeros(len(labels)), labels))


def trained(texts: list[str], labels: list[str], words: Words) -> tuple[IntentModel, float]:
    start = time.perf_counter()
    model = IntentModel().fit(words(texts), labels)
    return model, time.perf_counter() - start


def predicted(model: IntentModel, texts: list[str], words: Words) -> list[str]:
    chances = model.predict_proba(words(texts))
    return [model.labels[number] for number in chances.argmax(axis=1)]


def measure_own(words: Words) -> None:
    texts, labels = own_examples()
    more_texts, more_labels = city_examples()
    said = np.empty(len(labels), dtype=object)
    seconds = []
    for train, test in folds(labels):
        model, spent = trained(
            [texts[i] for i in train] + more_texts, [labels[i] for i in train] + more_labels, words
        )
        said[test] = predicted(model, [texts[i] for i in test], words)
        seconds.append(spent)
    route = ["ticket" if name in TICKETS else name for name in said]
    wanted = ["ticket" if name in TICKETS else name for name in labels]
    print(f"own   {len(texts)} examples, {len(set(labels))} intents, 5 folds")
    print(f"      macro F1 {f1_score(labels, list(said), average='macro'):.3f}", end="  ")
    print(f"accuracy {accuracy_score(labels, list(said)):.3f}", end="  ")
    print(f"where it leads {accuracy_score(wanted, route):.3f}", end="  ")
    print(f"training {np.mean(seconds):.1f} s")
    per = f1_score(labels, list(said), average=None, labels=sorted(set(labels)))
    print(
        "      per intent:",
        ", ".join(
            f"{name} {value:.2f}" for name, value in zip(sorted(set(labels)), per, strict=True)
        ),
    )
    pairs = Counter((a, b) for a, b in zip(labels, said, strict=True) if a != b)
    print("      confusions:", ", ".join(f"{a}→{b} {n}" for (a, b), n in pairs.most_common(12)))


def measure_routes(words: Words) -> None:
    if not HELD_OUT.exists():
        print(f"routes skipped: {HELD_OUT} is not there")
        return
    texts, labels = own_examples()
    more_texts, more_labels = city_examples()
    model, spent = trained(texts + more_texts, labels + more_labels, words)
    with HELD_OUT.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    start = time.perf_counter()
    chances = model.predict_proba(words([row["text"] for row in rows]))
    speed = len(rows) / (time.perf_counter() - start)
    ticket = [name in TICKETS for name in model.labels]
    found: Counter = Counter()
    for row, chance in zip(rows, chances, strict=True):
        family = float(chance[ticket].sum())
        others = np.where(ticket, 0.0, chance)
        best = "ticket" if family > others.max() else model.labels[int(others.argmax())]
        wanted = INTENTS[row["appeal_type"]]
        right = best == ("ticket" if wanted in TICKETS else wanted)
        sure = max(family, float(others.max())) >= SURE
        found["right" if right and sure else "wrong" if sure else "fallback"] += 1
    print(f"routes {len(rows)} messages of {HELD_OUT.name}:", end=" ")
    print(", ".join(f"{name} {n / len(rows):.1%}" for name, n in found.most_common()))
    print(f"      training on all {len(texts) + len(more_texts)}: {spent:.1f} s;", end=" ")
    print(f"reading {speed:.0f} messages/s on one core, words included")


def smp() -> tuple[Examples, Examples]:
    def read(name: str) -> Examples:
        file = DATA / "smp_ecdt" / f"smp2017_task1_{name}.csv"
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        return [row["text"] for row in rows], [row["domain"] for row in rows]

    return read("train"), read("test")


def measure_smp(words: Words) -> None:
    if not (DATA / "smp_ecdt").exists():
        print(f"smp   skipped: {DATA / 'smp_ecdt'} is not there (SUISHENG_DATA)")
        return
    (texts, labels), (test_texts, test_labels) = smp()
    model, spent = trained(texts, labels, words)
    said = predicted(model, test_texts, words)
    accuracy = accuracy_score(test_labels, said)
    macro = f1_score(test_labels, said, average="macro")
    print(f"smp   accuracy {accuracy:.4f}  macro F1 {macro:.3f}  training {spent:.1f} s")


def measure_default(count: int) -> None:
    """Train Rasa's default Chinese pipeline on the first folds of the own examples."""
    texts, labels = own_examples()
    more_texts, more_labels = city_examples()
    for number, (train, test) in enumerate(folds(labels)[:count]):
        result = default_pipeline(
            ([texts[i] for i in train] + more_texts, [labels[i] for i in train] + more_labels),
            [texts[i] for i in test],
        )
        wanted = [labels[i] for i in test]
        macro = f1_score(wanted, result["intents"], average="macro")
        accuracy = accuracy_score(wanted, result["intents"])
        print(f"default pipeline, fold {number + 1}: macro F1 {macro:.3f}  accuracy", end=" ")
        print(f"{accuracy:.3f}  training {result['training']:.0f} s", end="  ")
        print(f"reading {result['speed']:.0f} messages/s")
        ours, spent = trained(
            [texts[i] for i in train] + more_texts,
            [labels[i] for i in train] + more_labels,
            Words(),
        )
        said = predicted(ours, [texts[i] for i in test], Words())
        macro = f1_score(wanted, said, average="macro")
        accuracy = accuracy_score(wanted, said)
        print(f"ours,             fold {number + 1}: macro F1 {macro:.3f}  accuracy", end=" ")
        print(f"{accuracy:.3f}  training {spent:.0f} s")


def default_pipeline(examples: Examples, test: list[str]) -> dict:
    """Return the intents of ``test`` by Rasa's own components, with times."""
    import asyncio

    from rasa.core.agent import Agent

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        by_intent: dict[str, list[str]] = {}
        for text, label in zip(*examples, strict=True):
            by_intent.setdefault(label, []).append(" ".join(text.split()))
        nlu = [
            {"intent": label, "examples": "".join(f"- {text}\n" for text in lines)}
            for label, lines in by_intent.items()
        ]
        data = {"version": "3.1", "nlu": nlu}
        (folder / "nlu.yml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        config = {"recipe": "default.v1", "language": "zh", "pipeline": DEFAULT_PIPELINE}
        (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "nlu"]
        command += ["--config", f"{folder}/config.yml", "--nlu", f"{folder}/nlu.yml"]
        command += ["--out", f"{folder}", "--fixed-model-name", "default"]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        training = time.perf_counter() - start
        agent = Agent.load(str(folder / "default.tar.gz"))

        async def read() -> list[str]:
            return [(await agent.parse_message(text))["intent"]["name"] for text in test]

        start = time.perf_counter()
        intents = asyncio.run(read())
        speed = len(test) / (time.perf_counter() - start)
    return {"intents": intents, "training": training, "speed": speed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--diet", type=int, default=0, metavar="FOLDS")
    options = parser.parse_args()
    words = Words()
    print(json.dumps({"cores": os.cpu_count(), "python": sys.version.split()[0]}))
    measure_own(words)
    measure_routes(words)
    measure_smp(words)
    if options.diet:
        measure_default(options.diet)


if __name__ == "__main__":
    main()
