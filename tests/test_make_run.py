"""`make run` on a machine where nothing was ever run: it asks nothing, and its last line is the address to open."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import termios
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.browser.server import free_port

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 120
CTRL_C = b"\x03"
pytestmark = pytest.mark.slow


class MakeRun:
    """`make run` of this folder in the environment of the tests, which is not installed again.

    Args:
        folder: an empty folder; what the app keeps and the addresses that a browser was asked to open are here.
        home: the home folder.
        port: the port; a free one where none is given.
        terminal: whether a person sits at it.
        variables: further environment variables.
    """

    def __init__(self, folder: Path, home: Path, port: int | None = None, terminal: bool = False, **variables: str):
        self.port, self.output = port or free_port(), b""
        self.opened = folder / "opened.txt"
        for name in ("xdg-open", "open"):
            opener = folder / name
            opener.write_text(f'#!/bin/sh\necho "$1" >>"{self.opened}"\n')
            opener.chmod(0o755)
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        environment = {"PATH": path, "HOME": str(home), "LSTM_VIZ_DATA": str(folder / "data"), **variables}
        self.screen, theirs = os.openpty() if terminal else os.pipe()
        self.process = subprocess.Popen(
            ["make", "run", f"VENV={sys.prefix}", f"PORT={self.port}", "--old-file", f"{sys.prefix}/runs"],
            cwd=ROOT,
            env=environment,
            stdin=theirs if terminal else subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if terminal else None,
        )
        os.close(theirs)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        with suppress(OSError):  # a terminal that everybody has left
            while text := os.read(self.screen, 4096):
                self.output += text
        os.close(self.screen)

    def lines(self) -> list[str]:
        """List what was shown, without the echo of a key and make's own words about a recipe that was ended."""
        lines = [line.removeprefix("^C") for line in self.output.decode().splitlines()]
        return [line for line in lines if line.strip() and not line.startswith("make: ***")]

    def wait_until_warm(self) -> None:
        """Wait until the server answers, a worker can train and the address is shown."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with (
                suppress(OSError),
                urllib.request.urlopen(f"http://localhost:{self.port}/healthz", timeout=5) as answer,
            ):
                if json.load(answer)["training"] and "http" in self.output.decode():
                    return
            time.sleep(0.1)
        raise AssertionError(f"the app did not start:\n{self.output.decode()}")

    def wait(self) -> int:
        """Wait until it has ended, and give the exit code of make."""
        self.process.wait(timeout=SECONDS)
        self.reader.join(timeout=SECONDS)
        return self.process.returncode

    def end(self) -> None:
        """Leave nothing behind, whatever happened."""
        with suppress(psutil.NoSuchProcess):
            for process in (*psutil.Process(self.process.pid).children(recursive=True), self.process):
                process.kill()
        self.wait()


@pytest.fixture
def make_run(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    started = []

    def start(home: Path = home, **options) -> MakeRun:
        folder = tmp_path / f"start-{len(started)}"
        folder.mkdir()
        started.append(MakeRun(folder, home, **options))
        return started[-1]

    yield start
    for run in started:
        run.end()


def the_address(run: MakeRun) -> str:
    return rf"Open http://localhost:{run.port}( or, on another computer, http://[\d.]+:{run.port})? \(Ctrl-C ends the app\)"


@pytest.mark.parametrize("home", ["empty", "one that cannot be written or even looked into"])
def test_first_start_without_a_terminal_serves_and_ends_with_the_address(home, make_run, tmp_path):
    a_file = tmp_path / "file"
    a_file.touch()
    run = make_run() if home == "empty" else make_run(home=a_file / "home")
    run.wait_until_warm()
    (server,) = psutil.Process(run.process.pid).children()
    family = server.children(recursive=True)
    server.send_signal(signal.SIGINT)
    assert run.wait() == 0
    (line,) = run.lines()
    assert re.fullmatch(the_address(run), line)
    assert not run.opened.exists(), "no display, but a browser was opened"
    assert psutil.wait_procs(family, timeout=SECONDS)[1] == []


def test_first_start_in_a_terminal_asks_nothing_and_ctrl_c_ends_it(make_run):
    run = make_run(terminal=True)
    run.wait_until_warm()
    os.write(run.screen, CTRL_C)
    run.wait()
    (line,) = run.lines()
    assert re.fullmatch(the_address(run), line)


def test_browser_is_opened_where_there_is_a_display(make_run):
    run = make_run(DISPLAY=":0")
    run.wait_until_warm()
    while not run.opened.exists() or not run.opened.read_text():
        time.sleep(0.1)
    assert run.opened.read_text() == f"http://localhost:{run.port}\n"


def test_port_that_is_taken_is_one_sentence_with_the_way_out(make_run):
    with socket.create_server(("localhost", 0)) as other:
        run = make_run(port=other.getsockname()[1])
        assert run.wait() == 2
    assert run.lines() == [f"Port {run.port} is taken by another program. Choose another one: make run PORT=8600"]


@pytest.mark.parametrize("port", ["70000", "web"])
def test_port_that_is_none_is_one_sentence(port, make_run):
    run = make_run(port=port)
    assert run.wait() == 2
    assert run.lines() == [f"A port is a number from 1 to 65535, but PORT is {port!r}. Choose one: make run PORT=8600"]
