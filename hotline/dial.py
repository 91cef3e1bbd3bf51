"""The three-way dial: dispatched by the machine, confirmed with one click, or decided by a person."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.suggestion import Dial
from hotline.switches import Switches
from hotline.thresholds import NEVER, Thresholds

AUTO: Dial = "auto"
ONE_CLICK: Dial = "one_click"
HUMAN: Dial = "human"


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against sending it off unseen; empty strings where nothing does."""

    danger: str = ""
    refused: int = 0
    place: str = ""
    conflict: str = ""


def set_dial(
    category: str, confidence: float, doubts: Doubts, thresholds: Thresholds, switches: Switches
) -> tuple[Dial, str]:
    """Return the dial and why, in one Chinese sentence.

    ``auto`` needs the measured confidence, a place where the duty turns on one, no danger, no
    contradiction between rules and model, and a category whose promise has not been broken.
    """
    line = thresholds.auto_for(category)
    sure = confidence >= line
    share = f"把握 {confidence:.0%}"
    if doubts.danger:
        return HUMAN, f"有险情（{doubts.danger}），先由人处置。"
    if doubts.refused >= 2:
        return HUMAN, "已两次退单，进入终审，由人定单位。"
    if confidence < thresholds.one_click:
        return HUMAN, f"{share}，不足 {thresholds.one_click:.0%}，请人工判断。"
    if doubts.refused:
        return ONE_CLICK, f"退过一次单，换了单位（{share}），请确认。"
    if doubts.conflict:
        if sure:
            return ONE_CLICK, f"{share}，但{doubts.conflict}，请确认。"
        return HUMAN, f"{share}，且{doubts.conflict}，请人工判断。"
    if not sure:
        need = "本类还没有可靠的自动派单线" if line >= NEVER else f"自动派单要 {line:.0%}"
        return ONE_CLICK, f"{share}，{need}，请确认。"
    if doubts.place:
        return ONE_CLICK, f"{share}，但{doubts.place}，请确认。"
    if why := switches.closed.get(category):
        return ONE_CLICK, f"{share}，但{why}，请确认。"
    return AUTO, f"{share}，达到自动派单线 {line:.0%}（承诺准确率 {thresholds.promise:.0%}）。"
