"""What all jobs of workers have in common: queued, watched, halted, taken up again by another server."""

import logging
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from distributed import Future

from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.cluster import OUR_FAULT, Dispatcher, is_lost
from lstm_viz.runs.epoch_store import JobStore
from lstm_viz.runs.leases import Leases
from lstm_viz.runs.records import RaceState, RunState

MOST_ATTEMPTS = 3  # one that kills each worker while it is unpacked must not go on for ever
NOT_STORED = "The result could not be stored; the server's log says why."

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Part:
    """What one worker does of a job."""

    share: tuple[Any, ...] = ()  # which part of the job it is, where several workers share one
    # names this task; when it is sent again it has another
    ticket: str = field(default_factory=lambda: secrets.token_hex(8))
    future: Future | None = None
    ended: bool = False


@dataclass(eq=False)
class Entry:
    """A job that was given to the cluster and has not halted."""

    key: str
    state: Any
    parts: list[Part] = field(default_factory=list, kw_only=True)
    attempts: int = field(default=1, kw_only=True)  # how often it was sent
    requested: Any = field(default=None, kw_only=True)  # the status that a person wants meanwhile; None lets it go on
    # status and message that it halts with: of the first part that failed, or what its result says
    end: tuple[Any, str] | None = field(default=None, kw_only=True)

    def may_go_again(self) -> bool:
        """Return whether it is to be sent once more, and count that: its only worker died before it began."""
        halting = self.requested or self.end
        if self.state.status != "queued" or halting or len(self.parts) > 1 or self.attempts == MOST_ATTEMPTS:
            return False
        self.attempts += 1
        return True


Store = TypeVar("Store", bound=JobStore[Any])
Job = TypeVar("Job", bound=Entry)
State = TypeVar("State", RunState, RaceState)


class JobService(ABC, Generic[Store, Job, State]):
    """Give jobs to worker processes and write down what comes back.

    All methods may be called from any thread. What workers report is written to the store by one thread, in the order in
    which it came, so that a page, another browser or a restarted server reads the same. What takes a key raises
    `RunNotFound` where nothing is stored under it, and `RunError` where its folder is damaged.
    """

    def __init__(self, store: Store, dispatcher: Dispatcher) -> None:
        self.store, self.dispatcher = store, dispatcher
        self._entries: dict[str, Job] = {}
        self._requested: dict[str, Any] = {}
        self._lock = threading.RLock()
        self.leases = Leases(store.folders, self._lose)
        dispatcher.join(self)

    @abstractmethod
    def submit(self, key: str) -> None:
        """Queue a stored job; one that is going on stays as it is."""

    @abstractmethod
    def _lost(self, key: str) -> str:
        """Return the sentence for a job whose worker process is gone, and how to go on."""

    @abstractmethod
    def _send(self, entry: Job) -> None:
        """Send a job to the cluster, or finish it where there is nothing left to do."""

    @abstractmethod
    def _hear(self, entry: Job, part: Part, message: dict[str, Any]) -> None:
        """Write down what a worker reports."""

    @abstractmethod
    def _conclude(self, entry: Job, part: Part, future: Future) -> None:
        """Write down what a task has left, and note in `entry.end` how the job ends."""

    def start(self) -> None:
        """Take up the jobs that a former server left in the middle."""
        self.leases.take_up(self.store.is_active, self._go_on)

    def tickets(self) -> list[str]:
        """Name the tasks that have been sent and have not ended."""
        return [part.ticket for entry in list(self._entries.values()) for part in entry.parts if not part.ended]

    def _enter(self, key: str, prepare: Callable[[], Job]) -> None:
        """Queue a job, unless it is going on here or on another server; that no worker is found its state will say."""
        with self._lock:
            if key in self._entries or self.dispatcher.closed or not self.leases.take(key):
                return
            try:
                entry = prepare()
                self._change(entry, "queued")
            except BaseException:
                self.leases.release(key)
                raise
            self._entries[key] = entry
            self.dispatcher.enter(key)
        self.dispatcher.send_later(self._send_or_fail, entry)

    def state(self, key: str) -> State:
        """Return where a job stands now."""
        with self._lock:
            entry = self._entries.get(key)
            return entry.state if entry else self._halted_state(key)

    def _halted_state(self, key: str) -> State:
        state: State = self.store.state(key)
        standing = self.leases.standing(key) if state.active else "held"
        if standing == "free":
            return state.become("interrupted", self._lost(key))
        return state.become("queued") if standing == "unsure" else state

    def _ahead(self, key: str, state: State) -> int:
        return self.dispatcher.ahead_of(key) if state.status == "queued" else 0

    def _go_on(self, key: str) -> None:
        self.submit(key)
        if key in self._requested:
            self._halt(key, self._requested[key])

    def _lose(self, key: str) -> None:
        """Leave a job to the server that took it up while this one was held up."""
        with self._lock:
            entry = self._entries.pop(key, None)
            self.dispatcher.leave(key)
        if entry is not None:
            logger.warning("another server has taken up %s", key)
            entry.requested = "stopped"
            self._ask_to_halt(entry, entry.parts)

    def _halt(self, key: str, requested: Any) -> bool:
        """Let a job end with the status that somebody asks for; False where it is not going on here."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                if self.store.is_active(key):
                    self._requested[key] = requested  # it may be about to be taken up
                return False
            entry.requested = requested if entry.requested != "stopped" else "stopped"
            parts = list(entry.parts)
        self._ask_to_halt(entry, parts)
        return True

    def _ask_to_halt(self, entry: Job, parts: Sequence[Part]) -> None:
        for part in parts:
            self.dispatcher.halt(part.ticket, part.future, entry.state.status != "queued")

    def _send_or_fail(self, entry: Job) -> None:
        try:
            self._send(entry)
        except LSTMVizError as error:
            self._finish(entry, "interrupted", str(error))
        except Exception:
            logger.exception("%s could not be sent to a worker", entry.key)
            self._finish(entry, "failed", OUR_FAULT)

    def _send_parts(self, entry: Job, task: Callable[..., Any], jobs: Sequence[tuple[Part, Any]]) -> None:
        entry.parts = [part for part, _ in jobs]
        for part, job in jobs:
            report, end = partial(self._write_progress, entry, part), partial(self._write_end, entry, part)
            part.future = self.dispatcher.send(task, job, part.ticket, report, end)
        if entry.requested or entry.end:  # requested, or gone wrong, while they were on their way
            self._ask_to_halt(entry, entry.parts)

    def _write_progress(self, entry: Job, part: Part, message: dict[str, Any]) -> None:
        if self._entries.get(entry.key) is entry:
            self._hear(entry, part, message)

    def _write_end(self, entry: Job, part: Part, future: Future) -> None:
        if self._entries.get(entry.key) is not entry:
            return
        part.ended = True
        if is_lost(future) and entry.may_go_again():  # another job took the worker along
            self.dispatcher.send_later(self._send_or_fail, entry)
            return
        try:
            self._conclude(entry, part, future)
        except Exception:
            logger.exception("the end of %s could not be written", entry.key)
            entry.end = entry.end or ("failed", NOT_STORED)
        if entry.end:  # the parts stay side by side: where one cannot go on, the others wait for it
            self._ask_to_halt(entry, [part for part in entry.parts if not part.ended])
        if all(part.ended for part in entry.parts):
            self._finish(entry, *self._outcome(entry))

    def _outcome(self, entry: Job) -> tuple[Any, str]:
        """Return how a job stands once no part of it goes on any more."""
        return entry.end or (entry.requested, "")

    def _change(self, entry: Job, status: Any, message: str = "") -> None:
        entry.state = entry.state.become(status, message)
        self.store.write_state(entry.key, entry.state)

    def _finish(self, entry: Job, status: Any, message: str) -> None:
        with self._lock:
            if self._entries.get(entry.key) is not entry:
                return
            try:
                self._change(entry, status, message)
            finally:  # what cannot be written must not hold up everybody
                self._entries.pop(entry.key, None)
                self.dispatcher.leave(entry.key)
                self.leases.release(entry.key)
                self._left(entry)

    def _left(self, entry: Job) -> None:
        """Do what was requested after the end of a job."""
