"""The sequences of a race, drawn with torch when they are needed, and the networks that learn them in turn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite

import numpy as np
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
    RaceRecord,
    RacerStatus,
    TaskName,
    most_counted,
    status_of,
)
from lstm_viz.recurrent.gradients import gradients_of, in_double, log_norm, trace_in_double
from lstm_viz.recurrent.layers import count_parameters
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import Cell, ModelConfig, Reads
from lstm_viz.recurrent.trace import Trace
from lstm_viz.sequences.labelled.digits import split_digits
from lstm_viz.sequences.tasks.catalogue import DISTRACTORS, Counting, Recall
from lstm_viz.sequences.tasks.task import END
from lstm_viz.training.checkpoints import load_checkpoint, save_checkpoint
from lstm_viz.training.config import EpochRecord, TrainingConfig
from lstm_viz.training.loop import Trainer, never

IGNORED = -100  # what `cross_entropy` passes over
TEST_SEQUENCES = 256
TEST_SEED = 1997
GRADIENT_SEQUENCES = 4
FLOOR = -330.0  # below the smallest float64: stands for a gradient that is exactly zero


@dataclass(frozen=True, eq=False)
class _Batch:
    """Sequences and their right answers."""

    inputs: Tensor  # (B, T, I)
    targets: Tensor  # (B, 1) numbers, or (B,) or (B, T) places of the right answers, `IGNORED` where none is scored
    scored: Tensor  # the steps after which an answer is scored, (B, T)

    def __len__(self) -> int:
        return len(self.inputs)


Draw = Callable[[int, int, Generator], _Batch]


@dataclass(frozen=True)
class Recipe:
    """What a network needs for a task: numbers per step, answers, when it answers, and how sequences are drawn."""

    input_size: int
    output_size: int
    reads: Reads
    draw: Draw


def _scored_at_the_end(inputs_BTI: Tensor, targets: Tensor) -> _Batch:
    scored = torch.zeros(inputs_BTI.shape[:2], dtype=torch.bool)
    scored[:, -1] = True
    return _Batch(inputs_BTI, targets, scored)


def _draw_adding(count: int, length: int, generator: Generator) -> _Batch:
    """Draw numbers, mark one in each half, ask for the sum of the two; the inputs of a step are number and mark."""
    numbers_BT = torch.rand(count, length, generator=generator)
    half = length // 2
    first = torch.randint(half, (count, 1), generator=generator)
    second = torch.randint(half, length, (count, 1), generator=generator)
    marks_BT = torch.zeros(count, length).scatter_(1, torch.cat([first, second], dim=1), 1.0)
    sums = (numbers_BT * marks_BT).sum(dim=1, keepdim=True)
    return _scored_at_the_end(torch.stack([numbers_BT, marks_BT], dim=2), sums)


def _draw_recall(count: int, length: int, generator: Generator) -> _Batch:
    """Draw one of four symbols, noise, and the question; symbols are one-hot in the order of `Recall.inputs`."""
    first = torch.randint(RECALLED, (count, 1), generator=generator)
    noise = RECALLED + torch.randint(len(DISTRACTORS), (count, length - 2), generator=generator)
    question = torch.full((count, 1), RECALLED + len(DISTRACTORS))
    tokens_BT = torch.cat([first, noise, question], dim=1)
    return _scored_at_the_end(F.one_hot(tokens_BT, len(Recall.inputs)).float(), first[:, 0])


def _draw_copy(count: int, length: int, generator: Generator) -> _Batch:
    """Draw symbols, blanks, the signal and as many blanks as there are answers; blank and signal come after the symbols."""
    symbols = torch.randint(COPY_SYMBOLS, (count, COPIED), generator=generator)
    tokens_BT = torch.full((count, length), COPY_SYMBOLS)
    tokens_BT[:, :COPIED] = symbols
    tokens_BT[:, -COPIED - 1] = COPY_SYMBOLS + 1
    targets_BT = torch.full((count, length), IGNORED)
    targets_BT[:, -COPIED:] = symbols
    return _Batch(F.one_hot(tokens_BT, COPY_SYMBOLS + 2).float(), targets_BT, targets_BT != IGNORED)


def _draw_counting(count: int, length: int, generator: Generator) -> _Batch:
    """Draw aⁿXbⁿ with every n equally likely; behind the end of a shorter one are zeros, and nothing is scored.

    Symbols are numbered as in `Counting.inputs`, answers as in `Counting.outputs`.
    """
    most = most_counted(length)
    n = torch.randint(1, most + 1, (count, 1), generator=generator)
    step = torch.arange(2 * most + 1)[None]
    inputs_BTI = torch.stack([step < n, step == n, (step > n) & (step <= 2 * n)], dim=2).float()
    scored = (step >= n) & (step <= 2 * n)
    b, end = Counting.outputs.index("b"), Counting.outputs.index(END)
    targets_BT = torch.where(scored, torch.where(step == 2 * n, end, b), IGNORED)
    return _Batch(inputs_BTI, targets_BT, scored)


@cache
def _digit_tensors() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return the digits to train on and to test with: pictures (N, 8, 8) and which digit each is, (N,)."""
    (pictures, labels), (test_pictures, test_labels) = split_digits()
    train = torch.from_numpy(pictures), torch.from_numpy(labels)
    return train, (torch.from_numpy(test_pictures), torch.from_numpy(test_labels))


def _draw_digits(count: int, length: int, generator: Generator) -> _Batch:
    (pictures, labels), _ = _digit_tensors()
    chosen = torch.randint(len(labels), (count,), generator=generator)
    return _scored_at_the_end(pictures[chosen], labels[chosen])


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
        """Draw as many examples as there are indices."""
        generator = generator or Generator().manual_seed(self.config.seed)
        drawn = RECIPES[self.config.task].draw(len(indices), self.config.length, generator)
        return drawn.inputs, drawn.targets


def held_out_batch(config: RaceConfig) -> _Batch:
    """Return the test sequences: drawn apart, the same for every network and every seed; digits never teach."""
    if config.task == "digits":
        return _scored_at_the_end(*_digit_tensors()[1])
    generator = Generator().manual_seed(TEST_SEED)
    return RECIPES[config.task].draw(TEST_SEQUENCES, config.length, generator)


def longest(batch: _Batch, count: int) -> _Batch:
    """Choose the sequences whose last answer comes latest."""
    step = torch.arange(1, batch.scored.shape[1] + 1)
    chosen = (batch.scored * step).amax(dim=1).argsort(descending=True, stable=True)[:count]
    return _Batch(batch.inputs[chosen], batch.targets[chosen], batch.scored[chosen])


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
    """Return the mean loss over all that is scored: squared error of numbers, cross-entropy of choices."""
    if targets.is_floating_point():
        return F.mse_loss(outputs, targets)
    return F.cross_entropy(outputs.flatten(0, -2), targets.flatten(), ignore_index=IGNORED)


def accuracy_of(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of sequences in which all that is scored is right; a number is right within 0.04."""
    if targets.is_floating_point():
        right = (outputs - targets).abs() < ADDING_TOLERANCE
    else:
        right = (outputs.argmax(dim=-1) == targets) | (targets == IGNORED)
    return float(right.reshape(len(right), -1).all(dim=1).float().mean())


def gradient_by_step(model: SequenceModel, batch: _Batch, config: RaceConfig) -> tuple[float, ...] | None:
    """Return log10 ‖dL/dh_t‖ at `config.gradient_steps`; None where it is not a number or infinite.

    The norm is over units and sequences, L the loss on the batch; −330 stands for a gradient that is exactly zero.
    """
    gradients_TBH = np.swapaxes(hidden_state_gradients(model, batch), 0, 1)
    logs = log_norm(gradients_TBH.reshape(len(gradients_TBH), -1))
    if np.isnan(logs).any() or np.isposinf(logs).any():
        return None
    return tuple(round(max(float(logs[step - 1]), FLOOR), 4) for step in config.gradient_steps)


def hidden_state_gradients(model: SequenceModel, batch: _Batch) -> np.ndarray:
    """Return dL/dh_t of a model with one layer, (B, T, H) in float64."""
    double = in_double(model)
    traces = [trace_in_double(double, sequence.numpy()) for sequence in batch.inputs.double()]
    (gradient,) = gradients_of([double] * len(traces), traces, _upstream_of_batch(double, traces, batch))
    gradients: np.ndarray = gradient["hidden_state_grad"]
    return gradients


def _upstream_of_batch(model: SequenceModel, traces: list[Trace], batch: _Batch) -> np.ndarray:
    """Return what the loss of a whole batch gives to each hidden state at once, (B, T, H)."""
    hidden_BTH = torch.tensor(np.stack([trace.layer()["hidden_state"] for trace in traces]), requires_grad=True)
    targets = batch.targets.double() if batch.targets.is_floating_point() else batch.targets
    with torch.enable_grad():
        read_BTH = hidden_BTH if model.config.reads == "every" else hidden_BTH[:, -1]
        (gradients_BTH,) = torch.autograd.grad(race_loss(model.head(read_BTH), targets), hidden_BTH)
    return gradients_BTH.numpy()


@dataclass(frozen=True, eq=False)
class Start:
    """Where a network begins: anew, or at a checkpoint with what was recorded up to it or beyond."""

    checkpoint: bytes | None = None
    history: tuple[RaceRecord, ...] = ()


class Racer:
    """One network on its way.

    The `Trainer`'s epoch is one record, `UPDATES_PER_RECORD` updates; its random state draws the sequences, so that all
    networks of a race see the same, and a checkpoint goes on with those that would have come.
    """

    def __init__(self, config: RaceConfig, cell: Cell, start: Start | None = None) -> None:
        start = start or Start()
        self.config, self.cell, self.diverged = config, cell, False
        self.model = build_model(model_config(config, cell), config.seed)
        self.trainer = Trainer(self.model, FreshExamples(config), None, race_loss, training_config(config))
        self.test = held_out_batch(config)
        self.sample = longest(self.test, GRADIENT_SEQUENCES)
        if start.checkpoint:
            load_checkpoint(self.trainer, start.checkpoint)
        self.history = list(start.history[: self.trainer.epoch])

    @property
    def status(self) -> RacerStatus:
        """How this network stands."""
        return status_of(self.config, self.history, self.diverged)

    def advance(self) -> RaceRecord | None:
        """Train ten updates and measure; None where the loss left the range of numbers."""
        epoch = next(self.trainer.epochs(), None)
        record = None if epoch is None else self._measure(epoch)
        if record is None or not isfinite(record.test_loss):
            self.diverged = True
            return None
        self.history.append(record)
        return record

    def checkpoint(self) -> bytes:
        """Write all that is needed to go on from here."""
        return save_checkpoint(self.trainer)

    @torch.no_grad()
    def _measure(self, epoch: EpochRecord) -> RaceRecord:
        outputs = self.model.eval()(self.test.inputs)
        before = self.history[-1].seconds if self.history else 0.0
        return RaceRecord(
            update=epoch.epoch * UPDATES_PER_RECORD,
            train_loss=epoch.train_loss,
            test_loss=race_loss(outputs, self.test.targets).item(),
            accuracy=accuracy_of(outputs, self.test.targets),
            gradient_norm=epoch.gradient_norm,
            seconds=epoch.seconds,
            gradient_by_step=gradient_by_step(self.model, self.sample, self.config),
            updates_per_second=UPDATES_PER_RECORD / max(epoch.seconds - before, 1e-9),
        )


def training_config(config: RaceConfig) -> TrainingConfig:
    """Describe the training of each network: Adam at a constant rate, without early stopping."""
    return TrainingConfig(
        learning_rate=config.learning_rate,
        schedule="constant",
        batch_size=config.batch_size,
        epochs=config.records,
        patience=0,
        gradient_clip=config.gradient_clip,
        seed=config.seed,
    )


def parameters_of(config: RaceConfig, cell: Cell) -> int:
    """Count the numbers that training changes in a network of the race."""
    return count_parameters(build_model(model_config(config, cell), config.seed))


def line_up(config: RaceConfig, starts: Mapping[Cell, Start] | None = None) -> list[Racer]:
    """Bring the networks to the start, or to where they were."""
    starts = starts if starts is not None else dict.fromkeys(config.cells, Start())
    return [restore_racer(config, cell, start) for cell, start in starts.items()]


def restore_racer(config: RaceConfig, cell: Cell, start: Start) -> Racer:
    """Make a network that goes on; one of whose records some are lost starts anew, and comes by the same numbers."""
    racer = Racer(config, cell, start)
    return racer if len(racer.history) == racer.trainer.epoch else Racer(config, cell)


def race(
    racers: Sequence[Racer], records: int = 0, should_stop: Callable[[], bool] = never
) -> Iterator[tuple[Racer, RaceRecord | None]]:
    """Let all networks train in turn until each is done: yields who has trained, and its record, None if it diverged.

    Args:
        records: at most so many for each; 0 sets no limit.
        should_stop: called between two records.
    """
    rounds = 0
    while not records or rounds < records:
        going = [racer for racer in racers if racer.status == "racing"]
        if not going:
            return
        for racer in going:
            if should_stop():
                return
            yield racer, racer.advance()
        rounds += 1


def race_alone(config: RaceConfig) -> list[Racer]:
    """Race to the end in this process, on one core."""
    torch.set_num_threads(1)
    racers = line_up(config)
    for _ in race(racers):
        pass
    return racers
