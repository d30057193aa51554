#!/usr/bin/env bash
# keras 3.15.1 (backend torch 2.13.0): a layer whose first steps are masked answers 0 there, not the state that it was given.
#
# At a masked step a recurrent layer repeats its last output. Before the first step there is none, and zeros stand in for it, also
# where `initial_state` (or the state that a `stateful` layer kept) holds a hidden state. The states that are handed on are right;
# the output, which everywhere else equals the hidden state, is not. So a batch that is fed in two halves to a stateful layer
# answers otherwise than in one piece, as soon as one of its sequences ends in the first half. Seen, LSTM, GRU and SimpleRNN alike:
#     all steps masked, initial state h           output 0, handed on h
#     stateful, sequence of 3 padded to 6         in one call: output at the end = output after step 3; in two calls: 0
# With `return_sequences=False` that 0 is the whole answer.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet torch==2.13.0 keras==3.15.1 numpy==2.4.6
cd "$place"
KERAS_BACKEND=torch KERAS_HOME="$place" "$place/venv/bin/python" - <<'EOF'
import numpy as np
from keras import layers, ops

read = ops.convert_to_numpy
inputs = np.random.default_rng(0).normal(size=(1, 6, 2)).astype("float32")
nothing, padded = np.zeros((1, 6), bool), np.array([[1, 1, 1, 0, 0, 0]], bool)
for kind, states in ((layers.LSTM, 2), (layers.GRU, 1), (layers.SimpleRNN, 1)):
    given = [ops.convert_to_tensor(np.full((1, 3), 0.5, "float32"))] * states
    output, hidden, *_ = kind(3, return_state=True)(inputs, mask=nothing, initial_state=given if states > 1 else given[0])
    print(kind.__name__, "all masked: output", read(output), "hidden state", read(hidden))
    assert (read(output) == 0).all() and (read(hidden) == 0.5).all()

    layer = kind(3, stateful=True)
    whole = read(layer(inputs, mask=padded))
    layer.reset_state()
    half = read(layer(inputs[:, :3], mask=padded[:, :3]))
    rest = read(layer(inputs[:, 3:], mask=padded[:, 3:]))
    print(kind.__name__, "in one call", whole, "in two", rest)
    assert np.allclose(whole, half) and (rest == 0).all() and abs(whole).max() > 0
EOF
