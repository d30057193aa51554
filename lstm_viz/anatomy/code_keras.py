"""A model in Keras 3, built with its functional interface."""

from collections.abc import Iterator

from lstm_viz.anatomy.blueprint import KERAS_CLASSES, Blueprint, keras_layer, norm_name
from lstm_viz.anatomy.code import body, call, docstring, module, purpose_of, title_of, written

INDENT = " " * 4
MAIN = """
if __name__ == "__main__":
    model = build_model()
    with np.load("weights_keras.npz") as file:
        # The arrays stand in the order of the layers.
        model.set_weights([file[name] for name in file.files])
    x = np.load("example_input.npy")
    print(model.predict(x, verbose=0))
"""


def keras_source(blueprint: Blueprint) -> str:
    """Write `build_model`; its weights have the paths and the order of `tensors_of(config, "keras")`."""
    operations = ["layers"] + ["ops"] * _needs_operations(blueprint)
    head = docstring(
        title_of(blueprint),
        "    pip install keras torch numpy\n    KERAS_BACKEND=torch python model_keras.py",
        purpose_of(
            blueprint,
            "It stands beside `weights_keras.npz` and `example_input.npy`. It is Keras 3 and runs with any backend: "
            "torch, jax or tensorflow.",
        ),
    )
    return module(
        head,
        f"import keras\nimport numpy as np\nfrom keras import {', '.join(operations)}",
        _build_source(blueprint),
        _last_states(blueprint) if _picks_last(blueprint) else "",
        attention(blueprint) if blueprint.stack.pooling == "attention" else "",
        MAIN,
    )


def _needs_operations(blueprint: Blueprint) -> bool:
    return blueprint.embedding == "one_hot" or blueprint.stack.pooling == "attention" or _picks_last(blueprint)


def _picks_last(blueprint: Blueprint) -> bool:
    """Tell whether the last state is picked from all of them, once these were normalised.

    A batch norm has to see every step while it trains; a layer norm of two directions sees both halves of a step, and the
    directions end at different steps. Any other norm of the last state is the last state of the norm.
    """
    stack = blueprint.stack
    across = stack.normalization == "batch" or (stack.normalization == "layer" and stack.bidirectional)
    return stack.pooling == "last" and across


def _build_source(blueprint: Blueprint) -> str:
    return body(
        "def build_model(masked=False):",
        docstring(
            "Build the model; its weights are drawn at random.",
            f"{INDENT}With `masked` it reads a second input, (batch, steps): True where a step is real,\n"
            f"{INDENT}False where a sequence has already ended. The weights are the same.",
            indent=INDENT,
        ),
        _input_lines(blueprint),
        f'{INDENT}mask = keras.Input((None,), dtype="bool", name="mask") if masked else None',
        _embed_lines(blueprint),
        _layer_lines(blueprint),
        _pool_lines(blueprint),
        f'{INDENT}answer = layers.Dense({blueprint.stack.output_size}, name="head")(x)',
        f"{INDENT}return keras.Model([sequence, mask] if masked else sequence, answer)",
    )


def _input_lines(blueprint: Blueprint) -> Iterator[str]:
    """Write the input; the number of steps is left open."""
    if blueprint.embedding == "none":
        yield f'{INDENT}sequence = keras.Input((None, {blueprint.stack.input_size}), name="sequence")'
    else:
        yield f'{INDENT}sequence = keras.Input((None,), dtype="int32", name="sequence")'


def _embed_lines(blueprint: Blueprint) -> Iterator[str]:
    size = blueprint.vocabulary_size
    if blueprint.embedding == "none":
        yield f"{INDENT}x = sequence"
    elif blueprint.embedding == "one_hot":
        yield f"{INDENT}x = ops.one_hot(sequence, {size})"
    else:
        yield f'{INDENT}x = layers.Embedding({size}, {blueprint.stack.input_size}, name="embed")(sequence)'


def _layer_lines(blueprint: Blueprint) -> Iterator[str]:
    stack = blueprint.stack
    for layer in range(len(stack.sizes)):
        last = layer == len(stack.sizes) - 1
        yield from _recurrent_lines(blueprint, layer)
        name, epsilon = norm_name(stack, layer), f"epsilon={written(stack.epsilon)}"
        if stack.normalization == "layer":
            yield f'{INDENT}x = layers.LayerNormalization({epsilon}, name="{name}")(x)'
        elif stack.normalization == "batch":
            options = ["momentum=0.9", epsilon, f'name="{name}"']
            yield call(f"{INDENT}{name} = layers.BatchNormalization(", options)
            yield f"{INDENT}x = {name}(x, mask=mask)"
        if blueprint.drops_after if last else blueprint.drops_between:
            yield f"{INDENT}x = layers.Dropout({stack.dropout})(x)"


def _recurrent_lines(blueprint: Blueprint, layer: int) -> Iterator[str]:
    """Write one recurrent layer; all but the last must give every step, and the last where more than its end is read."""
    stack = blueprint.stack
    every = layer < len(stack.sizes) - 1 or stack.pooling != "last" or _picks_last(blueprint)
    name = keras_layer(stack.cell, layer)
    options = [str(stack.sizes[layer])]
    if stack.cell == "rnn" and stack.activation == "relu":
        options.append('activation="relu"')
    if not stack.bias:
        options.append("use_bias=False")
    if stack.cell == "gru":
        options.append("reset_after=True")
    if every:
        options.append("return_sequences=True")
    options.append(f'name="{name}"')
    start = f"layers.{KERAS_CLASSES[stack.cell]}("
    yield call(f"{INDENT}{name} = {start}", options)
    if stack.bidirectional:
        yield f'{INDENT}x = layers.Bidirectional({name}, name="bidirectional_{layer + 1}")(x, mask=mask)'
    else:
        yield f"{INDENT}x = {name}(x, mask=mask)"


def _pool_lines(blueprint: Blueprint) -> Iterator[str]:
    if _picks_last(blueprint):
        yield f"{INDENT}x = last_states(x, mask)"
    elif blueprint.stack.pooling == "mean":
        yield f"{INDENT}x = layers.GlobalAveragePooling1D()(x, mask=mask)"
    elif blueprint.stack.pooling == "attention":
        yield f"{INDENT}x = attention(x, mask)"


def attention(blueprint: Blueprint) -> str:
    """Write the weighted mean, which Keras has no layer for."""
    width = blueprint.stack.widths[-1]
    return f'''
def attention(x, mask):
    """Return the weighted mean of the real steps; softmax over v * tanh(W h + b)."""
    look = layers.Dense({width}, activation="tanh", name="attention_project")
    score = layers.Dense(1, use_bias=False, name="attention_score")
    scores = score(look(x))  # (batch, steps, 1)
    if mask is not None:
        scores = ops.where(ops.expand_dims(mask, -1), scores, -np.inf)
    return ops.sum(ops.softmax(scores, axis=1) * x, axis=1)
'''


def _last_states(blueprint: Blueprint) -> str:
    stack, size = blueprint.stack, blueprint.stack.sizes[-1]
    where = "the last real step, and the first" if stack.bidirectional else "the last real step"
    start = f'''
def last_states(x, mask):
    """Pick where each direction ended: {where}."""
    last = x[:, -1]
    if mask is not None:
        number = ops.sum(ops.cast(mask, "int32"), axis=1, keepdims=True) - 1
        last = ops.take_along_axis(x, ops.expand_dims(number, -1), axis=1)[:, 0]
'''
    if not stack.bidirectional:
        return start + "    return last\n"
    return start + f"    return ops.concatenate([last[:, :{size}], x[:, 0, {size}:]], axis=-1)\n"
