"""The whole way of a chat message, many citizens at once, and Rasa's default pipeline beside it.

    python -m benchmarks.chat [--clients 16 64] [--seconds 20] [--only NAME]

API → Rasa → action → knowledge base → answer, every part as its own process on loopback, rate
limits off, an empty database. Citizens come as locust users without a pause between messages:
half of what they say are questions, the rest a complaint registered step by step, its progress,
greetings. Figures of one run can be compared with each other; another machine, or other work on
this one, moves them all.

    ours      one Rasa process, pipeline of config.yml
    default   the same rules and actions behind Rasa's Chinese default (Jieba, CountVectors, DIET)
    two       ours with two Rasa processes and a Redis lock store (needs redis-server)
"""

from __future__ import annotations

import gevent.monkey

gevent.monkey.patch_all()

import argparse  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402
from uuid import uuid4  # noqa: E402

import gevent  # noqa: E402
from locust import FastHttpUser, constant, task  # noqa: E402
from locust.env import Environment  # noqa: E402

from benchmarks.chat_stack import DEFAULT, OURS, TWO, Stack, Variant, processor_seconds  # noqa: E402

QUESTIONS = (
    "居住证怎么办",
    "社保卡丢了怎么补",
    "公积金怎么提取租房",
    "医保异地就医要备案吗",
    "小孩上小学要什么材料",
    "老人优待卡在哪里办",
    "养老金多少岁可以领",
    "个体户营业执照怎么注销",
    "电动车上牌要带什么",
    "失业金怎么申请",
)
COMPLAINTS = (
    "楼下烧烤店半夜噪音扰民",
    "天河路路灯不亮好几天了",
    "小区电梯坏了一个星期没人修",
    "工地晚上十二点还在打桩",
    "门口垃圾堆了三天没人清",
)
PLACES = ("天河区石牌东路23号", "荔湾区宝华路11号", "海珠区江南西路88号", "白云区机场路100号")
WARM_UP = 5
"""Seconds before counting starts."""


class Citizen(FastHttpUser):
    """Talks without a pause, like a citizen for whom every answer leads to the next message."""

    wait_time = constant(0)
    numbers = itertools.count()

    def on_start(self) -> None:
        """Open a session."""
        opened = self.client.post("/v1/citizen/session", json={"channel": "h5"}, name="session")
        self.headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        self.seed = next(self.numbers)

    def say(self, text: str, payload: str | None = None, wanted: str = "") -> None:
        """Send one message; an answer that does not hold ``wanted`` counts as failed."""
        body = {"message_id": str(uuid4()), "text": text, "payload": payload}
        with self.client.post(
            "/v1/chat/messages", json=body, headers=self.headers, name="chat", catch_response=True
        ) as answer:
            said = answer.text or ""
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code} {said[:120]}")
            elif "暂时不可用" in said or wanted not in said:
                answer.failure(f"not {wanted!r}: {said[:200]}")

    @task(5)
    def ask(self) -> None:
        """Ask two questions."""
        for step in (0, 3):
            self.seed += 1
            self.say(QUESTIONS[(self.seed + step) % len(QUESTIONS)], wanted='"kind":"answer"')

    @task(1)
    def complain(self) -> None:
        """Register a matter from first word to progress."""
        self.seed += 1
        self.say("我要投诉" + COMPLAINTS[self.seed % len(COMPLAINTS)])
        self.say(PLACES[self.seed % len(PLACES)])
        self.say("昨天晚上")
        self.say("不用留电话")
        self.say("确认提交", "/affirm", wanted="GZ")
        self.say("我的工单到哪了", wanted="GZ")
        self.say("谢谢")

    @task(1)
    def greet(self) -> None:
        """Say hello."""
        self.say("你好")


def measure(stack: Stack, clients: int, seconds: int) -> dict[str, float]:
    """Let ``clients`` talk for ``seconds``; return rate, latency and processor use."""
    environment = Environment(user_classes=[Citizen], host=stack.api)
    runner = environment.create_local_runner()
    runner.start(clients, spawn_rate=clients)
    gevent.sleep(WARM_UP)
    environment.stats.reset_all()
    before = {name: processor_seconds(pid) for name, pid in stack.pids.items()}
    gevent.sleep(seconds)
    stats = environment.stats.get("chat", "POST")
    used = {name: processor_seconds(pid) - before[name] for name, pid in stack.pids.items()}
    count = max(1, stats.num_requests)
    found = {
        "messages_per_second": stats.num_requests / seconds,
        "p50": stats.get_response_time_percentile(0.5) or 0,
        "p95": stats.get_response_time_percentile(0.95) or 0,
        "failed": float(stats.num_failures),
        **{f"{name}_ms": 1000 * spent / count for name, spent in used.items()},
    }
    for error in itertools.islice(environment.stats.errors.values(), 3):
        print(f"      failed: {error.occurrences}× {error.error}", file=sys.stderr)
    runner.quit()
    return found


def show(name: str, clients: int, found: dict[str, float]) -> None:
    """Print one line of the table."""
    parts = "  ".join(
        f"{key[:-3]} {value:.1f}" for key, value in found.items() if key.endswith("_ms")
    )
    print(
        f"{name:8} {clients:3} clients  {found['messages_per_second']:6.1f} messages/s"
        f"  p50 {found['p50']:5.0f} ms  p95 {found['p95']:5.0f} ms  failed {found['failed']:.0f}"
        f"  CPU ms per message: {parts}  load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def main() -> int:
    """Measure every variant in turn and print the ratios to the default pipeline."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--only", nargs="+", choices=[v.name for v in (OURS, DEFAULT, TWO)])
    options = parser.parse_args()
    logging.getLogger("locust").setLevel(logging.ERROR)
    print(json.dumps({"cores": os.cpu_count(), "load before": os.getloadavg()[0]}))
    rates: dict[tuple[str, int], float] = {}
    for variant in (OURS, DEFAULT, TWO):
        if options.only and variant.name not in options.only:
            continue
        rates |= measured(variant, options.clients, options.seconds)
    for (name, clients), rate in rates.items():
        peer = rates.get((DEFAULT.name, clients))
        if peer and name != DEFAULT.name:
            print(f"{name}: {rate / peer:.2f} times the default pipeline at {clients} clients")
    return 0


def measured(variant: Variant, clients: list[int], seconds: int) -> dict[tuple[str, int], float]:
    """Start one variant and measure it with each number of clients."""
    problem = variant.missing()
    if problem:
        print(f"{variant.name:8} skipped: {problem}")
        return {}
    rates = {}
    with tempfile.TemporaryDirectory() as folder, Stack(variant, Path(folder)) as stack:
        for count in clients:
            found = measure(stack, count, seconds)
            show(variant.name, count, found)
            rates[variant.name, count] = found["messages_per_second"]
    return rates


if __name__ == "__main__":
    sys.exit(main())
