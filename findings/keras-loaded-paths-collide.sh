#!/usr/bin/env bash
# keras 3.15.1 on torch: what a loaded model calls its weights is not what the saved one called them, and two can share a name.
#
# `Variable.path` of a built model holds the wrappers: "sequential/first/forward_cell/lstm_cell/kernel". After `save` and
# `load_model` the outer parts are gone: "forward_cell/lstm_cell/kernel". Where two `Bidirectional` wrap layers of one name,
# which building allows, their weights then have the same path. Seen with two wrappers of LSTM(4, name="cell"):
#     built    12 weights, 12 paths
#     loaded   12 weights,  6 paths
# `{weight.path: weight for weight in model.weights}`, the usual way to write weights down by name, silently keeps the half.
# The numbers themselves come back right (`get_weights` is equal). Name by position where paths repeat.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet keras==3.15.1 torch==2.13.0 numpy==2.4.6
cd "$place"
KERAS_BACKEND=torch "$place/venv/bin/python" - <<'EOF'
import keras
import numpy as np
from keras import layers

built = keras.Sequential(
    [
        keras.Input((None, 3)),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True, name="cell"), name="first"),
        layers.Bidirectional(layers.LSTM(4, name="cell"), name="second"),
    ]
)
built.save("model.keras")
loaded = keras.saving.load_model("model.keras")
for name, model in (("built", built), ("loaded", loaded)):
    print(name, len(model.weights), "weights,", len({weight.path for weight in model.weights}), "paths:", model.weights[0].path)
assert len({weight.path for weight in built.weights}) == len(built.weights) == 12
assert len(loaded.weights) == 12
assert len({weight.path for weight in loaded.weights}) == 6
assert all(np.array_equal(a, b) for a, b in zip(built.get_weights(), loaded.get_weights(), strict=True))
EOF
