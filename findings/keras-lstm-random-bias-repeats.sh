#!/usr/bin/env bash
# keras 3.15.1 on torch: with random biases, an LSTM's input gate and its candidate start with the very same numbers.
#
# With `unit_forget_bias=True`, the default, the biases are put together of three draws: n for the input gate, ones for the
# forget gate, 2 n for candidate and output gate. An initializer of Keras 3 has one seed and starts anew at every call, and
# torch's first n of 2 n normal numbers are its first n for many sizes. Seen with bias_initializer="random_normal":
#     units 4, 16, 32    input gate's biases equal the candidate's, bit for bit
#     units 8, 15        they differ (torch draws 16 numbers and more by another way than fewer)
#     random_uniform     equal for every size tried (4, 8, 15, 16, 32)
#     unit_forget_bias=False   one draw of 4 n: they differ
# Two gates that should start apart start tied. The default, zeros, hides it. Draw the biases yourself where they matter.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet keras==3.15.1 torch==2.13.0 numpy==2.4.6
cd "$place"
KERAS_BACKEND=torch "$place/venv/bin/python" - <<'EOF'
import numpy as np
from keras import layers, utils


def tied(units: int, initializer: str, **options: object) -> bool:
    utils.set_random_seed(units)
    layer = layers.LSTM(units, bias_initializer=initializer, **options)
    layer.build((None, 5, 3))
    ingoing, forget, candidate, outgoing = np.split(layer.get_weights()[2], 4)
    if not options:
        assert (forget == 1).all()
    assert not np.array_equal(candidate, outgoing)
    return bool(np.array_equal(ingoing, candidate))


sizes = (4, 8, 15, 16, 32)
normal = {units: tied(units, "random_normal") for units in sizes}
uniform = {units: tied(units, "random_uniform") for units in sizes}
print("random_normal", normal)
print("random_uniform", uniform)
assert normal == {4: True, 8: False, 15: False, 16: True, 32: True}
assert all(uniform.values())
assert not any(tied(units, "random_normal", unit_forget_bias=False) for units in sizes)
EOF
