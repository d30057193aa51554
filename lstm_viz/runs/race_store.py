"""The folders of races."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lstm_viz.errors import RunError
from lstm_viz.racing.config import RaceConfig, RaceRecord
from lstm_viz.racing.race import Start
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.epoch_store import STATE, damaged, to_json
from lstm_viz.runs.folders import FolderStore
from lstm_viz.runs.records import Outcome, RaceState, outcomes_of

RACE = "race.json"
MAX_RACES = 300
MOST_HISTORIES = 6  # of the races that are open; one may hold 2,000 records of 100 steps
MAX_RACE_BYTES = 1024**3


class RaceStore:
    """Read and write races; each method touches one file of one folder. `config(key)` never changes and is remembered."""

    def __init__(self, root: Path, max_races: int = MAX_RACES, max_bytes: int = MAX_RACE_BYTES) -> None:
        self.folders = FolderStore(root, max_races, max_bytes, self.is_active, instead="Start a new race.")
        self.config = lru_cache(maxsize=256)(self._read_config)
        self._history = lru_cache(maxsize=MOST_HISTORIES)(self._read_history)

    def create(self, config: RaceConfig) -> str:
        """Store a new race at its start.

        Returns:
            Its key.
        """
        return self.folders.add({RACE: to_json(config.to_dict()), STATE: to_json(RaceState("paused").to_dict())})

    def _read_config(self, key: str) -> RaceConfig:
        """Read what the race is about."""
        with damaged(RACE):
            return RaceConfig.from_dict(json.loads(self._required(key, RACE)))

    def state(self, key: str) -> RaceState:
        """Read where the race stands."""
        with damaged(STATE):
            return RaceState.from_dict(json.loads(self._required(key, STATE)))

    def write_state(self, key: str, state: RaceState) -> None:
        """Write where the race stands."""
        self.folders.write(key, STATE, to_json(state.to_dict()))

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
        """Read records; a line torn by a crash ends them."""
        records: list[RaceRecord] = []
        for line in (self.folders.read(key, _history_name(cell)) or b"").splitlines():
            try:
                records.append(RaceRecord.from_dict(json.loads(line)))
            except (ValueError, TypeError, KeyError):
                break
        return tuple(records)

    def write_history(self, key: str, cell: Cell, records: Iterable[RaceRecord]) -> None:
        """Replace the records of a network."""
        self.folders.write(key, _history_name(cell), b"".join(_to_line(record) for record in records))

    def append_history(self, key: str, cell: Cell, records: Iterable[RaceRecord]) -> None:
        """Add records of a network at the end."""
        with (self.folders.folder(key) / _history_name(cell)).open("ab") as file:
            file.write(b"".join(_to_line(record) for record in records))

    def write_checkpoint(self, key: str, cell: Cell, data: bytes) -> None:
        """Replace the newest checkpoint of a network."""
        self.folders.write(key, checkpoint_name(cell), data)

    def start(self, key: str, cell: Cell) -> Start:
        """Read where a network can go on from."""
        return Start(self.folders.read(key, checkpoint_name(cell)), tuple(self.history(key, cell)))

    def is_active(self, key: str) -> bool:
        """Tell whether a race goes on or is about to; not where that cannot be read."""
        try:
            return self.state(key).active
        except RunError:
            return False

    def _required(self, key: str, name: str) -> bytes:
        data = self.folders.peek(key, name)
        if data is None:
            raise RunError(f"The stored race is damaged: its file `{name}` is missing. Start a new one.")
        return data


def _history_name(cell: Cell) -> str:
    return f"{cell}.jsonl"


def checkpoint_name(cell: Cell) -> str:
    """Name the file with the newest checkpoint of a network."""
    return f"{cell}.safetensors"


def _to_line(record: RaceRecord) -> bytes:
    return json.dumps(record.to_dict()).encode() + b"\n"
