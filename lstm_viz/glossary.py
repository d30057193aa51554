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
horizon | Horizon | How many steps ahead to forecast. | H
window | Window | How many steps the network reads before it forecasts. | W
holdout | Held-out steps | The newest steps, kept from the networks that are scored, so that the scores tell how they do
    on what they never saw. The forecast comes from networks that learned from all rows.
cell | Model | The kind of recurrent cell: LSTM (three gates and a cell state), GRU (two gates), or RNN (no gates, the
    plain Elman network).
lstm | LSTM | Long short-term memory (Hochreiter & Schmidhuber 1997) with forget gates (Gers et al. 2000).
gru | GRU | Gated recurrent unit (Cho et al. 2014): one state, an update gate and a reset gate.
rnn | RNN | Vanilla recurrent network (Elman 1990): the new state is tanh of input and old state.
hidden_size | Hidden units | Numbers in the state of each layer: more remember more and learn slower. | H
num_layers | Layers | Recurrent layers stacked on each other; one is enough for most series.
dropout | Dropout | Share of the values between two layers that is set to zero in training, against learning by heart.
    Works from two layers on.
forget_bias | Forget bias | Start value of the LSTM's forget gate bias: the larger, the longer the untrained cell keeps
    what it has. 1 is usual (Jozefowicz et al. 2015).
optimizer | Optimiser | The rule that turns gradients into changes of the weights.
adam | Adam | Steps scaled by running means of the gradient and its square (Kingma & Ba 2015).
adamw | AdamW | Adam with weight decay kept apart (Loshchilov & Hutter 2019).
rmsprop | RMSprop | Steps scaled by a running mean of the squared gradient (Hinton 2012).
sgd | SGD | Plain stochastic gradient descent with momentum 0.9; wants a larger learning rate.
learning_rate | Learning rate | Size of the steps, where the schedule has it largest. Too large diverges, too small
    takes for ever. | η
schedule | Schedule | How the learning rate changes while training goes on.
constant | Constant | The learning rate stays.
cosine | Cosine | The learning rate falls along a cosine to one hundredth.
step | Step | The learning rate halves five times, evenly spaced.
plateau | Plateau | The learning rate halves whenever the validation loss (training loss, where nothing validates) stops
    falling.
batch_size | Batch size | Windows per step: larger is faster and smoother, smaller explores more.
epochs | Epochs | Passes over the training windows, at most.
patience | Patience | Training ends early after this many epochs without a lower validation loss (training loss, where
    nothing validates); 0 never ends early.
gradient_clip | Gradient clipping | Gradients longer than this are shortened to it, so that one bad batch cannot throw
    the weights away; 0 turns it off.
seed | Seed | Decides all that is drawn at random, such as the start weights: same seed, same result.
epoch | Epoch | One pass over the training windows.
gradient_norm | Gradient norm | Length of the gradient before clipping, on average over the epoch: how hard the loss
    pulls at the weights. | ‖∇L‖
elapsed | Elapsed | Time trained so far, pauses left out.
mae | MAE | Mean absolute error, in the unit of the series.
rmse | RMSE | Root of the mean squared error, in the unit of the series: large misses weigh more.
smape | sMAPE | Symmetric mean absolute percentage error, from 0 to 200%.
mase | MASE | Mean absolute error, divided by that of repeating the value one season earlier (the last value, without a
    season) in the rows before; below 1 is better than that (Hyndman & Koehler 2006).
input | Input | What the cell reads at this step: a token as numbers, or a value of the series. | xₜ
forget_gate | Forget gate | Decides for each unit how much of the old cell state is kept: 1 keeps all of it, 0 drops it.
    | fₜ
input_gate | Input gate | Decides for each unit how much of the candidate is written: 1 writes all of it, 0 nothing. |
    iₜ
candidate | Candidate | What could be written into the memory at this step, from −1 to 1. | gₜ
cell_state | Cell state | The memory of the LSTM: what was kept of the old one plus what is written. Only the cell
    itself sees it. | cₜ
output_gate | Output gate | Decides for each unit how much of the memory is shown: 1 shows all of tanh(c), 0 hides it. |
    oₜ
hidden_state | Hidden state | What the cell shows: the next step, the layer above and the prediction see only this. | hₜ
update_gate | Update gate | Mixes old and new in a GRU: 1 keeps the old state, 0 replaces it by the candidate. | zₜ
reset_gate | Reset gate | Decides in a GRU how much of the old state the candidate may see: 0 lets it start afresh. | rₜ
difference | Difference to torch | The hidden states that follow from the gates shown here, held against those of
    torch's own layer on this very sequence: the largest difference of any number.
kept | Kept | The part of the old memory that is still there after this step: gate × old content.
lost | Lost | The part of the old memory that this step drops: (1 − gate) × old content.
written | Written | What this step adds to the memory: gate × candidate.
exposed | Shown | What the rest of the network sees of the memory: output gate × tanh(c).
naive | Last value | The naive rule: every step repeats the last known value.
seasonal_naive | Last season | The seasonal naive rule: every step repeats the value one season before.
saturation | Saturation | How often a gate is nearly shut (below 0.1) or nearly open (above 0.9): a saturated gate acts
    like a switch.
flow_source | Whose gradient | Untrained cells of any size on a random sequence; cells trained for a task, at every
    stage of their training; or your own run of the Forecast page.
layer | Layer | The first layer reads the input, each next one the hidden states of the one below.
length | Steps | Length of the random sequence that all three cells read. | T
where | The loss sits at the | Where the answer is judged: the gradient starts there and travels back.
scale | Recurrent weights × | Multiplies the weights U between a step and the next. The RNN's gradient is multiplied by
    them at every step back.
initialization | Start weights | How the weights are drawn before any training.
torch | torch (uniform) | Uniform within ±1/√H, as torch.nn leaves them.
keras | Keras | Glorot-uniform W, orthogonal U.
orthogonal | Orthogonal | W and U are rotations: they stretch nothing (Saxe et al. 2014).
xavier | Xavier | Uniform, scaled to the number of inputs and outputs (Glorot & Bengio 2010).
identity | Identity (IRNN) | U is the identity; meant for an RNN with ReLU (Le, Jaitly & Hinton 2015).
activation | RNN activation | The function of the plain RNN; gates and states of the others keep theirs.
tanh | tanh | Squeezes into −1 … 1; its slope is at most 1.
relu | ReLU | Cuts off below 0; its slope is 0 or 1, so states have no ceiling.
seeds | Seeds | How many untrained models of each cell: the band shows how much they differ.
spectral_radius | Spectral radius | Brings each gate's U to this largest |eigenvalue|: over many steps it decides by how
    much U stretches. | ρ
clip | Clip gradient at | Shortens the gradient of all weights to this norm, as training does; 0 does not. | ‖∇‖
hidden_state_grad | Gradient by the hidden state | How much the loss changes when the hidden state of this step is moved
    a little, all later steps following. | ∂L/∂hₜ
cell_state_grad | Gradient by the cell state | How much the loss changes when the cell state of this step is moved a
    little, all later steps following. | ∂L/∂cₜ
half_life | Half-life | Steps back in time over which the gradient halves: the slope of a straight line fitted.
direct | Direct road | What comes along the memory alone, multiplied by the forget gates (in a GRU the update gates) and
    by nothing else.
gated | Through the gates | What passed the recurrent weights U at least once on its way.
spectrum | Singular values | By how much the last hidden state moves when this one is moved, in its H own directions,
    largest first. | ∂h_T/∂hₜ
sensitivity | Sensitivity | How much the answer at one step changes per unit of the input at another: what the answer
    still remembers.
race_task | Task | What all networks learn, from the same sequences in the same order.
race_length | Steps | Length of a sequence: the longer, the farther back lies what must be remembered. | T
race_cells | Who takes part | The networks that race; each has as many hidden units as the others.
race_batch | Batch size | Sequences that each update learns from, drawn anew every time.
updates | Updates | The budget: how often the weights of each network may change.
test_loss | Test loss | Loss on 256 sequences drawn apart from those that teach, or on digits that never teach.
accuracy | Accuracy | Share of the test sequences answered right.
updates_per_second | Updates / s | Updates per second of this network's own training time, on average so far.
encoding | Encoding | Which bytes stand for which letters; with the wrong one, names turn into gibberish.
delimiter | Cells end at | The sign that parts the cells of a row.
decimal | Decimal mark | The sign before the fraction: 3.14 or 3,14.
header | Header row | The row of the file that holds the names of the columns; 0 where none does.
sheet | Sheet | The sheet of the workbook that is read.
date_order | Order of dates | What comes first in a date such as 03/04/2024.
periods | Moments stand in | The names of columns (a year or a month each), or the rows.
fiscal_year | Fiscal year | Whether a year that does not start in January is named after its begin or its end.
missing | Also missing | Marks that stand for nothing in this file, with commas between: -1, no data.
genuine | Meant as numbers | Numbers that stay numbers although they look like marks for nothing.
time | Time | The column, or columns together, that say when each row was measured.
target | Target | The column of numbers to forecast.
series_id | Series id | The column, or columns together, that name the series where a file holds many.
series | Series | Which series of the file to look at and to forecast.
duplicates | Rows that share a date | What becomes of rows of one series that share their moment.
duplicates_mean | Mean | Rows that share a moment become their mean: right for measurements.
duplicates_sum | Sum | Rows that share a moment are added up: right for sales and other amounts.
duplicates_first | First | The first of the rows that share a moment is kept.
duplicates_last | Last | The last of the rows that share a moment is kept: right for corrections.
parameters | Parameters | Numbers that training changes; a gate costs as many as the candidate.
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
