"""Every term once: name, label, symbol and one sentence of meaning; labels, legends and tooltips come from here."""

from collections.abc import Callable
from dataclasses import dataclass

_TABLE = """
horizon | Horizon | Number of steps to forecast. | H
window | Window | Number of steps that the network reads before each forecast. | W
holdout | Held-out steps | The last steps of the series. The networks that are scored never see them, so the scores show
    how well they forecast unseen data. The final forecast comes from networks trained on all rows.
cell | Model | The kind of recurrent cell: LSTM (three gates and a cell state), GRU (two gates), or RNN (no gates, the
    plain Elman network).
lstm | LSTM | Long short-term memory (Hochreiter & Schmidhuber 1997) with forget gates (Gers et al. 2000).
gru | GRU | Gated recurrent unit (Cho et al. 2014): one state, an update gate and a reset gate.
rnn | RNN | Vanilla recurrent network (Elman 1990): the new state is tanh of input and old state.
hidden_size | Hidden units | Size of each layer’s hidden state. More units remember more, but train more slowly. | H
num_layers | Layers | Recurrent layers stacked on top of each other. One is enough for most series.
dropout | Dropout | Share of the values between two layers that is set to zero during training, to reduce overfitting.
    It has an effect from two layers on.
forget_bias | Forget bias | Initial bias of the LSTM's forget gate. The larger it is, the longer an untrained cell keeps
    its memory. 1 is the usual choice (Jozefowicz et al. 2015).
optimizer | Optimiser | The rule that turns gradients into weight updates.
adam | Adam | Scales each step by running means of the gradient and of its square (Kingma & Ba 2015).
adamw | AdamW | Adam with decoupled weight decay (Loshchilov & Hutter 2019).
rmsprop | RMSprop | Scales each step by a running mean of the squared gradient (Hinton 2012).
sgd | SGD | Stochastic gradient descent with momentum 0.9. It needs a larger learning rate.
learning_rate | Learning rate | Step size of the optimiser, at the highest point of its schedule. Too large and training
    diverges; too small and it takes forever. | η
schedule | Schedule | How the learning rate changes during training.
constant | Constant | The learning rate stays the same.
cosine | Cosine | The learning rate falls along a cosine to one hundredth of its start.
step | Step | The learning rate is halved five times, at even intervals.
plateau | Plateau | Halves the learning rate when the validation loss (without one, the training loss) stops falling.
batch_size | Batch size | Windows per update. Larger batches are faster and less noisy; smaller ones explore more.
epochs | Epochs | Maximum number of passes over the training windows.
patience | Patience | Stop early after this many epochs without a lower validation loss (training loss, if there is no
    validation set). 0 never stops early.
gradient_clip | Gradient clipping | Gradients with a larger norm than this are scaled down to it, so that one bad batch
    cannot ruin the weights. 0 turns clipping off.
seed | Seed | Fixes everything random, such as the initial weights: the same seed gives the same result.
epoch | Epoch | One pass over the training windows.
gradient_norm | Gradient norm | Norm of the gradient before clipping, averaged over the epoch. | ‖∇L‖
elapsed | Elapsed | Training time so far, not counting pauses.
mae | MAE | Mean absolute error, in the unit of the series.
rmse | RMSE | Root mean squared error, in the unit of the series. Large errors weigh more.
smape | sMAPE | Symmetric mean absolute percentage error, from 0 to 200%.
mase | MASE | Mean absolute error, divided by that of repeating the value one season earlier (or the last value, if
    there is no season) on the rows before. Below 1 beats that rule (Hyndman & Koehler 2006).
input | Input | What the cell reads at this step: a token encoded as numbers, or a value of the series. | xₜ
forget_gate | Forget gate | How much of its previous cell state each unit keeps: 1 keeps all of it, 0 erases it. | fₜ
input_gate | Input gate | How much of the candidate each unit writes: 1 writes all of it, 0 nothing. | iₜ
candidate | Candidate | New content that could be written into the memory at this step, from −1 to 1. | gₜ
cell_state | Cell state | The memory of the LSTM: what was kept of the previous cell state plus what is written now.
    Only the cell itself sees it. | cₜ
output_gate | Output gate | How much of its memory each unit exposes: 1 exposes all of tanh(c), 0 hides it. | oₜ
hidden_state | Hidden state | The cell’s output: all that the next step, the layer above and the prediction see. | hₜ
update_gate | Update gate | Mixes old and new in a GRU: 1 keeps the previous state, 0 takes the candidate. | zₜ
reset_gate | Reset gate | How much of the previous state a GRU’s candidate may see: 0 lets it start from scratch. | rₜ
difference | Difference from PyTorch | The hidden states computed from the gates shown here, compared with those of
    PyTorch's own layer on the same sequence: the largest absolute difference.
kept | Kept | The part of the old memory that remains after this step: gate × old content.
lost | Forgotten | The part of the old memory that this step erases: (1 − gate) × old content.
written | Written | What this step adds to the memory: gate × candidate.
exposed | Exposed | What the rest of the network sees of the memory: output gate × tanh(c).
naive | Last value | The naive method: every step repeats the last known value.
seasonal_naive | Last season | The seasonal naive method: every step repeats the value one season earlier.
saturation | Saturation | How often a gate is almost closed (below 0.1) or almost open (above 0.9). A saturated gate
    acts like a switch.
step_source | Which cell | Trained cells for several tasks come with the app. The untrained one reads any text.
step_cells | Lanes | The same sequence through several cells, stepped together.
splitting | Split text into | How a text is split into the tokens that the cell reads one by one.
flow_source | Gradient of | Untrained cells of any size on a random sequence; cells trained for a task, at every stage
    of training; or a run of yours from the Forecast page.
layer | Layer | The first layer reads the input; each further layer reads the hidden states of the one below.
length | Sequence length | Number of steps of the random sequence that all three cells read. | T
where | Loss at the | Where the loss is computed: the gradient starts there and travels back.
scale | Recurrent weights × | Multiplies the recurrent weights U, and with them an RNN’s gradient at every step back.
initialization | Initial weights | How the weights are drawn before training.
torch | PyTorch (uniform) | Uniform within ±1/√H, the default of torch.nn.
keras | Keras | Glorot-uniform W, orthogonal U.
orthogonal | Orthogonal | W and U are orthogonal matrices: they preserve lengths (Saxe et al. 2014).
xavier | Xavier | Uniform, scaled to the number of inputs and outputs (Glorot & Bengio 2010).
identity | Identity (IRNN) | U is the identity matrix; designed for an RNN with ReLU (Le, Jaitly & Hinton 2015).
activation | RNN activation | Activation function of the vanilla RNN. The gates and states of LSTM and GRU keep theirs.
tanh | tanh | Maps to −1 … 1; its slope is at most 1.
relu | ReLU | Sets negative values to 0; its slope is 0 or 1, so the states are unbounded.
seeds | Number of seeds | How many untrained models of each cell. The band shows how much they differ.
spectral_radius | Spectral radius | Rescales U of each gate to this largest |eigenvalue|, which decides how much U
    stretches or shrinks over many steps. | ρ
clip | Clip gradient at | Scales the gradient of all weights down to this norm, as training does. 0 turns it off. | ‖∇‖
hidden_state_grad | Gradient with respect to the hidden state | How much the loss changes when the hidden state at this
    step changes slightly, including the effect on all later steps. | ∂L/∂hₜ
cell_state_grad | Gradient with respect to the cell state | How much the loss changes when the cell state at this step
    changes slightly, including the effect on all later steps. | ∂L/∂cₜ
half_life | Half-life | Number of steps back over which the gradient halves, by a line fitted to its logarithm.
direct | Direct path | What travels back along the memory alone, multiplied only by forget gates (GRU: update gates).
gated | Through the gates | What passed through the recurrent weights U at least once on its way back.
spectrum | Singular values | How much the last hidden state changes when this one changes, along each of its H singular
    directions, largest first. | ∂h_T/∂hₜ
sensitivity | Sensitivity | How much the output at one step changes per unit of change of the input at another: what the
    output still remembers.
race_task | Task | What all networks learn, from the same sequences in the same order.
race_length | Sequence length | Steps of each sequence: the more, the further back lies what must be remembered. | T
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
fiscal_year | Fiscal year | Whether a year that does not start in January is named after the year it begins or ends in.
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
preset | Recipe | All settings at once: the best in our benchmarks, a single network, or the loop of most tutorials.
members | Networks | How many networks, each from its own initial weights, are averaged: more stable than any one.
origins | Back-test origins | How many past moments the whole recipe is tried from, each time with only what was known
    then. The held-out part is the most recent one.
validation | Validation share | Share of the rows before the held-out part that is not trained on, but decides which
    epoch is best and when to stop early. 0 trains on all of them, which is better for short series.
scope | Series to forecast | What to do with the other series of the file.
forecast_one | This one | Ignore the others.
forecast_each | Each separately | Train separate networks for every series, one series after the other.
forecast_global | All together | One global model learns from all series and forecasts each. A learned embedding tells
    the network which series it is reading. Short series gain most.
strategy | Strategy | Whether the network forecasts the whole horizon at once, or one step at a time.
forecast_direct | Direct | The network forecasts the whole horizon at once.
recursive | Recursive | The network forecasts one step, reads that forecast as its next input, and so on.
shrink | Shrink to the level | Pull the networks' forecast towards the level of the series, as far as a calibration run
    on older rows recommends.
fill | Missing values | What the network reads where a value is missing. A missing value is never used as a target.
mask | Mask | The network reads a zero and a second number that says whether a value was present.
interpolate | Straight line | The network reads a straight line between the values on either side of the gap.
carry | Last value before | The network reads the last known value again.
forecast_scale | Scale | Whether to take logarithms first, so that fluctuations that grow with the level become even.
auto | Automatic | Chosen from the data.
log | Logarithm | Take logarithms first.
linear | Unchanged | Use the values as they are.
season | Season | Whether the seasonal pattern is removed before the network reads the series, and added back to its
    forecast. Recent seasons count more. If the days of the week differ, the season of a day becomes that of a week.
always | Always remove | Remove the seasonal pattern whether or not it is significant.
none | None | Remove nothing.
level | Normalise each window by | What is subtracted from each window, so that one network works at every level.
smoothed | Smoothed level | An exponentially weighted mean, with a smoothing factor fitted to the horizon.
last | Last | The most recent one.
loss | Loss | The error that training minimises.
mse | Squared error | Mean squared error: large errors count most.
huber | Huber | Squared for small errors, absolute for large ones, so that outliers count less.
keep | Weights kept | The epoch whose weights are used.
best | Best | The epoch with the lowest validation loss (training loss, if there is no validation set).
one_cycle | One cycle | The learning rate rises for 30% of the updates and then falls to almost zero.
auto_ets | AutoETS | Exponential smoothing with trend and season, in the form that fits the data best (Hyndman &
    Khandakar 2008): the classical method to beat.
train_loss | Training loss | Loss on the training windows, averaged over the epoch while the weights change.
validation_loss | Validation loss | The same loss after the epoch, on later windows that are not trained on.
remaining | Time left, at most | Time until the last planned epoch at the current pace. Back-test and forecast follow.
coverage | Coverage | Share of the actual values inside the prediction intervals: about 80% for a good 80% interval.
backtest | Back-test | The whole recipe tried from several past moments, each time with only what was known then.
features | Further columns | Other columns of the file that may help the forecast: a holiday, a price, the weather.
known | Known in advance | Columns whose future is known when the forecast is made, such as holidays or a planned price.
    Their effect is estimated and included in the forecast. Put their future values in rows at the end of the file, with
    the target left blank.
past | Past only | Columns whose future is unknown, such as the weather. The networks read them alongside the series, up
    to its last value.
effect | Effect of further columns | What the columns known in advance contribute, estimated from how their changes and
    those of the series go together. Effects below three standard errors could be chance and are left out.
shrinkage | Weight of the networks | How much the networks' forecast counts; the rest is the level alone.
interval | Prediction interval | The range in which the value will lie with the stated probability.
step_error | Error by step ahead | Average error one step ahead, two steps ahead and so on, over all origins.
best_rival | Best other method | The method with the lowest mean absolute error among the simple methods and AutoETS.
autocorrelation | Autocorrelation | Correlation of errors that many steps apart: 1 is equal, 0 unrelated, −1 opposite.
residual | One-step error | Actual value minus the forecast made one step earlier.
importance | Importance | How much the forecast changes when one input value increases by 1: the exact gradient.
learning_curve | Learning curve | The error on the held-out part when the same recipe learns from the most recent
    eighth, quarter and half of the rows, and from all. If it is still falling at the end, more history would help. One
    held-out part is a small sample: small differences may be chance.
makeup | Components | The forecast as a sum (on a logarithmic scale, a product) of the level, the season, the effect of
    columns known in advance, and the contribution of the networks.
classify_preset | Preset | All settings at once: those that suit the data, or those of a well-known tutorial.
suited | Suggested for this data | What suits the number of examples and the length of the sequences.
sizes | Units per layer | Hidden units of each layer, first layer first, separated by commas: 64, or 128, 64, 32.
bidirectional | Bidirectional | A second set of layers reads the sequence backwards; the output sees both final states.
normalization | Normalisation | Rescales the output of each layer to mean 0 and standard deviation 1.
classify_none | None | No change.
batch | Batch norm | Each unit is normalised over the examples and steps of a batch (Ioffe & Szegedy 2015).
classify_layer | Layer norm | Each step is normalised over all units of the layer (Ba, Kiros & Hinton 2016).
pooling | Pooling | What the output layer reads of the last recurrent layer: its final state, or all of its states.
pooling_last | Final state | The hidden state after the last step, which must hold everything that matters.
mean | Mean of states | The mean of the hidden states of all steps.
attention | Attention | A weighted mean of all hidden states with learned weights (Yang et al. 2016).
class_weights | Class weights | Whether every example counts equally, or every class does, however rare.
balanced | Balanced | A class with few examples counts as much as one with many.
validation_share | Validation share | Share of training examples held back to choose the best epoch and to stop early.
classify_dropout | Dropout | Share of each layer's output that is set to zero during training, to reduce overfitting. It
    works with one layer too.
classify_batch_size | Batch size | Sequences per update. Larger batches are faster and less noisy; smaller ones explore
    more.
classify_epochs | Epochs | Maximum number of passes over all training sequences.
classify_keep | Weights kept | Those of the epoch with the lowest validation loss, or simply the last ones.
classify_train_loss | Training loss | Cross-entropy in nats on the training sequences: 0 is certain and correct, ln C is
    guessing among C classes.
classify_validation_loss | Validation loss | The same on sequences that are not trained on.
train_accuracy | Training accuracy | Share of the training sequences classified correctly while the weights change.
validation_accuracy | Validation accuracy | Share of the validation sequences classified correctly.
recall | Recall | Of the sequences of this class, the share that is classified as such.
precision | Precision | Of the sequences classified as this class, the share that belongs to it.
f1 | F1 | Harmonic mean of recall and precision.
calibration_error | Calibration error | Average gap between confidence and accuracy. 0 means that of all predictions
    made with 80% confidence, 80% are correct (Guo et al. 2017).
layout | Layout | How the table is laid out: one row per picture, per series, or per step.
pixels | One row per picture | Each row is a picture: its label, then the grey values of a square image.
classify_series | One row per series | Each row is a series: a label before or after its values (as in the UCR archive).
long | One row per step | Each row is one step: the id of its sequence, its numbers, and the label.
classify_label | Label | The column with the class.
anatomy_part | View | Which part of the page is open: the layer as a diagram, its parameters and cost, its code, one
    step by hand, or common misconceptions.
anatomy_layer | Layer diagram | Every tensor of the layers with its name and its shape, to scale.
anatomy_count | Parameters and cost | How many numbers the layer learns, and what one step costs.
anatomy_code | Code | The same model in PyTorch, Keras and NumPy, with its weights. It runs.
anatomy_hand | One step by hand | Every product in one step of one cell, with numbers that you can edit.
anatomy_myths | Misconceptions | Claims that many tutorials repeat, each with the number that settles it.
input_size | Input size | Numbers that the first layer reads at every step: a row of 28 pixels, 3 prices.
anatomy_sizes | Units per layer | Hidden units of each layer, first layer first: 75, or 128, 64, 32.
output_size | Output size | Numbers that the linear layer after the last recurrent layer gives: one per class.
anatomy_bidirectional | Bidirectional | A second cell with weights of its own reads the sequence from its end.
bias | Bias | Whether every gate of every unit has a bias.
batch_first | batch_first | PyTorch’s option: whether the batch axis of `input` and `output` comes before the steps.
    `h_n` and `c_n` are not affected.
anatomy_batch | Batch | Sequences at once; 0 is a single sequence without a batch axis, which PyTorch accepts.
anatomy_steps | Steps | Number of steps of each sequence: an image of 28 rows has 28.
anatomy_state | Load your own weights | The state dict of a PyTorch model as safetensors, or the weights of a Keras
    model as npz. The architecture is inferred from names and shapes. Nothing is ever unpickled.
anatomy_pooling | Output layer reads | What the linear layer is applied to. Weights do not say; choose it if you know.
anatomy_every | Every state | The linear layer gives an output at every step, as in models that predict the next token.
anatomy_forward | Forward pass | The layer reads a sequence, as it does when it predicts.
anatomy_training | Training step | The layer reads a sequence, and the gradient of all its weights is computed.
anatomy_double | In float64 | In double precision no cell has a faster kernel than the others, so the gates decide.
"""  # name | label | meaning | symbol; an indented line goes on with the one before


@dataclass(frozen=True)
class Term:
    """A word that the reader meets."""

    name: str  # what code calls it
    label: str  # what the screen calls it
    meaning: str  # one sentence for somebody who never heard of it
    symbol: str = ""  # how formulas write it; empty where there is none


_TERMS = [Term(*line.split(" | ")) for line in _TABLE.strip().replace("\n    ", " ").split("\n")]
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


def choice_term(setting: str, choice: str, term: Callable[[str], str]) -> str:
    """Name the term of a choice: the setting's own one where other settings use the word otherwise."""
    return f"{setting}_{choice}" if f"{setting}_{choice}" in GLOSSARY else term(choice)


def label_of(name: str) -> str:
    """Give the label of a term."""
    return GLOSSARY[name].label


def meaning_of(name: str) -> str:
    """Give the meaning of a term."""
    return GLOSSARY[name].meaning
