"""A Dask preload: this process ends when the one that started it is gone, and not by a Ctrl-C meant for that one."""

import os
import threading
import time
from contextlib import suppress
from typing import Any

WATCH_EVERY = 1.0


def dask_setup(server: Any) -> None:
    """Leave the terminal's process group and start to watch (Dask calls this once, when the process starts)."""
    with suppress(PermissionError):  # a session leader has left already
        os.setpgid(0, 0)
    threading.Thread(target=_follow_parent, args=(os.getppid(),), daemon=True, name="follow-parent").start()


def _follow_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_EVERY)
    os._exit(0)
