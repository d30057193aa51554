"""The one model that every page trains and inspects."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lstm_viz.recurrent.initialization import set_forget_bias
from lstm_viz.recurrent.specification import ModelConfig

TORCH_CELLS: dict[str, Callable[..., nn.RNNBase]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class SequenceModel(nn.Module):
    """Read a sequence with a recurrent network and answer from its last hidden state.

    Its parts are torch's own: `rnn` is an `nn.LSTM`, `nn.GRU` or `nn.RNN`, `head` an `nn.Linear`.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.rnn = TORCH_CELLS[config.cell](
            config.input_size,
            config.hidden_size,
            num_layers=config.num_layers,
            dropout=config.dropout if config.num_layers > 1 else 0.0,
            batch_first=True,
        )
        self.head = nn.Linear(config.hidden_size, config.output_size)
        if isinstance(self.rnn, nn.LSTM):
            set_forget_bias(self.rnn, config.forget_bias)

    def forward(self, inputs_BTI: Tensor) -> Tensor:
        """Answer each sequence of a batch.

        Args:
            inputs_BTI: (batch, steps, features).

        Returns:
            (batch, output_size).
        """
        hidden_states_BTH, _ = self.rnn(inputs_BTI)
        answers_BO: Tensor = self.head(hidden_states_BTH[:, -1])
        return answers_BO


def build_model(config: ModelConfig, seed: int) -> SequenceModel:
    """Make a model whose start weights depend on `seed` alone; the global random state stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return SequenceModel(config)
