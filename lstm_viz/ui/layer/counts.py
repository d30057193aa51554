"""Parameters and cost of a layer, counted and measured."""

import threading
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

import streamlit as st

from lstm_viz.anatomy.costs import (
    CostRow,
    Speed,
    SpeedRequest,
    flops_per_step,
    measure_speed,
    measured_kept_bytes,
    memory_of,
)
from lstm_viz.anatomy.inputs_outputs import Run
from lstm_viz.anatomy.parameter_counts import Count, CountStep, PartCount, count_parameters_of
from lstm_viz.anatomy.parts import GATES, Config
from lstm_viz.anatomy.weight_layouts import Model
from lstm_viz.figures.layer_charts import speed_chart
from lstm_viz.figures.theme import PALETTES
from lstm_viz.glossary import anatomy_term, label_of, meaning_of
from lstm_viz.recurrent.specification import CELLS, StackConfig
from lstm_viz.ui.layer.settings import LayerSettings
from lstm_viz.ui.shell.components import mount
from lstm_viz.ui.shell.markdown import small
from lstm_viz.ui.shell.session import current_session
from lstm_viz.ui.shell.theme import STILL, current_palette, draw_chart

MOST_MEASURED = 32 * 2**20
FLOPS_WORDS = (
    "Counted by hand: a multiplication is one operation and an addition is one, so a matrix of n weights costs 2·n. A "
    "sigmoid, tanh or ReLU counts as one, though a machine needs several operations for it."
)
MEMORY_WORDS = (
    "In float32, 4 bytes per number. What training keeps follows from the equations: for each step the input, the gates and "
    "the states, since the derivative of a product needs both factors. PyTorch’s own layers keep what their kernels need."
)
WHY_MORE = (
    "PyTorch has a second bias, next to U, {formula} more: the layout of cuDNN, the library that runs the layer on graphics "
    "cards. It is added to the first one, so it adds nothing that one bias could not do."
)
WHY_SAME = {
    "gru": "Both have the second bias of a GRU: in the candidate, the reset gate scales it.",
    "no bias": "Without biases, PyTorch and Keras have the same parameters.",
}

WORKS = ("forward", "training")
LONGEST, WORK, SECONDS = 100, 6_000_000, 2.0  # steps, weights read in a turn, time
FUSED = (
    "In float32, PyTorch runs the LSTM with a fused kernel (oneDNN) that it does not have for the GRU and the RNN: on a "
    "CPU, four gates can then be faster than three. In float64 none has one, so the gates decide."
)
EVEN = "In float64 all three are computed step by step in the same way: only the gates differ."

measuring = threading.Lock()  # two measurements at once would slow each other down
_mount = mount("tally")


def count_panel(settings: LayerSettings) -> None:
    """Draw the derivation, the check against a real torch model, operations and memory."""
    _mount(key="tally", data=describe(settings.model_config, settings.run, settings.model(), settings.stack))


def describe(config: Config, run: Run, model: Model, stack: StackConfig) -> dict[str, Any]:
    """Return all tables, numbers as they are written."""
    counts = {name: count_parameters_of(config, name) for name in ("torch", "keras")}  # type: ignore[arg-type]
    return {
        "palettes": PALETTES,
        "count": {
            "title": "Parameters",
            "parts": [
                _describe_count(torch, keras)
                for torch, keras in zip(counts["torch"].parts, counts["keras"].parts, strict=True)
            ],
            "totals": totals(counts, sum(parameter.numel() for parameter in model.parameters())),
            "note": why(stack, counts),
        },
        "costs": [
            _describe_flops(flops_per_step(config), run),
            _describe_memory(memory_of(config, run.steps, run.batch or 1), stack, run),
        ],
    }


def _describe_count(torch: PartCount, keras: PartCount) -> dict[str, Any]:
    """Return the lines of a part; a backward direction is counted like the forward one."""
    steps: Iterable[CountStep] = torch.steps
    if torch.part.direction == "backward":
        last = torch.steps[-1]
        steps = [CountStep("The same again, from the end", last.symbols, last.numbers, last.value)]
    rows: list[dict[str, Any]] = [
        {**asdict(step), "amount": step.value, "value": f"{step.value:,}", "of": []} for step in steps
    ]
    for name, value in {"torch": torch.value, "keras": keras.value}.items():
        matching = [row for row in rows if row["amount"] == value]
        if matching:
            matching[-1]["of"].append(name)  # the frameworks whose count of the part this line is
    return {"title": torch.title, "rows": rows}


def totals(counts: dict[str, Count], learned: int) -> list[dict[str, Any]]:
    """Return the sums of all parts, and what a real torch model has."""
    rows = []
    for name, label in (("torch", "PyTorch"), ("keras", "Keras")):
        count = counts[name]
        numbers = " + ".join(f"{part.value:,}" for part in count.parts)
        rows.append({"words": f"Total in {label}", "numbers": numbers, "value": f"{count.everything:,}"})
    code = "sum(p.numel() for p in model.parameters())"
    is_right = learned == counts["torch"].trained
    return [*rows, {"words": "A real PyTorch model", "numbers": code, "value": f"{learned:,}", "right": is_right}]


def why(stack: StackConfig, counts: dict[str, Count]) -> str:
    """Say why PyTorch has more parameters than Keras, or as many."""
    more = counts["torch"].everything - counts["keras"].everything
    if not more:
        return WHY_SAME["gru" if stack.bias else "no bias"]
    gates, ways = GATES[stack.cell], stack.directions
    units = " + ".join(str(size) for size in stack.sizes)
    together = f"({units})" if len(stack.sizes) > 1 else units
    factors = [*([str(gates)] if gates > 1 else []), together, *(["2 directions"] if ways > 1 else [])]
    letters = f"{gates}·u = " if gates > 1 else "u = "
    return WHY_MORE.format(formula=f"{letters}{'·'.join(factors)} = {more:,}")


def _describe_flops(rows: tuple[CostRow, ...], run: Run) -> dict[str, Any]:
    step = sum(row.value for row in rows)
    sequences = run.batch or 1
    whole = {
        "words": "A whole batch",
        "numbers": f"{step:,} · {run.steps} steps · {sequences} sequence{'s' * (sequences != 1)}",
        "value": f"{step * run.steps * sequences:,}",
    }
    totals = [{"words": "A step of one sequence", "numbers": "", "value": f"{step:,}"}, whole]
    return {"title": "Operations per step", "parts": _grouped(rows), "totals": totals, "note": FLOPS_WORDS}


def _describe_memory(rows: tuple[CostRow, ...], stack: StackConfig, run: Run) -> dict[str, Any]:
    """Return the table of bytes, and what PyTorch's own layers keep where that is measured quickly."""
    kept = sum(row.value for row in rows if row.title.startswith("Kept"))
    totals = [{"words": "Kept for training, all layers", "numbers": "from the equations", "value": _sized(kept)}]
    if kept <= MOST_MEASURED:
        measured = _kept_now(stack, run.steps, run.batch or 1)
        totals.append({"words": "Kept by PyTorch", "numbers": "measured", "value": _sized(measured)})
    parts = _grouped(rows, _sized)
    return {"title": "Memory", "parts": parts, "totals": totals, "note": MEMORY_WORDS}


@st.cache_data(show_spinner=False, max_entries=64)
def _kept_now(stack: StackConfig, steps: int, batch: int) -> int:
    return measured_kept_bytes(stack, steps, batch)


def _grouped(rows: tuple[CostRow, ...], write: Any = "{:,}".format) -> list[dict[str, Any]]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        line = {"words": row.words, "symbols": "", "numbers": row.formula, "value": write(row.value), "of": []}
        parts.setdefault(row.title, []).append(line)
    return [{"title": title, "rows": lines} for title, lines in parts.items()]


def _sized(count: int) -> str:
    """Write bytes for a reader.

    >>> _sized(600), _sized(126_000), _sized(3_500_000)
    ('600 B', '126 kB', '3.5 MB')
    """
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:,.3g} kB" if count < 1_000_000 else f"{count / 1_000_000:,.3g} MB"


def speed_panel(settings: LayerSettings) -> None:
    """Offer to measure, and show the measurements of this session with these settings."""
    request = _request_of(settings)

    @st.fragment
    def section() -> None:
        st.subheader("What does the gate cost?", anchor=False)
        st.markdown(_introduction(request, settings.run.batch or 1))
        _offer(request, "Measure now", "")
        speeds = current_session().speeds
        if request not in speeds:
            return
        _show_speeds(speeds[request], request)
        double = replace(request, double=True)
        _offer(double, "Measure in float64 as well", meaning_of("anatomy_double"))
        if double in speeds:
            _show_speeds(speeds[double], double)

    section()


def _request_of(settings: LayerSettings) -> SpeedRequest:
    """Return what is measured: the first layer, with as many steps and sequences as run quickly."""
    stack, run = settings.stack, settings.run
    units, steps = stack.sizes[0], min(run.steps, LONGEST)
    weights = GATES["lstm"] * units * (units + stack.input_size)
    batch = min(run.batch or 1, max(WORK // (weights * steps), 1))
    return SpeedRequest(stack.input_size, units, steps, batch, seconds=SECONDS)


def _introduction(request: SpeedRequest, batch: int) -> str:
    sequences = "one sequence" if request.batch == 1 else f"{request.batch} sequences at once"
    if request.batch < batch:
        sequences += f" (the batch has {batch:,}, which would take too long to measure)"
    return (
        f"One layer of {request.hidden_size} units that reads {request.input_size} numbers per step, {sequences} of "
        f"{request.steps} steps, on one thread of this server’s processor. The three cells take turns. By operations alone "
        f"a step would cost, LSTM = 1: {_counted_ratios(request.input_size, request.hidden_size)}."
    )


def _offer(request: SpeedRequest, label: str, meaning: str) -> None:
    key = f"measure-{'double' if request.double else 'single'}"
    if not st.button(label, key=key, icon=":material/speed:", help=meaning or None):
        return
    with st.spinner("Measuring …"), measuring:
        current_session().speeds[request] = measure_speed(request)


def _show_speeds(speeds: tuple[Speed, ...], request: SpeedRequest) -> None:
    name = "float64" if request.double else "float32"
    with st.container(horizontal=True, gap="large", key=f"speeds-{name}"):
        for work in WORKS:
            with st.container(width=480):
                _show_work([speed for speed in speeds if speed.work == work], name)
    st.markdown(small(EVEN if request.double else FUSED))


def _show_work(speeds: list[Speed], name: str) -> None:
    palette, term = current_palette(), anatomy_term(speeds[0].work)
    st.markdown(f"**{label_of(term)}, {name}**", help=meaning_of(term))
    alt = ", ".join(f"{label_of(speed.cell)}: {speed.steps_per_second:,.0f} steps per second" for speed in speeds)
    figure = speed_chart(
        [label_of(speed.cell) for speed in speeds],
        [speed.steps_per_second for speed in speeds],
        [(speed.low, speed.high) for speed in speeds],
        [getattr(palette, speed.cell) for speed in speeds],
        palette,
    )
    draw_chart(figure, f"speed-{name}-{speeds[0].work}", alt, STILL)
    st.markdown(verdict(speeds))


def verdict(speeds: list[Speed]) -> str:
    """Say how long a step of each cell takes, relative to the LSTM."""
    lstm, *others = speeds
    times = ", ".join(
        f"{label_of(speed.cell)} **{lstm.steps_per_second / speed.steps_per_second:.2f}×**" for speed in others
    )
    sentence = f"Time of a step, LSTM = 1: {times}. {lstm.turns} turns; the lines show the middle half of them."
    close = [label_of(speed.cell) for speed in others if speed.low <= lstm.high and lstm.low <= speed.high]
    if close:
        sentence += f" Those of LSTM and {' and '.join(close)} overlap: measure again before you trust the difference."
    return sentence


def _counted_ratios(input_size: int, units: int) -> str:
    counts = {cell: sum(row.value for row in flops_per_step(StackConfig(cell, input_size, (units,)))) for cell in CELLS}
    return ", ".join(f"{label_of(cell)} {counts[cell] / counts['lstm']:.2f}×" for cell in CELLS[1:])
