"""Written Cantonese into Mandarin wording: rules for what depends on its neighbours, then words.

Both tables are data (`nlu/data/cantonese_rules.tsv`, `nlu/data/cantonese_words.csv`) in simplified
script and can be edited without touching code. Every rule carries an example that tests check.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parent / "data"

# Characters and words Mandarin does not use: one of them makes a message Cantonese.
_MARKERS = re.compile(
    r"[嘅咗喺唔冇佢嚟啲嗰哋嘢咁噉冚嘥瞓揾搵攞畀嗌啱喎啩㗎嘞噃囖嗮哂啫嚿掟揿嬲咩冧餸曱甴黐攰揸𨋢孭睇哂]"
    r"|几多(?!次|年的)|拣咗|阿爷|阿嫲|[一二两三四五六七八九十百千\d几]蚊(?!子|香|虫|帐)|识得|讲嘢|做嘢|钟意|锺意|中意(?!人寿|保险)|听日|呢啲|唔"
    r"|而家|依家|边度|边个|点解|点样|点算|几时|几多钱|琴日|寻日|噚日|听日|屋企|返工|返学|系咪|同埋"
    r"|呢度|乜野|乜嘢|[你我佢]地(?!址|点|方|区|铁|下|面|段|板|库|处|盘|块|带|势|毯|图|产|震|税|位|步)"
    r"|有[dD](?![A-Za-z])|呢[dD个间条](?!人)|[个嗰][dD](?![A-Za-z])|俾人|[架噶]喇|净系|即系|但系|唔系"
    r"|住咗|细路|阿婆仔|走鬼|落雨|塞车|冲凉|雪柜|水喉|铺头|隔篱|晏昼|下昼|上昼|旧年|头先|呢排|成日"
    r"|点搞|点办理|乜(?!斜)|仲(?=有|未|系|要|话|会|可以|唔|想|喺)|㗎|唻|𠿪|嗱|嘈到|俾我|比我(?=一个讲法)"
)


class CantoneseTableError(ValueError):
    """A line of the Cantonese tables cannot be used; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rewriting that depends on its neighbours; `before` becomes `after` is its example."""

    pattern: re.Pattern[str]
    replacement: str
    before: str
    after: str


def is_cantonese(text: str) -> bool:
    """Return whether the text (simplified script) holds wording only Cantonese uses."""
    return _MARKERS.search(text) is not None


@cache
def load_words(path: Path = _DATA / "cantonese_words.csv") -> dict[str, str]:
    """Return dialect word → Mandarin word; an empty value drops the word."""
    words: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines), start=1):
            if number == 1 or not row:
                continue
            if len(row) != 2 or not row[0].strip():
                raise CantoneseTableError(
                    f"{path.name}:{number}: 应为“粤语词,普通话词”两列，请检查逗号"
                )
            if row[0] in words:
                raise CantoneseTableError(f"{path.name}:{number}: “{row[0]}”重复，请删去一行")
            words[row[0]] = row[1]
    return words


@cache
def load_rules(path: Path = _DATA / "cantonese_rules.tsv") -> list[Rule]:
    """Return the rules in the order they apply."""
    rules: list[Rule] = []
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(
            csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=2
        ):
            try:
                pattern = re.compile(row["pattern"])
                pattern.sub(row["replacement"], row["before"])
            except (re.error, KeyError, TypeError) as error:
                raise CantoneseTableError(
                    f"{path.name}:{number}: 规则无法使用（{error}），请检查正则写法与列数"
                ) from error
            rules.append(Rule(pattern, row["replacement"], row["before"], row["after"]))
    return rules


@cache
def _word_pattern() -> re.Pattern[str]:
    words = sorted(load_words(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def to_mandarin(text: str) -> str:
    """Return Cantonese text (simplified script) in Mandarin wording, longest match first."""
    for rule in load_rules():
        text = rule.pattern.sub(rule.replacement, text)
    words = load_words()
    return _word_pattern().sub(lambda match: words[match[0]], text)
