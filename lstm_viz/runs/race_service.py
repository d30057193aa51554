"""The one place that starts, watches, pauses and ends races; and the start of all services."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from distributed import Future

from lstm_viz.errors import RunError
from lstm_viz.racing.config import RaceConfig, RaceRecord
from lstm_viz.racing.race import parameters_of
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.cluster import Dispatcher, what_failed
from lstm_viz.runs.forecast_store import data_directory
from lstm_viz.runs.job_service import Entry, JobService, Part
from lstm_viz.runs.jobs import RaceJob, RaceResult
from lstm_viz.runs.race_store import RaceStore
from lstm_viz.runs.records import Outcome, RaceState, RaceStatus, RaceSummary, RaceView, outcomes_of, view_racer
from lstm_viz.runs.services import classify_service, only_service, training_service
from lstm_viz.runs.worker import race_in_worker

LOST = "A worker process of this race was lost. Resume to go on from the last checkpoint."
OVER = "This race is over and cannot go on. Start a new one."


@dataclass(eq=False)
class _RaceEntry(Entry):
    """A race that was given to the cluster and has not halted; `records` is as in `RaceService.submit`."""

    config: RaceConfig
    histories: dict[Cell, list[RaceRecord]]
    records: int

    def going(self) -> tuple[Cell, ...]:
        return tuple(cell for cell, outcome in self.outcomes().items() if outcome.status == "racing")

    def outcomes(self) -> dict[Cell, Outcome]:
        return outcomes_of(self.config, self.histories, self.state.diverged)


class RaceService(JobService[RaceStore, _RaceEntry, RaceState]):
    """Give races to worker processes and write down what comes back.

    A race is one task where one worker is free; where several are, they share its networks.
    """

    def __init__(self, store: RaceStore, dispatcher: Dispatcher) -> None:
        super().__init__(store, dispatcher)
        self._parameters = lru_cache(maxsize=256)(parameters_of)

    def create(self, config: RaceConfig) -> str:
        """Store a race that stands at its start, paused; gives its key."""
        return self.store.create(config)

    def submit(self, key: str, records: int = 0) -> None:
        """Queue a race, from its newest checkpoints where it has some; one that is going on, here or on another
        server, stays as it is.

        Returns at once; the race's state says when no worker can be reached.

        Args:
            records: halt after so many records of each network; 0 goes on until each is done.

        Raises `RunError` where it is over.
        """
        with self._lock:
            if key in self._entries or self.dispatcher.closed:
                return
            if self.store.state(key).over:
                raise RunError(OVER)
            store = self.store
            self._enter(
                key, lambda: _RaceEntry(key, store.state(key), store.config(key), store.histories(key), records)
            )

    def pause(self, key: str) -> None:
        """Let a race halt after the record that is being trained; `submit` goes on with the same numbers."""
        self.state(key)
        self._halt(key, "paused")

    def stop(self, key: str) -> None:
        """End a race for good; what it has shown stays."""
        with self._lock:
            state = self.state(key)
            if not self._halt(key, "stopped") and not state.active and not state.over:
                self.store.write_state(key, state.become("stopped"))

    def view(self, key: str) -> RaceView:
        """Show a race as it is now."""
        config = self.store.config(key)
        with self._lock:
            entry = self._entries.get(key)
            state = self.state(key)
            histories = {**entry.histories} if entry else None
            ahead = self._ahead(key, state)
        histories = self.store.histories(key) if histories is None else histories
        racers = {
            cell: view_racer(config, cell, self._parameters(config, cell), tuple(history), cell in state.diverged)
            for cell, history in histories.items()
        }
        return RaceView(key, config, state, racers, ahead)

    def summary(self, key: str) -> RaceSummary:
        """Look at a race as a list does, without its records where that can be."""
        self.store.folders.use(key)
        with self._lock:
            entry = self._entries.get(key)
            state = self.state(key)
            outcomes = entry.outcomes() if entry else self.store.outcomes(key)
        return RaceSummary(key, self.store.config(key), state, outcomes)

    def _lost(self, key: str) -> str:
        return LOST

    def _send(self, entry: _RaceEntry) -> None:
        going = entry.going()
        if not going or entry.requested:
            self._finish(entry, *self._outcome(entry))
            return
        jobs = []
        for cells in shared_out(going, self.dispatcher.free_workers()):
            starts = {cell: self.store.start(entry.key, cell) for cell in cells}
            jobs.append((Part(cells), RaceJob(entry.config, starts, entry.records)))
        self._send_parts(entry, race_in_worker, jobs)

    def _hear(self, entry: _RaceEntry, part: Part, message: dict[str, Any]) -> None:
        if message["kind"] == "begin":
            self._begin(entry, message["done"])
        elif message["kind"] == "checkpoint":
            for cell, (data, records) in self.dispatcher.newest_checkpoint(part.ticket).items():
                self._add_records(entry, cell, records)
                self.store.write_checkpoint(entry.key, cell, data)
        elif message["kind"] == "diverged":
            self._mark_diverged(entry, [message["cell"]])
        else:
            for cell, records in message["news"].items():
                self._add_records(entry, cell, records)

    def _begin(self, entry: _RaceEntry, done: dict[Cell, int]) -> None:
        """Start at the records of the checkpoints: what was reported after them is trained, and reported, again."""
        for cell, count in done.items():
            with self._lock:
                entry.histories[cell] = entry.histories[cell][:count]
            self.store.write_history(entry.key, cell, entry.histories[cell])
        self._change(entry, "running")

    def _add_records(self, entry: _RaceEntry, cell: Cell, records: list[dict[str, Any]]) -> None:
        """Add what is new: a checkpoint holds all records up to it, and may be fetched before they are reported."""
        history = entry.histories[cell]
        last = history[-1].update if history else 0
        news = [RaceRecord.from_dict(values) for values in records if values["update"] > last]
        with self._lock:
            entry.histories[cell] = history + news
        self.store.append_history(entry.key, cell, news)

    def _mark_diverged(self, entry: _RaceEntry, cells: Sequence[Cell]) -> None:
        with self._lock:
            entry.state = replace(entry.state, diverged=tuple(dict.fromkeys((*entry.state.diverged, *cells))))
        self.store.write_state(entry.key, entry.state)

    def _conclude(self, entry: _RaceEntry, part: Part, future: Future) -> None:
        if future.status == "finished":
            self._write_result(entry, future.result())
        elif future.status == "error" or not entry.requested:
            error = future.exception() if future.status == "error" else None
            entry.end = entry.end or what_failed(f"race {entry.key}", error, LOST)

    def _outcome(self, entry: _RaceEntry) -> tuple[RaceStatus, str]:
        if not entry.going():
            return "finished", ""
        return ("stopped", "") if entry.requested == "stopped" else entry.end or ("paused", "")

    def _write_result(self, entry: _RaceEntry, result: RaceResult) -> None:
        for cell, history in result.histories.items():
            with self._lock:
                entry.histories[cell] = history
            self.store.write_history(entry.key, cell, history)
        for cell, start in result.checkpoints.items():
            self.store.write_checkpoint(entry.key, cell, start.checkpoint or b"")
        if result.diverged:
            self._mark_diverged(entry, result.diverged)

    def _finish(self, entry: _RaceEntry, status: RaceStatus, message: str) -> None:
        entry.state = replace(entry.state, outcomes=entry.outcomes())
        super()._finish(entry, status, message)


def shared_out(cells: Sequence[Cell], workers: int) -> list[tuple[Cell, ...]]:
    """Deal cells out to as many workers as are free; to one where none is."""
    parts = max(1, min(workers, len(cells)))
    return [tuple(cells[place::parts]) for place in range(parts)]


def race_service() -> RaceService:
    """Return the service of this process; it shares the worker processes of `training_service`, and ends with it."""
    dispatcher = training_service().dispatcher
    return only_service(RaceService, lambda: RaceService(RaceStore(data_directory() / "races"), dispatcher))


def start_services() -> None:
    """Start the worker processes, and take up what a former server left in the middle."""
    training_service().start()
    race_service().start()
    classify_service().start()
