"""How each model of the zoo is trained: data, size, seeds. Read without torch."""

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.recurrent.specification import Cell, Embedding, ModelConfig
from lstm_viz.sequences.counting import Counting
from lstm_viz.sequences.recall import Recall
from lstm_viz.sequences.task import Task
from lstm_viz.sequences.tasks import TASKS
from lstm_viz.training.config import TrainingConfig

Tokens = tuple[str, ...]
TRAINING, VALIDATION, TEST = 1, 2, 3  # streams of random numbers that have nothing in common
COUNTED_IN_SELECTION = 100


@dataclass(frozen=True)
class Recipe:
    """Describe the training of one model.

    Args:
        task: a key of `TASKS`.
        model: what is trained.
        training: how; its seed is replaced by those of `seeds`.
        seeds: all are trained, the best one is kept.
        draws: training sequences, drawn once; counting takes every n once instead.
        data: what is trained on, in one sentence.
        selection: how seed and epoch are chosen, in one sentence.
    """

    task: str
    model: ModelConfig
    training: TrainingConfig
    seeds: tuple[int, ...]
    draws: int
    data: str
    selection: str


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


def recipe_for(key: str, cell: Cell) -> Recipe:
    """Give the recipe of a task's model; the three cells of a task differ in the cell and at most in the learning rate."""
    task = TASKS[key]
    training = TRAININGS[key]
    return Recipe(
        key,
        _model_for(task, cell),
        replace(training, learning_rate=LEARNING_RATES.get((key, cell), training.learning_rate)),
        SEEDS[key],
        DRAWS[key],
        _data_sentence(task),
        _selection_sentence(task),
    )


def _model_for(task: Task, cell: Cell) -> ModelConfig:
    many = len(task.inputs) > LEARNED_SIZE
    embedding: Embedding = "learned" if many else "one_hot"
    return ModelConfig(
        cell,
        input_size=LEARNED_SIZE if many else len(task.inputs),
        hidden_size=HIDDEN_SIZES[task.key],
        output_size=len(task.outputs),
        forget_bias=FORGET_BIASES[task.key],
        embedding=embedding,
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
