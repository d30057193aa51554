"""What does the gate cost? Steps per second of all three cells of this size, measured when somebody asks."""

import threading
from dataclasses import replace

import streamlit as st

from lstm_viz.anatomy.blueprint import GATES
from lstm_viz.anatomy.costs import flops_per_step
from lstm_viz.anatomy.speed import Speed, SpeedRequest, measure_speed
from lstm_viz.figures.speed_chart import speed_chart
from lstm_viz.glossary import anatomy_term, label_of, meaning_of
from lstm_viz.recurrent.specification import CELLS, StackConfig
from lstm_viz.ui.layer_settings import LayerSettings
from lstm_viz.ui.look import STILL, current_palette, sized
from lstm_viz.ui.session import current_session
from lstm_viz.ui.text import small

WORKS = ("forward", "training")
LONGEST, WORK, SECONDS = 100, 6_000_000, 2.0  # steps, weights read in a turn, time
FUSED = (
    "In float32 torch hands the LSTM as a whole to a fused kernel (oneDNN) that it does not have for the GRU and the RNN: "
    "on a CPU four gates can then be faster than three. In float64 none has one, so that the gates decide."
)
EVEN = "In float64 all three go step by step the same way: what differs is the gates."
measuring = threading.Lock()  # two measurements at once would slow each other down


def speed_panel(settings: LayerSettings) -> None:
    """Offer to measure, and show what was measured in this session with these settings."""
    request = _request_of(settings)

    @st.fragment
    def section() -> None:
        st.subheader("What does the gate cost?", anchor=False)
        st.markdown(_introduction(request, settings.run.batch or 1))
        _offer(request, "Measure now", "")
        speeds = current_session().speeds
        if request not in speeds:
            return
        show(speeds[request], request)
        double = replace(request, double=True)
        _offer(double, "Measure in float64 as well", meaning_of("anatomy_double"))
        if double in speeds:
            show(speeds[double], double)

    section()


def _request_of(settings: LayerSettings) -> SpeedRequest:
    """Say what is measured: the first layer, with as many steps and sequences as are over in a moment."""
    stack, run = settings.stack, settings.run
    units, steps = stack.sizes[0], min(run.steps, LONGEST)
    weights = GATES["lstm"] * units * (units + stack.input_size)
    batch = min(run.batch or 1, max(WORK // (weights * steps), 1))
    return SpeedRequest(stack.input_size, units, steps, batch, seconds=SECONDS)


def _introduction(request: SpeedRequest, batch: int) -> str:
    """Say what will be measured, and why it is less than a `batch` where it is."""
    sequences = "one sequence" if request.batch == 1 else f"{request.batch} sequences at once"
    if request.batch < batch:
        sequences += f" (the batch has {batch:,}: so many of this size would take too long to measure)"
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


def show(speeds: tuple[Speed, ...], request: SpeedRequest) -> None:
    """Show reading and training side by side, and say what the gates cost."""
    name = "float64" if request.double else "float32"
    with st.container(horizontal=True, gap="large", key=f"speeds-{name}"):
        for work in WORKS:
            with st.container(width=480):
                _show_work([speed for speed in speeds if speed.work == work], name)
    st.markdown(small(EVEN if request.double else FUSED))


def _show_work(speeds: list[Speed], name: str) -> None:
    """Show one kind of work: bars, and times beside those of the LSTM."""
    palette, term = current_palette(), anatomy_term(speeds[0].work)
    st.markdown(f"**{label_of(term)}, {name}**", help=meaning_of(term))
    figure = speed_chart(
        [label_of(speed.cell) for speed in speeds],
        [speed.steps_per_second for speed in speeds],
        [(speed.low, speed.high) for speed in speeds],
        [getattr(palette, speed.cell) for speed in speeds],
        palette,
    )
    st.plotly_chart(
        sized(figure),
        key=f"speed-{name}-{speeds[0].work}",
        config=STILL,
        theme=None,
        alt=_spoken(speeds),
        width="stretch",
    )
    st.markdown(verdict(speeds))


def _spoken(speeds: list[Speed]) -> str:
    return ", ".join(f"{label_of(speed.cell)}: {speed.steps_per_second:,.0f} steps per second" for speed in speeds)


def verdict(speeds: list[Speed]) -> str:
    """Say how long a step of each cell takes beside one of the LSTM."""
    lstm, *others = speeds
    times = ", ".join(
        f"{label_of(speed.cell)} **{lstm.steps_per_second / speed.steps_per_second:.2f}×**" for speed in others
    )
    told = f"Time of a step, LSTM = 1: {times}. {lstm.turns} turns; the lines show the middle half of them."
    unsure = [label_of(speed.cell) for speed in others if speed.low <= lstm.high and lstm.low <= speed.high]
    if unsure:
        told += f" Those of LSTM and {' and '.join(unsure)} overlap: measure again before you believe the difference."
    return told


def _counted_ratios(input_size: int, units: int) -> str:
    counts = {cell: sum(row.value for row in flops_per_step(StackConfig(cell, input_size, (units,)))) for cell in CELLS}
    return ", ".join(f"{label_of(cell)} {counts[cell] / counts['lstm']:.2f}×" for cell in CELLS[1:])
