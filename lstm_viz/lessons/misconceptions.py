"""Misconceptions that tutorials repeat, each with the number that settles it, measured when it is asked for."""

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
    """Draw from a seed in here, without gradients; layers do so by themselves, numbers from the generator that is given."""
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
    """Hold the last output of a bidirectional layer against its h_n, half by half."""
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
        f"A bidirectional LSTM on {BATCH} sequences of {STEPS} steps, seed {seed}. At the last step the backward "
        "direction has read one input only.",
    )


class _Carrying(nn.Module):
    """An LSTM that goes on from where it stopped; its state is under `state`."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(INPUTS, UNITS)
        self.state: tuple[Tensor, Tensor] | None = None

    def forward(self, inputs_TBI: Tensor) -> Tensor:
        """Read on; give the hidden state of every step."""
        output: Tensor
        output, self.state = self.rnn(inputs_TBI, self.state)
        return output


def _wrong_name_resets_nothing(seed: int = 0) -> Evidence:
    """Read one input three times: at first, after a reset under a wrong name, and after a true one."""
    with drawn(seed) as generator:
        model, inputs = _Carrying(), torch.randn(STEPS, 1, INPUTS, generator=generator)
        first = model(inputs)
        model.hidden = None  # type: ignore[assignment]  # no such attribute: torch takes it without a word
        after_wrong = model(inputs)
        model.state = None
        after_right = model(inputs)
    return Evidence(
        (
            _gap("after the wrong reset, the same input gives outputs off by", first, after_wrong),
            _gap("after the right one, off by", first, after_right),
        ),
        f"An LSTM of {UNITS} units reads the same {STEPS} steps again, seed {seed}. Python sets any attribute that you "
        "name, so no error tells.",
    )


def _default_lstm_vanishes(seed: int = 0) -> Evidence:
    """Measure how much of a gradient is left after 100 steps back, in untrained cells."""
    cells: tuple[tuple[str, Cell, float | None], ...] = (
        (f"left of a gradient {FAR} steps back, LSTM as torch starts it", "lstm", None),
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
    """Give log10 of the gradient at the first step over that at the last, mean over seeds."""
    seeds = range(seed, seed + GRADIENT_SEEDS)
    models = [untrained(cell, bias, each) for each in seeds]
    inputs = [np.random.default_rng(each).normal(size=(FAR, INPUTS)) for each in seeds]
    traces = list(map(trace_in_double, models, inputs))
    upstream = np.zeros((len(models), FAR, GRADIENT_UNITS))
    upstream[:, -1] = [np.random.default_rng(each).normal(size=GRADIENT_UNITS) for each in seeds]
    norms = log_norm(gradients_of(models, traces, upstream)[0]["hidden_state_grad"])
    return float((norms[:, 0] - norms[:, -1]).mean())


def untrained(cell: Cell, bias: float | None, seed: int) -> SequenceModel:
    """Make a model as torch starts it, or with a forget bias."""
    model = build_model(ModelConfig(cell, INPUTS, GRADIENT_UNITS), seed)
    with drawn(seed):
        initialize(model.rnn, "torch")
    if bias is not None and isinstance(model.rnn, nn.LSTM):
        set_forget_bias(model.rnn, bias)
    return in_double(model)


def power(log: float) -> str:
    """Write a power of ten: as one where it is small, as a number where it can be read.

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
    """Hold output[-1] of a layer with batch_first=True against the last states."""
    with drawn(seed) as generator:
        layer = nn.LSTM(INPUTS, UNITS, batch_first=True)
        output, (h_n, _) = layer(torch.randn(BATCH, STEPS, INPUTS, generator=generator))
    return Evidence(
        (
            _gap("output[−1], off from the last states by", output[-1], h_n[0]),
            _gap("output[:, −1], off by", output[:, -1], h_n[0]),
        ),
        f"{BATCH} sequences of {STEPS} steps, seed {seed}: output[−1] is {tuple(output[-1].shape)}, all steps of the last "
        f"sequence; output[:, −1] is {tuple(output[:, -1].shape)} too. Shapes agree, so nothing complains.",
    )


def padding_is_read(seed: int = 0) -> Evidence:
    """Hold the last state of a padded sequence against that of the sequence alone."""
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
    """Give the loss of answers that are as right as can be, with a softmax too many and without."""
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
            plain("gradient of a sure and wrong answer, after a softmax", pull_twice, 4),
            plain("on the logits themselves", pull_once, 4),
        ),
        f"64 answers among {classes} classes, each certain and right; then one that is as sure of a wrong class (logit 8). "
        "The loss takes its own softmax: fed with probabilities it can never fall below this.",
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
    """Run layers in training mode twice: dropout would make the two runs differ."""
    return Evidence(
        (
            _twice_in_training("one layer with dropout 0.5: two runs in training differ by", 1, seed),
            _twice_in_training("two layers: they differ by", 2, seed),
        ),
        f"The same input twice, seed {seed}. torch drops what a layer hands to the next; after the last it drops nothing.",
    )


def _twice_in_training(words: str, layers: int, seed: int) -> Figure:
    with drawn(seed) as generator:
        stack = nn.LSTM(INPUTS, UNITS, num_layers=layers).train()
        stack.dropout = 0.5  # what the constructor keeps of it, without its warning
        inputs = torch.randn(STEPS, BATCH, INPUTS, generator=generator)
        return _gap(words, stack(inputs)[0], stack(inputs)[0])


HELD_OUT = 36
WINDOW = 12
SCALING_UNITS = 32
SEEDS = 12
RIDGE = 1e-5
SAMPLE, COLUMN = "airline_passengers", "passengers"

Limits = tuple[float, float]


def _scaling_leaks(seed: int = 0, held_out: int = HELD_OUT) -> Evidence:
    """Scale by the training part and by everything, forecast the held-out months both ways, and compare the scores."""
    series = passengers()
    known = series[:-held_out]
    honest, leaked = limits(known), limits(series)
    seeds = range(seed, seed + SEEDS)
    scores = np.array([[score(series, held_out, scale, each) for scale in (honest, leaked)] for each in seeds])
    mean = scores.mean(axis=0)
    change = 100 * float(mean[1] / mean[0] - 1)
    flattered = int((scores[:, 1] < scores[:, 0]).sum())
    return Evidence(
        (
            Figure("largest value, fitted on all months", leaked[1], f"{leaked[1]:.0f}"),
            Figure("fitted on the months that teach", honest[1], f"{honest[1]:.0f}"),
            plain("RMSE, scaled by all months", float(mean[1]), 1),
            plain("RMSE, scaled by what was known", float(mean[0]), 1),
            Figure("so the leak changes this score by", change, f"{change:+.1f}%".replace("-", "−")),
        ),
        f"Airline passengers, the last {held_out} of {len(series)} months held out; the minimum is {leaked[0]:.0f} for all "
        f"and {honest[0]:.0f} for the training months. An LSTM of {SCALING_UNITS} units as drawn, its head fitted by least "
        f"squares, one month ahead; mean over seeds {seed} to {seeds[-1]}. The leak looks better in {flattered} of {SEEDS}.",
    )


def passengers() -> np.ndarray:
    """Read the series."""
    return load_sample(SAMPLE).frame[COLUMN].astype(float).to_numpy()


def limits(values: np.ndarray) -> Limits:
    """Give what a min-max scaler learns."""
    return float(values.min()), float(values.max())


def score(series: np.ndarray, held_out: int, scale: Limits, seed: int) -> float:
    """Return the RMSE one month ahead of an untrained LSTM whose head is fitted by least squares: no luck of training."""
    low, high = scale
    scaled = (series - low) / (high - low)
    windows = np.lib.stride_tricks.sliding_window_view(scaled, WINDOW)[:-1]
    with drawn(seed):
        layer = torch.nn.LSTM(1, SCALING_UNITS, batch_first=True).double()
        states = layer(torch.tensor(windows[:, :, None]))[1][0][0].numpy()
    features = np.column_stack([states, np.ones(len(states))])
    teach = len(series) - held_out - WINDOW
    known, target = features[:teach], scaled[WINDOW:][:teach]
    head = np.linalg.solve(
        known.T @ known + RIDGE * np.eye(SCALING_UNITS + 1), known.T @ target
    )  # least squares, a small ridge
    missed = (features[teach:] @ head - scaled[WINDOW:][teach:]) * (high - low)
    return float(np.sqrt((missed**2).mean()))


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
        "c_n is the cell state after the last step, the memory itself. PyTorch hands out no gate at all: gates must be "
        "worked out from the weights, as above.",
        "output, (h_n, forget_gate) = lstm(x)",
        "output, (h_n, c_n) = lstm(x)",
        _cell_state_is_no_gate,
    ),
    Myth(
        "last_output",
        "“The last output of a bidirectional layer is its final state.”",
        "Half of it is. The backward direction ends at the first step: at the last one it has only begun.",
        "summary = output[:, -1]",
        "summary = torch.cat([h_n[-2], h_n[-1]], dim=1)",
        last_output_is_not_h_n,
    ),
    Myth(
        "hidden",
        "“Setting model.hidden starts every sequence afresh.”",
        "Only where the model reads that very attribute. Under any other name nothing is reset, nothing warns, and the "
        "state of the last sequence is carried into the next.",
        "model.hidden = None  # while forward() reads self.state",
        "model.state = None",
        _wrong_name_resets_nothing,
    ),
    Myth(
        "vanishing",
        "“An LSTM does not suffer from vanishing gradients.”",
        "One that is started as torch does is hardly better than a plain RNN: its forget gates stand near ½, and ½ a "
        "hundred times over is nothing. Raising the bias of the forget gates makes the difference.",
        "lstm = nn.LSTM(4, 16)",
        "lstm.bias_ih_l0.data[16:32] = 1.0; lstm.bias_hh_l0.data[16:32] = 0.0",
        _default_lstm_vanishes,
    ),
    Myth(
        "scaling",
        "“Scale the whole series first, then split it.”",
        "Then the scaling knows the largest value of months that are still to come. Whether that flatters the score or, as "
        "may be, hardly moves it: it is no longer a score on something unseen.",
        "scaler.fit(series); train, test = split(series)",
        "train, test = split(series); scaler.fit(train)",
        _scaling_leaks,
    ),
    Myth(
        "minus_one",
        "“output[-1] is the last step.”",
        "With batch_first=True the batch comes first: output[-1] is the last sequence, all its steps. h_n keeps its own "
        "order, (layers, batch, units), whatever batch_first says.",
        "last = output[-1]",
        "last = output[:, -1]",
        _minus_one_takes_an_example,
    ),
    Myth(
        "padding",
        "“Padding with zeros leaves the result alone.”",
        "A zero is an input like any other: the state goes on changing through the padding. Pack the sequences, or take "
        "each state at its own last step.",
        "_, (h_n, _) = lstm(padded)",
        "_, (h_n, _) = lstm(pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False))",
        padding_is_read,
    ),
    Myth(
        "softmax",
        "“A classifier ends in a softmax, and then comes the cross-entropy.”",
        "nn.CrossEntropyLoss takes the softmax itself. With two of them the loss cannot come near 0, and its gradient is "
        "weak where it is needed.",
        "loss = nn.CrossEntropyLoss()(logits.softmax(dim=1), target)",
        "loss = nn.CrossEntropyLoss()(logits, target)",
        softmax_twice,
    ),
    Myth(
        "dropout",
        "“nn.LSTM(dropout=0.5) drops half of the hidden states.”",
        "Only between layers. A single layer drops nothing at all, and no layer drops anything from step to step.",
        "lstm = nn.LSTM(4, 6, dropout=0.5)",
        "lstm, drop = nn.LSTM(4, 6), nn.Dropout(0.5)  # drop(output)",
        dropout_needs_two_layers,
    ),
)
BY_KEY = {myth.key: myth for myth in MYTHS}
