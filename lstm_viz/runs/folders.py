"""Folders with unguessable names, written atomically and bounded in number and size."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Condition
from typing import Generic, TypeVar

from cachetools import LRUCache, cached

from lstm_viz.errors import RunNotFound

KEY_PATTERN = re.compile(r"[0-9a-f]{24}")
LEFTOVER_SECONDS = 3600
TOUCH_SECONDS = 3600
GONE = "Nothing is stored under this address: it may be mistyped, or older than what this server keeps."
MOST_BYTES = 256 * 1024**2
LEAST_BYTES = 1024  # of anything, so that what has no size is limited too

Value = TypeVar("Value")


class FolderStore:
    """Keep small folders of files under 96-bit random keys.

    A folder appears whole or not at all: it is filled under a temporary name and then renamed. A file is replaced the same
    way; where the disk is full, nothing half-written stays. When a folder is added beyond the limits, the ones not used for
    longest go first: written to, or read by somebody (noted by the hour).

    Args:
        root: where the folders live; made when needed.
        max_folders, max_bytes: how many are kept, and how large all of them together may be.
        in_use: returns whether the folder of a key must stay, whatever the limits say.
        instead: what somebody can do who asks for a folder that is not there.
    """

    def __init__(
        self,
        root: Path,
        max_folders: int,
        max_bytes: int,
        in_use: Callable[[str], bool] = lambda key: False,
        instead: str = "Start again from a file.",
    ) -> None:
        self.root, self.max_folders, self.max_bytes = root, max_folders, max_bytes
        self.in_use, self.instead = in_use, instead
        root.mkdir(parents=True, exist_ok=True)
        self._clear_leftovers()

    def add(self, files: Mapping[str, bytes]) -> str:
        """Store files as a new folder, and return its key."""
        key = secrets.token_hex(12)
        temporary = self.root / f".new-{key}"
        temporary.mkdir()
        try:
            for name, data in files.items():
                (temporary / name).write_bytes(data)
            temporary.rename(self.root / key)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        self._prune(keep=key)
        return key

    def folder(self, key: str) -> Path:
        """Find a folder; `RunNotFound` where the key is malformed or nothing is stored under it."""
        if not KEY_PATTERN.fullmatch(key) or not (self.root / key).is_dir():
            raise RunNotFound(f"{GONE} {self.instead}")
        return self.root / key

    def keys(self) -> list[str]:
        """List what is stored, the longest untouched first."""
        folders = [path for path in self.root.iterdir() if KEY_PATTERN.fullmatch(path.name)]
        return [path.name for path in sorted(folders, key=touched)]

    def read(self, key: str, name: str) -> bytes | None:
        """Read a file of a folder for somebody, which counts as use; None where it does not exist (yet)."""
        self.use(key)
        return self.peek(key, name)

    def peek(self, key: str, name: str) -> bytes | None:
        """Read a file of a folder for the server itself: however often it does, the folder grows old."""
        try:
            return (self.folder(key) / name).read_bytes()
        except FileNotFoundError:
            self.folder(key)  # one that went meanwhile is not a folder without this file
            return None

    def use(self, key: str) -> None:
        """Note that somebody uses a folder; nothing where it is gone."""
        with suppress(FileNotFoundError, RunNotFound):
            folder = self.folder(key)
            if time.time() - touched(folder) > TOUCH_SECONDS:
                os.utime(folder)

    def write(self, key: str, name: str, data: bytes) -> None:
        """Replace a file of a folder in one step: a reader sees the old bytes or the new ones."""
        try:
            replace_file(self.folder(key) / name, data)
        except FileNotFoundError:
            self.folder(key)
            raise

    def remove(self, key: str) -> None:
        """Take a folder away: for readers it is there whole or not at all."""
        gone = self.root / f".gone-{key}"
        try:
            self.folder(key).rename(gone)
        except FileNotFoundError:  # somebody else was faster
            self.folder(key)
            raise
        shutil.rmtree(gone, ignore_errors=True)

    def changed(self, key: str, name: str) -> int:
        """Return when a file was last written, in nanoseconds; 0 where it does not exist (yet). This counts as use."""
        return self.version(key, name)[0]

    def version(self, key: str, name: str) -> tuple[int, int]:
        """Return when a file that grows was last written, as `changed` does, and its size."""
        self.use(key)
        try:
            found = (self.folder(key) / name).stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_mtime_ns, found.st_size

    def _clear_leftovers(self) -> None:
        """Remove what a crash left half-written or half-removed, long enough ago that nobody is still at it."""
        for path in (*self.root.glob(".new-*"), *self.root.glob(".gone-*")):
            if time.time() - touched(path) > LEFTOVER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)

    def _prune(self, keep: str) -> None:
        sizes = {key: _folder_bytes(self.root / key) for key in self.keys()}
        for key in list(sizes):
            if len(sizes) <= self.max_folders and sum(sizes.values()) <= self.max_bytes:
                return
            if key != keep and not self.in_use(key):
                with suppress(RunNotFound, OSError):
                    self.remove(key)
                del sizes[key]


def replace_file(path: Path, data: bytes) -> None:
    """Write a file under a temporary name next to `path`, then rename it; where that fails, nothing is left of it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _folder_bytes(folder: Path) -> int:
    """Sum the sizes of the files in a folder; what vanishes meanwhile counts nothing."""
    total = 0
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                total += path.stat().st_size
    return total


def touched(folder: Path) -> float:
    """Return when a folder was last used, in seconds since 1970."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


class ByteCache(Generic[Value]):
    """Make each value once for all threads that ask for it; beyond the limit, those unused for longest go first.

    A value must not be changed by anybody who gets it. The newest one stays, however large it is. An error is not kept.

    Args:
        size_of: bytes that a value takes.
        most_bytes: what all of them may take together.
    """

    def __init__(self, size_of: Callable[[Value], int], most_bytes: int = MOST_BYTES) -> None:
        kept = LRUCache[Hashable, Value](most_bytes, lambda value: min(most_bytes, max(LEAST_BYTES, size_of(value))))

        @cached(kept, key=lambda key, make: key, condition=Condition())
        def get(key: Hashable, make: Callable[[], Value]) -> Value:
            return make()

        self._get = get

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key; who asks while it is being made waits for it."""
        return self._get(key, make)

    def clear(self) -> None:
        """Forget everything."""
        self._get.cache_clear()
