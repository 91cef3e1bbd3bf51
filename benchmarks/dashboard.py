"""Managers' pages timed in a real browser over a store of a given size, and 50 users at once.

    python benchmarks/dashboard.py --tickets 1000000
    python benchmarks/dashboard.py --tickets 1000000 --database postgresql://user@host/empty

Fills an empty database with a seeded archive (see `filled_store.py`: nothing in it is real), starts
API and desk as `make run` starts them, and prints one table. “打开” is a page opened by its address
in a browser that knows the desk's files; “切换” the same page reached through the menu. Both end
when the page's title stands and the script has finished. “接口” is the page's own calls alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from filled_store import fill  # noqa: E402

from dashboard.steering_texts import (  # noqa: E402
    PAGE_ALARMS,
    PAGE_BEHIND,
    PAGE_GROUPS,
    PAGE_MODEL,
    PAGE_PERFORMANCE,
    PAGE_UPKEEP,
    WALL_TITLE,
)
from dashboard.texts import PAGE_OVERVIEW, PAGE_QUEUE  # noqa: E402
from hotline.store import open_store  # noqa: E402

API, DESK = 8172, 8173
USERS, ROUNDS = 50, 3
PAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "态势": ("overview", PAGE_OVERVIEW, ("/v1/situation", "/v1/overview?days=30")),
    "态势 近一年": ("overview?days=近一年", PAGE_OVERVIEW, ("/v1/overview?days=365",)),
    "态势 一区": (
        "overview?in_district=天河区",
        PAGE_OVERVIEW,
        ("/v1/situation?district=天河区", "/v1/overview?days=30&district=天河区"),
    ),
    "态势 一类": (
        "overview?in_category=城市管理",
        PAGE_OVERVIEW,
        ("/v1/overview?days=30&category=城市管理",),
    ),
    "工单明细": ("behind", PAGE_BEHIND, ("/v1/situation/tickets",)),
    "工单明细 一区一类": (
        "behind?district=天河区&category=城市管理/占道经营",
        PAGE_BEHIND,
        ("/v1/situation/tickets?district=天河区&category=城市管理/占道经营",),
    ),
    "集中诉求": ("groups", PAGE_GROUPS, ("/v1/groups?size=20",)),
    "预警": ("alarms", PAGE_ALARMS, ("/v1/alarms?size=20",)),
    "办理质效": ("performance", PAGE_PERFORMANCE, ("/v1/performance?days=30",)),
    "办理质效 近一年": ("performance?days=近一年", PAGE_PERFORMANCE, ("/v1/performance?days=365",)),
    "派单模型": ("model", PAGE_MODEL, ("/v1/dispatch-model",)),
    "知识运营": ("upkeep", PAGE_UPKEEP, ("/v1/knowledge/entries?size=1", "/v1/knowledge/due")),
    "大屏": ("wall", WALL_TITLE, ("/v1/situation",)),
    "派单台": ("queue", PAGE_QUEUE, ("/v1/desk/tickets?status=待派单",)),
}
IN_MENU = {
    PAGE_OVERVIEW,
    PAGE_GROUPS,
    PAGE_ALARMS,
    PAGE_PERFORMANCE,
    PAGE_MODEL,
    PAGE_UPKEEP,
    PAGE_QUEUE,
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


def main() -> None:
    """Fill, start, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tickets", type=int, default=1_000_000)
    asked.add_argument("--database", default="", help="an empty database; SQLite in a new folder")
    asked.add_argument("--folder", type=Path, default=None, help="keep the filled store here")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        url = given.database or f"sqlite:///{folder / 'filled.db'}"
        store = open_store(url)
        with store.session(read_only=True) as session:
            empty = session.execute(_first()).first() is None
        if empty:
            took = fill(store, given.tickets, datetime.now(UTC))
            print("filled:", ", ".join(f"{name} {spent:.0f} s" for name, spent in took.items()))
        store.close()
        with running(url, folder):
            report(given.tickets, url)


def _first() -> object:
    from sqlalchemy import select

    from hotline.models import Ticket

    return select(Ticket.id).limit(1)


@contextmanager
def running(url: str, folder: Path) -> Iterator[None]:
    """API and desk as separate processes."""
    env = {
        **os.environ,
        **{"DATABASE_URL": url, "SUISHENG_VAR": str(folder), "SUISHENG_DEMO": "1"},
        **{"SUISHENG_API_PORT": str(API), "SUISHENG_CLIENT_PER_MINUTE": "0"},
        **{"SUISHENG_ADDRESS_PER_MINUTE": "0", "SUISHENG_GUESSES_PER_MINUTE": "0"},
    }
    desk = ["-m", "streamlit", "run", "app.py", f"--server.port={DESK}", "--server.headless=true"]
    commands = (["-m", "api"], [*desk, "--server.address=127.0.0.1"])
    started = [
        subprocess.Popen([sys.executable, *command], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]  # fmt: skip
    try:
        for address in (
            f"http://127.0.0.1:{API}/v1/health",
            f"http://127.0.0.1:{DESK}/_stcore/health",
        ):
            _wait(address)
        yield
    finally:
        for process in started:
            process.terminate()
            process.wait(timeout=20)


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            httpx2.get(address, timeout=2, trust_env=False)
        except httpx2.HTTPError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit(f"{address} did not answer")


def report(tickets: int, url: str) -> None:
    """Measure and print."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{API}", timeout=60, trust_env=False) as http:
        body = {"username": "manager", "password": "demo-manager"}
        token = http.post("/v1/session", json=body).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        alone = {name: _calls(http, calls) for name, (_, _, calls) in PAGES.items()}
        crowd = crowded(http)
    opened, switched = browsed()
    kind = url.split(":", 1)[0]
    print(
        f"\n{tickets:,} tickets, {kind}, {os.cpu_count()} cores ({platform.machine()}), shared machine\n"
    )
    print(f"| 页面 | 接口 | 打开 | 切换 | {USERS} 人同时：接口 中位 / 95% |")
    print("|---|---:|---:|---:|---:|")
    for name in PAGES:
        half, most = crowd[name]
        change = f"{switched[name]:.2f} s" if name in switched else "—"
        print(
            f"| {name} | {alone[name]:.2f} s | {opened[name]:.2f} s | {change} | {half:.2f} / {most:.2f} s |"
        )


def _calls(http: httpx2.Client, calls: tuple[str, ...]) -> float:
    return statistics.median(_once(http, calls) for _ in range(ROUNDS))


def _once(http: httpx2.Client, calls: tuple[str, ...]) -> float:
    started = time.perf_counter()
    for call in calls:
        http.get(call).raise_for_status()
    return time.perf_counter() - started


def crowded(http: httpx2.Client) -> dict[str, tuple[float, float]]:
    """Fifty users, each opening every page in an order of their own, a second or so between."""
    names = list(PAGES)
    spent: dict[str, list[float]] = {name: [] for name in names}

    def user(number: int) -> None:
        time.sleep(number % 10 / 10)
        for at in range(len(names)):
            name = names[(at + number) % len(names)]
            spent[name].append(_once(http, PAGES[name][2]))
            time.sleep(1.0)

    with ThreadPoolExecutor(USERS) as pool:
        list(pool.map(user, range(USERS)))
    return {
        name: (statistics.median(times), sorted(times)[int(len(times) * 0.95)])
        for name, times in spent.items()
    }


def browsed() -> tuple[dict[str, float], dict[str, float]]:
    """Seconds until each page stands, by its address and through the menu."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN"
        ).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"http://127.0.0.1:{DESK}")
        page.get_by_label("账号").fill("manager")
        page.get_by_label("密码").first.fill("demo-manager")
        page.get_by_role("button", name="登录", exact=True).click()
        _ready(page, PAGE_OVERVIEW)
        opened = {
            name: _median(
                lambda path=path: page.goto(f"http://127.0.0.1:{DESK}/{path}"), page, title
            )
            for name, (path, title, _) in PAGES.items()
        }
        switched = {}
        for name, (path, title, _) in PAGES.items():
            if title in IN_MENU and "?" not in path:
                switched[name] = _switch(page, title)
        browser.close()
    return opened, switched


def _switch(page: Page, title: str) -> float:
    times = []
    for _ in range(ROUNDS):
        other = PAGE_ALARMS if title != PAGE_ALARMS else PAGE_GROUPS
        page.goto(f"http://127.0.0.1:{DESK}/{'alarms' if title != PAGE_ALARMS else 'groups'}")
        _ready(page, other)
        link = page.locator("[data-testid=stSidebarNav]").get_by_text(title, exact=True)
        started = time.perf_counter()
        link.click()
        _ready(page, title)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _median(go: Callable[[], object], page: Page, title: str) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        go()
        _ready(page, title)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _ready(page: Page, title: str) -> None:
    page.wait_for_function(
        """title => {
          const app = document.querySelector('[data-testid=stApp]');
          return app && app.dataset.testScriptState === 'notRunning'
            && [...document.querySelectorAll('h1')].some(one => one.textContent.includes(title));
        }""",
        arg=title,
        polling=20,
    )


if __name__ == "__main__":
    main()
