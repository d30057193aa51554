"""What starting costs: the help of the command line in seconds of the processor, and the server until it answers.

Each stands beside what was imported before anything is done, taken in turn with it: a busy machine slows both alike.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.rounds import rounds
from tests.benchmarks.tracing import Figure
from tests.browser.server import ROOT, Server

LIBRARIES = "import torch, pandas, scipy.signal"  # what the help imported once
OF_SERVER = "import streamlit, torch, distributed"
LOOP = 400_000


def cost_of_help() -> Iterator[Figure]:
    """Measure `--help` and `forecast --help` beside the import of the libraries that compute."""
    python = [sys.executable]
    sides = {
        "help": [*python, "-m", "lstm_viz", "--help"],
        "forecast": [*python, "-m", "lstm_viz", "forecast", "--help"],
        "libraries": [*python, "-c", LIBRARIES],
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds(7)):
        for name, command in sides.items():
            times[name].append(processor_seconds(command))
    libraries = {"libraries_s": round(statistics.median(times["libraries"]), 3), "goal": 0.3}
    for name, figure in (("help", "help_processor_s"), ("forecast", "forecast_help_processor_s")):
        share = statistics.median(a / b for a, b in zip(times[name], times["libraries"], strict=True))
        yield figure, statistics.median(times[name]), "s", {**libraries, "over_libraries": round(share, 3)}


def processor_seconds(command: list[str]) -> float:
    """Run a command to its end and give the seconds of the processor that it took."""
    before = used_by_children()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return used_by_children() - before


def used_by_children() -> float:
    """Give the seconds of the processor that ended children took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def started_server(folder: Path) -> tuple[Server, Figure]:
    """Start the server a few times, and give the last one with the time from its start until it answers /healthz."""
    answered, warm, imports = [], [], []
    places = range(rounds(3))
    for place in places:
        imports.append(wall_seconds(lambda: processor_seconds([sys.executable, "-c", OF_SERVER])))
        started = time.perf_counter()
        server = Server(folder / f"data-{place}", folder / f"log-{place}.txt")
        answered.append(time.perf_counter() - started)
        server.wait_until_warm()
        warm.append(time.perf_counter() - started)
        if place != places[-1]:
            server.stop()
    share = statistics.median(a / b for a, b in zip(answered, imports, strict=True))
    more = {"can_train_ms": round(1000 * statistics.median(warm)), "over_imports": round(share, 2)}
    return server, ("server_start_ms", 1000 * statistics.median(answered), "ms", {**more, "rounds": len(places)})


def wall_seconds(action: Callable[[], object]) -> float:
    """Measure an action."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def yardstick() -> int:
    """Count in a plain loop: how fast this machine is at this moment, to compare runs on different days."""
    total = 0
    for number in range(LOOP):
        total += number & os.O_RDWR
    return total
