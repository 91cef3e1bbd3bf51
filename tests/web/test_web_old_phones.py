"""Phones of 2019 open the page: nothing in it needs a newer browser unguarded."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
# What came after ECMAScript 2019 and would keep a whole script from being read, or break at run time.
NEWER = {
    "optional chaining": re.compile(r"\w\?\.[A-Za-z_\[(]"),
    "nullish coalescing": re.compile(r"\?\?"),
    "logical assignment": re.compile(r"(\|\||&&)="),
    "private members": re.compile(r"\bthis\.#|^\s*#\w+", re.MULTILINE),
    "static blocks": re.compile(r"\bstatic\s*\{"),
    "numeric separators": re.compile(r"\b\d+_\d+\b"),
    "big integers": re.compile(r"\b\d+n\b"),
    "replaceAll": re.compile(r"\.replaceAll\("),
    "at": re.compile(r"\.at\("),
    "structuredClone": re.compile(r"\bstructuredClone\("),
    "allSettled or any": re.compile(r"Promise\.(allSettled|any)\("),
    "top-level await": re.compile(r"^await ", re.MULTILINE),
}
STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*')


@pytest.mark.parametrize(
    "script", sorted(WEB.rglob("*.js")), ids=lambda path: path.relative_to(WEB).as_posix()
)
def test_script_needs_nothing_newer_than_2019(script: Path) -> None:
    code = STRINGS.sub('""', script.read_text(encoding="utf-8"))
    assert [name for name, pattern in NEWER.items() if pattern.search(code)] == []


@pytest.mark.parametrize(
    "sheet", sorted(WEB.rglob("*.css")), ids=lambda path: path.relative_to(WEB).as_posix()
)
def test_newer_units_stand_after_an_older_one(sheet: Path) -> None:
    lines = sheet.read_text(encoding="utf-8").splitlines()
    for before, line in pairwise(lines):
        newer = re.match(r"\s*([a-z-]+):.*\d(dvh|svh|lvh|dvw)\b", line)
        assert newer is None or before.strip().startswith(f"{newer[1]}:"), line
