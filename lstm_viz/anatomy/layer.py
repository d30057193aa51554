"""What somebody wants to see of a recurrent layer: how it is built, and what it is run on."""

from dataclasses import dataclass
from typing import Annotated

from lstm_viz.anatomy.ports import Run
from lstm_viz.recurrent.specification import Cell, Sizes, StackConfig
from lstm_viz.settings import Between, require_valid

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
    input_size: Annotated[int, Between(1, MAX_INPUTS)] = 28
    sizes: Sizes = (75,)
    output_size: Annotated[int, Between(1, MAX_ANSWERS)] = 10
    bidirectional: bool = False
    bias: bool = True
    batch_first: bool = True
    batch: Annotated[int, Between(0, MAX_BATCH)] = 50
    steps: Annotated[int, Between(1, MAX_STEPS)] = 28

    def __post_init__(self) -> None:
        require_valid(self)
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
