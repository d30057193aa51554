"""The code of the models whose gradients are shown."""

from lstm_viz.flow.subjects import cells_of, model_of, source_behind
from lstm_viz.ui.code_panel import code_of_cells
from lstm_viz.ui.flow_bench import FlowBench

FIRST_SEED = (
    "This is the model of the first seed; its head is the random direction on which the loss projects the hidden state."
)
AT_THE_END = "With the weights at the end of its training."


def flow_code(bench: FlowBench) -> None:
    """Offer the models of the lanes as code."""
    request = bench.view

    note = AT_THE_END if request.trained else FIRST_SEED
    alone = source_behind(request).alone
    code_of_cells("flow-code", lambda: cells_of(request), lambda cell: model_of(request, cell), note, alone)
