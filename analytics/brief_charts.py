"""The pictures of a brief, drawn by matplotlib without a display."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from analytics.fonts import choose

RED, GREY, INK = "#b01e23", "#b8b8b8", "#333333"
DPI = 200
WIDTH = 6.1


def chinese_font() -> str:
    """The file family used in charts. Raises NoChineseFont."""
    return choose(entry.name for entry in font_manager.fontManager.ttflist)["hei"][0]


def daily_chart(rows: Sequence[dict[str, Any]], before: str) -> bytes:
    """Receipts by day as bars, closures and the span before as lines; PNG."""
    figure, axes, font = _sheet(2.5)
    places = range(len(rows))
    axes.bar(places, [row["received"] for row in rows], color=RED, width=0.62, label="受理")
    axes.plot(
        places, [row["closed"] for row in rows], color=INK, marker="o", markersize=3, label="办结"
    )
    if all(row["before"] is not None for row in rows):
        axes.plot(
            places,
            [row["before"] for row in rows],
            color=GREY,
            linestyle="--",
            label=f"上期受理（{before}）",
        )
    days = [date.fromisoformat(row["day"]) for row in rows]
    step = 1 if len(rows) <= 10 else 5
    axes.set_xticks(list(places)[::step])
    axes.set_xticklabels(
        [f"{day.month}月{day.day}日" for day in days][::step], fontproperties=font, fontsize=8
    )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel("件", fontproperties=font, fontsize=8)
    _legend(axes, font)
    return _png(figure)


def ranking_chart(rows: Sequence[dict[str, Any]]) -> bytes:
    """Receipts by kind beside the span before, as level bars; PNG."""
    figure, axes, font = _sheet(0.42 * max(3, len(rows)) + 0.6)
    shown = list(reversed(rows))
    places = list(range(len(shown)))
    axes.barh([at + 0.19 for at in places], [row["count"] for row in shown], 0.36, color=RED,
              label="本期")  # fmt: skip
    axes.barh([at - 0.19 for at in places], [row["before"] for row in shown], 0.36, color=GREY,
              label="上期")  # fmt: skip
    for at, row in zip(places, shown, strict=True):
        axes.text(row["count"], at + 0.19, f" {row['count']}", va="center", fontsize=8, color=INK)
    axes.set_yticks(places)
    axes.set_yticklabels(
        [row["name"].split("/")[-1] for row in shown], fontproperties=font, fontsize=9
    )
    _legend(axes, font)
    return _png(figure)


def _sheet(height: float) -> tuple[Figure, Axes, FontProperties]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GREY)
    axes.tick_params(colors=INK, labelsize=8)
    return figure, axes, FontProperties(family=chinese_font())


def _legend(axes: Axes, font: FontProperties) -> None:
    small = font.copy()
    small.set_size(8)
    axes.legend(prop=small, frameon=False, loc="best")


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, metadata={"Software": "Suisheng"})
    return out.getvalue()
