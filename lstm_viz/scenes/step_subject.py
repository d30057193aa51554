"""An untrained model for any text, whose numbers stay when the text changes.

The recurrent weights depend on the seed, the cell and the sizes alone. Each token's vector and its row of the head are drawn
from the seed and the token itself: a word keeps its numbers wherever it stands and whatever stands around it.
"""

import hashlib
import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from lstm_viz.errors import SettingsError
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.recurrent.layers import LayeredModel
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import Cell, ModelConfig

Answers = tuple[tuple[int, ...], ...]
_Asks = Literal["token", "class", "values"]
EMBEDDING_SIZE = 8
MAX_SHOWN = 262_144  # steps × units × lanes: about 20 MB
TABLES = 20  # numbers per step of each unit; what is read and answered may take as many bytes as all units


def untrained_model(
    cell: Cell, vocabulary: tuple[str, ...], seed: int, hidden_size: int, forget_bias: float
) -> SequenceModel:
    """Build a model that names the next token among those of the text, and has learned nothing yet.

    As in torch, token vectors are standard normal and rows of the head uniform within ±1/√H.
    """
    sizes: Any = {"cell": cell, "input_size": EMBEDDING_SIZE, "hidden_size": hidden_size, "forget_bias": forget_bias}
    one_token = ModelConfig(**sizes, embedding="learned", vocabulary_size=1)
    known = len(vocabulary)
    model = build_model(replace(one_token, output_size=known, vocabulary_size=known, reads="every"), seed)
    model.rnn.load_state_dict(build_model(one_token, seed).rnn.state_dict())
    assert model.embed is not None
    with torch.no_grad():
        model.embed.weight.copy_(torch.stack([_token_vector(token, seed) for token in vocabulary]))
        model.head.weight.copy_(torch.stack([_token_row(token, seed, hidden_size) for token in vocabulary]))
        model.head.bias.zero_()
    return model.eval()


def _token_vector(token: str, seed: int) -> Tensor:
    return torch.as_tensor(_randomness(token, seed, "vector").standard_normal(EMBEDDING_SIZE), dtype=torch.float32)


def _token_row(token: str, seed: int, hidden_size: int) -> Tensor:
    limit = 1 / math.sqrt(hidden_size)
    row = _randomness(token, seed, "row").uniform(-limit, limit, hidden_size)
    return torch.as_tensor(row, dtype=torch.float32)


def _randomness(token: str, seed: int, purpose: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}\0{purpose}\0{token}".encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))


@dataclass(frozen=True, eq=False)
class _SeriesView:
    """What a forecasting model reads and should forecast, in the unit of the file."""

    name: str  # of the series
    stamps: tuple[str, ...]  # of the rows read and of the rows to forecast, as text
    read: np.ndarray  # the rows read, (W,)
    truth: np.ndarray  # what came, (H,); NaN where it is not known


@dataclass(frozen=True, eq=False)
class Subject:
    """One model over one sequence."""

    model: LayeredModel  # in evaluation mode
    sequence: np.ndarray  # token indices (T,), or features (T, I)
    labels: tuple[str, ...]  # what stands on the ribbon, (T,)
    vocabulary: tuple[str, ...] = ()  # tokens that it can read; empty where it reads numbers
    outputs: tuple[str, ...] = ()  # names of the head's outputs; empty where it forecasts
    answers: Answers = ()  # places in `outputs` that are right after each step; empty where nothing is scored
    experiment: ForecastExperiment | None = None  # of a forecasting model, to bring answers into the unit of the file
    series: _SeriesView | None = None
    asks: _Asks = "token"  # whether the outputs are tokens that may come next, classes of the sequence, or plain values
    picture: np.ndarray | None = None  # grey values from 0 (paper) to 1 (ink), (T, I), if each step is a row

    @property
    def chooses(self) -> bool:
        """Whether it gives each of its outputs a probability."""
        return bool(self.outputs) and self.asks != "values"


def next_tokens(sequence: np.ndarray) -> Answers:
    """Give the token after each step as the one right answer; after the last nothing is known."""
    return (*((int(token),) for token in sequence[1:]), ())


def forecast_subject(experiment: ForecastExperiment) -> Subject:
    """Let a trained forecaster read the window before the held-out rows, the first whose answer can be checked."""
    config, split, series = experiment.config, experiment.split, experiment.series
    rows = slice(split.train_end - config.window, split.train_end)
    stamps = tuple(str(stamp) for stamp in shortened(series.ds[rows.start : rows.stop + config.horizon]))
    truth = np.full(config.steps_answered, np.nan)
    known = series.y[split.train_end : split.train_end + config.steps_answered]
    truth[: len(known)] = known
    view = _SeriesView(series.name, stamps[: config.window + len(truth)], series.y[rows], truth)
    inputs = experiment.window_read(split.train_end)
    return Subject(experiment.model.eval(), inputs, stamps[: config.window], experiment=experiment, series=view)


def shortened(stamps: np.ndarray) -> np.ndarray:
    """Write time stamps as short as possible: whole days without hours, whole months without days."""
    if not np.issubdtype(stamps.dtype, np.datetime64):
        return stamps
    for unit in ("Y", "M", "D", "m", "s"):
        coarse = stamps.astype(f"datetime64[{unit}]")
        if (coarse.astype(stamps.dtype) == stamps).all():
            return np.datetime_as_string(coarse)
    return np.datetime_as_string(stamps)


def require_drawable(subject: Subject, lanes: int, layer: int = 0) -> None:
    """Refuse more numbers of a layer than a browser should be given at once with a `SettingsError`."""
    config, steps = subject.model.config, len(subject.sequence)
    units, most = config.sizes[layer], MAX_SHOWN // lanes
    if steps * units > most:
        raise SettingsError(
            f"{steps} steps × {units} units in {lanes} lanes are more than can be shown at once. Use at most "
            f"{most // units} steps, {most // steps} units, or fewer lanes."
        )
    read, answered = subject.model.layers_at(layer)[0].W.shape[1], config.output_size
    if steps * (read + answered) > most * TABLES:
        raise SettingsError(
            f"{steps} steps of {read:,} numbers that are read and {answered:,} answers in {lanes} lanes are more than can "
            f"be shown at once. Use at most {most * TABLES // (read + answered)} steps, a smaller model, or fewer lanes."
        )
