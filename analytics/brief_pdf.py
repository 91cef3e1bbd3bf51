"""The brief as PDF, set by Typst from `brief.typ`."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from analytics.brief_charts import daily_chart, ranking_chart
from analytics.brief_layout import laid_out
from analytics.fonts import choose

TEMPLATE = Path(__file__).with_name("brief.typ")


def pdf(content: dict[str, Any]) -> bytes:
    """Set a brief. Raises NoChineseFont where none is installed."""
    fonts = choose(font.family for font in typst.Fonts().fonts())
    with tempfile.TemporaryDirectory(prefix="brief-") as name:
        folder = Path(name)
        (folder / "brief.typ").write_bytes(TEMPLATE.read_bytes())
        (folder / "content.json").write_text(
            json.dumps({**laid_out(content), "fonts": fonts}, ensure_ascii=False), encoding="utf-8"
        )
        parts = content["parts"]
        (folder / "daily.png").write_bytes(daily_chart(parts["daily"]["rows"], content["before"]))
        (folder / "categories.png").write_bytes(ranking_chart(parts["categories"]["rows"]))
        made: bytes = typst.compile(
            folder / "brief.typ",
            root=folder,
            format="pdf",
            # Archival: fonts inside, nothing from outside.
            pdf_standards="a-2b",
            timestamp=int(datetime.fromisoformat(content["made_at"]).timestamp()),
        )
    return made
