"""The reasons people at the desk choose from, by what they explain, and words a reply should avoid."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from hotline.datafile import read_yaml
from hotline.problems import Problems

KINDS = ("change", "return", "review", "void", "extend", "unmask", "switch", "edit", "empty_words")
LONGEST = 60


def read_reasons(path: Path, problems: Problems) -> Mapping[str, tuple[str, ...]]:
    """Read ``reasons.yml``; returns the reasons of each kind in file order."""
    top = read_yaml(path, problems)
    if not top.values:
        return MappingProxyType({})  # what is wrong with the file has been noted
    top.only(*KINDS)
    found = {kind: top.texts(kind, required=True) for kind in KINDS}
    for kind, reasons in found.items():
        if len(set(reasons)) < len(reasons):
            top.wrong(kind, f"“{kind}”里有写了两遍的原因", "请只留一处")
        for reason in reasons:
            if len(reason) > LONGEST:
                top.wrong(kind, f"“{reason[:12]}……”太长", f"请写到 {LONGEST} 字以内")
    return MappingProxyType(found)
