"""The one place that starts, watches, pauses and ends races."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from distributed import Future

from lstm_viz.errors import LSTMVizError, RunError
from lstm_viz.racing.config import RaceConfig
from lstm_viz.racing.race import Start, parameters_of
from lstm_viz.racing.records import RaceRecord
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.dispatch import OUR_FAULT, Dispatcher, is_lost, what_failed
from lstm_viz.runs.leases import Leases
from lstm_viz.runs.race_entry import LOST, OVER, Entry, Heat, shared_out
from lstm_viz.runs.race_job import RaceJob, RaceResult
from lstm_viz.runs.race_records import RaceGlance, RaceState, RaceStatus, RaceView, view_racer
from lstm_viz.runs.race_store import RaceStore
from lstm_viz.runs.service import training_service
from lstm_viz.runs.store import data_directory
from lstm_viz.runs.worker import race_in_worker

logger = logging.getLogger(__name__)


class RaceService:
    """Give races to worker processes and write down what comes back.

    All methods may be called from any thread. A race is one task where one worker is free; where several are, they share its
    networks. All that is told is written by one thread, in the order in which it came.
    """

    def __init__(self, store: RaceStore, dispatcher: Dispatcher) -> None:
        self.store, self.dispatcher = store, dispatcher
        self._entries: dict[str, Entry] = {}
        self._wishes: dict[str, RaceStatus] = {}
        self._lock = threading.RLock()
        self.leases = Leases(store.folders, self._lose)
        self._parameters = lru_cache(maxsize=256)(parameters_of)
        dispatcher.join(self)

    def start(self) -> None:
        """Take up the races that a former server left in the middle."""
        self.leases.take_up(self.store.is_active, self._go_on)

    def tickets(self) -> list[str]:
        """Name the tasks that have been sent and have not ended."""
        return [heat.ticket for entry in list(self._entries.values()) for heat in entry.heats if not heat.ended]

    def create(self, config: RaceConfig) -> str:
        """Store a race that stands at its start, paused.

        Returns:
            Its key.
        """
        return self.store.create(config)

    def submit(self, key: str, records: int = 0) -> None:
        """Queue a race, from its newest checkpoints where it has some; one that is going on, here or on another
        server, stays as it is.

        Returns at once; that no worker can be reached is told by the race's state.

        Args:
            key: the race.
            records: halt after so many records of each network; 0 goes on until each is done.

        Raises:
            RunNotFound: there is no such race.
            RunError: it is over.
        """
        with self._lock:
            if key in self._entries or self.dispatcher.closed:
                return
            state = self.store.state(key)
            if state.over:
                raise RunError(OVER)
            if not self.leases.take(key):
                return
            try:
                entry = Entry(key, self.store.config(key), state, self.store.histories(key), records)
                self._change(entry, "queued")
            except BaseException:
                self.leases.release(key)
                raise
            self._entries[key] = entry
            self.dispatcher.enter(key)
        self.dispatcher.send_later(self._send_or_fail, entry)

    def pause(self, key: str) -> None:
        """Let a race halt after the record that is being trained; `submit` goes on with the same numbers.

        Raises:
            RunNotFound: there is no such race.
        """
        self._halt(key, "paused")

    def stop(self, key: str) -> None:
        """End a race for good; what it has shown stays.

        Raises:
            RunNotFound: there is no such race.
        """
        self._halt(key, "stopped")

    def view(self, key: str) -> RaceView:
        """Show a race as it is now.

        Raises:
            RunNotFound: there is no such race.
            RunError: its folder is damaged.
        """
        config = self.store.config(key)
        with self._lock:
            entry = self._entries.get(key)
            state = entry.state if entry else self._halted_state(key)
            told = {**entry.histories} if entry else None
            ahead = self.dispatcher.ahead_of(key) if state.status == "queued" else 0
        histories = self.store.histories(key) if told is None else told
        racers = {
            cell: view_racer(config, cell, self._parameters(config, cell), tuple(history), cell in state.diverged)
            for cell, history in histories.items()
        }
        return RaceView(key, config, state, racers, ahead)

    def glance(self, key: str) -> RaceGlance:
        """Look at a race as a list does, without its records where that can be.

        Raises:
            RunNotFound: there is no such race.
            RunError: its folder is damaged.
        """
        self.store.folders.use(key)
        with self._lock:
            entry = self._entries.get(key)
            state = entry.state if entry else self._halted_state(key)
            outcomes = entry.outcomes() if entry else self.store.outcomes(key)
        return RaceGlance(key, self.store.config(key), state, outcomes)

    def _halted_state(self, key: str) -> RaceState:
        state = self.store.state(key)
        standing = self.leases.standing(key) if state.active else "held"
        if standing == "free":
            return state.become("interrupted", LOST)
        return state.become("queued") if standing == "unsure" else state

    def _go_on(self, key: str) -> None:
        self.submit(key)
        if key in self._wishes:
            self._halt(key, self._wishes[key])

    def _lose(self, key: str) -> None:
        """Leave a race to the server that took it up while this one was held up."""
        with self._lock:
            entry = self._entries.pop(key, None)
            self.dispatcher.leave(key)
        if entry is not None:
            logger.warning("another server has taken up race %s", key)
            entry.wish = "paused"
            self._ask_to_halt(entry, entry.heats)

    def _halt(self, key: str, wish: RaceStatus) -> None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                state = self._halted_state(key)
                if state.active:
                    self._wishes[key] = wish  # it may be about to be taken up
                elif wish == "stopped" and not state.over:
                    self.store.write_state(key, state.become("stopped"))
                return
            entry.wish = wish if entry.wish != "stopped" else "stopped"
            heats = list(entry.heats)
        self._ask_to_halt(entry, heats)

    def _ask_to_halt(self, entry: Entry, heats: Sequence[Heat]) -> None:
        for heat in heats:
            self.dispatcher.halt(heat.ticket, heat.future, entry.state.status != "queued")

    def _send_or_fail(self, entry: Entry) -> None:
        try:
            self._send(entry)
        except LSTMVizError as error:
            self._finish(entry, "interrupted", str(error))
        except Exception:
            logger.exception("race %s could not be sent to a worker", entry.key)
            self._finish(entry, "failed", OUR_FAULT)

    def _send(self, entry: Entry) -> None:
        going = entry.going()
        if not going or entry.wish:
            self._finish(entry, *entry.outcome())
            return
        entry.heats = [Heat(cells) for cells in shared_out(going, self.dispatcher.free_workers())]
        jobs = [RaceJob(entry.config, self._starts(entry, heat), entry.records) for heat in entry.heats]
        for heat, job in zip(entry.heats, jobs, strict=True):
            heat.future = self._send_heat(entry, heat, job)
        if entry.halting:  # asked for, or gone wrong, while they were on their way
            self._ask_to_halt(entry, entry.heats)

    def _starts(self, entry: Entry, heat: Heat) -> dict[Cell, Start]:
        return {cell: self.store.start(entry.key, cell) for cell in heat.cells}

    def _send_heat(self, entry: Entry, heat: Heat, job: RaceJob) -> Future:
        return self.dispatcher.send(
            race_in_worker,
            job,
            heat.ticket,
            tell=lambda message: self._write_progress(entry, heat, message),
            end=lambda future: self._write_end(entry, heat, future),
        )

    def _write_progress(self, entry: Entry, heat: Heat, message: dict[str, Any]) -> None:
        if self._entries.get(entry.key) is not entry:
            return
        if message["kind"] == "begin":
            self._begin(entry, message["done"])
        elif message["kind"] == "checkpoint":
            for cell, (data, records) in self.dispatcher.newest_checkpoint(heat.ticket).items():
                self._add_records(entry, cell, records)
                self.store.write_checkpoint(entry.key, cell, data)
        elif message["kind"] == "diverged":
            self._mark_diverged(entry, [message["cell"]])
        else:
            for cell, records in message["news"].items():
                self._add_records(entry, cell, records)

    def _begin(self, entry: Entry, done: dict[Cell, int]) -> None:
        """Start at the records of the checkpoints: what was told after them is trained, and told, again."""
        for cell, count in done.items():
            with self._lock:
                entry.histories[cell] = entry.histories[cell][:count]
            self.store.write_history(entry.key, cell, entry.histories[cell])
        self._change(entry, "running")

    def _add_records(self, entry: Entry, cell: Cell, told: list[dict[str, Any]]) -> None:
        """Add what is new: a checkpoint holds all records up to it, and may be fetched before they have been told."""
        history = entry.histories[cell]
        last = history[-1].update if history else 0
        news = [RaceRecord.from_dict(values) for values in told if values["update"] > last]
        with self._lock:
            entry.histories[cell] = history + news
        self.store.append_history(entry.key, cell, news)

    def _mark_diverged(self, entry: Entry, cells: Sequence[Cell]) -> None:
        with self._lock:
            entry.state = replace(entry.state, diverged=tuple(dict.fromkeys((*entry.state.diverged, *cells))))
        self.store.write_state(entry.key, entry.state)

    def _write_end(self, entry: Entry, heat: Heat, future: Future) -> None:
        if self._entries.get(entry.key) is not entry:
            return
        heat.ended = True
        if is_lost(future) and entry.may_go_again():  # another run took the worker along
            self.dispatcher.send_later(self._send_or_fail, entry)
            return
        try:
            self._conclude(entry, heat, future)
        except Exception:
            logger.exception("the end of race %s could not be written", entry.key)
            entry.failure = entry.failure or ("failed", "The result could not be stored; the server's log says why.")
        if entry.failure:  # the networks stay side by side: where one cannot go on, the others wait for it
            self._ask_to_halt(entry, [heat for heat in entry.heats if not heat.ended])
        if all(heat.ended for heat in entry.heats):
            self._finish(entry, *entry.outcome())

    def _conclude(self, entry: Entry, heat: Heat, future: Future) -> None:
        if future.status == "finished":
            self._write_result(entry, future.result())
        elif future.status == "error" or not entry.wish:
            error = future.exception() if future.status == "error" else None
            entry.failure = entry.failure or what_failed(f"race {entry.key}", error, LOST)

    def _write_result(self, entry: Entry, result: RaceResult) -> None:
        for cell, history in result.histories.items():
            with self._lock:
                entry.histories[cell] = history
            self.store.write_history(entry.key, cell, history)
        for cell, start in result.checkpoints.items():
            self.store.write_checkpoint(entry.key, cell, start.checkpoint or b"")
        if result.diverged:
            self._mark_diverged(entry, result.diverged)

    def _change(self, entry: Entry, status: RaceStatus, message: str = "") -> None:
        entry.state = entry.state.become(status, message)
        self.store.write_state(entry.key, entry.state)

    def _finish(self, entry: Entry, status: RaceStatus, message: str) -> None:
        with self._lock:
            if self._entries.get(entry.key) is not entry:
                return
            try:
                entry.state = replace(entry.state, outcomes=entry.outcomes())
                self._change(entry, status, message)
            finally:  # what cannot be written must not hold up everybody
                self._entries.pop(entry.key, None)
                self.dispatcher.leave(entry.key)
                self.leases.release(entry.key)


_service: RaceService | None = None
_service_lock = threading.Lock()


def race_service() -> RaceService:
    """Give the service of this process; it shares the worker processes with `training_service`, and ends with it."""
    global _service
    dispatcher = training_service().dispatcher
    with _service_lock:
        if _service is None or _service.dispatcher is not dispatcher:
            _service = RaceService(RaceStore(data_directory() / "races"), dispatcher)
        return _service
