"""Share of Cantonese words that normalisation rewrites as a human translator did.

    python benchmarks/cantonese.py [--show]

Reads `cantonese/parallel_dev.csv` and `social_dev.csv` from the public data folder (environment
variable SUISHENG_DATA). For every dialect word in a sentence whose human translation holds one of
its Mandarin counterparts, the rewriting is right when the dialect word is gone and that counterpart
is there. Translators often rephrase freely; such words are not counted. Also printed: dialect
characters left over, and the character F-score (chrF, n = 1–3) with the reference before and after.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from pathlib import Path

from nlu.normalise import normalise
from nlu.script import to_simplified

DATA = Path(os.environ.get("SUISHENG_DATA", Path(__file__).parent.parent / "../shared/data"))
# Dialect word (simplified) → what a translator may have written for it. Written before measuring.
COUNTERPARTS = {
    "嘅": "的", "咗": "了", "喺": "在 于", "唔": "不 没 无 未 别", "冇": "没 无 不", "佢": "他 她 它",
    "哋": "们", "嚟": "来", "啲": "些 点", "嗰": "那", "乜": "什么 甚么 何", "边度": "哪里 哪儿 何处", "边个": "谁 哪",
    "点解": "为什么 为何 为甚么 怎么", "点样": "怎么 怎样 如何", "几多": "多少 几", "几时": "什么时候 何时 几时",
    "而家": "现在 如今 目前", "琴日": "昨", "寻日": "昨", "听日": "明", "今日": "今", "畀": "给 让 被 予", "俾": "给 让 被",
    "搵": "找 寻", "睇": "看 阅", "攞": "拿 取", "嘢": "东西 事 话 什么", "咁": "这 那 么 如此", "噉": "这 那 如此",
    "仲": "还 仍 更", "同埋": "和 与 及 以及", "屋企": "家", "返工": "上班 工作", "返学": "上学", "中意": "喜欢 爱",
    "钟意": "喜欢 爱", "系咪": "是不是 是否 吗", "但系": "但 可是 不过", "即系": "就是 即", "净系": "只 光", "识得": "认识 会 懂",
    "倾": "谈 聊", "惊": "怕", "细路": "孩", "细个": "小", "阿妈": "妈 母", "阿爷": "爷", "蚊": "元 块", "呢度": "这",
    "呢个": "这", "啱": "对 刚 合", "搞掂": "好 定 妥", "晒": "全 完 都 光", "嗌": "叫 喊", "揀": "选", "拣": "选", "靓": "漂亮 美 好看",
    "食": "吃", "饮": "喝", "瞓": "睡", "讲": "说 讲 谈 话", "咩": "什么 甚么 吗", "先至": "才", "一齐": "一起", "㗎": "的",
}  # fmt: skip


def pairs() -> list[tuple[str, str]]:
    """Return (Cantonese, written Chinese) in Traditional script as typed."""
    found = []
    with (DATA / "cantonese/parallel_dev.csv").open(encoding="utf-8", newline="") as lines:
        found += [(r["cantonese_trad"], r["written_chinese_trad"]) for r in csv.DictReader(lines)]
    with (DATA / "cantonese/social_dev.csv").open(encoding="utf-8", newline="") as lines:
        found += [(r["cantonese"], r["mandarin_reference"]) for r in csv.DictReader(lines)]
    return found


def chrf(text: str, reference: str) -> float:
    """Return the F-score of character n-grams, n = 1 to 3 (Popović 2015, β = 1)."""
    scores = []
    for n in (1, 2, 3):
        ours = Counter(text[i : i + n] for i in range(len(text) - n + 1))
        theirs = Counter(reference[i : i + n] for i in range(len(reference) - n + 1))
        if ours and theirs:
            shared = sum((ours & theirs).values())
            scores.append(2 * shared / (sum(ours.values()) + sum(theirs.values())))
    return sum(scores) / len(scores) if scores else 1.0


def main() -> None:
    """Print the figures; `--show` lists the words most often wrong with an example."""
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    wrong: dict[str, tuple[str, str]] = {}
    before = after = 0.0
    marks = set("嘅咗喺唔冇佢哋嚟啲嗰嘢咁噉睇搵攞畀俾瞓嗌㗎嘞喎囉喇噃")
    had = left = 0
    rows = pairs()
    for cantonese, written in rows:
        plain, reference = to_simplified(cantonese), to_simplified(written)
        result = normalise(cantonese).text
        before += chrf(plain, reference)
        after += chrf(result, reference)
        had += sum(char in marks for char in plain)
        left += sum(char in marks for char in result)
        for word, choices in COUNTERPARTS.items():
            fitting = [choice for choice in choices.split() if choice in reference]
            if word not in plain or not fitting:
                continue
            seen[word] += 1
            if word not in result and any(choice in result for choice in fitting):
                right[word] += 1
            else:
                wrong[word] = (result, reference)
    total, good = sum(seen.values()), sum(right.values())
    print(f"sentences {len(rows)}, dialect words with a literal counterpart {total}")
    print(f"rewritten as the translator did: {good / total:.3f}")
    print(f"dialect characters left over: {left} of {had} ({left / max(had, 1):.3f})")
    print(f"chrF with the reference: {before / len(rows):.3f} → {after / len(rows):.3f}")
    if "--show" in sys.argv:
        for word, count in (seen - right).most_common(40):
            print(f"{word} {right[word]}/{seen[word]} (wrong {count}) e.g. {wrong[word]}")


if __name__ == "__main__":
    if not (DATA / "cantonese").is_dir():
        sys.exit(f"no data in {DATA}: set SUISHENG_DATA to the public data folder")
    main()
