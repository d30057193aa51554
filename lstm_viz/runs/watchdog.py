"""A Dask preload: end this process when the one that started it is gone."""

import os
import threading
import time
from typing import Any

WATCH_EVERY = 1.0


def dask_setup(server: Any) -> None:
    """Start to watch (Dask calls this once, when the process starts)."""
    threading.Thread(target=_follow_parent, args=(os.getppid(),), daemon=True, name="follow-parent").start()


def _follow_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_EVERY)
    os._exit(0)
