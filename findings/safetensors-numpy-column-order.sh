#!/usr/bin/env bash
# safetensors 0.8.0: an array in column order comes back with its numbers in other places, the shape intact.
#
# `safetensors.numpy.save` writes the memory of an array as it lies and notes the shape in row order. What NumPy calls contiguous
# in Fortran order (a transposed weight, a Keras kernel turned for PyTorch) is shuffled. Seen:
#     saved [[0, 1, 2], [3, 4, 5]] in column order     loaded [[0, 3, 1], [4, 2, 5]]
#     saved the transpose of arange(6) in rows of 3    loaded [[0, 1], [2, 3], [4, 5]]
# `safetensors.torch.save` refuses the same tensor with an error that says what to do. Reported upstream (safetensors#825)
# as new in 0.8.0. The file is valid, and a square matrix even passes every check of shapes: it is simply its own transpose.
# Give it `np.ascontiguousarray(values)`.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet safetensors==0.8.0 numpy==2.4.6
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import numpy as np
from safetensors.numpy import load, save


def back(values: np.ndarray) -> list:
    return load(save({"weight": values}))["weight"].tolist()


rows = np.arange(6.0).reshape(2, 3)
columns = np.asfortranarray(rows)
assert np.array_equal(rows, columns) and columns.flags.f_contiguous
print("column order ", columns.tolist(), "->", back(columns))
print("transpose    ", rows.T.tolist(), "->", back(rows.T))
assert back(rows) == rows.tolist()
assert back(columns) == [[0, 3, 1], [4, 2, 5]]
assert back(rows.T) == [[0, 1], [2, 3], [4, 5]]
square = np.arange(9.0).reshape(3, 3)
assert back(square.T) == square.tolist()
assert back(np.ascontiguousarray(rows.T)) == rows.T.tolist()
EOF
