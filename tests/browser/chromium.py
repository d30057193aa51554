"""Find a Chromium for the browser tests, or install one: `python -m tests.browser.chromium`.

Looked for in this order: `CHROMIUM` in the environment, a browser on the PATH, one that Playwright installed. Where there is
none, Debian's package is installed on Debian, and Playwright's own build elsewhere. The headless shell comes first: the same
engine without windows, which takes two thirds of the processor time.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium-headless-shell", "chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Give the path of a browser that starts; None where there is none."""
    named = os.environ.get("CHROMIUM")
    on_path = [shutil.which(name) for name in NAMES]
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    candidates = [named, *on_path, own]
    return next((path for path in candidates if path and Path(path).exists() and starts(path)), None)


def starts(path: str) -> bool:
    """Tell whether a browser really starts; Ubuntu's `chromium-browser` may be an empty shell."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install_chromium() -> None:
    """Install a browser, the way that suits the system first."""
    ways = [install_with_playwright, install_with_apt]
    if is_debian():
        ways.reverse()
    for way in ways:
        if way() and find_chromium():
            return


def is_debian() -> bool:
    """Tell Debian itself from systems built on it, whose `chromium` may be a snap."""
    release = Path("/etc/os-release")
    return release.exists() and "\nID=debian" in "\n" + release.read_text(encoding="utf-8")


def install_with_apt() -> bool:
    """Install one of Debian's packages; asks for a password where one is needed."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def works(*command: str) -> bool:
        return subprocess.run([*prefix, "apt-get", *command], env=environment, check=False).returncode == 0

    return works("update", "-qq") and any(works("install", "-y", "-qq", package) for package in PACKAGES)


def install_with_playwright() -> bool:
    """Install Playwright's own build with the libraries it needs."""
    command = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


def main() -> None:
    """Make sure that there is a browser."""
    if find_chromium() is None:
        print("Installing Chromium for the browser tests.", flush=True)
        install_chromium()
    path = find_chromium()
    if path is None:
        sys.exit(
            "No Chromium could be found or installed. Install one and name it: CHROMIUM=/path/to/chromium make test"
        )
    print(f"Browser tests use {path}.")


if __name__ == "__main__":
    main()
