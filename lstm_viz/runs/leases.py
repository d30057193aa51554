"""Leases: which server looks after a folder, and whether that server still lives."""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.folders import FolderStore

RENEW_EVERY = 2.0
LEASE_SECONDS = 20.0
PREFIX = "lease-"

Standing = Literal["free", "held", "unsure"]
Lease = tuple[int, int]  # its number, and when it was touched, by the clock of its server

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Seen:
    """A lease of another server, since when we see it so, and whether it was another one when we looked before."""

    lease: Lease
    since: float
    renewed: bool


class Leases:
    """Hold folders for this server, so that no other one on the same data looks after them too.

    A lease is an empty file `lease-N` in the folder that its holder touches every two seconds. It has run out when *we* saw
    it untouched for 20 seconds of our own time: no two clocks are compared, and a computer that sleeps takes no lease away.
    Who creates `lease-N+1` first has the folder next; a holder that was only held up finds that file and knows it has lost.

    Args:
        lost: is called, in the thread that renews, with each key that another server has taken up meanwhile.
    """

    def __init__(self, folders: FolderStore, lost: Callable[[str], None] = lambda key: None) -> None:
        self.folders, self.lost = folders, lost
        self._held: dict[str, int] = {}
        self._seen: dict[str, _Seen] = {}
        self._waiting: set[str] = set()
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None

    def take(self, key: str) -> bool:
        """Look after a folder, from now on until `release`; False where another server does."""
        with self._lock:
            folder = self.folders.folder(key)
            if key in self._held:
                return True
            if self._look(key) != "free" or not create_lease(folder, after=self._seen[key].lease[0]):
                return False
            self._held[key] = self._seen[key].lease[0] + 1
            self._keep_renewing()
            return True

    def release(self, key: str) -> None:
        """Look after a folder no longer: anybody may take it at once."""
        with self._lock:
            number = self._held.pop(key, None)
            if number is not None:
                with suppress(OSError):  # it may be gone
                    os.utime(lease_file(self.folders.root / key, number), (0, 0))

    def release_all(self) -> None:
        """Look after nothing any longer."""
        for key in list(self._held):
            self.release(key)

    def standing(self, key: str) -> Standing:
        """Return whether a folder is looked after, here or elsewhere: `unsure` while a lease may have run out."""
        standing = self._look(key)
        return "unsure" if standing == "free" and key in self._waiting else standing

    def _look(self, key: str) -> Standing:
        with self._lock:
            if key in self._held:
                return "held"
            lease, now = _read_lease(self.folders.root / key), time.monotonic()
            before = self._seen.get(key)
            if before is None or before.lease != lease:
                self._seen[key] = before = _Seen(lease, now, renewed=before is not None)
            if not lease[1] or now - before.since > LEASE_SECONDS:
                return "free"
            return "held" if before.renewed else "unsure"

    def take_up(self, is_active: Callable[[str], bool], go_on: Callable[[str], None]) -> None:
        """Go on with what dead servers left: at once where no lease is held, else in a thread once it has run out.

        What is renewed meanwhile is left to the server that does so. Until that is known, all who ask are `unsure`.
        """
        active = [key for key in self.folders.keys() if is_active(key)]  # noqa: SIM118
        self._waiting = {key for key in active if self._look(key) == "unsure"}
        for key in active:
            if key not in self._waiting:
                self._take_up(key, is_active, go_on)
        threading.Thread(target=self._wait, args=(is_active, go_on), daemon=True, name="take-up").start()

    def _wait(self, is_active: Callable[[str], bool], go_on: Callable[[str], None]) -> None:
        while self._waiting:
            time.sleep(RENEW_EVERY / 2)
            for key in list(self._waiting):
                if self._look(key) != "unsure":
                    self._take_up(key, is_active, go_on)
                    self._waiting.discard(key)

    def _take_up(self, key: str, is_active: Callable[[str], bool], go_on: Callable[[str], None]) -> None:
        try:
            if self._look(key) == "free" and is_active(key):
                logger.info("taking up %s", key)
                go_on(key)
        except LSTMVizError:
            logger.exception("%s cannot be taken up", key)

    def _keep_renewing(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._renew, daemon=True, name="renew-leases")
            self._thread.start()

    def _renew(self) -> None:
        while True:
            with self._lock:
                gone = [key for key, number in self._held.items() if not _renew(self.folders.root / key, number)]
                for key in gone:
                    del self._held[key]
                if not self._held:
                    self._thread = None
            for key in gone:
                self.lost(key)
            if self._thread is not threading.current_thread():
                return
            time.sleep(RENEW_EVERY)


def _renew(folder: Path, number: int) -> bool:
    """Touch a lease; False where the folder is gone or somebody else has it."""
    try:
        os.utime(lease_file(folder, number))
        return newest_lease(folder) == number
    except FileNotFoundError:
        return False
    except OSError:
        logger.exception("the lease of %s cannot be renewed", folder.name)
        return True


def create_lease(folder: Path, after: int) -> bool:
    """Create the lease that follows one which is free; False where somebody was faster."""
    ours = lease_file(folder, after + 1)
    try:
        ours.touch(exist_ok=False)
    except FileExistsError:
        return False
    if newest_lease(folder) != after + 1:  # several have been created, and removed, since we looked
        ours.unlink()
        return False
    lease_file(folder, after).unlink(missing_ok=True)
    return True


def _read_lease(folder: Path) -> Lease:
    """Read the number of the lease in a folder, and when it was touched: 0 where it is not held."""
    while number := newest_lease(folder):
        with suppress(FileNotFoundError):  # the next one has just been created: look again
            return number, lease_file(folder, number).stat().st_mtime_ns
    return 0, 0


def newest_lease(folder: Path) -> int:
    """Read the number of the lease in a folder; 0 where none ever was, or the folder is gone."""
    try:
        numbers = [path.name.removeprefix(PREFIX) for path in folder.iterdir() if path.name.startswith(PREFIX)]
    except FileNotFoundError:
        return 0
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def lease_file(folder: Path, number: int) -> Path:
    """Name a lease."""
    return folder / f"{PREFIX}{number}"
