"""The race: every network trains ten updates in turn, with the one training loop of the project, and is then measured."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import torch

from lstm_viz.racing.config import UPDATES_PER_RECORD, RaceConfig
from lstm_viz.racing.gradients import gradient_by_step
from lstm_viz.racing.records import RaceRecord, RacerStatus, status_of
from lstm_viz.racing.tasks import FreshExamples, accuracy_of, held_out_batch, longest, model_config, race_loss
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.parameters import count_parameters
from lstm_viz.recurrent.specification import Cell
from lstm_viz.training.checkpoints import load_checkpoint, save_checkpoint
from lstm_viz.training.config import TrainingConfig
from lstm_viz.training.history import EpochRecord
from lstm_viz.training.loop import Trainer, never

GRADIENT_SEQUENCES = 4


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
        self.config, self.cell = config, cell
        self.model = build_model(model_config(config, cell), config.seed)
        self.trainer = Trainer(self.model, FreshExamples(config), None, race_loss, training_config(config))
        self.test = held_out_batch(config)
        self.sample = longest(self.test, GRADIENT_SEQUENCES)
        self.diverged = False
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
    return [bring_back(config, cell, start) for cell, start in starts.items()]


def bring_back(config: RaceConfig, cell: Cell, start: Start) -> Racer:
    """Make a network that goes on; one of whose records some are lost starts anew, and comes by the same numbers."""
    racer = Racer(config, cell, start)
    return racer if len(racer.history) == racer.trainer.epoch else Racer(config, cell)


def race(
    racers: Sequence[Racer], records: int = 0, should_stop: Callable[[], bool] = never
) -> Iterator[tuple[Racer, RaceRecord | None]]:
    """Let all networks train in turn until each is done.

    Args:
        racers: who takes part.
        records: at most so many for each; 0 sets no limit.
        should_stop: asked between two records.

    Yields:
        Who has trained, and its record; None where it has diverged.
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
