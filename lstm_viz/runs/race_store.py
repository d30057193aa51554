"""The folders of races."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lstm_viz.racing.config import RaceConfig, RaceRecord
from lstm_viz.racing.race import Start
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.epoch_store import STATE, JobStore, damaged, to_json
from lstm_viz.runs.records import Outcome, RaceState, outcomes_of

RACE = "race.json"
MAX_RACES = 300
MOST_HISTORIES = 6  # of the races that are open; one may hold 2,000 records of 100 steps
MAX_RACE_BYTES = 1024**3


class RaceStore(JobStore[RaceState]):
    """Read and write races; `config(key)` never changes and is remembered."""

    state_type = RaceState
    missing = "The stored race is damaged: its file `{}` is missing. Start a new one."

    def __init__(self, root: Path, max_races: int = MAX_RACES, max_bytes: int = MAX_RACE_BYTES) -> None:
        super().__init__(root, max_races, max_bytes, instead="Start a new race.")
        self.config = lru_cache(maxsize=256)(self._read_config)
        self._history = lru_cache(maxsize=MOST_HISTORIES)(self._read_history)

    def create(self, config: RaceConfig) -> str:
        """Store a new race at its start; gives its key."""
        return self.folders.add({RACE: to_json(config.to_dict()), STATE: to_json(RaceState("paused").to_dict())})

    def _read_config(self, key: str) -> RaceConfig:
        with damaged(RACE):
            return RaceConfig.from_dict(json.loads(self._required(key, RACE)))

    def history(self, key: str, cell: Cell) -> list[RaceRecord]:
        """Read the records of a network so far, once for each time that they were written."""
        return list(self._history(key, cell, self.folders.version(key, _history_name(cell))))

    def histories(self, key: str) -> dict[Cell, list[RaceRecord]]:
        """Read the records of all networks so far."""
        return {cell: self.history(key, cell) for cell in self.config(key).cells}

    def outcomes(self, key: str) -> dict[Cell, Outcome]:
        """Read how each network stands; worked out once where a race halted before that was written down."""
        state = self.state(key)
        if state.outcomes:
            return state.outcomes
        outcomes = outcomes_of(self.config(key), self.histories(key), state.diverged)
        if not state.active:
            with suppress(OSError):  # where it cannot be kept it is worked out again
                self.write_state(key, replace(state, outcomes=outcomes))
        return outcomes

    def _read_history(self, key: str, cell: Cell, version: tuple[int, int]) -> tuple[RaceRecord, ...]:
        return tuple(self._read_lines(key, _history_name(cell), RaceRecord.from_dict))

    def write_history(self, key: str, cell: Cell, records: Iterable[RaceRecord]) -> None:
        """Replace the records of a network."""
        self._write_lines(key, _history_name(cell), records)

    def append_history(self, key: str, cell: Cell, records: Iterable[RaceRecord]) -> None:
        """Add records of a network at the end."""
        self._append_lines(key, _history_name(cell), records)

    def write_checkpoint(self, key: str, cell: Cell, data: bytes) -> None:
        """Replace the newest checkpoint of a network."""
        self.folders.write(key, _checkpoint_name(cell), data)

    def start(self, key: str, cell: Cell) -> Start:
        """Read where a network can go on from."""
        return Start(self.folders.read(key, _checkpoint_name(cell)), tuple(self.history(key, cell)))


def _history_name(cell: Cell) -> str:
    return f"{cell}.jsonl"


def _checkpoint_name(cell: Cell) -> str:
    return f"{cell}.safetensors"
