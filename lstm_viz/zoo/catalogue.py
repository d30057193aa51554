"""Which trained models ship, and what is written about each: read without torch."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.paths import ASSETS
from lstm_viz.plain_values import from_plain
from lstm_viz.recurrent.specification import CELLS, Cell, ModelConfig
from lstm_viz.sequences.tasks import TASKS
from lstm_viz.training.config import TrainingConfig

MODELS = ASSETS / "models"
FORECAST = "forecast"
KINDS = (*TASKS, FORECAST)


@dataclass(frozen=True)
class Entry:
    """Name one model of the zoo.

    Args:
        task: a key of `TASKS`, or `forecast`.
        cell: which recurrence.
    """

    task: str
    cell: Cell

    @property
    def name(self) -> str:
        """What the command line and the files call it."""
        return f"{self.task}_{self.cell}"


ENTRIES = {entry.name: entry for entry in (Entry(task, cell) for task in KINDS for cell in CELLS)}


@dataclass(frozen=True)
class Scores:
    """Tell how good a model is on sequences that it was not trained on.

    Args:
        measure: what `overall` is, in one sentence.
        overall: the number to show first.
        by: what `values` are told by, in one sentence; empty where there are none.
        values: a score for each amount, as (amount, score); amounts beyond training are part of it.
        trained_to: the largest amount that training held; None where that means nothing.
    """

    measure: str
    overall: float
    by: str = ""
    values: tuple[tuple[int, float], ...] = ()
    trained_to: int | None = None


@dataclass(frozen=True)
class Card:
    """Tell all about a model that ships: what it is, how it was trained, and how good it is.

    Args:
        task: a key of `TASKS`, or `forecast`.
        model: what it is made of.
        training: how it was trained; its seed is the one that was kept.
        inputs: tokens by the number that the model reads; empty where it reads numbers.
        outputs: tokens by the place in the model's answer; empty where it answers with numbers.
        parameters: numbers that training changed.
        epochs: passes over the training examples.
        best_epoch: the pass after which the weights were kept.
        seconds: training took, all seeds included, where it was done.
        data: what it was trained on, in one sentence.
        selection: how seed and epoch were chosen, in one sentence.
        scores: how good it is.
        versions: of the libraries that made it.
        forecast: the settings of the forecast; None for a task.
    """

    task: str
    model: ModelConfig
    training: TrainingConfig
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: int
    epochs: int
    best_epoch: int
    seconds: float
    data: str
    selection: str
    scores: Scores
    versions: dict[str, str] = field(default_factory=dict)
    forecast: ForecastConfig | None = None


def weights_path(task: str, cell: Cell, folder: Path = MODELS) -> Path:
    """Tell where the weights of a model are."""
    return folder / f"{Entry(task, cell).name}.safetensors"


def snapshots_path(task: str, cell: Cell, folder: Path = MODELS) -> Path:
    """Tell where the weights along the training of a model are."""
    return folder / f"{Entry(task, cell).name}.path.safetensors"


def card_path(task: str, cell: Cell, folder: Path = MODELS) -> Path:
    """Tell where the card of a model is."""
    return folder / f"{Entry(task, cell).name}.json"


@cache
def load_card(task: str, cell: Cell) -> Card:
    """Read what is written about a model that ships."""
    return from_plain(Card, json.loads(card_path(task, cell).read_text(encoding="utf-8")))
