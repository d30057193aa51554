"""How far training is, as a bar on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from lstm_viz.training.history import EpochRecord

STAGES = {
    "rehearse": "Rehearsing",
    "refit": "Learning from all rows",
    "back-test": "Back-test",
    "learning curve": "Learning curve",
    "series": "Other series",
}


class _ProgressBar:
    """Report training as a bar on stderr; where that is no terminal, as a line per stage."""

    def __init__(self, epochs: int, of: str = "") -> None:
        self.head = f"{of}: " if of else ""
        self.bar = click.progressbar(
            length=epochs, label=f"{self.head}Training", file=sys.stderr, show_pos=True, show_eta=False, width=30
        )

    def begin(self, epoch: int, target_epochs: int) -> None:
        """Show the empty bar."""
        self.bar.length = target_epochs
        self.bar.render_progress()

    def epochs(self, records: list[EpochRecord]) -> None:
        """Move the bar to the newest epoch of any network."""
        if not records:
            return
        if sys.stderr.isatty():
            self.bar.label = f"{self.head}Training, loss {records[-1].deciding_loss:.4g}"
        self.bar.update(max(0, max(record.epoch for record in records) - self.bar.pos))

    def stage(self, name: str, number: int, count: int) -> None:
        """Name what is done after training."""
        which = f" {number} of {count}" if count > 1 else ""
        self.bar.label = f"{self.head}{STAGES.get(name, name)}{which}"
        self.bar.render_progress()

    def checkpoint(self, data: bytes) -> None:
        """Keep nothing: a run on the command line is started again instead."""

    def should_stop(self) -> bool:
        """Go on: Ctrl-C ends the process."""
        return False


@contextmanager
def progress(epochs: int, of: str = "") -> Iterator[_ProgressBar]:
    """Show a bar on stderr from the first epoch until training ends."""
    reporter = _ProgressBar(epochs, of)
    try:
        yield reporter
    finally:
        if reporter.bar.pos:
            reporter.bar.render_finish()
