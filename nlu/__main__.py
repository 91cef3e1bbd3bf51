"""Command line: `python -m nlu train | predict | evaluate | audit`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table as Grid

from nlu.audit import suspects
from nlu.classifier import TextClassifier
from nlu.model_folder import ModelError
from nlu.reliability import Reliability, measure
from nlu.tables import Table, TableError, read_table, write_table
from nlu.training import Trained, TrainingError, train

app = typer.Typer(add_completion=False, help="Train, use and examine classifiers of tickets.")
console = Console(stderr=True)
BATCH = 4096

Tickets = Annotated[Path, typer.Option(help="CSV file with one ticket a row.")]
Texts = Annotated[list[str], typer.Option(help="Text column; repeat for more, title first.")]
Label = Annotated[str, typer.Option(help="Column with the label.")]
Group = Annotated[str | None, typer.Option(help="Column of rows that belong together.")]
Model = Annotated[Path, typer.Option(help="Model folder.")]
Out = Annotated[Path, typer.Option(help="Where to write.")]


def _train(table: Table, text: list[str], label: str, group: str | None) -> Trained:
    """Train on a table under a progress bar."""
    groups = table.values(group) if group else None
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("training", total=None)
        return train(
            table.texts(text),
            table.values(label),
            groups,
            lambda done, total: progress.update(task, completed=done, total=total),
        )


@app.command("train")
def train_command(
    tickets: Tickets, text: Texts, label: Label, out: Out, group: Group = None
) -> None:
    """Train a classifier and write it with its held-out figures."""
    table = read_table(tickets)
    trained = _train(table, text, label, group)
    digest = trained.classifier.save(out)
    if trained.too_small:
        named = "、".join(f"{name} ({count})" for name, count in trained.too_small.items())
        console.print(f"[yellow]Too few examples to learn: {named}")
    _show(trained.reliability)
    console.print(f"{len(trained.kept)} of {len(table.rows)} rows learned; {out} {digest[:12]}")


@app.command()
def predict(tickets: Tickets, text: Texts, model: Model, out: Out) -> None:
    """Add label, confidence, second and third to every row; same rows, same order."""
    table = read_table(tickets)
    classifier = TextClassifier.load(model)
    texts = table.texts(text)
    for start in track(range(0, len(texts), BATCH), "reading", console=console, transient=True):
        ranked = classifier.predict(texts[start : start + BATCH])
        for row, labels in zip(table.rows[start : start + BATCH], ranked, strict=True):
            row["label"], row["confidence"] = labels[0][0], f"{labels[0][1]:.6f}"
            row["second"] = labels[1][0]
            row["third"] = labels[2][0] if len(labels) > 2 else ""
    write_table(out, table, ["label", "confidence", "second", "third"])
    console.print(f"{len(table.rows)} rows → {out}")


@app.command()
def evaluate(
    tickets: Tickets, text: Texts, label: Label, model: Model, out: Out = Path("evaluation")
) -> None:
    """Write report.json and curve.png: per label, confusion, calibration, coverage–accuracy."""
    table = read_table(tickets)
    classifier = TextClassifier.load(model)
    texts, recorded = table.texts(text), table.values(label)
    at = {name: position for position, name in enumerate(classifier.labels)}
    known = [row for row, name in enumerate(recorded) if name in at]
    if not known:
        raise TableError(f"no row of {tickets} has a label this model knows: {classifier.labels}")
    probabilities = classifier.predict_proba([texts[row] for row in known])
    truth = np.array([at[recorded[row]] for row in known])
    report = measure(probabilities, classifier.decide(probabilities), truth, classifier.labels)
    out.mkdir(parents=True, exist_ok=True)
    unknown = len(recorded) - len(known)
    content = {**asdict(report), "rows": len(known), "rows_with_unknown_label": unknown}
    (out / "report.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    _draw(report, out / "curve.png")
    _show(report)
    if unknown:
        console.print(f"[yellow]{unknown} rows carry a label the model does not know; left out")


@app.command()
def audit(tickets: Tickets, text: Texts, label: Label, out: Out, group: Group = None) -> None:
    """List rows whose recorded label is probably wrong, with the likelier one and the reason."""
    table = read_table(tickets)
    texts = table.texts(text)
    found = suspects(_train(table, text, label, group), texts)
    added = ["row", "likelier", "probability", "recorded_probability", "because_of"]
    listed = [
        {
            **table.rows[suspect.row],
            "row": str(suspect.row + 2),
            "likelier": suspect.likelier,
            "probability": f"{suspect.probability:.4f}",
            "recorded_probability": f"{suspect.recorded_probability:.4f}",
            "because_of": "、".join(suspect.words),
        }
        for suspect in found
    ]
    write_table(out, Table(table.columns, listed), added)
    console.print(f"{len(found)} of {len(table.rows)} rows look wrongly labelled → {out}")


def _show(report: Reliability) -> None:
    """Print a report's figures."""
    if len(report.labels) <= 40:
        grid = Grid("label", "precision", "recall", "F1", "examples")
        for line in report.per_label:
            grid.add_row(*map(str, line.values()))
        console.print(grid)
    console.print(
        f"macro-F1 {report.macro_f1:.4f} · accuracy {report.accuracy:.4f} · "
        f"top-3 {report.top3:.4f} · calibration error {report.calibration_error:.4f}"
    )
    for count, true, decided in _confusions(report):
        console.print(f"{count} × {true} → {decided}", markup=False, highlight=False)
    for promise, share in report.covered.items():
        console.print(f"promised {float(promise):.0%}: {share:.1%} decided without a person")


def _confusions(report: Reliability, most: int = 8) -> list[tuple[int, str, str]]:
    """Return (count, true label, decided label), the most frequent first."""
    names = report.labels
    pairs = [
        (count, names[row], names[column])
        for row, line in enumerate(report.confusion)
        for column, count in enumerate(line)
        if count and row != column
    ]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1:]))[:most]


def _draw(report: Reliability, path: Path) -> None:
    """Draw accuracy over coverage, and accuracy over confidence."""
    from matplotlib.figure import Figure  # takes a second to load; only this command draws

    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot([point[0] for point in report.curve], [point[1] for point in report.curve])
    left.axhline(0.98, linewidth=0.8, linestyle="--", color="grey")
    left.set(xlabel="share decided without a person", ylabel="accuracy of these", xlim=(0, 1))
    right.plot([0, 1], [0, 1], linewidth=0.8, linestyle="--", color="grey")
    right.scatter(
        [line["confidence"] for line in report.bins],
        [line["accuracy"] for line in report.bins],
        s=[20 + 300 * line["share"] for line in report.bins],
    )
    right.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    figure.savefig(path, dpi=120)


def main() -> None:
    """Run the command line; known errors end in one sentence."""
    try:
        app()
    except (TableError, TrainingError, ModelError) as error:
        console.print(f"[red]{error}")
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
