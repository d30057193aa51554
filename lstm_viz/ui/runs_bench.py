"""What the Runs page works on: the runs of this browser, and which of them are looked at."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.folders import KEY_PATTERN
from lstm_viz.runs.glance import Glance, glance
from lstm_viz.runs.service import training_service
from lstm_viz.ui.address import Address
from lstm_viz.ui.run_memory import join_run
from lstm_viz.ui.runs_table import runs_table
from lstm_viz.ui.session import current_session

RUN = "run"
MOST_SELECTED = 24
KEY_LENGTH = 24
LOOK_EVERY = 1.0


@dataclass(frozen=True, eq=False)
class RunsBench:
    """All that the page shows.

    Args:
        runs: those of this browser, newest first.
        selected: keys in the address that can be looked at, in its order.
        error: why a run in the address cannot be.
    """

    runs: list[Glance]
    selected: list[str]
    error: LSTMVizError | None = None

    @property
    def active(self) -> bool:
        """Whether any of them trains or waits."""
        return any(run.active for run in self.runs)

    def run(self, key: str) -> Glance:
        """Find one by its key."""
        return next(run for run in self.runs if run.key == key)


def open_runs_bench(address: Address) -> RunsBench:
    """Look at the runs of this browser and at those in the address, which join them."""
    error: LSTMVizError | None = None
    selected: list[str] = []
    for key in _wished_keys(address):
        try:
            glance(training_service(), key)
        except LSTMVizError as failure:
            if key not in current_session().forgotten:
                error = failure
            continue
        join_run(key)
        selected.append(key)
    runs = known_runs()
    shown = {run.key for run in runs}
    return RunsBench(runs, [key for key in selected if key in shown], error)


def _wished_keys(address: Address) -> list[str]:
    text = address.get(RUN, longest=MOST_SELECTED * (KEY_LENGTH + 1)) or ""
    return list(dict.fromkeys(key for key in text.split(",") if key))[:MOST_SELECTED]


def known_runs(last: int = 0) -> list[Glance]:
    """Look at all runs of this browser, or the `last` that joined, newest first; what is gone or damaged is passed over."""
    zone, runs = _reader_zone(), []
    for key in current_session().runs[-last:]:
        try:
            runs.append(glance(training_service(), key, zone))
        except LSTMVizError:
            continue
    return sorted(runs, key=lambda run: run.created, reverse=True)


def _reader_zone() -> tzinfo:
    """Give the time zone of the browser; UTC where it tells none."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC


def show_table(bench: RunsBench, address: Address) -> None:
    """Draw the table; while something trains it is redrawn every second, and the page when that ends."""

    def pick(keys: list[str], opened: str) -> None:
        current_session().opened = opened
        current_session().refusals.pop("runs", None)
        known = [key for key in keys if KEY_PATTERN.fullmatch(key)][:MOST_SELECTED]
        address.set(run=",".join(known) or None)

    @st.fragment(run_every=LOOK_EVERY if bench.active else None)
    def live() -> None:
        runs = known_runs() if bench.active else bench.runs
        selected = [key for key in _wished_keys(address) if any(run.key == key for run in runs)]
        runs_table(runs, selected, pick)
        if selected != bench.selected or {(run.key, run.status) for run in runs} != {
            (run.key, run.status) for run in bench.runs
        }:
            st.rerun()

    live()
