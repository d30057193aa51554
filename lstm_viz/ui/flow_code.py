"""The code of the models whose gradients are shown."""

from collections.abc import Sequence
from typing import Any

from lstm_viz.recurrent.specification import Cell
from lstm_viz.stepping.request import RUN, UNTRAINED
from lstm_viz.ui.code_panel import code_of_cells
from lstm_viz.ui.flow_bench import FlowBench

FIRST_SEED = (
    "This is the model of the first seed; its head is the random direction on which the loss projects the hidden state."
)
AT_THE_END = "With the weights at the end of its training."


def flow_code(bench: FlowBench) -> None:
    """Offer the models of the lanes as code."""
    request = bench.view

    def cells() -> Sequence[Cell]:
        from lstm_viz.flow.subjects import cells_of

        return cells_of(request)

    def model_of(cell: Cell) -> Any:
        from lstm_viz.flow.subjects import model_of

        return model_of(request, cell)

    note = FIRST_SEED if request.source == UNTRAINED else AT_THE_END
    code_of_cells("flow-code", cells, model_of, note, alone=request.source.startswith(RUN))
