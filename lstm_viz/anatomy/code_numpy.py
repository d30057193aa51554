"""A model as plain NumPy, its equations written out."""

from collections.abc import Iterator

from lstm_viz.anatomy.blueprint import Blueprint, norm_name, torch_module
from lstm_viz.anatomy.code import body, docstring, input_words, module, output_words, purpose_of, title_of, written

WORDS = (
    "It stands beside `weights.safetensors` and `example_input.npy`. Every equation is written out. It answers and "
    "does not train, so that dropout has nothing to do here."
)
SIGMOID = '''
def sigmoid(x):
    """Squeeze into 0 ... 1; tanh never overflows, and exp(-x) would for large -x."""
    return 0.5 * (1 + np.tanh(0.5 * x))
'''
BOTH_WAYS = '''
def both_ways(x, w, layer, ending):
    """Read from both ends; forward and backward stand side by side at each step."""
    forward = {cell}(x, w, layer, ending)
    backward = {cell}(x[::-1], w, layer, f"{{ending}}_reverse")[::-1]
    return np.concatenate([forward, backward], axis=1)
'''
LAYER_NORM = '''
def layer_norm(x, w, norm):
    """Bring the units of each step to mean 0 and variance 1, then scale and shift."""
    mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    normalized = (x - mean) / np.sqrt(variance + <epsilon>)
    return normalized * w[f"{norm}.weight"] + w[f"{norm}.bias"]
'''
BATCH_NORM = '''
def batch_norm(x, w, norm):
    """Normalise each unit by the mean and variance that training has seen."""
    mean, variance = w[f"{norm}.running_mean"], w[f"{norm}.running_var"]
    normalized = (x - mean) / np.sqrt(variance + <epsilon>)
    return normalized * w[f"{norm}.weight"] + w[f"{norm}.bias"]
'''
ATTENTION = '''
def attention(x, w):
    """Return the weighted mean of the steps; softmax over v * tanh(W h + b)."""
    looked = np.tanh(x @ w["attention.project.weight"].T + w["attention.project.bias"])
    scores = looked @ w["attention.score.weight"][0]  # one per step
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ x
'''
MAIN = """
if __name__ == "__main__":
    print(answer_all(np.load("example_input.npy"), load_file("weights.safetensors")))
"""
LSTM = '''
def lstm(x, w, layer, ending):
    """Read a sequence with an LSTM layer of u units: (steps, i) -> (steps, u)."""
    W = w[f"{layer}.weight_ih_{ending}"]  # (4u, i), all four gates stacked
    U = w[f"{layer}.weight_hh_{ending}"]  # (4u, u)
<bias>    h = c = np.zeros(U.shape[1], U.dtype)
    hidden_states = []
    for x_t in x:
        # PyTorch stacks input gate, forget gate, candidate and output gate.
        i, f, g, o = np.split(W @ x_t + U @ h<b>, 4)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g  # keep some of the old memory, write some of the new
        h = o * np.tanh(c)  # show some of it
        hidden_states.append(h)
    return np.stack(hidden_states)
'''
GRU = '''
def gru(x, w, layer, ending):
    """Read a sequence with a GRU layer of u units: (steps, i) -> (steps, u)."""
    W = w[f"{layer}.weight_ih_{ending}"]  # (3u, i), reset, update and candidate stacked
    U = w[f"{layer}.weight_hh_{ending}"]  # (3u, u)
<bias>    h = np.zeros(U.shape[1], U.dtype)
    hidden_states = []
    for x_t in x:
        r_x, z_x, n_x = np.split(W @ x_t<b_ih>, 3)
        r_h, z_h, n_h = np.split(U @ h<b_hh>, 3)
        r = sigmoid(r_x + r_h)  # how much of the old state the candidate may see
        z = sigmoid(z_x + z_h)  # how much of the old state is kept
        n = np.tanh(n_x + r * n_h)  # the reset gate acts behind U ("reset_after")
        h = z * h + (1 - z) * n
        hidden_states.append(h)
    return np.stack(hidden_states)
'''
RNN = '''
def rnn(x, w, layer, ending):
    """Read a sequence with a plain layer of u units: (steps, i) -> (steps, u)."""
    W = w[f"{layer}.weight_ih_{ending}"]  # (u, i)
    U = w[f"{layer}.weight_hh_{ending}"]  # (u, u)
<bias>    h = np.zeros(U.shape[1], U.dtype)
    hidden_states = []
    for x_t in x:
        # No gate: each step overwrites the whole memory.
        h = <squeeze>
        hidden_states.append(h)
    return np.stack(hidden_states)
'''
ONE_BIAS = """    # Two biases, always added: one would do.
    b = w[f"{layer}.bias_ih_{ending}"] + w[f"{layer}.bias_hh_{ending}"]
"""
TWO_BIASES = """    b_ih, b_hh = w[f"{layer}.bias_ih_{ending}"], w[f"{layer}.bias_hh_{ending}"]
"""


def numpy_source(blueprint: Blueprint) -> str:
    """Write the equations; the weights are those of the PyTorch module, by its names."""
    stack = blueprint.stack
    norm = {"none": "", "layer": LAYER_NORM, "batch": BATCH_NORM}[stack.normalization]
    head = docstring(
        title_of(blueprint),
        "    pip install numpy safetensors\n    python model_numpy.py",
        purpose_of(blueprint, WORDS),
    )
    return module(
        head,
        "import numpy as np\nfrom safetensors.numpy import load_file",
        SIGMOID if stack.cell != "rnn" else "",
        _cell_source(blueprint),
        BOTH_WAYS.format(cell=stack.cell) if stack.bidirectional else "",
        norm.replace("<epsilon>", written(stack.epsilon)),
        ATTENTION if stack.pooling == "attention" else "",
        _answer_source(blueprint),
        _answer_all_source(blueprint),
        MAIN,
    )


def _cell_source(blueprint: Blueprint) -> str:
    stack = blueprint.stack
    if stack.cell == "gru":
        parts = {"bias": TWO_BIASES, "b_ih": " + b_ih", "b_hh": " + b_hh"}
    else:
        parts = {"bias": ONE_BIAS, "b": " + b"}
    if not stack.bias:
        parts = dict.fromkeys(parts, "")
    if stack.cell == "rnn":
        inner = f"W @ x_t + U @ h{parts['b']}"
        parts["squeeze"] = f"np.tanh({inner})" if stack.activation == "tanh" else f"np.maximum({inner}, 0)"
    source = {"lstm": LSTM, "gru": GRU, "rnn": RNN}[stack.cell]
    for name, text in parts.items():
        source = source.replace(f"<{name}>", text)
    return source


def _answer_source(blueprint: Blueprint) -> str:
    return body(
        "def answer(x, w):",
        docstring("Answer one sequence with the weights `w`.", indent="    "),
        _embed_lines(blueprint),
        _layer_lines(blueprint),
        _pool_line(blueprint),
        '    return x @ w["head.weight"].T + w["head.bias"]',
    )


def _embed_lines(blueprint: Blueprint) -> Iterator[str]:
    if blueprint.embedding == "learned":
        yield '    x = w["embed.weight"][x]  # one row per token'
    elif blueprint.embedding == "one_hot":
        yield f'    x = np.eye({blueprint.vocabulary_size}, dtype=w["head.weight"].dtype)[x]'


def _layer_lines(blueprint: Blueprint) -> Iterator[str]:
    stack = blueprint.stack
    function = "both_ways" if stack.bidirectional else stack.cell
    for layer in range(len(stack.sizes)):
        ending = f"l{layer}" if blueprint.one_module else "l0"
        yield f'    x = {function}(x, w, "{torch_module(blueprint, layer)}", "{ending}")'
        if stack.normalization != "none":
            yield f'    x = {stack.normalization}_norm(x, w, "{norm_name(stack, layer)}")'


def _pool_line(blueprint: Blueprint) -> str:
    stack, size = blueprint.stack, blueprint.stack.sizes[-1]
    if stack.pooling == "last" and stack.bidirectional:
        return body(
            "    # Forward ended at the last step, backward at the first.",
            f"    x = np.concatenate([x[-1, :{size}], x[0, {size}:]])",
        )
    lines = {"last": "    x = x[-1]", "mean": "    x = x.mean(axis=0)", "attention": "    x = attention(x, w)"}
    return lines.get(stack.pooling, "")


def _answer_all_source(blueprint: Blueprint) -> str:
    """Write how a batch is answered: one sequence at a time, each to its own end."""
    every = blueprint.stack.pooling == "every"
    padded = """    for sequence, length in zip(x, lengths, strict=True):
        answered = answer(sequence[:length], w)
        behind = x.shape[1] - length
        answers.append(np.pad(answered, ((0, behind), (0, 0))))  # zeros behind the end
"""
    plain = """    for sequence, length in zip(x, lengths, strict=True):
        answers.append(answer(sequence[:length], w))
"""
    return f'''
def answer_all(x, w, lengths=None):
    """Answer a batch of sequences, each to its own end.

    x        {input_words(blueprint)}
    w        the weights by PyTorch's names
    lengths  real steps of each sequence, (batch,); None where nothing is padding
    returns  {output_words(blueprint)}
    """
    if lengths is None:
        lengths = [x.shape[1]] * len(x)
    answers = []
{padded if every else plain}    return np.stack(answers)
'''
