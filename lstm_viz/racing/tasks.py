"""The sequences of a race: drawn with torch when they are asked for, their right answers known."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from lstm_viz.racing.config import (
    ADDING_TOLERANCE,
    COPIED,
    COPY_SYMBOLS,
    DIGIT_CLASSES,
    DIGIT_ROWS,
    RECALLED,
    UPDATES_PER_RECORD,
    RaceConfig,
    TaskName,
    most_counted,
)
from lstm_viz.recurrent.specification import Cell, ModelConfig, Reads
from lstm_viz.sequences.counting import Counting
from lstm_viz.sequences.digits import split_digits
from lstm_viz.sequences.recall import DISTRACTORS, Recall
from lstm_viz.sequences.task import END

NOT_ASKED = -100  # what `cross_entropy` passes over
TEST_SEQUENCES = 256
TEST_SEED = 1997


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences and their right answers.

    Args:
        inputs: (B, T, I).
        targets: (B, 1) numbers, or (B,) or (B, T) places of the right answers, `NOT_ASKED` where nothing is asked.
        asked: the steps after which an answer is scored, (B, T).
    """

    inputs: Tensor
    targets: Tensor
    asked: Tensor

    def __len__(self) -> int:
        return len(self.inputs)


Draw = Callable[[int, int, Generator], Batch]


@dataclass(frozen=True)
class Recipe:
    """What a network needs for a task: numbers per step, answers, when it answers, and how sequences are drawn."""

    input_size: int
    output_size: int
    reads: Reads
    draw: Draw


def _asked_at_the_end(inputs_BTI: Tensor, targets: Tensor) -> Batch:
    asked = torch.zeros(inputs_BTI.shape[:2], dtype=torch.bool)
    asked[:, -1] = True
    return Batch(inputs_BTI, targets, asked)


def _draw_adding(count: int, length: int, generator: Generator) -> Batch:
    """Draw numbers, mark one in each half, ask for the sum of the two; the inputs of a step are number and mark."""
    numbers_BT = torch.rand(count, length, generator=generator)
    half = length // 2
    first = torch.randint(half, (count, 1), generator=generator)
    second = torch.randint(half, length, (count, 1), generator=generator)
    marks_BT = torch.zeros(count, length).scatter_(1, torch.cat([first, second], dim=1), 1.0)
    sums = (numbers_BT * marks_BT).sum(dim=1, keepdim=True)
    return _asked_at_the_end(torch.stack([numbers_BT, marks_BT], dim=2), sums)


def _draw_recall(count: int, length: int, generator: Generator) -> Batch:
    """Draw one of four symbols, noise, and the question; symbols are one-hot in the order of `Recall.inputs`."""
    first = torch.randint(RECALLED, (count, 1), generator=generator)
    noise = RECALLED + torch.randint(len(DISTRACTORS), (count, length - 2), generator=generator)
    question = torch.full((count, 1), RECALLED + len(DISTRACTORS))
    tokens_BT = torch.cat([first, noise, question], dim=1)
    return _asked_at_the_end(F.one_hot(tokens_BT, len(Recall.inputs)).float(), first[:, 0])


def _draw_copy(count: int, length: int, generator: Generator) -> Batch:
    """Draw symbols, blanks, the signal and as many blanks as there are answers; blank and signal come after the symbols."""
    symbols = torch.randint(COPY_SYMBOLS, (count, COPIED), generator=generator)
    tokens_BT = torch.full((count, length), COPY_SYMBOLS)
    tokens_BT[:, :COPIED] = symbols
    tokens_BT[:, -COPIED - 1] = COPY_SYMBOLS + 1
    targets_BT = torch.full((count, length), NOT_ASKED)
    targets_BT[:, -COPIED:] = symbols
    return Batch(F.one_hot(tokens_BT, COPY_SYMBOLS + 2).float(), targets_BT, targets_BT != NOT_ASKED)


def _draw_counting(count: int, length: int, generator: Generator) -> Batch:
    """Draw aⁿXbⁿ with every n equally likely; behind the end of a shorter one are zeros, and nothing is asked.

    Symbols are numbered as in `Counting.inputs`, answers as in `Counting.outputs`.
    """
    most = most_counted(length)
    n = torch.randint(1, most + 1, (count, 1), generator=generator)
    step = torch.arange(2 * most + 1)[None]
    inputs_BTI = torch.stack([step < n, step == n, (step > n) & (step <= 2 * n)], dim=2).float()
    asked = (step >= n) & (step <= 2 * n)
    b, end = Counting.outputs.index("b"), Counting.outputs.index(END)
    targets_BT = torch.where(asked, torch.where(step == 2 * n, end, b), NOT_ASKED)
    return Batch(inputs_BTI, targets_BT, asked)


@cache
def _digit_tensors() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Give the digits to train on and to test with: pictures (N, 8, 8) and which digit each is, (N,)."""
    (pictures, labels), (test_pictures, test_labels) = split_digits()
    train = torch.from_numpy(pictures), torch.from_numpy(labels)
    return train, (torch.from_numpy(test_pictures), torch.from_numpy(test_labels))


def _draw_digits(count: int, length: int, generator: Generator) -> Batch:
    """Draw from the digits that are trained on; a row is a step."""
    (pictures, labels), _ = _digit_tensors()
    chosen = torch.randint(len(labels), (count,), generator=generator)
    return _asked_at_the_end(pictures[chosen], labels[chosen])


RECIPES: dict[TaskName, Recipe] = {
    "adding": Recipe(2, 1, "last", _draw_adding),
    "recall": Recipe(len(Recall.inputs), RECALLED, "last", _draw_recall),
    "copy": Recipe(COPY_SYMBOLS + 2, COPY_SYMBOLS, "every", _draw_copy),
    "counting": Recipe(len(Counting.inputs), len(Counting.outputs), "every", _draw_counting),
    "digits": Recipe(DIGIT_ROWS, DIGIT_CLASSES, "last", _draw_digits),
}


class FreshExamples:
    """Examples for one record, new each time."""

    def __init__(self, config: RaceConfig) -> None:
        self.config = config

    def __len__(self) -> int:
        return UPDATES_PER_RECORD * self.config.batch_size

    def batch(self, indices: Tensor, generator: Generator | None = None) -> tuple[Tensor, Tensor]:
        """Draw as many examples as are asked for."""
        generator = generator or Generator().manual_seed(self.config.seed)
        drawn = RECIPES[self.config.task].draw(len(indices), self.config.length, generator)
        return drawn.inputs, drawn.targets


def held_out_batch(config: RaceConfig) -> Batch:
    """Give the sequences that are tested on: drawn apart, the same for every network and every seed; digits never teach."""
    if config.task == "digits":
        return _asked_at_the_end(*_digit_tensors()[1])
    generator = Generator().manual_seed(TEST_SEED)
    return RECIPES[config.task].draw(TEST_SEQUENCES, config.length, generator)


def longest(batch: Batch, count: int) -> Batch:
    """Choose the sequences whose last answer comes latest."""
    step = torch.arange(1, batch.asked.shape[1] + 1)
    chosen = (batch.asked * step).amax(dim=1).argsort(descending=True, stable=True)[:count]
    return Batch(batch.inputs[chosen], batch.targets[chosen], batch.asked[chosen])


def model_config(config: RaceConfig, cell: Cell) -> ModelConfig:
    """Describe the network with which a cell takes part."""
    recipe = RECIPES[config.task]
    return ModelConfig(
        cell=cell,
        input_size=recipe.input_size,
        hidden_size=config.hidden_size,
        output_size=recipe.output_size,
        forget_bias=config.forget_bias,
        reads=recipe.reads,
        initialization=config.initialization,
    )


def race_loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Give the mean loss over all that was asked: squared error of numbers, cross-entropy of choices."""
    if targets.is_floating_point():
        return F.mse_loss(outputs, targets)
    return F.cross_entropy(outputs.flatten(0, -2), targets.flatten(), ignore_index=NOT_ASKED)


def accuracy_of(outputs: Tensor, targets: Tensor) -> float:
    """Give the share of sequences in which all that was asked is right; a number is right within 0.04."""
    if targets.is_floating_point():
        right = (outputs - targets).abs() < ADDING_TOLERANCE
    else:
        right = (outputs.argmax(dim=-1) == targets) | (targets == NOT_ASKED)
    return float(right.reshape(len(right), -1).all(dim=1).float().mean())
