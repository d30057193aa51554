"""Another server: a process that looks after a folder."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from lstm_viz.runs.folders import FolderStore
from lstm_viz.runs.leases import Leases

leases = Leases(FolderStore(Path(sys.argv[1]), 100, 10**9), lambda key: print("lost", key, flush=True))
print("took" if leases.take(sys.argv[2]) else "refused", flush=True)
sys.stdin.read()
"""


@contextmanager
def holding(root: Path, key: str) -> Iterator[subprocess.Popen[str]]:
    """Let another process look after a folder; it says `lost` when it has found out that it no longer does."""
    command = [sys.executable, "-c", HOLD, str(root), key]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "took\n"
        yield process
        process.kill()
