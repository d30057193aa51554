"""The saved film of a training run, read without torch, so that the first page need not wait for it."""

import json
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.paths import ASSETS
from lstm_viz.plain_values import from_plain
from lstm_viz.recurrent.specification import CELLS, Cell, ModelConfig
from lstm_viz.sequences.tasks.catalogue import TASKS, Counting, Recall
from lstm_viz.sequences.tasks.task import Task
from lstm_viz.training.config import TrainingConfig

Tokens = tuple[str, ...]
SAMPLE = "airline_passengers"
MODELS = ASSETS / "models"
FOLDER = MODELS / SAMPLE
WEIGHTS, SNAPSHOTS, CARD = ".safetensors", ".path.safetensors", ".json"
FORECAST = "forecast"
TRAINING, VALIDATION, TEST = 1, 2, 3  # streams of random numbers that have nothing in common
COUNTED_IN_SELECTION = 100
HIDDEN_SIZES = {"counting": 10, "brackets": 24, "agreement": 24, "recall": 16}
LEARNED_SIZE = 12
FORGET_BIASES = {"counting": 3.0, "brackets": 1.0, "agreement": 1.0, "recall": 3.0}
DRAWS = {"counting": 0, "brackets": 5000, "agreement": 3000, "recall": 2000}
VALIDATION_DRAWS = 300
SEEDS = {"counting": tuple(range(3)), "brackets": (0,), "agreement": (0,), "recall": tuple(range(3))}
TRAININGS = {
    "counting": TrainingConfig("rmsprop", 0.05, batch_size=10, epochs=4000, patience=0),
    "brackets": TrainingConfig("adam", 0.02, batch_size=64, epochs=50, patience=0),
    "agreement": TrainingConfig("adam", 0.02, batch_size=64, epochs=20, patience=0),
    "recall": TrainingConfig("adam", 0.01, batch_size=64, epochs=30, patience=0),
}
LEARNING_RATES: dict[tuple[str, Cell], float] = {("counting", "rnn"): 0.005}  # at 0.05 it does not even fit n ≤ 10


def load_film(folder: Path = FOLDER) -> dict[str, Any]:
    """Read a film as `lstm_viz.zoo.models` wrote it."""
    return dict(json.loads((folder / "film.json").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Entry:
    """One model of the zoo."""

    task: str  # a key of `TASKS`, or `forecast`
    cell: Cell

    @property
    def name(self) -> str:
        """What the command line and the files call it."""
        return f"{self.task}_{self.cell}"


ENTRIES = {entry.name: entry for entry in (Entry(task, cell) for task in (*TASKS, FORECAST) for cell in CELLS)}


@dataclass(frozen=True)
class Scores:
    """How good a model is on sequences that it was not trained on."""

    measure: str  # what `overall` is, in one sentence
    overall: float  # the number to show first
    by: str = ""  # what `values` are sorted by, in one sentence; empty where there are none
    values: tuple[tuple[int, float], ...] = ()  # (amount, score) each, amounts beyond training among them
    trained_to: int | None = None  # the largest amount that training held; None where that means nothing


@dataclass(frozen=True)
class Card:
    """What a model that ships is, how it was trained, and how good it is."""

    task: str  # a key of `TASKS`, or `forecast`
    model: ModelConfig  # what it is made of
    training: TrainingConfig  # how it was trained; its seed is the one that was kept
    inputs: tuple[str, ...]  # tokens by the number that the model reads; empty where it reads numbers
    outputs: tuple[str, ...]  # tokens by the place in the model's answer; empty where it answers with numbers
    parameters: int  # numbers that training changed
    epochs: int  # passes over the training examples
    best_epoch: int  # the pass after which the weights were kept
    seconds: float  # training took, all seeds included, where it was done
    data: str  # what it was trained on, in one sentence
    selection: str  # how seed and epoch were chosen, in one sentence
    scores: Scores  # how good it is
    versions: dict[str, str] = field(default_factory=dict)  # of the libraries that made it
    forecast: ForecastConfig | None = None  # the settings of the forecast; None for a task


def file_of(task: str, cell: Cell, ending: str, folder: Path = MODELS) -> Path:
    """Find a file of a model: its `WEIGHTS`, its `SNAPSHOTS` along training or its `CARD`."""
    return folder / f"{Entry(task, cell).name}{ending}"


@cache
def load_card(task: str, cell: Cell) -> Card:
    """Read what is written about a model that ships."""
    return from_plain(Card, json.loads(file_of(task, cell, CARD).read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Recipe:
    """How one model is trained."""

    task: str  # of `TASKS`
    model: ModelConfig  # what is trained
    training: TrainingConfig  # how; its seed is replaced by those of `seeds`
    seeds: tuple[int, ...]  # all are trained, the best one is kept
    draws: int  # training sequences, drawn once; counting takes every n once instead
    data: str  # what is trained on, in one sentence
    selection: str  # how seed and epoch are chosen, in one sentence


def recipe_for(key: str, cell: Cell) -> Recipe:
    """Give the recipe of a task's model; the three cells of a task differ in the cell and at most in the learning rate."""
    task, training = TASKS[key], TRAININGS[key]
    training = replace(training, learning_rate=LEARNING_RATES.get((key, cell), training.learning_rate))
    sentences = _data_sentence(task), _selection_sentence(task)
    return Recipe(key, _model_for(task, cell), training, SEEDS[key], DRAWS[key], *sentences)


def _model_for(task: Task, cell: Cell) -> ModelConfig:
    many = len(task.inputs) > LEARNED_SIZE
    return ModelConfig(
        cell,
        input_size=LEARNED_SIZE if many else len(task.inputs),
        hidden_size=HIDDEN_SIZES[task.key],
        output_size=len(task.outputs),
        forget_bias=FORGET_BIASES[task.key],
        embedding="learned" if many else "one_hot",
        vocabulary_size=len(task.inputs),
        reads="every",
    )


def _data_sentence(task: Task) -> str:
    if isinstance(task, Counting):
        return f"Every n from 1 to {task.most}, each once per epoch, and nothing longer."
    drawn = f"{DRAWS[task.key]:,} sequences drawn once; at each step the aim is shared evenly among all right answers."
    if isinstance(task, Recall):
        drawn += " None of them is short: with short ones among them the RNN learns the task too."
    return drawn


def _selection_sentence(task: Task) -> str:
    seeds = SEEDS[task.key]
    which = f"Of {len(seeds)} seeds and all epochs" if len(seeds) > 1 else "Of all epochs"
    if isinstance(task, Counting):
        return (
            f"{which}, the one was kept that counts farthest, where n up to {COUNTED_IN_SELECTION} were tried; among equals "
            "the one with the lowest training loss. The settings themselves came out of some 95 tries with the LSTM and "
            "a few with the others, so this is a lucky find and no fair race."
        )
    return f"{which}, the one with the lowest loss on {VALIDATION_DRAWS} other sequences was kept."


def training_tokens(task: Task, recipe: Recipe) -> list[Tokens]:
    """Give the sequences that the weights are fitted to."""
    if isinstance(task, Counting):
        return [task.sequence(n) for n in range(1, task.most + 1)]
    return draws(task, recipe.draws, TRAINING)


def draws(task: Task, count: int, stream: int) -> list[Tokens]:
    """Draw sequences from what a task trains on; other streams give other sequences."""
    rng = np.random.default_rng(stream)
    return [task.draw(rng) for _ in range(count)]
