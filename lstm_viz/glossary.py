"""Every term once: its name in code, its label on screen, and one sentence of meaning.

Labels, legends, tooltips and the command line's help are all read from here, so that a thing has one name everywhere.
"""

from dataclasses import dataclass

from lstm_viz.glossary_anatomy import ANATOMY_TERMS
from lstm_viz.glossary_classify import CLASSIFY_TERMS
from lstm_viz.glossary_forecast import FORECAST_TERMS


@dataclass(frozen=True)
class Term:
    """A word that the reader meets.

    Args:
        name: what code calls it.
        label: what the screen calls it.
        meaning: one sentence for somebody who never heard of it.
        symbol: how formulas write it; empty where there is none.
    """

    name: str
    label: str
    meaning: str
    symbol: str = ""


MODEL_TERMS = """
horizon | Horizon | Number of steps to forecast. | H
window | Window | Number of steps that the network reads before each forecast. | W
holdout | Held-out steps | The last steps of the series. The networks that are scored never see them, so the scores
    show how well they forecast unseen data. The final forecast comes from networks trained on all rows.
cell | Model | The kind of recurrent cell: LSTM (three gates and a cell state), GRU (two gates), or RNN (no gates, the
    plain Elman network).
lstm | LSTM | Long short-term memory (Hochreiter & Schmidhuber 1997) with forget gates (Gers et al. 2000).
gru | GRU | Gated recurrent unit (Cho et al. 2014): one state, an update gate and a reset gate.
rnn | RNN | Vanilla recurrent network (Elman 1990): the new state is tanh of input and old state.
hidden_size | Hidden units | Numbers in the hidden state of each layer. More units can remember more, but train more
    slowly. | H
num_layers | Layers | Recurrent layers stacked on top of each other. One is enough for most series.
dropout | Dropout | Share of the values between two layers that is set to zero during training, to reduce overfitting.
    It has an effect from two layers on.
forget_bias | Forget bias | Initial bias of the LSTM's forget gate. The larger it is, the longer an untrained cell
    keeps its memory. 1 is the usual choice (Jozefowicz et al. 2015).
optimizer | Optimiser | The rule that turns gradients into weight updates.
adam | Adam | Scales each step by running means of the gradient and of its square (Kingma & Ba 2015).
adamw | AdamW | Adam with decoupled weight decay (Loshchilov & Hutter 2019).
rmsprop | RMSprop | Scales each step by a running mean of the squared gradient (Hinton 2012).
sgd | SGD | Stochastic gradient descent with momentum 0.9. It needs a larger learning rate.
learning_rate | Learning rate | Step size of the optimiser, at the highest point of its schedule. Too large and
    training diverges; too small and it takes forever. | η
schedule | Schedule | How the learning rate changes during training.
constant | Constant | The learning rate stays the same.
cosine | Cosine | The learning rate falls along a cosine to one hundredth of its start.
step | Step | The learning rate is halved five times, at even intervals.
plateau | Plateau | The learning rate is halved whenever the validation loss stops falling (the training loss, if
    there is no validation set).
batch_size | Batch size | Windows per update. Larger batches are faster and less noisy; smaller ones explore more.
epochs | Epochs | Maximum number of passes over the training windows.
patience | Patience | Stop early after this many epochs without a lower validation loss (training loss, if there is no
    validation set). 0 never stops early.
gradient_clip | Gradient clipping | Gradients with a larger norm than this are scaled down to it, so that one bad
    batch cannot ruin the weights. 0 turns clipping off.
seed | Seed | Fixes everything random, such as the initial weights: the same seed gives the same result.
epoch | Epoch | One pass over the training windows.
gradient_norm | Gradient norm | Norm of the gradient before clipping, averaged over the epoch: how strongly the loss
    pulls on the weights. | ‖∇L‖
elapsed | Elapsed | Training time so far, not counting pauses.
mae | MAE | Mean absolute error, in the unit of the series.
rmse | RMSE | Root mean squared error, in the unit of the series. Large errors weigh more.
smape | sMAPE | Symmetric mean absolute percentage error, from 0 to 200%.
mase | MASE | Mean absolute error, divided by that of repeating the value one season earlier (or the last value, if
    there is no season) on the rows before. Below 1 beats that rule (Hyndman & Koehler 2006).
input | Input | What the cell reads at this step: a token encoded as numbers, or a value of the series. | xₜ
forget_gate | Forget gate | Decides, for each unit, how much of the previous cell state is kept: 1 keeps all of it, 0
    erases it. | fₜ
input_gate | Input gate | Decides, for each unit, how much of the candidate is written: 1 writes all of it, 0 nothing.
    | iₜ
candidate | Candidate | New content that could be written into the memory at this step, from −1 to 1. | gₜ
cell_state | Cell state | The memory of the LSTM: what was kept of the previous cell state plus what is written now.
    Only the cell itself sees it. | cₜ
output_gate | Output gate | Decides, for each unit, how much of the memory is exposed: 1 exposes all of tanh(c), 0
    hides it. | oₜ
hidden_state | Hidden state | The output of the cell. The next step, the layer above and the prediction see only this.
    | hₜ
update_gate | Update gate | Mixes old and new in a GRU: 1 keeps the previous state, 0 replaces it with the candidate.
    | zₜ
reset_gate | Reset gate | Decides, in a GRU, how much of the previous state the candidate may see: 0 lets it start
    from scratch. | rₜ
difference | Difference to PyTorch | The hidden states computed from the gates shown here, compared with those of
    PyTorch's own layer on the same sequence: the largest absolute difference.
kept | Kept | The part of the old memory that remains after this step: gate × old content.
lost | Forgotten | The part of the old memory that this step erases: (1 − gate) × old content.
written | Written | What this step adds to the memory: gate × candidate.
exposed | Exposed | What the rest of the network sees of the memory: output gate × tanh(c).
naive | Last value | The naive method: every step repeats the last known value.
seasonal_naive | Last season | The seasonal naive method: every step repeats the value one season earlier.
saturation | Saturation | How often a gate is almost closed (below 0.1) or almost open (above 0.9). A saturated gate
    acts like a switch.
flow_source | Gradient of | Untrained cells of any size on a random sequence; cells trained for a task, at every stage of
    training; or a run of yours from the Forecast page.
layer | Layer | The first layer reads the input; each further layer reads the hidden states of the one below.
length | Sequence length | Number of steps of the random sequence that all three cells read. | T
where | Loss at the | Where the loss is computed: the gradient starts there and travels back.
scale | Recurrent weights × | Multiplies the recurrent weights U. In an RNN, the gradient is multiplied by them at
    every step back.
initialization | Initial weights | How the weights are drawn before training.
torch | PyTorch (uniform) | Uniform within ±1/√H, the default of torch.nn.
keras | Keras | Glorot-uniform W, orthogonal U.
orthogonal | Orthogonal | W and U are orthogonal matrices: they preserve lengths (Saxe et al. 2014).
xavier | Xavier | Uniform, scaled to the number of inputs and outputs (Glorot & Bengio 2010).
identity | Identity (IRNN) | U is the identity matrix; designed for an RNN with ReLU (Le, Jaitly & Hinton 2015).
activation | RNN activation | Activation function of the vanilla RNN. The gates and states of LSTM and GRU keep
    theirs.
tanh | tanh | Maps to −1 … 1; its slope is at most 1.
relu | ReLU | Sets negative values to 0; its slope is 0 or 1, so the states are unbounded.
seeds | Number of seeds | How many untrained models of each cell. The band shows how much they differ.
spectral_radius | Spectral radius | Rescales U of each gate to this largest |eigenvalue|, which decides how much U
    stretches or shrinks over many steps. | ρ
clip | Clip gradient at | Scales the gradient of all weights down to this norm, as training does. 0 turns clipping
    off. | ‖∇‖
hidden_state_grad | Gradient with respect to the hidden state | How much the loss changes when the hidden state at
    this step changes slightly, including the effect on all later steps. | ∂L/∂hₜ
cell_state_grad | Gradient with respect to the cell state | How much the loss changes when the cell state at this step
    changes slightly, including the effect on all later steps. | ∂L/∂cₜ
half_life | Half-life | Number of steps back over which the gradient halves, from a straight line fitted to its
    logarithm.
direct | Direct path | What travels back along the memory alone, multiplied by the forget gates (update gates in a
    GRU) and by nothing else.
gated | Through the gates | What passed through the recurrent weights U at least once on its way back.
spectrum | Singular values | How much the last hidden state changes when this one changes, along each of its H
    singular directions, largest first. | ∂h_T/∂hₜ
sensitivity | Sensitivity | How much the output at one step changes per unit of change of the input at another: what
    the output still remembers.
race_task | Task | What all networks learn, from the same sequences in the same order.
race_length | Sequence length | Number of steps of each sequence. The longer it is, the further back lies what must be
    remembered. | T
race_cells | Competitors | The networks that race; all have the same number of hidden units.
race_batch_size | Batch size | Sequences per update, drawn anew each time.
updates | Updates | The budget: how often the weights of each network may be updated.
test_loss | Test loss | Loss on 256 sequences that are never trained on (for digits, on the test digits).
accuracy | Accuracy | Share of the test sequences that are answered correctly.
updates_per_second | Updates / s | Updates per second of this network's own training time, averaged so far.
encoding | Encoding | Which bytes stand for which characters. With the wrong one, names turn into gibberish.
delimiter | Delimiter | The character between the cells of a row.
decimal | Decimal mark | The character before the fraction: 3.14 or 3,14.
header | Header row | The row of the file that holds the column names; 0 if there is none.
sheet | Sheet | The sheet of the workbook to read.
date_order | Date order | Which part comes first in a date such as 03/04/2024.
periods | Dates are in | The column names (one year or month per column), or the rows.
fiscal_year | Fiscal year | Whether a year that does not start in January is named after the year in which it begins
    or ends.
missing | Also missing | Further values that mean “missing” in this file, separated by commas: -1, no data.
genuine | Keep as values | Numbers that look like codes for missing values but are real values.
time | Time | The column, or columns together, that say when each row was measured.
target | Target | The column of numbers to forecast.
series_id | Series id | The column, or columns together, that name the series if the file holds several.
series | Series | Which series of the file to show and forecast.
duplicates | Rows with the same date | What happens to rows of one series that have the same date.
duplicates_mean | Average them | Rows with the same date are averaged: right for measurements.
duplicates_sum | Add them up | Rows with the same date are added up: right for sales and other amounts.
duplicates_first | Keep the first | The first row of each date is kept.
duplicates_last | Keep the last | The last row of each date is kept: right for corrections.
parameters | Parameters | Numbers that training changes. Each gate has as many as the candidate.
"""


def _read_terms(table: str) -> list[Term]:
    """Read terms written as name | label | meaning | symbol; an indented line goes on with the one before."""
    lines = table.strip().replace("\n    ", " ").split("\n")
    return [Term(*line.split(" | ")) for line in lines]


_TERMS = [term for table in (MODEL_TERMS, FORECAST_TERMS, CLASSIFY_TERMS, ANATOMY_TERMS) for term in _read_terms(table)]

GLOSSARY: dict[str, Term] = {term.name: term for term in _TERMS}


def forecast_term(name: str) -> str:
    """Name the term of a forecast's setting or choice: the one of forecasting where other pages use the word otherwise."""
    return f"forecast_{name}" if f"forecast_{name}" in GLOSSARY else name


def classify_term(name: str) -> str:
    """Name the term of a classifier's setting or choice, as `forecast_term` does."""
    return f"classify_{name}" if f"classify_{name}" in GLOSSARY else name


def anatomy_term(name: str) -> str:
    """Name the term of a setting of *Anatomy*, as `forecast_term` does."""
    return f"anatomy_{name}" if f"anatomy_{name}" in GLOSSARY else name


def label_of(name: str) -> str:
    """Give the label of a term."""
    return GLOSSARY[name].label


def meaning_of(name: str) -> str:
    """Give the meaning of a term."""
    return GLOSSARY[name].meaning
