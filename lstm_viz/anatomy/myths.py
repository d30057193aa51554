"""What is often told wrongly about recurrent layers: what is true, a number that shows it, and the line that mends it."""

from collections.abc import Callable
from dataclasses import dataclass

from lstm_viz.anatomy.evidence import (
    Evidence,
    cell_state_is_no_gate,
    default_lstm_vanishes,
    dropout_needs_two_layers,
    last_output_is_not_h_n,
    minus_one_takes_an_example,
    padding_is_read,
    softmax_twice,
    wrong_name_resets_nothing,
)
from lstm_viz.anatomy.scaling import scaling_leaks


@dataclass(frozen=True)
class Myth:
    """One thing that is told wrongly.

    Args:
        key: its name in the address.
        claim: as it is told.
        truth: what is so.
        wrong, right: one line of code each.
        measure: gives the numbers for a seed.
    """

    key: str
    claim: str
    truth: str
    wrong: str
    right: str
    measure: Callable[[int], Evidence]


MYTHS = (
    Myth(
        "c_n",
        "“c_n is the value of the forget gate.”",
        "c_n is the cell state after the last step, the memory itself. PyTorch hands out no gate at all: gates must be "
        "worked out from the weights, as above.",
        "output, (h_n, forget_gate) = lstm(x)",
        "output, (h_n, c_n) = lstm(x)",
        cell_state_is_no_gate,
    ),
    Myth(
        "last_output",
        "“The last output of a bidirectional layer is its final state.”",
        "Half of it is. The backward direction ends at the first step: at the last one it has only begun.",
        "summary = output[:, -1]",
        "summary = torch.cat([h_n[-2], h_n[-1]], dim=1)",
        last_output_is_not_h_n,
    ),
    Myth(
        "hidden",
        "“Setting model.hidden starts every sequence afresh.”",
        "Only where the model reads that very attribute. Under any other name nothing is reset, nothing warns, and the "
        "state of the last sequence is carried into the next.",
        "model.hidden = None  # while forward() reads self.state",
        "model.state = None",
        wrong_name_resets_nothing,
    ),
    Myth(
        "vanishing",
        "“An LSTM does not suffer from vanishing gradients.”",
        "One that is started as torch does is hardly better than a plain RNN: its forget gates stand near ½, and ½ a "
        "hundred times over is nothing. Raising the bias of the forget gates makes the difference.",
        "lstm = nn.LSTM(4, 16)",
        "lstm.bias_ih_l0.data[16:32] = 1.0; lstm.bias_hh_l0.data[16:32] = 0.0",
        default_lstm_vanishes,
    ),
    Myth(
        "scaling",
        "“Scale the whole series first, then split it.”",
        "Then the scaling knows the largest value of months that are still to come. Whether that flatters the score or, as "
        "may be, hardly moves it: it is no longer a score on something unseen.",
        "scaler.fit(series); train, test = split(series)",
        "train, test = split(series); scaler.fit(train)",
        scaling_leaks,
    ),
    Myth(
        "minus_one",
        "“output[-1] is the last step.”",
        "With batch_first=True the batch comes first: output[-1] is the last sequence, all its steps. h_n keeps its own "
        "order, (layers, batch, units), whatever batch_first says.",
        "last = output[-1]",
        "last = output[:, -1]",
        minus_one_takes_an_example,
    ),
    Myth(
        "padding",
        "“Padding with zeros leaves the result alone.”",
        "A zero is an input like any other: the state goes on changing through the padding. Pack the sequences, or take "
        "each state at its own last step.",
        "_, (h_n, _) = lstm(padded)",
        "_, (h_n, _) = lstm(pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False))",
        padding_is_read,
    ),
    Myth(
        "softmax",
        "“A classifier ends in a softmax, and then comes the cross-entropy.”",
        "nn.CrossEntropyLoss takes the softmax itself. With two of them the loss cannot come near 0, and its gradient is "
        "weak where it is needed.",
        "loss = nn.CrossEntropyLoss()(logits.softmax(dim=1), target)",
        "loss = nn.CrossEntropyLoss()(logits, target)",
        softmax_twice,
    ),
    Myth(
        "dropout",
        "“nn.LSTM(dropout=0.5) drops half of the hidden states.”",
        "Only between layers. A single layer drops nothing at all, and no layer drops anything from step to step.",
        "lstm = nn.LSTM(4, 6, dropout=0.5)",
        "lstm, drop = nn.LSTM(4, 6), nn.Dropout(0.5)  # drop(output)",
        dropout_needs_two_layers,
    ),
)
BY_KEY = {myth.key: myth for myth in MYTHS}
