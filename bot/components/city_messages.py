"""Bring the city's hand-written messages into the training data of the intents."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Text, Union

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

INTENTS = {
    "咨询": "ask_service",
    "求助": "ask_help",
    "投诉": "complain",
    "举报": "report",
    "建议": "suggest",
    "表扬": "praise",
}
"""What a message of each appeal type wants from the bot."""


class CityMessages(TrainingDataImporter):
    """Messages as citizens write them, some of every author and appeal type.

    Config (under ``importers`` in ``config.yml``):
        folder: folder of ``author_*.csv`` with the columns ``text`` and ``appeal_type``;
            ``SUISHENG_CITY`` moves the folder ``city``.
        held_out: names of files that are kept for measuring.
        per_type: messages taken per file and appeal type, evenly spread over the file.
    """

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
        folder: str = "city/messages",
        held_out: Optional[List[str]] = None,
        per_type: int = 60,
        **_: Any,
    ) -> None:
        path = Path(folder)
        city = os.environ.get("SUISHENG_CITY")
        if city and path.parts[0] == "city":
            path = Path(city, *path.parts[1:])
        self._folder = path
        self._held_out = frozenset(held_out or [])
        self._per_type = per_type

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """Return the chosen messages with their intents."""
        return TrainingData(
            [
                Message.build(text=row["text"].strip(), intent=INTENTS[row["appeal_type"]])
                for file in sorted(self._folder.glob("*.csv"))
                if file.name not in self._held_out
                for row in self._chosen(file)
            ]
        )

    def _chosen(self, file: Path) -> Iterator[Dict[str, str]]:
        by_type: Dict[str, List[Dict[str, str]]] = {name: [] for name in INTENTS}
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                if row.get("appeal_type") not in by_type or not (row.get("text") or "").strip():
                    raise ValueError(
                        f"{file} 第 {number} 行：text 不能为空，appeal_type 只能是"
                        f"{'、'.join(INTENTS)}，请改正这一行。"
                    )
                by_type[row["appeal_type"]].append(row)
        for rows in by_type.values():
            step = max(1, len(rows) // self._per_type)
            yield from rows[::step][: self._per_type]

    def get_domain(self) -> Domain:
        """Nothing of the domain comes from here."""
        return Domain.empty()

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        """No stories come from here."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        """No test conversations come from here."""
        return StoryGraph([])

    def get_config(self) -> Dict:
        """No configuration comes from here."""
        return {}

    def get_config_file_for_auto_config(self) -> Optional[Text]:
        """No configuration comes from here."""
        return None
