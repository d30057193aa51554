"""The code of the cells that are stepped; what was changed in the picture changes no weights."""

from typing import Any

from lstm_viz.recurrent.specification import Cell
from lstm_viz.stepping.sources import find_source
from lstm_viz.ui.code_panel import code_of_cells
from lstm_viz.ui.step_bench import StepBench


def step_code(bench: StepBench) -> None:
    """Offer the models of the lanes as code."""
    request = bench.shown

    def model_of(cell: Cell) -> Any:
        return find_source(request).open(cell).model

    code_of_cells("step-code", lambda: request.cells, model_of, alone=len(request.cells) == 1)
