"""The folders of jobs, trainings and classifiers: the request, the state, the epochs, the checkpoint."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.results import Results, load_results
from lstm_viz.errors import LSTMVizError, RunError
from lstm_viz.plain_values import Plain
from lstm_viz.racing.config import RaceRecord
from lstm_viz.runs.folders import FolderStore
from lstm_viz.runs.records import RaceState, RunState
from lstm_viz.training.config import EpochRecord, PartRecord, newest_epoch

SPEC, STATE, HISTORY, CHECKPOINT = "run.json", "state.json", "history.jsonl", "checkpoint.safetensors"
WEIGHTS, SNAPSHOTS, NAME, PARTS = "model.safetensors", "path.safetensors", "name.txt", "parts.jsonl"
RESULTS = "results.safetensors"

MOST_HISTORIES = 8  # one may hold 50,000 records, most hold a few hundred
MAX_CLASSIFIERS = 300
MAX_CLASSIFIER_BYTES = 1024**3

SourceKind = Literal["digits", "mnist", "files"]
Spec = TypeVar("Spec")
State = TypeVar("State", RunState, RaceState)
Record = TypeVar("Record", EpochRecord, PartRecord, RaceRecord)


class JobStore(Generic[State]):
    """Read and write jobs; each method touches one file of one folder.

    All of them raise `RunNotFound` where nothing is stored under a key, and `RunError` where a file is damaged.

    Args:
        root: where the folders live.
        most, max_bytes: how many are kept, and how large all of them may be.
        instead: what somebody can do who asks for a folder that is not there.
    """

    state_type: type[State]
    missing = "The stored run is damaged: its file `{}` is missing. Train again from the data."

    def __init__(self, root: Path, most: int, max_bytes: int, instead: str = "Start again from a file.") -> None:
        self.folders = FolderStore(root, most, max_bytes, self.is_active, instead)

    def state(self, key: str) -> State:
        """Read where a job stands."""
        with damaged(STATE):
            return self.state_type.from_dict(json.loads(self._required(key, STATE)))

    def write_state(self, key: str, state: State) -> None:
        """Write where a job stands."""
        self.folders.write(key, STATE, to_json(state.to_dict()))

    def is_active(self, key: str) -> bool:
        """Return whether a job goes on or is about to; not where that cannot be read."""
        try:
            return self.state(key).active
        except (RunError, ValueError, TypeError):
            return False

    def _required(self, key: str, name: str) -> bytes:
        data = self.folders.peek(key, name)
        if data is None:
            raise RunError(self.missing.format(name))
        return data

    def _read_lines(self, key: str, name: str, read: Callable[[dict[str, Any]], Record]) -> list[Record]:
        """Read records; a line torn by a crash ends the list."""
        records: list[Record] = []
        for line in (self.folders.read(key, name) or b"").splitlines():
            try:
                records.append(read(json.loads(line)))
            except (ValueError, TypeError, KeyError):
                break
        return records

    def _write_lines(self, key: str, name: str, records: Iterable[Record]) -> None:
        self.folders.write(key, name, _to_lines(records))

    def _append_lines(self, key: str, name: str, records: Iterable[Record]) -> None:
        with (self.folders.folder(key) / name).open("ab") as file:
            file.write(_to_lines(records))


class EpochStore(JobStore[RunState], Generic[Spec]):
    """Read and write trainings; `spec(key)` never changes and is remembered."""

    spec_type: type[Any]
    state_type = RunState

    def __init__(self, root: Path, max_runs: int, max_bytes: int) -> None:
        super().__init__(root, max_runs, max_bytes)
        self.spec = lru_cache(maxsize=256)(self._read_spec)
        self._history = lru_cache(maxsize=MOST_HISTORIES)(self._read_history)

    def _read_spec(self, key: str) -> Spec:
        with damaged(SPEC):
            spec: Spec = self.spec_type.from_dict(json.loads(self._required(key, SPEC)))
            return spec

    def name(self, key: str) -> str:
        """Read what a person called the run; empty where nobody did."""
        return (self.folders.read(key, NAME) or b"").decode("utf-8", "replace")

    def write_name(self, key: str, name: str) -> None:
        """Call the run by a name of its own; an empty one takes it back."""
        self.folders.write(key, NAME, name.encode("utf-8", "replace"))

    def delete(self, key: str) -> None:
        """Take a run away for good."""
        self.folders.remove(key)

    def history(self, key: str) -> list[EpochRecord]:
        """Read the epochs so far, once for each time that they were written."""
        return list(self._history(key, self.folders.version(key, HISTORY)))

    def _read_history(self, key: str, version: tuple[int, int]) -> tuple[EpochRecord, ...]:
        return tuple(self._read_lines(key, HISTORY, lambda values: EpochRecord(**values)))

    def write_history(self, key: str, records: list[EpochRecord]) -> None:
        """Replace the epochs."""
        self._write_lines(key, HISTORY, records)

    def append_history(self, key: str, records: list[EpochRecord]) -> None:
        """Add epochs at the end."""
        self._append_lines(key, HISTORY, records)

    def parts(self, key: str) -> list[PartRecord]:
        """Read the parts of long epochs."""
        return self._read_lines(key, PARTS, lambda values: PartRecord(**values))

    def write_parts(self, key: str, parts: list[PartRecord]) -> None:
        """Replace the parts of long epochs."""
        self._write_lines(key, PARTS, parts)

    def append_parts(self, key: str, parts: list[PartRecord]) -> None:
        """Add parts of a long epoch at the end."""
        self._append_lines(key, PARTS, parts)

    def checkpoint(self, key: str) -> bytes | None:
        """Read the newest checkpoint; None before the first."""
        return self.folders.read(key, CHECKPOINT)

    def write_checkpoint(self, key: str, data: bytes) -> None:
        """Replace the newest checkpoint."""
        self.folders.write(key, CHECKPOINT, data)

    def weights(self, key: str) -> bytes | None:
        """Read the best weights (safetensors); None while there is no forecast."""
        return self.folders.read(key, WEIGHTS)

    def snapshots(self, key: str) -> bytes | None:
        """Read the weights along training, for `load_snapshots`; None before it has ended, and of runs that kept none."""
        return self.folders.read(key, SNAPSHOTS)

    def write_snapshots(self, key: str, data: bytes) -> None:
        """Replace the weights along training."""
        self.folders.write(key, SNAPSHOTS, data)


@contextmanager
def damaged(name: str) -> Iterator[None]:
    """Turn what can go wrong with the contents of a stored file into a `RunError`."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, LSTMVizError) as error:
        if isinstance(error, RunError):
            raise
        raise RunError(
            f"The stored run is damaged: its file `{name}` cannot be read. Train again from the data."
        ) from error


def to_json(values: object) -> bytes:
    """Write plain values as JSON."""
    return json.dumps(values, ensure_ascii=False, indent=1).encode()


def _to_lines(records: Iterable[EpochRecord | PartRecord | RaceRecord]) -> bytes:
    return b"".join(json.dumps(asdict(record)).encode() + b"\n" for record in records)


@dataclass(frozen=True)
class LabelledSource:
    """Where labelled sequences came from: what ships, what was downloaded, or stored uploads by their keys."""

    kind: SourceKind
    keys: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class ClassifySpec(Plain):
    """The request of a classifier; written once."""

    source: LabelledSource
    config: ClassifyConfig
    created: str
    classes: tuple[str, ...]
    examples: tuple[int, int, int]  # that were trained on, stopped by and tested with
    # input_size, steps: numbers per step, and steps of the longest sequence
    input_size: int
    steps: int
    majority: float  # share of the validation examples that have the most frequent class of the training
    picture: bool  # whether the steps are the rows of a picture
    # what was chosen of the file's layout, as addresses of the app write it
    choices: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ClassifyView:
    """All that a page shows of a classifier at one moment; `results` are None until training has ended with a model."""

    key: str
    spec: ClassifySpec
    state: RunState
    history: tuple[EpochRecord, ...]
    parts: tuple[PartRecord, ...]
    results: Results | None
    ahead: int = 0

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""
        return newest_epoch(self.history)


class ClassifyStore(EpochStore[ClassifySpec]):
    """Read and write classifiers."""

    spec_type = ClassifySpec

    def __init__(self, root: Path, max_runs: int = MAX_CLASSIFIERS, max_bytes: int = MAX_CLASSIFIER_BYTES) -> None:
        super().__init__(root, max_runs, max_bytes)

    def create(self, spec: ClassifySpec) -> str:
        """Store a classifier that waits for its training; gives its key."""
        state = RunState("queued", spec.config.training.epochs)
        return self.folders.add({SPEC: to_json(spec.to_dict()), STATE: to_json(state.to_dict())})

    def results(self, key: str) -> Results | None:
        """Read the answers to the test sequences; None before training has given some."""
        data = self.folders.read(key, RESULTS)
        with damaged(RESULTS):
            return None if data is None else load_results(data, self.spec(key).classes)

    def write_result(self, key: str, weights: bytes, results: bytes) -> None:
        """Write the weights that are kept, and the answers that they give."""
        self.folders.write(key, WEIGHTS, weights)
        self.folders.write(key, RESULTS, results)
