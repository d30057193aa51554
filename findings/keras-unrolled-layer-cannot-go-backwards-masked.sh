#!/usr/bin/env bash
# keras 3.15.1 (backend torch 2.13.0): `unroll=True` refuses to read a masked sequence backwards; the loop reads it.
#
# `unroll` is documented as a matter of speed and memory alone. With `go_backwards=True` and a mask the unrolled layer fails in its
# own code, for LSTM, GRU and SimpleRNN; either of the two without the other is fine. `Bidirectional` reads its second direction
# backwards, so it fails too, as soon as an `Embedding(mask_zero=True)` or `Masking` stands before it. Seen:
#     LSTM(3, go_backwards=True)(x, mask=m)                        fine
#     LSTM(3, go_backwards=True, unroll=True)(x)                   fine
#     LSTM(3, go_backwards=True, unroll=True)(x, mask=m)           AttributeError: 'tuple' object has no attribute 'shape'
#     Bidirectional(LSTM(3, unroll=True))(x, mask=m)               the same
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet torch==2.13.0 keras==3.15.1 numpy==2.4.6
cd "$place"
KERAS_BACKEND=torch KERAS_HOME="$place" "$place/venv/bin/python" - <<'EOF'
import numpy as np
from keras import layers

inputs, mask = np.ones((1, 6, 2), "float32"), np.array([[1, 1, 1, 0, 0, 0]], bool)
for kind in (layers.LSTM, layers.GRU, layers.SimpleRNN):
    kind(3, go_backwards=True)(inputs, mask=mask)
    kind(3, go_backwards=True, unroll=True)(inputs)
    kind(3, unroll=True)(inputs, mask=mask)
    layers.Bidirectional(kind(3))(inputs, mask=mask)
    for layer in (kind(3, go_backwards=True, unroll=True), layers.Bidirectional(kind(3, unroll=True))):
        try:
            layer(inputs, mask=mask)
        except AttributeError as error:
            print(kind.__name__, layer.__class__.__name__, "refused:", "has no attribute 'shape'" in str(error))
            assert "'tuple' object has no attribute 'shape'" in str(error)
        else:
            raise SystemExit(f"{kind.__name__} reads it now")
EOF
