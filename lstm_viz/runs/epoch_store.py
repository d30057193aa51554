"""The folder of a training, and that of a classifier: what was requested, where it stands, its epochs, its checkpoint."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.results import Results, load_results
from lstm_viz.errors import LSTMVizError, RunError
from lstm_viz.plain_values import Plain
from lstm_viz.runs.folders import FolderStore
from lstm_viz.runs.records import RunState
from lstm_viz.training.config import EpochRecord, PartRecord, newest_epoch

SPEC, STATE, HISTORY, CHECKPOINT = "run.json", "state.json", "history.jsonl", "checkpoint.safetensors"
WEIGHTS, SNAPSHOTS, NAME, PARTS = "model.safetensors", "path.safetensors", "name.txt", "parts.jsonl"

MOST_HISTORIES = 8  # one may hold 50,000 records, most hold a few hundred

Spec = TypeVar("Spec")
Record = TypeVar("Record")


class EpochStore(ABC, Generic[Spec]):
    """Read and write trainings; each method touches one file of one folder. `spec(key)` never changes and is remembered.

    Args:
        root: where the folders live.
        max_runs, max_bytes: how many are kept, and how large all of them may be.
    """

    def __init__(self, root: Path, max_runs: int, max_bytes: int) -> None:
        self.folders = FolderStore(root, max_runs, max_bytes, in_use=self.is_active)
        self.spec = lru_cache(maxsize=256)(self._read_spec)
        self._history = lru_cache(maxsize=MOST_HISTORIES)(self._read_history)

    @abstractmethod
    def read_spec(self, values: dict[str, Any]) -> Spec:
        """Read what a training was asked to do."""

    def _read_spec(self, key: str) -> Spec:
        with damaged(SPEC):
            return self.read_spec(json.loads(self._required(key, SPEC)))

    def name(self, key: str) -> str:
        """Read what a person called the run; empty where nobody did."""
        return (self.folders.read(key, NAME) or b"").decode("utf-8", "replace")

    def write_name(self, key: str, name: str) -> None:
        """Call the run by a name of its own; an empty one takes it back."""
        self.folders.write(key, NAME, name.encode("utf-8", "replace"))

    def delete(self, key: str) -> None:
        """Take a run away for good.

        Raises:
            RunNotFound: there is no such run.
        """
        self.folders.remove(key)

    def state(self, key: str) -> RunState:
        """Read where the run stands."""
        with damaged(STATE):
            return RunState.from_dict(json.loads(self._required(key, STATE)))

    def write_state(self, key: str, state: RunState) -> None:
        """Write where the run stands."""
        self.folders.write(key, STATE, to_json(asdict(state)))

    def history(self, key: str) -> list[EpochRecord]:
        """Read the epochs so far, once for each time that they were written."""
        return list(self._history(key, self.folders.version(key, HISTORY)))

    def _read_history(self, key: str, version: tuple[int, int]) -> tuple[EpochRecord, ...]:
        return tuple(_read_lines(self.folders.read(key, HISTORY), EpochRecord))

    def write_history(self, key: str, records: list[EpochRecord]) -> None:
        """Replace the epochs."""
        self.folders.write(key, HISTORY, b"".join(_to_line(record) for record in records))

    def append_history(self, key: str, records: list[EpochRecord]) -> None:
        """Add epochs at the end."""
        with (self.folders.folder(key) / HISTORY).open("ab") as file:
            file.write(b"".join(_to_line(record) for record in records))

    def parts(self, key: str) -> list[PartRecord]:
        """Read the parts of long epochs."""
        return _read_lines(self.folders.read(key, PARTS), PartRecord)

    def write_parts(self, key: str, parts: list[PartRecord]) -> None:
        """Replace the parts of long epochs."""
        self.folders.write(key, PARTS, b"".join(_to_line(part) for part in parts))

    def append_parts(self, key: str, parts: list[PartRecord]) -> None:
        """Add parts of a long epoch at the end."""
        with (self.folders.folder(key) / PARTS).open("ab") as file:
            file.write(b"".join(_to_line(part) for part in parts))

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

    def is_active(self, key: str) -> bool:
        """Tell whether a run goes on or is about to; not where that cannot be read."""
        try:
            return self.state(key).active
        except (RunError, ValueError, TypeError):
            return False

    def _required(self, key: str, name: str) -> bytes:
        data = self.folders.peek(key, name)
        if data is None:
            raise RunError(f"The stored run is damaged: its file `{name}` is missing. Train again from the data.")
        return data


@contextmanager
def damaged(name: str) -> Iterator[None]:
    """Turn what can go wrong with the contents of a stored file into one sentence.

    Raises:
        RunError: reading the file failed.
    """
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


def _to_line(record: EpochRecord | PartRecord) -> bytes:
    return json.dumps(asdict(record)).encode() + b"\n"


def _read_lines(data: bytes | None, kind: Callable[..., Record]) -> list[Record]:
    """Read records; a line torn by a crash ends the list."""
    records: list[Record] = []
    for line in (data or b"").splitlines():
        try:
            records.append(kind(**json.loads(line)))
        except (ValueError, TypeError):
            break
    return records


RESULTS = "results.safetensors"
MAX_CLASSIFIERS = 300
MAX_CLASSIFIER_BYTES = 1024**3

SourceKind = Literal["digits", "mnist", "files"]


@dataclass(frozen=True)
class LabelledSource:
    """Where labelled sequences came from: what ships, what was downloaded, or stored uploads by their keys.

    Args:
        kind: `digits`, `mnist` or `files`.
        keys: of the uploads.
        name: for reading.
    """

    kind: SourceKind
    keys: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class ClassifySpec(Plain):
    """What a classifier was asked to learn; written once.

    Args:
        choices: what was chosen of the file's layout, as addresses of the app write it.
        classes: names of the classes.
        examples: that were trained on, stopped by and tested with.
        input_size: numbers per step.
        steps: of the longest sequence.
        majority: share of the validation examples that have the most frequent class of the training.
        picture: whether the steps are the rows of a picture.
    """

    source: LabelledSource
    config: ClassifyConfig
    created: str
    classes: tuple[str, ...]
    examples: tuple[int, int, int]
    input_size: int
    steps: int
    majority: float
    picture: bool
    choices: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ClassifyView:
    """All that a page shows of a classifier at one moment.

    Args:
        results: the answers to the test sequences; None until training has ended with a model.
        ahead: how many runs wait or train before this one while it is queued.
    """

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
    """Read and write classifiers; each method touches one file of one folder."""

    def __init__(self, root: Path, max_runs: int = MAX_CLASSIFIERS, max_bytes: int = MAX_CLASSIFIER_BYTES) -> None:
        super().__init__(root, max_runs, max_bytes)

    def create(self, spec: ClassifySpec) -> str:
        """Store a classifier that waits for its training.

        Returns:
            Its key.
        """
        state = RunState("queued", spec.config.training.epochs)
        return self.folders.add({SPEC: to_json(spec.to_dict()), STATE: to_json(asdict(state))})

    def read_spec(self, values: dict[str, Any]) -> ClassifySpec:
        """Read what a classifier was asked to learn."""
        return ClassifySpec.from_dict(values)

    def results(self, key: str) -> Results | None:
        """Read the answers to the test sequences; None before training has given some."""
        data = self.folders.read(key, RESULTS)
        with damaged(RESULTS):
            return None if data is None else load_results(data, self.spec(key).classes)

    def write_result(self, key: str, weights: bytes, results: bytes) -> None:
        """Write the weights that are kept, and the answers that they give."""
        self.folders.write(key, WEIGHTS, weights)
        self.folders.write(key, RESULTS, results)
