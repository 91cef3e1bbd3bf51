"""How well questions get the right answer, and what has none is recognised.

    python benchmarks/answers.py

Prints, in one run: the project's unseen questions (`tests/knowledge_base/unseen.csv`, written apart
from the entries) and the questions confidence was fitted on (`questions.csv`): share whose entry
comes first and among the first three, and how well confidence tells questions with an answer from
those without (AUROC); then the policy questions (`policy_questions.csv`) over the five documents in
the folder `SUISHENG_POLICIES` names (by default `policies` beside the folder of `SUISHENG_DATA`).
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import roc_auc_score

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from knowledge_base.answer import Answerer  # noqa: E402
from knowledge_base.base import KnowledgeBase  # noqa: E402
from knowledge_base.calibration import load_calibration, mode_of  # noqa: E402
from knowledge_base.content import load_folder  # noqa: E402
from knowledge_base.evaluate import accepted  # noqa: E402
from knowledge_base.outcome import Answer, Outcome  # noqa: E402
from knowledge_base.policy import read_policy  # noqa: E402

QUESTIONS = ROOT / "tests" / "knowledge_base"
DATA = Path(os.environ.get("SUISHENG_DATA", ROOT.parent / "shared" / "data"))
POLICIES = Path(os.environ.get("SUISHENG_POLICIES", DATA.parent / "policies"))
TITLES = {
    "000": "荔湾区数字政府规划",
    "001": "广州市数字政府改革建设“十四五”规划",
    "002": "天河区数字政府改革建设“十四五”规划",
    "003": "广州市新型智慧城市建设规划",
    "004": "云浮市数字政府“十四五”发展规划",
}


@dataclass(frozen=True)
class PolicyScore:
    """How many factual questions were answered rightly, and how many foreign ones refused."""

    right: int
    asked: int
    refused: int
    foreign: int
    wrong: Sequence[str]


def with_policies(folder: Path) -> KnowledgeBase:
    """Return the city's entries together with the clauses of the five documents."""
    clauses = [
        entry
        for file in sorted(folder.glob("00[0-4]_*.txt"))
        for entry in read_policy(
            file, title=TITLES[file.name[:3]], unit="发文机关", prefix="policy"
        ).entries
    ]
    return KnowledgeBase([*load_folder(), *clauses])


def policy_score(base: KnowledgeBase) -> PolicyScore:
    """Ask every policy question; right is a quotation that holds the fact, from the right article."""
    answerer = Answerer(base)
    right = asked = refused = foreign = 0
    wrong = []
    for row in _rows("policy_questions.csv"):
        answer = answerer.look_up(row["question"])
        if row["document"]:
            asked += 1
            good = _holds(answer, row["fact"], row["article"])
            right += good
        else:
            foreign += 1
            good = answer.outcome is not Outcome.ANSWERED
            refused += good
        if not good:
            wrong.append(row["question"])
    return PolicyScore(right, asked, refused, foreign, wrong)


def _holds(answer: Answer, fact: str, articles: str) -> bool:
    if answer.outcome is not Outcome.ANSWERED:
        return False
    cited = answer.sources[0].basis
    return "".join(fact.split()) in "".join(answer.text.split()) and any(
        article in cited for article in articles.split(";")
    )


def main() -> None:
    """Print the figures."""
    base = KnowledgeBase.from_folder()
    print(f"{len(base)} entries, mode {mode_of(base)}")
    print(f"{'questions':<16}{'answered':>9}{'first':>8}{'in 3':>8}{'foreign':>9}{'AUROC':>8}")
    for name in ("unseen.csv", "questions.csv"):
        print(_paraphrases(base, name))
    if not POLICIES.is_dir():
        print(f"policy documents skipped: {POLICIES} is not there (SUISHENG_POLICIES)")
        return
    score = policy_score(with_policies(POLICIES))
    print(
        f"policy questions: {score.right} of {score.asked} answered rightly with their article "
        f"({score.right / score.asked:.3f}); {score.refused} of {score.foreign} foreign ones refused"
    )
    for question in score.wrong:
        print(f"  wrong: {question}")


def _paraphrases(base: KnowledgeBase, name: str) -> str:
    calibration = load_calibration(mode_of(base))
    first = three = known = 0
    labels, sure = [], []
    for row in _rows(name):
        found = base.retrieve(row["question"])
        right = accepted(row["entry"])
        labels.append(bool(right))
        sure.append(calibration.confidence(found))
        if right:
            known += 1
            first += found[0].entry.id in right
            three += any(f.entry.id in right for f in found[:3])
    return (
        f"{name:<16}{known:>9}{first / known:>8.3f}{three / known:>8.3f}"
        f"{len(labels) - known:>9}{roc_auc_score(labels, sure):>8.3f}"
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (QUESTIONS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    main()
