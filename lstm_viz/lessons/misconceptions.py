"""Misconceptions that tutorials repeat, each with numbers that settle it, measured on demand."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from lstm_viz.recurrent.gradients import gradients_of, in_double, log_norm, trace_in_double
from lstm_viz.recurrent.initialization import RandomSource, initialize, set_forget_bias
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import Cell, ModelConfig
from lstm_viz.recurrent.trace import trace_model
from lstm_viz.tables import load_sample

BATCH, STEPS, INPUTS, UNITS = 8, 8, 4, 6
FAR = 100  # steps between the loss and the first input
GRADIENT_UNITS, GRADIENT_SEEDS = 16, 5
HELD_OUT, SEEDS = 36, 12
_WINDOW, _SCALING_UNITS, _RIDGE = 12, 32, 1e-5

_Limits = tuple[float, float]


@dataclass(frozen=True)
class Figure:
    """One number that was measured."""

    words: str  # what was measured
    value: float
    text: str  # the value as it is shown


@dataclass(frozen=True)
class Evidence:
    """What was measured."""

    figures: tuple[Figure, ...]  # the decisive one first, then what it is compared with
    method: str  # what was measured, and how


@contextmanager
def drawn(seed: int) -> Iterator[Generator]:
    """Seed the layers made in here, without gradients; numbers are drawn from the generator that is given."""
    with RandomSource(seed) as source, torch.no_grad():
        yield source.generator


def plain(words: str, value: float, digits: int = 2) -> Figure:
    """Write a number with a true minus sign."""
    return Figure(words, value, f"{value:.{digits}f}".replace("-", "−"))


def _gap(words: str, one: Tensor, other: Tensor) -> Figure:
    """Measure the largest difference; exactly 0 is written as such."""
    value = float((one - other).abs().max())
    text = f"{value:.3f}" if value >= 0.001 else f"{value:.0e}".replace("e-0", "e−")
    return Figure(words, value, text if value else "0")


def _cell_state_is_no_gate(seed: int = 0) -> Evidence:
    model = build_model(ModelConfig("lstm", INPUTS, UNITS), seed)
    layer = trace_model(model, 2 * np.random.default_rng(seed).normal(size=(12, INPUTS))).layer()
    c_n, forget = layer["cell_state"][-1], layer["forget_gate"][-1]
    unit = int(np.argmin(c_n))
    return Evidence(
        (
            plain(f"c_n in unit {unit + 1}", float(c_n[unit])),
            plain("its forget gate at that step", float(forget[unit])),
            plain("largest difference over the units", float(np.abs(c_n - forget).max())),
        ),
        f"An LSTM of {UNITS} units after 12 random inputs, seed {seed}. A gate lies between 0 and 1; a memory need not.",
    )


def last_output_is_not_h_n(seed: int = 0) -> Evidence:
    """Compare the last output of a bidirectional layer with its h_n, half by half."""
    with drawn(seed) as generator:
        layer = nn.LSTM(INPUTS, UNITS, batch_first=True, bidirectional=True)
        output, (h_n, _) = layer(torch.randn(BATCH, STEPS, INPUTS, generator=generator))
    forward, backward = output[:, -1].split(UNITS, dim=1)
    return Evidence(
        (
            _gap("backward half of output[:, −1], off from h_n by", backward, h_n[1]),
            _gap("its forward half, off by", forward, h_n[0]),
            _gap("backward half of output[:, 0], off by", output[:, 0, UNITS:], h_n[1]),
        ),
        f"A bidirectional LSTM on {BATCH} sequences of {STEPS} steps, seed {seed}. At the last step the backward direction "
        "has read only one input.",
    )


class _Carrying(nn.Module):
    """An LSTM that continues from where it stopped; its attribute `state` holds the state."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(INPUTS, UNITS)
        self.state: tuple[Tensor, Tensor] | None = None

    def forward(self, inputs_TBI: Tensor) -> Tensor:
        """Continue reading; return the hidden state of every step."""
        output: Tensor
        output, self.state = self.rnn(inputs_TBI, self.state)
        return output


def _wrong_name_resets_nothing(seed: int = 0) -> Evidence:
    with drawn(seed) as generator:
        model, inputs = _Carrying(), torch.randn(STEPS, 1, INPUTS, generator=generator)
        first = model(inputs)
        model.hidden = None  # type: ignore[assignment]  # no such attribute: torch accepts it silently
        after_wrong = model(inputs)
        model.state = None
        after_right = model(inputs)
    return Evidence(
        (
            _gap("after the wrong reset, the same input gives outputs off by", first, after_wrong),
            _gap("after the right one, off by", first, after_right),
        ),
        f"An LSTM of {UNITS} units reads the same {STEPS} steps again, seed {seed}. Python sets any attribute you name, so "
        "there is no error.",
    )


def _default_lstm_vanishes(seed: int = 0) -> Evidence:
    cells: tuple[tuple[str, Cell, float | None], ...] = (
        (f"left of a gradient {FAR} steps back, LSTM as torch initializes it", "lstm", None),
        ("forget bias 1", "lstm", 1.0),
        ("forget bias 2", "lstm", 2.0),
        ("forget bias 3", "lstm", 3.0),
        ("plain RNN", "rnn", None),
    )
    left = [(words, gradient_left(cell, bias, seed)) for words, cell, bias in cells]
    return Evidence(
        tuple(Figure(words, log, power(log)) for words, log in left),
        f"Size of ∂L/∂h at the first of {FAR} steps, divided by that at the last, where the loss is: "
        f"{GRADIENT_UNITS} units, mean of the logarithm over seeds {seed} to {seed + GRADIENT_SEEDS - 1}.",
    )


def gradient_left(cell: Cell, bias: float | None, seed: int) -> float:
    """Return log10 of the gradient at the first step over that at the last, mean over seeds."""
    seeds = range(seed, seed + GRADIENT_SEEDS)
    models = [untrained(cell, bias, each) for each in seeds]
    inputs = [np.random.default_rng(each).normal(size=(FAR, INPUTS)) for each in seeds]
    traces = list(map(trace_in_double, models, inputs))
    upstream = np.zeros((len(models), FAR, GRADIENT_UNITS))
    upstream[:, -1] = [np.random.default_rng(each).normal(size=GRADIENT_UNITS) for each in seeds]
    norms = log_norm(gradients_of(models, traces, upstream)[0]["hidden_state_grad"])
    return float((norms[:, 0] - norms[:, -1]).mean())


def untrained(cell: Cell, bias: float | None, seed: int) -> SequenceModel:
    """Build a model as torch initializes it, or with a forget bias."""
    model = build_model(ModelConfig(cell, INPUTS, GRADIENT_UNITS), seed)
    with drawn(seed):
        initialize(model.rnn, "torch")
    if bias is not None and isinstance(model.rnn, nn.LSTM):
        set_forget_bias(model.rnn, bias)
    return in_double(model)


def power(log: float) -> str:
    """Write 10 to a power, as a plain number where it is not small.

    >>> power(-20.3), power(-0.3)
    ('5·10⁻²¹', '0.50')
    """
    if log > -2:
        return f"{10**log:.2f}"
    exponent = math.floor(log)
    lead = round(10 ** (log - exponent))
    exponent, lead = (exponent + 1, 1) if lead == 10 else (exponent, lead)
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{lead}·10{raised}".removeprefix("1·")


def _minus_one_takes_an_example(seed: int = 0) -> Evidence:
    with drawn(seed) as generator:
        layer = nn.LSTM(INPUTS, UNITS, batch_first=True)
        output, (h_n, _) = layer(torch.randn(BATCH, STEPS, INPUTS, generator=generator))
    return Evidence(
        (
            _gap("output[−1], off from the last states by", output[-1], h_n[0]),
            _gap("output[:, −1], off by", output[:, -1], h_n[0]),
        ),
        f"{BATCH} sequences of {STEPS} steps, seed {seed}: output[−1] is {tuple(output[-1].shape)}, all steps of the last "
        f"sequence; output[:, −1] is {tuple(output[:, -1].shape)} too. The shapes agree, so there is no error.",
    )


def padding_is_read(seed: int = 0) -> Evidence:
    """Compare the last state of a padded sequence with that of the sequence alone."""
    with drawn(seed) as generator:
        layer = nn.LSTM(INPUTS, UNITS, batch_first=True)
        inputs = torch.randn(1, STEPS, INPUTS, generator=generator)
        padded = torch.cat([inputs, torch.zeros(1, STEPS, INPUTS)], dim=1)
        alone = layer(inputs)[1][0]
        naive = layer(padded)[1][0]
        packed = layer(pack_padded_sequence(padded, torch.tensor([STEPS]), batch_first=True))[1][0]
    return Evidence(
        (_gap("padded with zeros, last state off by", alone, naive), _gap("packed, off by", alone, packed)),
        f"{STEPS} steps, then {STEPS} zeros, seed {seed}. An input of 0 still moves the state: U·h and the biases remain.",
    )


def softmax_twice(seed: int = 0, classes: int = 10) -> Evidence:
    """Return the loss of perfect answers, with a redundant softmax and without."""
    with drawn(seed) as generator:
        right = torch.randint(classes, (64,), generator=generator)
        logits = 40.0 * nn.functional.one_hot(right, classes).float()
        twice = float(nn.CrossEntropyLoss()(logits.softmax(dim=1), right))
        once = float(nn.CrossEntropyLoss()(logits, right))
    pull_twice, pull_once = (_pull_on_a_wrong_answer(classes, softmax_first) for softmax_first in (True, False))
    return Evidence(
        (
            plain("loss with every answer right, after a softmax", twice, 3),
            plain("on the logits themselves", once, 3),
            plain("gradient of a confident wrong answer, after a softmax", pull_twice, 4),
            plain("on the logits themselves", pull_once, 4),
        ),
        f"64 confident, correct answers among {classes} classes; then one that is confident of a wrong class (logit 8). The "
        "loss applies its own softmax: given probabilities it can never fall below this.",
    )


def _pull_on_a_wrong_answer(classes: int, softmax_first: bool) -> float:
    logits = torch.zeros(1, classes)
    logits[0, 0] = 8.0
    logits.requires_grad_()
    with torch.enable_grad():
        answer = logits.softmax(dim=1) if softmax_first else logits
        nn.CrossEntropyLoss()(answer, torch.tensor([1])).backward()
    assert logits.grad is not None
    return float(logits.grad.norm())


def dropout_needs_two_layers(seed: int = 0) -> Evidence:
    """Run layers twice in training mode: dropout would make the two runs differ."""
    return Evidence(
        (
            _twice_in_training("one layer with dropout 0.5: two runs in training differ by", 1, seed),
            _twice_in_training("two layers: they differ by", 2, seed),
        ),
        f"The same input twice, seed {seed}. torch applies dropout between layers, and none after the last one.",
    )


def _twice_in_training(words: str, layers: int, seed: int) -> Figure:
    with drawn(seed) as generator:
        stack = nn.LSTM(INPUTS, UNITS, num_layers=layers).train()
        stack.dropout = 0.5  # as the constructor sets it, without its warning
        inputs = torch.randn(STEPS, BATCH, INPUTS, generator=generator)
        return _gap(words, stack(inputs)[0], stack(inputs)[0])


def _scaling_leaks(seed: int = 0, held_out: int = HELD_OUT) -> Evidence:
    series = passengers()
    known = series[:-held_out]
    honest, leaked = limits(known), limits(series)
    seeds = range(seed, seed + SEEDS)
    scores = np.array([[score(series, held_out, scale, each) for scale in (honest, leaked)] for each in seeds])
    mean = scores.mean(axis=0)
    change = 100 * float(mean[1] / mean[0] - 1)
    better = int((scores[:, 1] < scores[:, 0]).sum())
    return Evidence(
        (
            Figure("largest value, fitted on all months", leaked[1], f"{leaked[1]:.0f}"),
            Figure("fitted on the training months", honest[1], f"{honest[1]:.0f}"),
            plain("RMSE, scaled by all months", float(mean[1]), 1),
            plain("RMSE, scaled by the training months", float(mean[0]), 1),
            Figure("so the leak changes this score by", change, f"{change:+.1f}%".replace("-", "−")),
        ),
        f"Airline passengers, the last {held_out} of {len(series)} months held out; the minimum is {leaked[0]:.0f} for all "
        f"and {honest[0]:.0f} for the training months. An untrained LSTM of {_SCALING_UNITS} units with a least-squares "
        f"head, one month ahead; mean over seeds {seed} to {seeds[-1]}. The leak looks better in {better} of {SEEDS}.",
    )


def passengers() -> np.ndarray:
    """Read the series."""
    return load_sample("airline_passengers").frame["passengers"].astype(float).to_numpy()


def limits(values: np.ndarray) -> _Limits:
    """Return what a min-max scaler learns."""
    return float(values.min()), float(values.max())


def score(series: np.ndarray, held_out: int, scale: _Limits, seed: int) -> float:
    """Return the RMSE one month ahead of an untrained LSTM whose head is fitted by least squares: no luck of training."""
    low, high = scale
    scaled = (series - low) / (high - low)
    windows = np.lib.stride_tricks.sliding_window_view(scaled, _WINDOW)[:-1]
    with drawn(seed):
        layer = torch.nn.LSTM(1, _SCALING_UNITS, batch_first=True).double()
        states = layer(torch.tensor(windows[:, :, None]))[1][0][0].numpy()
    features = np.column_stack([states, np.ones(len(states))])
    train = len(series) - held_out - _WINDOW
    known, target = features[:train], scaled[_WINDOW:][:train]
    ridge = _RIDGE * np.eye(_SCALING_UNITS + 1)
    head = np.linalg.solve(known.T @ known + ridge, known.T @ target)
    errors = (features[train:] @ head - scaled[_WINDOW:][train:]) * (high - low)
    return float(np.sqrt((errors**2).mean()))


@dataclass(frozen=True)
class Myth:
    """A common misconception."""

    key: str  # its name in the address
    claim: str  # as it is usually stated
    truth: str
    wrong: str  # one line of code
    right: str  # one line of code
    measure: Callable[[int], Evidence]  # gives the numbers for a seed


MYTHS = (
    Myth(
        "c_n",
        "“c_n is the value of the forget gate.”",
        "c_n is the cell state after the last step, the memory itself. PyTorch returns no gates at all: they must be "
        "computed from the weights, as above.",
        "output, (h_n, forget_gate) = lstm(x)",
        "output, (h_n, c_n) = lstm(x)",
        _cell_state_is_no_gate,
    ),
    Myth(
        "last_output",
        "“The last output of a bidirectional layer is its final state.”",
        "Only half of it is. The backward direction ends at the first step; at the last one it has only begun.",
        "summary = output[:, -1]",
        "summary = torch.cat([h_n[-2], h_n[-1]], dim=1)",
        last_output_is_not_h_n,
    ),
    Myth(
        "hidden",
        "“Setting model.hidden resets the state for every sequence.”",
        "Only if the model reads that very attribute. Under any other name nothing is reset, nothing warns you, and "
        "the state of one sequence is carried into the next.",
        "model.hidden = None  # while forward() reads self.state",
        "model.state = None",
        _wrong_name_resets_nothing,
    ),
    Myth(
        "vanishing",
        "“An LSTM does not suffer from vanishing gradients.”",
        "With torch’s initialization it is hardly better than a plain RNN: its forget gates are near ½, and ½ to the "
        "power of 100 is next to nothing. Raising the forget bias makes the difference.",
        "lstm = nn.LSTM(4, 16)",
        "lstm.bias_ih_l0.data[16:32] = 1.0; lstm.bias_hh_l0.data[16:32] = 0.0",
        _default_lstm_vanishes,
    ),
    Myth(
        "scaling",
        "“Scale the whole series first, then split it.”",
        "Then the scaler knows the largest value of months that are still to come. Whether that improves the score or "
        "hardly changes it: it is no longer a score on unseen data.",
        "scaler.fit(series); train, test = split(series)",
        "train, test = split(series); scaler.fit(train)",
        _scaling_leaks,
    ),
    Myth(
        "minus_one",
        "“output[-1] is the last step.”",
        "With batch_first=True the batch comes first: output[-1] is all steps of the last sequence. h_n is always "
        "(layers, batch, units), whatever batch_first says.",
        "last = output[-1]",
        "last = output[:, -1]",
        _minus_one_takes_an_example,
    ),
    Myth(
        "padding",
        "“Padding with zeros does not change the result.”",
        "A zero is an input like any other: the state keeps changing during the padding. Pack the sequences, or take "
        "each state at the last step of its sequence.",
        "_, (h_n, _) = lstm(padded)",
        "_, (h_n, _) = lstm(pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False))",
        padding_is_read,
    ),
    Myth(
        "softmax",
        "“A classifier ends in a softmax, and then comes the cross-entropy.”",
        "nn.CrossEntropyLoss applies the softmax itself. With two of them the loss cannot get near 0, and its "
        "gradient is weak where it is needed.",
        "loss = nn.CrossEntropyLoss()(logits.softmax(dim=1), target)",
        "loss = nn.CrossEntropyLoss()(logits, target)",
        softmax_twice,
    ),
    Myth(
        "dropout",
        "“nn.LSTM(dropout=0.5) drops half of the hidden states.”",
        "Only between layers. A single layer drops nothing, and no layer drops anything between steps.",
        "lstm = nn.LSTM(4, 6, dropout=0.5)",
        "lstm, drop = nn.LSTM(4, 6), nn.Dropout(0.5)  # drop(output)",
        dropout_needs_two_layers,
    ),
)
BY_KEY = {myth.key: myth for myth in MYTHS}
