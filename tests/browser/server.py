"""The real app as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

from lstm_viz.runs.leases import PREFIX

ROOT = Path(__file__).resolve().parents[2]
END = 300  # seconds for a start or an end, of which a quiet machine needs ten


class Server:
    """`streamlit run app.py` on a free port, with a data directory of its own.

    Args:
        data: the data directory; a server started again with the same one finds what was there.
        log: where its output goes.
    """

    def __init__(self, data: Path, log: Path) -> None:
        self.data, self.log = data, log
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start and wait until pages are served."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        environment = {**os.environ, "LSTM_VIZ_DATA": str(self.data)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--server.port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_for(lambda health: health["status"] == "ok")

    def wait_until_warm(self) -> None:
        """Wait until a worker can train."""
        self.wait_for(lambda health: health["training"])

    def wait_for(self, reached, seconds: float = END) -> None:
        """Poll /healthz until a condition holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                    if reached(json.load(answer)):
                        return
            except OSError:
                pass
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"the server did not get ready:\n{self.log.read_text()}")

    def written(self) -> tuple[int, int]:
        """Tell how many files the server keeps, and when it wrote the newest: a sign that training goes on."""
        times = []
        for folder, _, names in os.walk(self.data):  # passes over what is removed meanwhile
            for name in names:
                if name.startswith(PREFIX):  # touched as long as the server lives, whatever its training does
                    continue
                with suppress(OSError):
                    times.append(Path(folder, name).stat().st_mtime_ns)
        return len(times), max(times, default=0)

    def family(self) -> list[psutil.Process]:
        """List the server's child processes: scheduler, nannies, workers."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def worker(self) -> psutil.Process:
        """Find the worker process: the one that has a Dask nanny for its parent."""
        for process in self.family():
            if "multiprocessing" in " ".join(process.cmdline()) and "spawn_main" in " ".join(process.cmdline()):
                return process
        raise AssertionError("no worker process")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End the server and wait for it."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=END)

    def press_ctrl_c(self) -> None:
        """Interrupt the server as a terminal does: with all processes of its group."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=END)


def free_port() -> int:
    """Ask the system for a port."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])
