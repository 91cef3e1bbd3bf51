"""Every sentence stands in texts.js, in both scripts, and only there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from nlu.normalise import to_traditional
from tests.web.page_walk import Walk

WEB = Path(__file__).parents[2] / "web"
# Keys of the contract, the other script's own name, and files that stand alone.
NOT_SENTENCES = {"cards/answer.js", "cards/ticket.js", "texts.js", "widget.js"}


def leaves(part: Any, path: str = "") -> dict[str, str]:
    if isinstance(part, str):
        return {path: part}
    items = part.items() if isinstance(part, dict) else enumerate(part)
    return {key: text for name, one in items for key, text in leaves(one, f"{path}.{name}").items()}


@pytest.fixture
def texts(walk: Walk) -> dict[str, dict[str, str]]:
    found = walk.page.evaluate("import('/texts.js').then((module) => module.TEXTS)")
    return {script: leaves(part) for script, part in found.items()}


@pytest.mark.browser
def test_both_scripts_have_the_same_entries_and_blanks(texts: dict[str, dict[str, str]]) -> None:
    simplified, traditional = texts["zh-Hans"], texts["zh-Hant"]
    assert simplified.keys() == traditional.keys()
    for path, text in simplified.items():
        blanks = re.findall(r"\{\w+\}", text)
        assert sorted(blanks) == sorted(re.findall(r"\{\w+\}", traditional[path])), path


@pytest.mark.browser
def test_traditional_texts_hold_no_simplified_letter(texts: dict[str, dict[str, str]]) -> None:
    own_names = {".settings.simplified"}
    left = {
        path: text
        for path, text in texts["zh-Hant"].items()
        if path not in own_names and to_traditional(text) != text
    }
    assert left == {}


@pytest.mark.browser
def test_every_entry_the_page_asks_for_exists(texts: dict[str, dict[str, str]]) -> None:
    known = texts["zh-Hans"].keys()
    for file in WEB.rglob("*.js"):
        for path in re.findall(r"say\(\s*\"([\w.]+)\"", file.read_text(encoding="utf-8")):
            assert any(key == f".{path}" or key.startswith(f".{path}.") for key in known), path


def test_sentences_stand_only_in_texts_js() -> None:
    for file in WEB.rglob("*.js"):
        name = file.relative_to(WEB).as_posix()
        if name in NOT_SENTENCES:
            continue
        code = re.sub(r"//[^\n]*|/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"[\u4e00-\u9fff]{2,}", code), name


def test_page_loads_nothing_from_elsewhere_and_nothing_inline() -> None:
    page = (WEB / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", page)
    for sheet in (WEB / "style").glob("*.css"):
        assert "url(" not in sheet.read_text(encoding="utf-8")
