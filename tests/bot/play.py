"""Play written conversations through Rasa, the action server and the contract server.

Runs in the bot's environment from the project's root:

    .venv-bot/bin/python -m tests.bot.play [--stories FOLDER] [--only WORDS]

Prints one JSON line per conversation: its name and what was wrong. ``--stories`` also writes
what happened as test stories for ``rasa test`` (with the intents the conversations ask for).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    FollowupAction,
    SlotSet,
    UserUttered,
)
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog

from tests.bot.contract_server import ContractServer

HERE = Path(__file__).resolve().parent
MODEL = Path("bot/models/suisheng.tar.gz")
Json = dict[str, Any]


def conversations() -> list[Json]:
    """Return all written conversations, each with its ``file``."""
    found = []
    for file in sorted((HERE / "conversations").glob("*.yml")):
        for talk in yaml.safe_load(file.read_text(encoding="utf-8")):
            found.append({"file": file.stem, **talk})
    return found


class Player:
    """One Rasa agent, one action server, one contract server."""

    def __init__(self, agent: Agent, city: ContractServer) -> None:
        self._agent = agent
        self._city = city

    async def play(self, talk: Json) -> tuple[list[str], list[str]]:
        """Play one conversation; returns what was wrong and its story steps."""
        self._city.forget()
        self._city.failures.update(talk.get("api", {}))
        self._city.no_slots = talk.get("no_slots", False)
        sender = uuid4().hex
        wrong: list[str] = []
        for turn in talk["turns"]:
            self._city.failures.update(turn.get("api", {}))
            for name in turn.get("mended", []):
                self._city.failures.pop(name, None)
            replies = await self._say(sender, turn)
            wrong += [f"{_said(turn)}: {fault}" for fault in faults(turn, replies)]
        wrong += self._sent_faults(talk)
        tracker = await self._agent.tracker_store.retrieve(sender)
        return wrong, story(talk, list(tracker.events) if tracker else [])

    async def _say(self, sender: str, turn: Json) -> list[Json]:
        channel = CollectingOutputChannel()
        text = turn.get("press") or turn.get("plain") or turn["say"]
        facts = {"has_phone": False, **turn.get("facts", {})}
        metadata = {"facts": facts, "original": turn.get("say", ""), "script": "simplified"}
        await self._agent.handle_message(
            UserMessage(text, channel, sender, input_channel="rest", metadata=metadata)
        )
        return [
            message.get("custom")
            or {"kind": "text", "text": message.get("text", ""), "buttons": message.get("buttons")}
            for message in channel.messages
        ]

    def _sent_faults(self, talk: Json) -> list[str]:
        wrong = []
        for what, wanted in talk.get("sent", {}).items():
            calls = [c for c in self._city.calls if c["what"] == what and c["method"] == "POST"]
            if wanted is None:
                wrong += [f"{what} was sent: {calls}"] if calls else []
                continue
            if not calls:
                wrong.append(f"{what} was not sent")
                continue
            for key, value in wanted.items():
                there = calls[-1].get(key)
                fits = value in there if isinstance(value, str) and there else there == value
                if not fits:
                    wrong.append(f"{what}.{key} is {there!r}, not {value!r}")
        return wrong


def faults(turn: Json, replies: list[Json]) -> list[str]:
    """Return how the replies differ from what the turn expects."""
    whole = " ".join(str(reply.get("text")) for reply in replies)
    buttons = [b for reply in replies for b in reply.get("buttons") or []]
    wrong = []
    for words in _listed(turn.get("expect")):
        if words not in whole:
            wrong.append(f"no {words!r} in {whole!r}")
    for words in _listed(turn.get("never")):
        if words in whole:
            wrong.append(f"{words!r} in {whole!r}")
    kinds = [reply.get("kind") for reply in replies]
    if "kind" in turn and turn["kind"] not in kinds:
        wrong.append(f"kinds are {kinds}, not {turn['kind']}")
    if "button" in turn and turn["button"] not in [button["title"] for button in buttons]:
        wrong.append(f"buttons are {[button['title'] for button in buttons]}")
    if turn.get("silent") and replies:
        wrong.append(f"said {whole!r}")
    if not replies and not turn.get("silent"):
        wrong.append("said nothing")
    return wrong


def story(talk: Json, events: list[Any]) -> list[str]:
    """Return the conversation as steps of a Rasa test story.

    `rasa test` does not run actions, so one that names the action after it cannot be in a story.
    """
    if any(isinstance(e, FollowupAction) and e.action_name != "action_listen" for e in events):
        return []
    lines = [f"- story: {talk['file']} {talk['name']}", "  steps:"]
    turns = iter(talk["turns"])
    for event in events:
        if isinstance(event, UserUttered):
            turn = next(turns)
            if "press" in turn:
                lines += ["  - user: |", f"      {turn['press']}"]
                lines.append(f"    intent: {turn['press'][1:].split('{')[0]}")
            else:
                intent = turn.get("intent", event.intent_name)
                said = turn.get("plain") or turn["say"]
                lines += ["  - user: |", f"      {said}", f"    intent: {intent}"]
        elif isinstance(event, ActionExecuted):
            if event.action_name not in ("action_listen", "action_session_start"):
                lines.append(f"  - action: {event.action_name}")
        elif isinstance(event, ActiveLoop):
            lines.append(f"  - active_loop: {event.name or 'null'}")
        elif isinstance(event, SlotSet) and event.key == "requested_slot":
            lines += ["  - slot_was_set:", f"    - requested_slot: {event.value or 'null'}"]
    return lines


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _said(turn: Json) -> str:
    return str(turn.get("press") or turn["say"])[:30]


def free_port() -> int:
    """Return a port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_actions(api: str, port: int) -> subprocess.Popen[bytes]:
    """Start the action server and wait until it answers."""
    variables = {**os.environ, "SUISHENG_API_URL": api, "SUISHENG_ACTIONS_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.actions.server"],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return process
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise SystemExit("the action server did not start")


async def main() -> int:
    """Play all; returns the number of conversations in which something was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stories", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    configure_structlog(logging.ERROR)
    city = ContractServer()
    port = free_port()
    actions = start_actions(await city.start(), port)
    bad = 0
    written: dict[str, list[str]] = {}
    try:
        endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook", enable_selective_domain=True)
        agent = Agent.load(str(MODEL), action_endpoint=endpoint)
        agent.tracker_store = InMemoryTrackerStore(agent.domain)
        agent.processor.tracker_store = agent.tracker_store
        player = Player(agent, city)
        for talk in conversations():
            if options.only and options.only not in talk["name"]:
                continue
            wrong, steps = await player.play(talk)
            bad += bool(wrong)
            written.setdefault(talk["file"], []).extend([*steps, ""])
            print(json.dumps({"name": talk["name"], "wrong": wrong}, ensure_ascii=False))
    finally:
        actions.terminate()
        await city.stop()
    if options.stories:
        for name, lines in written.items():
            head = ['version: "3.1"', "", "stories:"]
            file = options.stories / f"test_{name}.yml"
            file.write_text("\n".join(head + lines), encoding="utf-8")
    return bad


if __name__ == "__main__":
    sys.exit(min(asyncio.run(main()), 100))
