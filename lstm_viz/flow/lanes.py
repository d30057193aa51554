"""One lane of the page for each cell: its gradients in every state of its weights, measured once and kept."""

from dataclasses import dataclass, replace
from functools import lru_cache

from lstm_viz.flow.measure import Measured, measure
from lstm_viz.flow.request import FlowRequest
from lstm_viz.flow.subjects import Contestant, cells_of, contestant
from lstm_viz.recurrent.parameters import count_parameters
from lstm_viz.recurrent.specification import Cell, ModelConfig

KEPT = 24
DEFAULTS = FlowRequest()


@dataclass(frozen=True, eq=False)
class FlowLane:
    """What is shown of one cell.

    Args:
        config: of its model.
        parameters: numbers that training changes.
        labels: what stands at each step, (T,).
        layer: which layer is shown, from 0.
        readers: models that were measured together in each state.
        epochs: of each state.
        states: what was measured, in the order of training.
    """

    config: ModelConfig
    parameters: int
    labels: tuple[str, ...]
    layer: int
    readers: int
    epochs: tuple[int, ...]
    states: tuple[Measured, ...]

    @property
    def cell(self) -> Cell:
        """Which recurrence."""
        return self.config.cell


def flow_lanes(request: FlowRequest) -> tuple[FlowLane, ...]:
    """Measure all cells of a request; of untrained ones only those that the last change touched.

    Raises:
        LSTMVizError: something in the request cannot be opened or read.
    """
    if request.trained:
        return tuple(_measured_lane(contestant(request, cell)) for cell in cells_of(request))
    return tuple(untrained_lane(_what_matters(request, cell), cell) for cell in cells_of(request))


def _what_matters(request: FlowRequest, cell: Cell) -> FlowRequest:
    own = {"lstm": "forget_bias", "rnn": "activation"}.get(cell)
    others = {"clip", "text", "layer", "forget_bias", "activation"} - {own}
    return replace(request, **{name: getattr(DEFAULTS, name) for name in others})


@lru_cache(maxsize=KEPT)
def untrained_lane(request: FlowRequest, cell: Cell) -> FlowLane:
    """Measure one cell, or remember it."""
    return _measured_lane(contestant(request, cell))


def _measured_lane(subject: Contestant) -> FlowLane:
    model = subject.frames[-1][1][0].model
    return FlowLane(
        model.config,
        count_parameters(model),
        subject.labels,
        subject.layer,
        len(subject.frames[0][1]),
        tuple(epoch for epoch, _ in subject.frames),
        tuple(measure(readers, subject.layer) for _, readers in subject.frames),
    )
