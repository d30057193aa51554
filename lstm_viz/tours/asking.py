"""The answers to the tours' questions, each found by running a model."""

from collections.abc import Callable

import numpy as np

from lstm_viz.recurrent.specification import Cell
from lstm_viz.recurrent.trace import Trace
from lstm_viz.scenes.gradient_bytes import power_of_ten, reached
from lstm_viz.scenes.gradient_measures import FlowLane, flow_lanes
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import Lane, build_scene
from lstm_viz.sequences.tasks.catalogue import SYMBOLS
from lstm_viz.sequences.tasks.task import END
from lstm_viz.tours.tours import BIAS, COUNTED, LONG, LONG_NOISE, SHORT, SLIP, TEXT, UNWRITTEN, WIDE_BIAS, Found

_SAME = 0.05


def ask(name: str) -> Found:
    """Run the model of a question."""
    return ASKS[name]()


def last_run(source: str, text: str, cell: Cell, what_if: str = "") -> tuple[Lane, Trace]:
    """Trace a trained cell over a text, with a change where there is one."""
    scene = build_scene(StepRequest(source=source, text=text, cells=(cell,), what_if=what_if))
    lane = scene.lanes[0]
    return lane, lane.changed or lane.trace


def counted_to_end(cell: Cell, what_if: str = "") -> int | None:
    """Count the b’s that a cell answers before it says “end”; None where it never does."""
    lane, trace = last_run("counting", TEXT, cell, what_if)
    answers = [lane.subject.outputs[place] for place in trace.probabilities[COUNTED:].argmax(axis=1)]
    return answers.index(END) if END in answers else None


def _ending(ended: int | None) -> dict[str, str]:
    return {"ends": "not at all" if ended is None else f"after {ended} b’s", "due": str(COUNTED)}


def _judged(ended: int | None) -> Found:
    """Judge whether the end came too early, on time, or not at all: no more than what was due is ever read."""
    choice = "never" if ended is None else "right" if ended == COUNTED else "early"
    return Found(choice, _ending(ended))


def _count_of_what_is_written() -> Found:
    ended = counted_to_end("lstm", UNWRITTEN)
    choice = {COUNTED: "all", COUNTED - 5: "written"}.get(ended or 0, "other")
    return Found(choice, _ending(ended))


def _untrained(cell: Cell, **settings: float) -> FlowLane:
    request = FlowRequest(**settings)  # type: ignore[arg-type]
    return next(lane for lane in flow_lanes(request) if lane.cell == cell)


def _share_left(lane: FlowLane) -> float:
    """Return log10 of the share of the gradient that reaches the first step, the median over seeds."""
    return reached(lane.states[0])


def _gradient_of_a_long_way() -> Found:
    short, long = (_share_left(_untrained("rnn", length=steps)) for steps in (SHORT, LONG))
    ratio = long - short
    choice = "tenth" if ratio > -2 else "thousandth" if ratio > -6 else "nothing"
    powers = {"short": short, "long": long, "ratio": ratio}
    return Found(choice, {name: power_of_ten(power) for name, power in powers.items()})


def _gradient_with_open_gates() -> Found:
    before, after = (_untrained("lstm", length=LONG, forget_bias=bias) for bias in (BIAS, WIDE_BIAS))
    left = _share_left(after)
    choice = "fades" if left < -2 else "arrives" if left <= 2 else "explodes"
    numbers = {"before": power_of_ten(_share_left(before)), "after": power_of_ten(left)}
    return Found(choice, {**numbers, "kept": _kept_per_step(before), "keep": _kept_per_step(after)})


def _kept_per_step(lane: FlowLane) -> str:
    carry = lane.states[0].carry
    assert carry is not None
    return f"{carry.mean():.2f}"


def letters_right(cell: Cell) -> int:
    """Count the first letters that a cell still names after a lot of noise."""
    runs = [(letter, *last_run("recall", f"{letter}{LONG_NOISE}?", cell)) for letter in SYMBOLS]
    return sum(lane.subject.outputs[trace.probabilities[-1].argmax()] == letter for letter, lane, trace in runs)


def _long_memory() -> Found:
    rnn, lstm = letters_right("rnn"), letters_right("lstm")
    names = {(True, True): "both", (False, True): "lstm", (True, False): "rnn", (False, False): "neither"}
    choice = names[rnn == len(SYMBOLS), lstm == len(SYMBOLS)]
    return Found(choice, {"rnn": str(rnn), "lstm": str(lstm)})


def _last_year_or_lstm() -> Found:
    """Let the LSTM of the film and the seasonal rule forecast the held-out year, and compare their errors."""
    from lstm_viz.zoo.models import load_forecast

    experiment = load_forecast("lstm")
    end, season = experiment.split.train_end, experiment.season
    happened = experiment.series.y[end : end + experiment.config.horizon]
    rule = experiment.series.y[end - season : end - season + len(happened)]
    forecast = experiment.predict(np.array([end]))[0, : len(happened)]
    lstm_error, rule_error = (float(np.abs(values - happened).mean()) for values in (forecast, rule))
    difference = abs(lstm_error - rule_error) / max(lstm_error, rule_error)
    choice = "same" if difference < _SAME else "lstm" if lstm_error < rule_error else "rule"
    return Found(choice, {"lstm": f"{lstm_error:.1f}", "rule": f"{rule_error:.1f}", "months": str(len(happened))})


ASKS: dict[str, Callable[[], Found]] = {
    "plain_count": lambda: _judged(counted_to_end("rnn")),
    "count_with_a_slip": lambda: _judged(counted_to_end("lstm", SLIP)),
    "count_of_what_is_written": _count_of_what_is_written,
    "gradient_of_a_long_way": _gradient_of_a_long_way,
    "gradient_with_open_gates": _gradient_with_open_gates,
    "long_memory": _long_memory,
    "last_year_or_lstm": _last_year_or_lstm,
}
