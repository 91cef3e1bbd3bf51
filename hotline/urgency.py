"""How fast a matter must move: danger first, then what the writer says of time, then the model."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from nlu.safety import Danger
from nlu.spans import TimeSpan

NORMAL, SOON, NOW = LEVELS = ("一般", "较急", "紧急")
SURE = 0.5

_DEADLINE = re.compile(
    r"截止|截至|到期|过期|逾期|最后一天|之前|以前|前要|前必须|前交|就要|来不及|错过"
)
_TODAY = re.compile(
    r"(?:今天|今日|今晚|今夜|下班前|马上|即刻|而家)[^。！？；]{0,12}?(?:截止|截至|到期|最后|之前|以前|前要|前必须|来不及|错过)"
)
_WAITING = re.compile(r"(?:困在|被困|人还在|正在流血|昏迷|呼吸机|断药|没饭吃|救命|快来人|等不了)")


def judge_urgency(
    model: list[tuple[str, float]],
    danger: Danger | None,
    text: str,
    times: list[TimeSpan],
    now: datetime,
) -> tuple[str, list[str]]:
    """Return the level and its reasons, at least one.

    :param model: the classifier's levels, the chosen one first.
    :param times: moments named in the text, dated against ``now``.
    """
    if danger:
        words = "、".join(f"“{word}”" for word in danger.words[:3])
        return NOW, [f"险情（{danger.kind}）：原文有{words}"]
    level, reasons = NORMAL, []
    if match := _WAITING.search(text):
        level = NOW if model[0][0] == NOW else SOON
        reasons.append(f"原文有“{match[0]}”")
    if match := _TODAY.search(text):
        level = max(level, SOON, key=LEVELS.index)
        reasons.append(f"期限就在眼前：“{match[0]}”")
    elif soon := _due_soon(text, times, now):
        level = max(level, SOON, key=LEVELS.index)
        reasons.append(f"期限临近：“{soon}”")
    chosen, probability = model[0]
    if chosen != NORMAL and probability >= SURE and LEVELS.index(chosen) > LEVELS.index(level):
        level = chosen
        reasons.append(f"措辞像{chosen}的来件（把握 {probability:.0%}）")
    return level, reasons or ["没有险情，也没有写明近在眼前的期限"]


def _due_soon(text: str, times: list[TimeSpan], now: datetime) -> str:
    """The wording of a deadline within two days, "" where there is none."""
    for time in times:
        if time.start is None or time.end is None:
            continue
        clause = text[max(0, time.at - 6) : time.at + len(time.text) + 8]
        begins = time.start.astimezone(now.tzinfo) if time.start.tzinfo else time.start
        reference = now if begins.tzinfo else now.replace(tzinfo=None)
        ahead = begins - reference
        if timedelta(hours=-12) <= ahead <= timedelta(days=2) and _DEADLINE.search(clause):
            return time.text
    return ""
