"""The folders of classifiers."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.portable import load_results
from lstm_viz.classifying.results import Results
from lstm_viz.runs.epoch_store import SPEC, STATE, WEIGHTS, EpochStore, damaged, to_json
from lstm_viz.runs.records import RunState
from lstm_viz.training.history import EpochRecord, PartRecord, newest_epoch

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
class ClassifySpec:
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

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {**asdict(self), "config": self.config.to_dict()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ClassifySpec":
        """Undo `to_dict`."""
        source = LabelledSource(**{**values["source"], "keys": tuple(values["source"]["keys"])})
        told = {"source": source, "config": ClassifyConfig.from_dict(values["config"])}
        return cls(**{**values, **told, "classes": tuple(values["classes"]), "examples": tuple(values["examples"])})


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
