"""The code of the cells that are stepped, folded away until it is asked for."""

import streamlit as st

from lstm_viz.glossary import label_of
from lstm_viz.recurrent.specification import Cell
from lstm_viz.stepping.request import StepRequest
from lstm_viz.ui.code_panel import code_panel
from lstm_viz.ui.result_panel import fold
from lstm_viz.ui.step_bench import StepBench

LANE = "step-code-lane"


def step_code(bench: StepBench) -> None:
    """Offer the model of a lane as code; what was changed in the picture changes no weights."""
    fold("Code of this cell", "step-code", "code", lambda: show_lane(bench.shown))


def show_lane(request: StepRequest) -> None:
    """Show the model of one lane; where there are several, of the one that is chosen."""
    from lstm_viz.stepping.subject import open_subject

    cell: Cell = request.cells[0]
    if len(request.cells) > 1:
        chosen = st.segmented_control(
            "Lane", request.cells, default=cell, format_func=label_of, required=True, key=LANE
        )
        cell = chosen or cell
    code_panel(lambda: open_subject(request, cell).model, f"step-{cell}")
