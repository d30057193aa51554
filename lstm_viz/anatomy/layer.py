"""What somebody wants to see of a recurrent layer: how it is built, and what it is run on."""

from dataclasses import dataclass

from lstm_viz.anatomy.ports import Run
from lstm_viz.recurrent.specification import CELLS, Cell, StackConfig, require_between, require_one_of

MAX_INPUTS, MAX_ANSWERS, MAX_STEPS, MAX_BATCH = 1024, 1024, 1000, 512


@dataclass(frozen=True)
class LayerRequest:
    """Describe layers and a run of them; the classic one at first: a picture of 28 rows of 28 pixels, ten digits.

    Args:
        cell: which recurrence.
        input_size: numbers that the first layer reads per step.
        sizes: units of each layer, from the input on.
        output_size: answers of the linear layer behind them.
        bidirectional: whether every layer also reads from the end.
        bias: whether the recurrent layers add biases.
        batch_first: PyTorch's option.
        batch: sequences at once; 0 is one sequence without a batch axis.
        steps: length of the sequences.

    Raises:
        SettingsError: a value lies outside what can be shown.
    """

    cell: Cell = "lstm"
    input_size: int = 28
    sizes: tuple[int, ...] = (75,)
    output_size: int = 10
    bidirectional: bool = False
    bias: bool = True
    batch_first: bool = True
    batch: int = 50
    steps: int = 28

    def __post_init__(self) -> None:
        require_one_of("cell", self.cell, CELLS)
        require_between("input_size", self.input_size, 1, MAX_INPUTS)
        require_between("output_size", self.output_size, 1, MAX_ANSWERS)
        require_between("batch", self.batch, 0, MAX_BATCH)
        require_between("steps", self.steps, 1, MAX_STEPS)
        _ = self.config

    @property
    def config(self) -> StackConfig:
        """How the model is built."""
        return StackConfig(
            self.cell, self.input_size, self.sizes, self.output_size, bidirectional=self.bidirectional, bias=self.bias
        )

    @property
    def run(self) -> Run:
        """What it is run on."""
        return Run(self.steps, self.batch or None, self.batch_first)
